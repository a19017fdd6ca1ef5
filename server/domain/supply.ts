import type { Instant } from "./instant.js";
import type { WalletState } from "./wallet.js";

/** When credits arrive without anybody buying any: a renewal, a grant that starts, a rolling return. */
export function nextSupplyAt(state: WalletState): Instant | null {
  const starts = state.grants
    .filter((grant) => grant.state === "SCHEDULED")
    .map((grant) => grant.effectiveAt);
  const times = [...starts, state.nextReturnAt, renewsAt(state)].filter((at) => at !== null);
  return times.length === 0 ? null : (Math.min(...times) as Instant);
}

/** The start of the period after the last one supplied, unless the subscription has ended by then. */
export function renewsAt(state: WalletState): Instant | null {
  const { supplier } = state;
  if (supplier === null || supplier.plan.supply === null) return null;
  const { id, endsAt } = supplier.subscription;
  const supplied = state.grants.filter((grant) => grant.originId === id && grant.state === "ACTIVE");
  const ends = supplied.map((grant) => grant.expiresAt).filter((at) => at !== null);
  if (ends.length === 0) return null;
  const next = Math.max(...ends) as Instant;
  return endsAt !== null && next >= endsAt ? null : next;
}
