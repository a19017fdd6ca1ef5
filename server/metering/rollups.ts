import { add } from "../domain/amount.js";
import type { Tx } from "../storage/database.js";
import { UsageRollupRow } from "../storage/rows/metering.js";
import { writeRows } from "../storage/write.js";

/** Adds to the hourly sums: one row for each hour and operation, however many calls of a group fall into it. */
export async function writeRollups(tx: Tx, additions: readonly UsageRollupRow[]): Promise<void> {
  const rows = new Map<string, UsageRollupRow>();
  for (const addition of additions) {
    const { customerId, unit, operation, hour } = addition;
    const name = `${hour}/${unit}/${operation}/${customerId}`;
    const row = rows.get(name);
    if (row === undefined) rows.set(name, { ...addition });
    else {
      row.calls += addition.calls;
      row.quantity = add(row.quantity, addition.quantity);
      row.amount = add(row.amount, addition.amount);
      row.postpaid = add(row.postpaid, addition.postpaid);
    }
  }
  await writeRows(tx, UsageRollupRow, [...rows.values()], {
    add: ["calls", "quantity", "amount", "postpaid"],
  });
}
