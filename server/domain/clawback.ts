import { add, least, type Micros, subtract, zero } from "./amount.js";
import { free } from "./grant.js";
import type { Instant } from "./instant.js";
import { grantOf, markGrant, voidCredits, type WalletState } from "./wallet.js";

interface Taken {
  /** Free credits, which go at once. */
  readonly voided: Micros;
  /** Credits that go when they come free. */
  readonly clawback: Micros;
  readonly at: Instant;
}

/** Takes credits that were paid back out of their grant. */
export function takeBack(state: WalletState, grantId: string, { voided, clawback, at }: Taken): WalletState {
  const left = voidCredits(state, grantOf(state, grantId), { amount: voided, at });
  if (clawback === zero) return left;
  const grant = grantOf(left, grantId);
  return markGrant(left, { ...grant, clawback: add(grant.clawback, clawback) });
}

/** Credits have come free of a grant: those that were paid back while they were used or reserved go now. */
export function claim(state: WalletState, grantId: string, at: Instant): WalletState {
  const grant = grantOf(state, grantId);
  const amount = least(free(grant), grant.clawback);
  if (amount === zero) return state;
  const claimed = { ...grant, clawback: subtract(grant.clawback, amount) };
  return voidCredits(state, claimed, { amount, at });
}
