import type { PeriodUsage } from "../domain/periodUsage.js";
import type { Tx } from "../storage/database.js";
export const loadPeriodUsage = async (
  tx: Tx,
  key: { customerId: string; subscriptionId: string; periodIndex: number },
): Promise<PeriodUsage[]> =>
  tx.query(
    `SELECT operation, tier, CASE WHEN late_day = 0 THEN NULL ELSE late_day END AS "lateDay", calls, quantity, list_amount AS "listAmount", amount, allowance, prepaid, postpaid
   FROM period_usage WHERE customer_id = $1 AND subscription_id = $2 AND period_index = $3 ORDER BY operation, tier, late_day`,
    [key.customerId, key.subscriptionId, key.periodIndex],
  );
