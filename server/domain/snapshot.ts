import { type Micros, subtract, sum } from "./amount.js";
import { type CreditGrant, free, isCurrent, isInForce } from "./grant.js";
import type { Instant } from "./instant.js";
import { currentSubscription, subscriptionStatus } from "./subscription.js";
import { renewsAt } from "./supply.js";
import type { Wallet, WalletState } from "./wallet.js";

interface Supply {
  readonly amount: Micros;
  readonly used: Micros;
  readonly remaining: Micros;
  readonly renewsAt: Instant | null;
}

/** A wallet as it is shown: at one instant, with what can be burned. */
export interface WalletSnapshot {
  readonly wallet: Wallet;
  readonly at: Instant;
  readonly supply: Supply | null;
  /** In force with something remaining, frozen ones included, in burn order. */
  readonly grants: readonly CreditGrant[];
  /** What is free in frozen ones: it counts, and cannot be spent. */
  readonly frozen: Micros;
  /** Every grant that had begun, as it was; null in a snapshot of now, for which the ledger has them. */
  readonly past: readonly CreditGrant[] | null;
}

export function snapshot(state: WalletState, at: Instant): WalletSnapshot {
  const grants = state.grants.filter((grant) => grant.remaining > 0 && isCurrent(grant, at));
  const frozen = sum(grants.filter(({ state }) => state === "FROZEN").map(free));
  return { wallet: state.wallet, at, supply: currentSupply(state, at), grants, frozen, past: null };
}

function currentSupply(state: WalletState, at: Instant): Supply | null {
  const current = currentSubscription(state.suppliers, at);
  // What an ended subscription has left can still be burned, but is nobody's supply any more.
  if (current === null || subscriptionStatus(current.subscription, at) !== "ACTIVE") return null;
  const { id } = current.subscription;
  const grant = state.grants.findLast(
    (candidate) => candidate.source === "SUPPLY" && candidate.originId === id && isInForce(candidate, at),
  );
  if (grant === undefined) return null;
  const { amount, remaining } = grant;
  return { amount, remaining, used: subtract(amount, remaining), renewsAt: renewsAt(state, at) };
}
