import type { UsageReportRow, UsageReportTotal } from "@scrip/sdk";
import { inUnits, plain } from "./amounts.js";
import { act, say, table } from "./print.js";
import { dayMs, later, start } from "./time.js";
import type { Tourist } from "./tourist.js";

/** A report covers so much at most; two years of a yearly plan are more. */
const daysMax = 365;

export async function showReport({ sdk, id, now }: Tourist): Promise<void> {
  act("The usage report, by operation");
  const [from] = [start, later(now(), -daysMax * dayMs)].sort().reverse();
  const input = { customerId: id, from: from ?? start, to: now() };
  const { rows, totals } = await sdk.usageReport({ ...input, groupBy: ["OPERATION"] });
  if (rows.length === 0) return say("No call was made.");
  const head = ["operation", "calls", "quantity", "amount", "of it postpaid"];
  table([head, ...rows.map(rowOf), ...totals.map(rowOf)], [1, 2, 3, 4]);
}

function rowOf(row: UsageReportRow | UsageReportTotal): string[] {
  const [name, quantity] = "quantity" in row ? [row.operation ?? "", plain(row.quantity)] : ["total", ""];
  const postpaid = row.postpaid === "0" ? "" : plain(row.postpaid);
  return [name, plain(String(row.calls)), quantity, inUnits(row.amount, row.unit), postpaid];
}
