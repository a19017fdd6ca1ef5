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
  /** When somebody decided that it ends without another that follows. */
  readonly cancelledAt: Instant | null;
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
  /** How much of its life has been told to others. */
  readonly told: SubscriptionTold;
}

export type SubscriptionTold = "NOTHING" | "START" | "END";

export const trialDaysMax = 3_650;

export type SubscriptionStatus = "SCHEDULED" | "ACTIVE" | "ENDED";

export function subscriptionStatus(
  { startsAt, endsAt }: Pick<Subscription, "startsAt" | "endsAt">,
  at: Instant,
): SubscriptionStatus {
  // One that was undone before it began ends where it starts.
  if (endsAt !== null && (at >= endsAt || endsAt <= startsAt)) return "ENDED";
  return at < startsAt ? "SCHEDULED" : "ACTIVE";
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

/** The end of what has been paid for: of the present period, or of a trial; null when that never ends. */
export const paidUntil = (subscribed: SubscribedPlan, at: Instant): Instant | null =>
  subscribed.subscription.trial
    ? subscribed.subscription.endsAt
    : wholePeriod(subscribed, periodIndexAt(subscribed, at)).end;

/** What is left of it belongs to no period that was paid for, so it goes when the subscription does. */
export const supplyEndsWith = ({ subscription, plan }: SubscribedPlan): boolean =>
  subscription.trial || plan.period.type === "ROLLING";

/** Whether two subscriptions are on one version of one plan. */
export const isSamePlan = (a: Pick<Plan, "key" | "version">, b: Pick<Plan, "key" | "version">): boolean =>
  a.key === b.key && a.version === b.version;

/** A subscription as it is shown at a time. */
export interface Standing {
  readonly subscribed: SubscribedPlan;
  /** What will follow it; null when nothing is to come. */
  readonly next: SubscribedPlan | null;
  readonly at: Instant;
}

/** Each as it stands at a time, by its start. */
export function standings(subscribed: readonly SubscribedPlan[], at: Instant): Standing[] {
  const ordered = subscribed.toSorted(byStart);
  const begun = ordered.filter((one) => !isUndone(one.subscription));
  return ordered.map((one) => {
    const after = isUndone(one.subscription) ? undefined : begun[begun.indexOf(one) + 1];
    const isToCome = after !== undefined && subscriptionStatus(after.subscription, at) === "SCHEDULED";
    return { subscribed: one, next: isToCome ? after : null, at };
  });
}

/** It was never in force: either it was undone before it began, or it was left at the instant at which it began. */
export const isUndone = ({ startsAt, endsAt }: Subscription): boolean =>
  endsAt !== null && endsAt <= startsAt;

/** Whether one subscription led to another without a pause: each begins where the one before it ends. */
export function leadsTo(subscribed: readonly SubscribedPlan[], from: string, to: string): boolean {
  const all = subscribed.map((one) => one.subscription).filter((one) => !isUndone(one));
  let reached = all.find(({ id }) => id === from);
  while (reached !== undefined && reached.id !== to) {
    const { endsAt } = reached;
    reached = endsAt === null ? undefined : all.find(({ startsAt }) => startsAt === endsAt);
  }
  return reached !== undefined;
}

/** Whether the subscription is in force in any of such a period. */
export function hasPeriod(subscribed: SubscribedPlan, index: number): boolean {
  const { endsAt } = subscribed.subscription;
  if (!isPeriod(subscribed, index)) return false;
  return endsAt === null || servedPeriod(subscribed, index).start < endsAt;
}

/** Whether the plan has such a period: one without end is the only one. */
export const isPeriod = ({ plan }: SubscribedPlan, index: number): boolean =>
  index === 0 || (plan.period.type !== "NONE" && plan.period.type !== "ROLLING");
