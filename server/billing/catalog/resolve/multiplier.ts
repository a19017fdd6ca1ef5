import { Decimal } from "decimal.js";
import { amountDecimals } from "../../../domain/amount.js";
import type {
  AttributeSpec,
  AttributeValue,
  Condition,
  Multiplier,
  Operation,
  Price,
} from "../../../domain/catalog.js";
import { type Report, within } from "../problem.js";
import type { PriceOfFile } from "../schema/price.js";
import { specOf } from "./lookups.js";
import { readValue, whyRefused } from "./values.js";
import { worstDecimals } from "./worstDecimals.js";

type WrittenMultiplier = PriceOfFile["multipliers"][number];

export function resolveMultiplier(
  written: WrittenMultiplier,
  operation: Operation,
  report: Report,
): Multiplier {
  const when: Record<string, Condition[string]> = {};
  for (const [name, wanted] of Object.entries(written.when)) {
    const at = within(report, "when", name);
    const spec = specOf(operation, name, at);
    if (spec === undefined) continue;
    when[name] = Array.isArray(wanted)
      ? wanted.flatMap((value, index) => wantedValue(spec, value, within(at, index)))
      : (wantedValue(spec, wanted, at)[0] ?? []);
  }
  return { ...written, when };
}

function wantedValue(spec: AttributeSpec, written: AttributeValue, report: Report): AttributeValue[] {
  const read = readValue(spec.type, written);
  const fault = "fault" in read ? read.fault : whyRefused(spec, read.value);
  if (fault !== null) report([], fault);
  return "value" in read ? [read.value] : [];
}

/** A price rounded to 3 decimals and then multiplied by 1.2 has 4; beyond 6 it would need a second rounding. */
export function checkRounding({ rounding, multipliers, model }: Price, report: Report): void {
  if (rounding.on !== "UNIT_PRICE") return;
  if (model === "GRADUATED" || model === "VOLUME" || model === "PACKAGE")
    report(["rounding", "on"], `must be AMOUNT: a ${model} price has no price of one that could be rounded`);
  const factors = worstDecimals(
    multipliers.map(({ when, times }) => ({ when, decimals: new Decimal(times).decimalPlaces() })),
  );
  if (rounding.scale + factors > amountDecimals)
    report(
      ["rounding"],
      `a price of ${rounding.scale} decimals times factors of ${factors} needs more than ${amountDecimals} decimals`,
    );
}
