import type { SubscriptionInactive } from "../domain/refusal.js";
import { type SubscribedPlan, subscriptionStatus } from "../domain/subscription.js";
import type { Account } from "../ledger/load.js";

/** The customer's plan, if calls may be metered under it now. */
export function activePlan({ customerId, now, current }: Account): SubscribedPlan | SubscriptionInactive {
  const status = current === null ? null : subscriptionStatus(current.subscription, now);
  return current !== null && status === "ACTIVE"
    ? current
    : { kind: "subscriptionInactive", customerId, status };
}
