import type { Plan } from "./catalog.js";
import type { Instant } from "./instant.js";

export interface Subscription {
  readonly id: string;
  readonly customerId: string;
  readonly planKey: string;
  readonly planVersion: number;
  /** The first instant of the first billing period, and the anchor of all others. */
  readonly startsAt: Instant;
  readonly endsAt: Instant | null;
  /** The first period whose supply has not been granted yet. */
  readonly nextPeriodIndex: number;
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
