import type { Micros } from "./amount.js";
import type { Plan } from "./catalog.js";
import { addMs, dayMs, type Instant } from "./instant.js";
import { firstPeriodIndex, type SubscribedPlan, type Subscription } from "./subscription.js";

export interface SubscriptionStart {
  readonly id: string;
  readonly customerId: string;
  readonly plan: Plan;
  readonly startsAt: Instant;
  /** Default: its start. */
  readonly anchorAt?: Instant;
  readonly endsAt?: Instant | null;
  readonly trial?: boolean;
  readonly firstSupply?: Micros | null;
}

/** A subscription at its very beginning, before anything of it has been granted or charged. */
export function newSubscription(start: SubscriptionStart): SubscribedPlan {
  const { id, customerId, plan, startsAt } = start;
  const { anchorAt = startsAt, endsAt = null, trial = false, firstSupply = null } = start;
  const subscription: Subscription = {
    id,
    customerId,
    planKey: plan.key,
    planVersion: plan.version,
    startsAt,
    anchorAt,
    endsAt,
    cancelledAt: null,
    trial,
    firstSupply,
    nextPeriodIndex: 0,
    nextFeeIndex: 0,
    nextCloseIndex: 0,
    nextFinalIndex: 0,
    told: "NOTHING",
  };
  const first = firstPeriodIndex({ subscription, plan });
  return {
    plan,
    subscription: {
      ...subscription,
      nextPeriodIndex: first,
      nextFeeIndex: first,
      nextCloseIndex: first,
      nextFinalIndex: first,
    },
  };
}

interface TrialStart {
  readonly customerId: string;
  readonly plan: Plan;
  readonly startsAt: Instant;
  readonly trialDays: number;
  /** Of the subscription, and of the one that follows when it is a trial. */
  readonly ids: readonly [string, string];
}

/** What a customer subscribes to: one subscription, or a trial and the one that follows it. */
export function newSubscriptions({ ids, trialDays, ...start }: TrialStart): SubscribedPlan[] {
  if (trialDays === 0) return [newSubscription({ ...start, id: ids[0] })];
  const endsAt = addMs(start.startsAt, trialDays * dayMs);
  const trial = newSubscription({ ...start, id: ids[0], trial: true, endsAt });
  return [trial, afterTrial(trial, endsAt, ids[1])];
}

/** The subscription that begins, and is to be paid for, where a trial ends. */
export const afterTrial = (
  { subscription, plan }: SubscribedPlan,
  startsAt: Instant,
  id: string,
): SubscribedPlan => newSubscription({ id, customerId: subscription.customerId, plan, startsAt });
