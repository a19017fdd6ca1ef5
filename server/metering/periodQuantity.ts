import { type Micros, zero } from "../domain/amount.js";
import type { Instant } from "../domain/instant.js";
import { countsThePeriod } from "../domain/price/discounts.js";
import { periodIndexAt, type SubscribedPlan } from "../domain/subscription.js";
import type { Tx } from "../storage/database.js";
import { countedQuantity } from "../storage/wideSum.js";

/** Which count of an operation a call at this time adds to. */
export interface PeriodCounter {
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly operation: string;
  readonly periodIndex: number;
}

/** Null when no price of the operation follows from the period's quantity: then nothing needs counting. */
export function periodCounter(
  subscribed: SubscribedPlan,
  operation: string,
  at: Instant,
): PeriodCounter | null {
  const { subscription, plan } = subscribed;
  const priced = Object.hasOwn(plan.operations, operation) ? plan.operations[operation] : undefined;
  if (priced === undefined) return null;
  if (!countsThePeriod(priced, plan.tailored)) return null;
  return {
    customerId: subscription.customerId,
    subscriptionId: subscription.id,
    operation,
    periodIndex: periodIndexAt(subscribed, at),
  };
}

/** Subscription ids and period numbers hold no slash. */
export const counterName = ({ subscriptionId, periodIndex, operation }: PeriodCounter): string =>
  `${subscriptionId}/${periodIndex}/${operation}`;

/** By counter name; what is missing has not been used yet. */
export async function loadPeriodQuantities(
  tx: Tx,
  counters: readonly PeriodCounter[],
): Promise<Map<string, Micros>> {
  if (counters.length === 0) return new Map();
  const columns = [
    "customer_id text",
    "subscription_id text",
    "operation text",
    "period_index bigint",
  ] as const;
  const rows = await tx.query<PeriodCounter & { quantity: Micros }>(
    `SELECT u.customer_id AS "customerId", u.subscription_id AS "subscriptionId", u.operation,
            u.period_index AS "periodIndex", ${countedQuantity}
     FROM ${tx.dialect.given("$1", columns)} AS given CROSS JOIN usage_counters u
     WHERE u.customer_id = given.customer_id AND u.subscription_id = given.subscription_id
       AND u.operation = given.operation AND u.period_index = given.period_index`,
    [JSON.stringify(counters.map((c) => [c.customerId, c.subscriptionId, c.operation, c.periodIndex]))],
  );
  return new Map(rows.map((row) => [counterName(row), row.quantity]));
}

export async function loadPeriodQuantity(tx: Tx, counter: PeriodCounter | null): Promise<Micros> {
  if (counter === null) return zero;
  return (await loadPeriodQuantities(tx, [counter])).get(counterName(counter)) ?? zero;
}
