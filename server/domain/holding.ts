import { negate, zero } from "./amount.js";
import { more, type Spending } from "./budget.js";
import { claim } from "./clawback.js";
import type { CreditGrant } from "./grant.js";
import { hasExpired, hold as holdIn } from "./grant.js";
import { type Hold, heldBy, take } from "./hold.js";
import type { Instant } from "./instant.js";
import type { Draw } from "./usage.js";
import { applyHold, expireGrant, grantOf, type WalletState } from "./wallet.js";
import { countHold } from "./watching.js";

/** Reserves what a new hold asks of its grants. */
export function startHold(state: WalletState, hold: Hold): WalletState {
  const grants = hold.draws.map(({ grantId, amount }) => holdIn(grantOf(state, grantId), amount));
  return withHoldEnd(reserve(state, hold, grants), hold);
}

/** Moves a hold's end; what it reserves stays. */
export const extendHold = (state: WalletState, hold: Hold, expiresAt: Instant): WalletState => {
  const extended = { ...hold, expiresAt };
  return withHoldEnd(applyHold(state, extended, []), extended);
};

/** Lets go of a part of a hold: it is free again in the exact grants. */
export function freeHeld(state: WalletState, left: Hold, draws: readonly Draw[]): WalletState {
  const freed = draws.map(({ grantId, amount }) => holdIn(grantOf(state, grantId), negate(amount)));
  return reserve(state, left, freed);
}

/** What a hold reserves changes, for its grants and for budgets alike. */
function reserve(state: WalletState, hold: Hold, grants: readonly CreditGrant[]): WalletState {
  const before = state.holds.get(hold.id);
  const change = more(reservedBy(hold), before === undefined ? nothing : reservedBy(before));
  return countHold(applyHold(state, hold, grants), hold, change);
}

const nothing: Spending = { amount: zero, postpaid: zero };
const reservedBy = (hold: Hold): Spending => ({ amount: heldBy(hold), postpaid: hold.postpaid });

interface HoldEnd {
  readonly status: Exclude<Hold["status"], "ACTIVE">;
  readonly at: Instant;
}

/**
 * Gives back what is still held. What was paid back of it is voided, and what belongs to a grant that has expired
 * meanwhile expires now.
 */
export function endHold(state: WalletState, hold: Hold, { status, at }: HoldEnd): WalletState {
  const rest = take(hold, heldBy(hold));
  const ended: Hold = { ...rest.hold, status, endedAt: at };
  const freed = freeHeld(state, ended, rest.draws);
  return rest.draws.reduce((next, { grantId }) => {
    const claimed = claim(next, grantId, at);
    const grant = grantOf(claimed, grantId);
    return hasExpired(grant, at) ? expireGrant(claimed, grant, at) : claimed;
  }, freed);
}

function withHoldEnd(state: WalletState, { expiresAt }: Hold): WalletState {
  const { nextHoldEndAt } = state.wallet;
  const first = nextHoldEndAt === null || expiresAt < nextHoldEndAt ? expiresAt : nextHoldEndAt;
  return { ...state, wallet: { ...state.wallet, nextHoldEndAt: first } };
}
