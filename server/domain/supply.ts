import type { Instant } from "./instant.js";
import { currentSubscription, periodIndexAt, servedPeriod, subscriptionStatus } from "./subscription.js";
import type { WalletState } from "./wallet.js";

/** When credits arrive without anybody buying any: a renewal, a grant that starts, a rolling return. */
export function nextSupplyAt(state: WalletState, at: Instant): Instant | null {
  const starts = state.grants
    .filter((grant) => grant.state === "SCHEDULED")
    .map((grant) => grant.effectiveAt);
  const coming = state.suppliers
    .filter(({ subscription, plan }) => subscription.startsAt > at && plan.supply !== null)
    .map(({ subscription }) => subscription.startsAt);
  const times = [...starts, ...coming, state.nextReturnAt, renewsAt(state, at)].filter(
    (time) => time !== null,
  );
  return times.length === 0 ? null : (Math.min(...times) as Instant);
}

/** The end of the present period, unless the subscription ends by then and no other goes on to supply the wallet. */
export function renewsAt({ suppliers }: WalletState, at: Instant): Instant | null {
  const current = currentSubscription(suppliers, at);
  if (current === null || current.plan.supply === null) return null;
  if (subscriptionStatus(current.subscription, at) !== "ACTIVE") return null;
  const { endsAt } = current.subscription;
  const { end } = servedPeriod(current, periodIndexAt(current, at));
  if (end === null || end !== endsAt) return end;
  const next = suppliers.find(({ subscription }) => subscription.startsAt === endsAt);
  return next === undefined || next.plan.supply === null ? null : end;
}
