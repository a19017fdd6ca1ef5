import { add, addTotals } from "../domain/amount.js";
import type { PeriodUsage } from "../domain/periodUsage.js";
import type { Reversal, UsageRecord } from "../domain/usage.js";
import type { Tx } from "../storage/database.js";
import { PeriodUsageRow } from "../storage/rows/metering.js";
import { writeRows } from "../storage/write.js";

/** A record or a reversal, and what it adds to its billing period. */
interface Billed {
  readonly of: Pick<UsageRecord | Reversal, "customerId" | "subscriptionId" | "periodIndex">;
  readonly periodUsage: readonly PeriodUsage[];
}

const sums = ["calls", "quantity", "listAmount", "amount", "allowance", "prepaid", "postpaid"] as const;

/** Adds to the sums of billing periods: one row for each, however many calls of a group fall into it. */
export async function writePeriodUsage(tx: Tx, billed: readonly Billed[]): Promise<void> {
  const rows = new Map<string, PeriodUsageRow>();
  for (const addition of billed.flatMap(rowsOf)) {
    const { subscriptionId, periodIndex, operation, tier, lateDay } = addition;
    const name = `${subscriptionId}/${periodIndex}/${tier}/${lateDay}/${operation}`;
    const row = rows.get(name);
    if (row === undefined) rows.set(name, addition);
    else addTo(row, addition);
  }
  await writeRows(tx, PeriodUsageRow, [...rows.values()], { add: sums });
}

function rowsOf({ of: { customerId, subscriptionId, periodIndex }, periodUsage }: Billed): PeriodUsageRow[] {
  if (subscriptionId === null || periodIndex === null) return [];
  return periodUsage.map((usage) => ({
    customerId,
    subscriptionId,
    periodIndex,
    operation: usage.operation,
    tier: usage.tier,
    lateDay: usage.lateDay ?? 0,
    calls: usage.calls,
    quantity: usage.quantity,
    listAmount: usage.listAmount,
    amount: usage.amount,
    allowance: usage.allowance,
    prepaid: usage.prepaid,
    postpaid: usage.postpaid,
  }));
}

function addTo(row: PeriodUsageRow, more: PeriodUsageRow): void {
  row.calls += more.calls;
  row.quantity = addTotals(row.quantity, more.quantity);
  row.listAmount = add(row.listAmount, more.listAmount);
  row.amount = add(row.amount, more.amount);
  row.allowance = add(row.allowance, more.allowance);
  row.prepaid = add(row.prepaid, more.prepaid);
  row.postpaid = add(row.postpaid, more.postpaid);
}
