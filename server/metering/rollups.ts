import { add, addTotals } from "../domain/amount.js";
import { startOfHour } from "../domain/instant.js";
import type { UsageRecord } from "../domain/usage.js";
import type { Tx } from "../storage/database.js";
import { UsageRollupRow } from "../storage/rows/metering.js";
import { writeRows } from "../storage/write.js";

/** What the bootstrap key's calls are added up under, as a key's part cannot be null. */
export const noApiKey = "";

type Figures = Pick<UsageRollupRow, "calls" | "quantity" | "amount" | "allowance" | "postpaid" | "reversed">;

/** To the sum that a record is part of; what is undone of it, whenever that is, is taken out of the same one. */
export const rollupRow = (record: UsageRecord, figures: Figures): UsageRollupRow => ({
  customerId: record.customerId,
  hour: startOfHour(record.occurredAt),
  operation: record.operation,
  unit: record.unit,
  planKey: record.planKey,
  apiKeyId: record.apiKeyId ?? noApiKey,
  attributes: record.reportedAttributes,
  calls: figures.calls,
  quantity: figures.quantity,
  amount: figures.amount,
  allowance: figures.allowance,
  postpaid: figures.postpaid,
  reversed: figures.reversed,
});

/** Adds to the hourly sums: one row for each that differs in anything but figures, however many calls fall into it. */
export async function writeRollups(tx: Tx, additions: readonly UsageRollupRow[]): Promise<void> {
  const rows = new Map<string, UsageRollupRow>();
  for (const addition of additions) {
    const { customerId, unit, operation, hour, planKey, apiKeyId, attributes } = addition;
    const name = `${hour}/${unit}/${operation}/${planKey}/${apiKeyId}/${customerId}/${attributes}`;
    const row = rows.get(name);
    if (row === undefined) rows.set(name, { ...addition });
    else {
      row.calls += addition.calls;
      row.quantity = addTotals(row.quantity, addition.quantity);
      row.amount = add(row.amount, addition.amount);
      row.allowance = add(row.allowance, addition.allowance);
      row.postpaid = add(row.postpaid, addition.postpaid);
      row.reversed = add(row.reversed, addition.reversed);
    }
  }
  await writeRows(tx, UsageRollupRow, [...rows.values()], {
    add: ["calls", "quantity", "amount", "allowance", "postpaid", "reversed"],
  });
}
