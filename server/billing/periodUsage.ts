import { totalOf } from "../domain/amount.js";
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
  const rows = await tx.query<
    Omit<PeriodUsage, "lateDay" | "quantity"> & { lateDay: Instant; quantity: string }
  >(
    `SELECT operation, tier, late_day AS "lateDay", calls, CAST(quantity AS text) AS quantity, list_amount AS "listAmount", amount, allowance,
            prepaid, postpaid
     FROM period_usage WHERE customer_id = $1 AND subscription_id = $2 AND period_index = $3
     ORDER BY operation, tier, late_day`,
    [customerId, subscriptionId, periodIndex],
  );
  // The quantity is a sum that no number need hold exactly, and no engine's driver gives it as one.
  return rows.map(({ lateDay, quantity, ...row }) => ({
    ...row,
    quantity: totalOf(BigInt(quantity)),
    lateDay: lateDay === 0 ? null : lateDay,
  }));
}
