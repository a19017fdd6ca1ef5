import type { Instant } from "./instant.js";
import { currentSubscription } from "./subscription.js";
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

/** The start of the period after the last one supplied, unless the subscription has ended by then. */
export function renewsAt(state: WalletState, at: Instant): Instant | null {
  const current = currentSubscription(state.suppliers, at);
  if (current === null || current.plan.supply === null) return null;
  const { id, endsAt } = current.subscription;
  const supplied = state.grants.filter((grant) => grant.originId === id && grant.state === "ACTIVE");
  const ends = supplied.map((grant) => grant.expiresAt).filter((end) => end !== null);
  if (ends.length === 0) return null;
  const next = Math.max(...ends) as Instant;
  return endsAt !== null && next >= endsAt ? null : next;
}
