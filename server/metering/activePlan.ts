import type { SubscriptionInactive } from "../domain/refusal.js";
import { type SubscribedPlan, subscriptionStatus } from "../domain/subscription.js";
import type { Account } from "../ledger/load.js";

/** The customer's plan, if calls may be metered under it now. */
export function activePlan({ customerId, now, supplier }: Account): SubscribedPlan | SubscriptionInactive {
  const status = supplier === null ? null : subscriptionStatus(supplier.subscription, now);
  return supplier !== null && status === "ACTIVE"
    ? supplier
    : { kind: "subscriptionInactive", customerId, status };
}
