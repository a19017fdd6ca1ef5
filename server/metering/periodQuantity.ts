import { type Micros, zero } from "../domain/amount.js";
import type { Instant } from "../domain/instant.js";
import { periodAt } from "../domain/period.js";
import type { SubscribedPlan } from "../domain/subscription.js";
import type { Tx } from "../storage/database.js";

/** Which count of an operation a call at this time adds to. */
export interface PeriodCounter {
  readonly subscriptionId: string;
  readonly operation: string;
  readonly periodIndex: number;
}

/** Null when the operation's price has no tiers: then nothing needs counting. */
export function periodCounter(
  { subscription, plan }: SubscribedPlan,
  operation: string,
  at: Instant,
): PeriodCounter | null {
  const priced = Object.hasOwn(plan.operations, operation) ? plan.operations[operation] : undefined;
  if (priced === undefined) return null;
  const { model } = priced.price;
  if (model === "FLAT" || model === "MATRIX" || model === "FORMULA") return null;
  // A call from before the subscription counts to its first period.
  const counted = at < subscription.startsAt ? subscription.startsAt : at;
  const period = periodAt(plan.period, subscription.startsAt, counted);
  return { subscriptionId: subscription.id, operation, periodIndex: period.index };
}

export async function loadPeriodQuantity(
  tx: Tx,
  customerId: string,
  counter: PeriodCounter | null,
): Promise<Micros> {
  if (counter === null) return zero;
  const [row] = await tx.query<{ quantity: Micros }>(
    `SELECT quantity FROM usage_counters
     WHERE customer_id = $1 AND subscription_id = $2 AND operation = $3 AND period_index = $4`,
    [customerId, counter.subscriptionId, counter.operation, counter.periodIndex],
  );
  return row?.quantity ?? zero;
}
