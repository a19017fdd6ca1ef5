import type { Micros } from "./amount.js";
import type { Plan } from "./catalog.js";
import type { Instant } from "./instant.js";
import { type Period, periodAt, periodByIndex } from "./period.js";

export interface Subscription {
  readonly id: string;
  readonly customerId: string;
  readonly planKey: string;
  readonly planVersion: number;
  readonly startsAt: Instant;
  /** Where its billing periods are counted from: its start, or that of the subscription whose days it goes on with. */
  readonly anchorAt: Instant;
  readonly endsAt: Instant | null;
  /** A trial is not charged for, and its credits end with it. */
  readonly trial: boolean;
  /** The supply of its first period where that is only a part of the plan's. */
  readonly firstSupply: Micros | null;
  /** The first period whose supply has not been granted yet. */
  readonly nextPeriodIndex: number;
  /** The first period whose fee has not been invoiced yet. */
  readonly nextFeeIndex: number;
  /** The first period that has not been closed, and the first whose usage may still be added to. */
  readonly nextCloseIndex: number;
  readonly nextFinalIndex: number;
}

export type SubscriptionStatus = "SCHEDULED" | "ACTIVE" | "ENDED";

export function subscriptionStatus(subscription: Subscription, at: Instant): SubscriptionStatus {
  if (at < subscription.startsAt) return "SCHEDULED";
  return subscription.endsAt !== null && at >= subscription.endsAt ? "ENDED" : "ACTIVE";
}

/** A subscription together with the plan version that it pins. */
export interface SubscribedPlan {
  readonly subscription: Subscription;
  readonly plan: Plan;
}

/** The one that counts at a time: the one in force, else the one that was last, else the one that comes first. */
export function currentSubscription(
  subscribed: readonly SubscribedPlan[],
  at: Instant,
): SubscribedPlan | null {
  const begun = subscribed.filter(({ subscription }) => subscription.startsAt <= at);
  const inForce = begun.find(({ subscription }) => subscriptionStatus(subscription, at) === "ACTIVE");
  return inForce ?? begun.toSorted(byStart).at(-1) ?? subscribed.toSorted(byStart)[0] ?? null;
}

export const byStart = (a: SubscribedPlan, b: SubscribedPlan): number =>
  a.subscription.startsAt - b.subscription.startsAt || (a.subscription.id < b.subscription.id ? -1 : 1);

/** A billing period as the plan counts it: the subscription may begin later in it, or end sooner. */
export const wholePeriod = ({ subscription, plan }: SubscribedPlan, index: number): Period =>
  periodByIndex(plan.period, subscription.anchorAt, index);

/** The part of a billing period in which the subscription is in force. */
export function servedPeriod(subscribed: SubscribedPlan, index: number): Period {
  const { startsAt, endsAt } = subscribed.subscription;
  const whole = wholePeriod(subscribed, index);
  const start = whole.start < startsAt ? startsAt : whole.start;
  const end = endsAt !== null && (whole.end === null || endsAt < whole.end) ? endsAt : whole.end;
  return { index, start, end };
}

/** The first period of a subscription, which need not be the first since its anchor. */
export const firstPeriodIndex = ({ subscription, plan }: SubscribedPlan): number =>
  periodAt(plan.period, subscription.anchorAt, subscription.startsAt).index;

/** The period that a time belongs to; what was before the subscription belongs to its first one. */
export const periodIndexAt = ({ subscription, plan }: SubscribedPlan, at: Instant): number =>
  periodAt(plan.period, subscription.anchorAt, at < subscription.startsAt ? subscription.startsAt : at).index;
