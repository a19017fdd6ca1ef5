import { add, subtract, zero } from "./amount.js";
import { askAgainAt } from "./asking.js";
import type { CreditPack, PackAvailability } from "./catalog.js";
import { takeBack } from "./clawback.js";
import { type CreditGrant, compareBurnOrder, free } from "./grant.js";
import { addMs, dayMs, hourMs, type Instant } from "./instant.js";
import { untold } from "./setter.js";
import { applyEntry, grantOf, markGrant, type WalletState } from "./wallet.js";

/** How long credits that were delivered wait for their payment. */
const unpaidMaxDays = 14;

/**
 * What is agreed when a purchase begins. Who has credits that nobody has paid for, or has used some up, gets no more of
 * them before they are paid: else a card that is always declined would be worth a pack each time.
 */
export const agreedAvailability = (
  { availability }: CreditPack,
  { owesCredits }: { readonly owesCredits: boolean },
): PackAvailability => (owesCredits ? "ON_PAYMENT" : availability);

/** Until when somebody else takes the attempt up, should whoever began it have died. */
export const firstAskAt = (begunAt: Instant): Instant => addMs(begunAt, hourMs);

/** Less and less often until the payment has ended, and among other times when it is overdue. */
export function nextAskAt(begunAt: Instant, now: Instant): Instant {
  const later = askAgainAt(begunAt, now, 7 * dayMs);
  const overdue = overdueAt(begunAt);
  return now < overdue && overdue < later ? overdue : later;
}

const overdueAt = (begunAt: Instant): Instant => addMs(begunAt, unpaidMaxDays * dayMs);

export const isOverdue = (begunAt: Instant, now: Instant): boolean => now >= overdueAt(begunAt);

export const expiryOf = (expiresAfterDays: number | null, deliveredAt: Instant): Instant | null =>
  expiresAfterDays === null ? null : addMs(deliveredAt, expiresAfterDays * dayMs);

/**
 * Nobody has paid for these credits: what is free of them goes at once, the rest when it comes free, as if all of the
 * price had been paid back. What has expired by then has had its time, and counts as used.
 */
export function withdraw(state: WalletState, grantId: string, at: Instant): WalletState {
  const grant = grantOf(state, grantId);
  const voided = free(grant);
  return takeBack(state, grantId, { voided, clawback: subtract(grant.amount, voided), at });
}

interface Redelivery {
  readonly at: Instant;
  readonly expiresAt: Instant | null;
}

/** The money has come after all: what was withdrawn is given again, and nothing more is to be taken back. */
export function deliverAgain(
  state: WalletState,
  grantId: string,
  { at, expiresAt }: Redelivery,
): WalletState {
  const grant = grantOf(state, grantId);
  // All of it was withdrawn or is still to be: the one part comes back, the other stays.
  const amount = subtract(grant.amount, grant.clawback);
  const kept: CreditGrant = { ...grant, clawback: zero, expiresAt };
  if (amount === zero) return inBurnOrder(markGrant(state, kept));
  const again: CreditGrant = {
    ...kept,
    // They had gone, so that they will expire is news again.
    expiryTurns: untold(grant.expiryTurns),
    remaining: add(grant.remaining, amount),
    state: grant.state === "FROZEN" ? "FROZEN" : "ACTIVE",
  };
  return inBurnOrder(
    applyEntry(state, { type: "GRANT", amount, grantId, occurredAt: at }, { grants: [again] }),
  );
}

/** Another expiry may be another place. */
const inBurnOrder = (state: WalletState): WalletState => ({
  ...state,
  grants: state.grants.toSorted(compareBurnOrder),
});
