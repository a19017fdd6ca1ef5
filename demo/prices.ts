import type { Quote } from "@scrip/sdk";
import { counted, decimal, inUnits, plain } from "./amounts.js";
import { described, type PricedCall } from "./calls.js";
import { quoteOf, type Showpiece, showpieceOf } from "./menu.js";
import { act, columns, dim, say, table } from "./print.js";
import type { Scene } from "./scene.js";
import type { Tourist } from "./tourist.js";

const rowsMax = 8;

export async function showPrices({ tourist, menu, main }: Scene): Promise<void> {
  act("Quotes: what a call costs, and why");
  const { plan } = tourist;
  const supply = plan.supply ?? "0";
  const head = ["operation", "attributes", plan.unit, `${inUnits(supply, plan.unit)} buy`];
  const rows = menu.flatMap(({ usual, others }) => [
    [usual.operation, described(usual.attributes), ...pricesOf(usual, supply)],
    ...others.map((other) => ["", differing(other, usual), ...pricesOf(other, supply)]),
  ]);
  table([head, ...rows.slice(0, rowsMax)], [2, 3]);
  if (rows.length > rowsMax) say(dim(`… and ${rows.length - rowsMax} more`));
  const showpiece = showpieceOf(menu, main);
  if (showpiece !== undefined) await explain(tourist, showpiece);
}

const differing = (call: PricedCall, usual: PricedCall): string =>
  `… ${described(call.attributes, usual.attributes)}`;

function pricesOf({ price, per }: PricedCall, supply: string): string[] {
  const bought = price.isZero() ? "any number" : counted(decimal(supply).dividedToIntegerBy(price), per);
  return [plain(price), supply === "0" ? "" : bought];
}

async function explain(tourist: Tourist, { call, label }: Showpiece): Promise<void> {
  const quote = await quoteOf(tourist, call);
  if (quote === null) return;
  const { amount, unit, available, balanceAfter } = quote;
  const balance = `balance ${plain(available ?? "0")} → ${plain(balanceAfter ?? "0")}`;
  say(`${call.quantity} × ${label} costs ${inUnits(amount, unit)} (${balance}):`);
  for (const line of columns(stepsOf(quote), [1])) say(line);
}

/** A formula and the values of its names, in lines of their own. */
const stepsOf = ({ explanation }: Quote): string[][] =>
  explanation.flatMap(({ kind, description, value }) => {
    const [formula = "", names] = kind === "RATE" ? description.split(" with ", 2) : [description];
    if (names === undefined) return [[`  ${formula}`, value]];
    return [[`  ${formula}`], [`    with ${names}`, value]];
  });
