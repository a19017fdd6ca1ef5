import type { Instant } from "../domain/instant.js";
import type { PeriodUsage } from "../domain/periodUsage.js";
import type { Tx } from "../storage/database.js";

interface PeriodOfCustomer {
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly periodIndex: number;
}

/** What a billing period has come to so far, by operation, tier and day; nothing for a plan that blocks. */
export async function loadPeriodUsage(
  tx: Tx,
  { customerId, subscriptionId, periodIndex }: PeriodOfCustomer,
): Promise<PeriodUsage[]> {
  const rows = await tx.query<Omit<PeriodUsage, "lateDay"> & { lateDay: Instant }>(
    `SELECT operation, tier, late_day AS "lateDay", calls, quantity, list_amount AS "listAmount", amount, allowance,
            prepaid, postpaid
     FROM period_usage WHERE customer_id = $1 AND subscription_id = $2 AND period_index = $3
     ORDER BY operation, tier, late_day`,
    [customerId, subscriptionId, periodIndex],
  );
  return rows.map((row) => ({ ...row, lateDay: row.lateDay === 0 ? null : row.lateDay }));
}
