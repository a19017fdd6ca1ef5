import { add, type Micros, subtract, sum, zero } from "./amount.js";
import { askAgainAt } from "./asking.js";
import type { CreditPack } from "./catalog.js";
import { free } from "./grant.js";
import { addMs, dayMs, hourMs, type Instant, instant, minuteMs } from "./instant.js";
import { periodAt } from "./period.js";
import { type PurchaseStatus, packCredits, packTotal, purchaseQuantityMax } from "./purchase.js";
import { available, type WalletState } from "./wallet.js";

/**
 * READY: waits for the credits to run low. DUE: they have, and packs are about to be bought. BUYING: a purchase is
 * under way, and there is never another one beside it. BACKING_OFF and CAPPED wait for a time. OFF waits for somebody.
 */
export const autoTopUpStatuses = ["READY", "DUE", "BUYING", "BACKING_OFF", "CAPPED", "OFF"] as const;
export type AutoTopUpStatus = (typeof autoTopUpStatuses)[number];

/** What is to be bought, when, and for how much at most. One of `quantity` and `targetAmount` is null. */
export interface AutoTopUpTerms {
  readonly creditPack: string;
  /** So many packs each time. */
  readonly quantity: number | null;
  /** As many packs as bring the available credits to this. */
  readonly targetAmount: Micros | null;
  /** It is time when less than this is available. */
  readonly threshold: Micros;
  /** What the packs of a calendar month (UTC) may cost, by their prices. */
  readonly monthlyCap: Micros;
  /** The cap's, and that of the pack when the terms were set. */
  readonly currency: string;
  readonly enabled: boolean;
}

export interface AutoTopUp extends AutoTopUpTerms {
  readonly customerId: string;
  readonly unit: string;
  readonly status: AutoTopUpStatus;
  /** How many attempts in a row have failed, and why the last one did. */
  readonly failures: number;
  readonly lastFailure: string | null;
  /** When something is to be done next; null while nothing is. */
  readonly nextAttemptAt: Instant | null;
  /** The latest attempt: its invoice, when it began, and what it took of the cap. */
  readonly invoiceId: string | null;
  readonly attemptedAt: Instant;
  readonly attemptAmount: Micros;
  /** The first instant of the month in which `spent` was spent. */
  readonly month: Instant;
  readonly spent: Micros;
}

/** The wallet's present. */
export interface Moment {
  /** What can be spent of what is available. */
  readonly available: Micros;
  readonly now: Instant;
}

/** What a wallet has that can be spent: frozen credits count in it, and cannot. */
export const usable = ({ wallet, grants }: WalletState): Micros =>
  subtract(available(wallet), sum(grants.filter(({ state }) => state === "FROZEN").map(free)));

/** Whether credits have run so low that some are to be bought. */
export function needsTopUp(state: WalletState): boolean {
  const { topUpBelow } = state.wallet;
  return topUpBelow !== null && usable(state) < topUpBelow;
}

/** How long it rests after the first failure in a row, and after the second; the next one turns it off. */
const restHours = [1, 6];
/** How long an attempt is waited for before somebody else takes it up: its process may have died in between. */
const leaseMs = hourMs;
/** How long a payment that needs its customer is waited for, until it counts as failed. */
const confirmationMaxMs = 3 * dayMs;
/** How soon a provider is asked again that could not be reached. */
const unansweredMs = 5 * minuteMs;

const monthOf = (now: Instant) => periodAt({ type: "CALENDAR_MONTH" }, instant(0), now);

export const spentThisMonth = ({ month, spent }: AutoTopUp, now: Instant): Micros =>
  month === monthOf(now).start ? spent : zero;

export const newTopUp = (
  { customerId, unit }: Pick<AutoTopUp, "customerId" | "unit">,
  terms: AutoTopUpTerms,
  at: Moment,
): AutoTopUp => {
  const nothing = { failures: 0, lastFailure: null, invoiceId: null, attemptAmount: zero, spent: zero };
  const topUp = { customerId, unit, ...terms, ...nothing, attemptedAt: at.now, month: monthOf(at.now).start };
  return watching({ ...topUp, status: "READY", nextAttemptAt: null }, at);
};

/** With other terms, and as if nothing had failed. What is under way is not undone by it. */
export function withTerms(before: AutoTopUp, terms: AutoTopUpTerms, at: Moment): AutoTopUp {
  // Another currency's sum says nothing about this one's cap.
  const spent = before.currency === terms.currency ? before.spent : zero;
  const set: AutoTopUp = { ...before, ...terms, spent, failures: 0, lastFailure: null };
  return set.status === "BUYING" ? set : watching(set, at);
}

/** Below which available credits a call marks it as due; null while no call needs to look. */
export const watchedBelow = ({ status, threshold }: AutoTopUp): Micros | null =>
  status === "READY" ? threshold : null;

function watching(topUp: AutoTopUp, { available, now }: Moment): AutoTopUp {
  if (!topUp.enabled) return { ...topUp, status: "OFF", nextAttemptAt: null };
  return available < topUp.threshold
    ? { ...topUp, status: "DUE", nextAttemptAt: now }
    : { ...topUp, status: "READY", nextAttemptAt: null };
}

export type TopUpDecision =
  | { readonly kind: "buy"; readonly quantity: number; readonly amount: Micros }
  /** Nothing to be bought, and what that makes of it. */
  | { readonly kind: "rest"; readonly topUp: AutoTopUp };

interface Facts extends Moment {
  /** The pack as it is on sale to the customer by now; null when it is not. */
  readonly pack: CreditPack | null;
}

/** What to do about a top-up that is due, and for which no purchase is under way. */
export function decideTopUp(topUp: AutoTopUp, { pack, ...at }: Facts): TopUpDecision {
  // Credits may have come from elsewhere in the meantime.
  if (!topUp.enabled || at.available >= topUp.threshold) return { kind: "rest", topUp: watching(topUp, at) };
  if (pack === null) return { kind: "rest", topUp: failed(topUp, notOnSale(topUp), at.now) };
  const obstacle = obstacleIn(topUp, pack);
  if (obstacle !== null) return { kind: "rest", topUp: failed(topUp, obstacle, at.now) };
  const quantity = packsToBuy(topUp, pack, at);
  if (quantity > 0) return { kind: "buy", quantity, amount: packTotal(pack, quantity) };
  return { kind: "rest", topUp: { ...topUp, status: "CAPPED", nextAttemptAt: monthOf(at.now).end } };
}

const notOnSale = ({ creditPack }: AutoTopUp): string =>
  `The credit pack ${creditPack} is not on sale to this customer.`;

/** The catalogue may have changed since the terms were set. */
function obstacleIn(topUp: AutoTopUp, pack: CreditPack): string | null {
  if (pack.unit !== topUp.unit)
    return `The credit pack ${pack.key} now holds ${pack.unit}, not ${topUp.unit}.`;
  if (pack.price.currency === topUp.currency) return null;
  return `The credit pack ${pack.key} now costs ${pack.price.currency}, and the monthly cap is in ${topUp.currency}.`;
}

/** As many as are wanted and the cap allows. A fixed quantity is bought whole or not at all. */
function packsToBuy(topUp: AutoTopUp, pack: CreditPack, { available, now }: Moment): number {
  const allowed = packsWithin(subtract(topUp.monthlyCap, spentThisMonth(topUp, now)), pack);
  if (topUp.targetAmount !== null) return packsFor(pack, subtract(topUp.targetAmount, available), allowed);
  const quantity = topUp.quantity ?? 1;
  return quantity <= allowed ? quantity : 0;
}

function packsWithin(room: Micros, { price }: CreditPack): number {
  if (room < 0) return 0;
  return price.amount === 0
    ? purchaseQuantityMax
    : Math.min(purchaseQuantityMax, Math.floor(room / price.amount));
}

/** The fewest packs that hold so many credits, or the most; counted one by one because of their bonuses. */
function packsFor(pack: CreditPack, credits: number, most: number): number {
  for (let quantity = 1; quantity < most; quantity += 1)
    if (packCredits(pack, quantity) >= credits) return quantity;
  return most;
}

interface Begun {
  readonly invoiceId: string;
  readonly amount: Micros;
  readonly now: Instant;
}

/** A purchase is on record and about to be charged: it counts to the cap until it fails. */
export const begunTopUp = (topUp: AutoTopUp, { invoiceId, amount, now }: Begun): AutoTopUp => ({
  ...topUp,
  status: "BUYING",
  nextAttemptAt: addMs(now, leaseMs),
  invoiceId,
  attemptedAt: now,
  attemptAmount: amount,
  month: monthOf(now).start,
  spent: add(spentThisMonth(topUp, now), amount),
});

/** Somebody asks after the purchase under way, and needs time for it. */
export const resumedTopUp = (topUp: AutoTopUp, now: Instant): AutoTopUp => ({
  ...topUp,
  nextAttemptAt: addMs(now, leaseMs),
});

/** Nobody knows how the purchase under way stands, which is no failure of the customer's. */
export const unansweredTopUp = (topUp: AutoTopUp, now: Instant): AutoTopUp =>
  topUp.status === "BUYING" ? { ...topUp, nextAttemptAt: addMs(now, unansweredMs) } : topUp;

/** How the purchase under way stands. */
export interface PurchaseState {
  readonly status: PurchaseStatus;
  readonly failure: string | null;
}

/** What the purchase's state makes of its top-up. One that is not waited for any more changes nothing. */
export function settledTopUp(topUp: AutoTopUp, purchase: PurchaseState, at: Moment): AutoTopUp {
  if (topUp.status !== "BUYING") return topUp;
  switch (purchase.status) {
    case "PAID":
      return watching({ ...topUp, failures: 0, lastFailure: null }, at);
    case "FAILED":
      return failed(withoutAttempt(topUp), purchase.failure ?? "The payment was declined.", at.now);
    case "PENDING":
      return { ...topUp, nextAttemptAt: askAgainAt(topUp.attemptedAt, at.now) };
    case "ACTION_REQUIRED": {
      const deadline = addMs(topUp.attemptedAt, confirmationMaxMs);
      if (at.now >= deadline) return failed(withoutAttempt(topUp), notConfirmed, at.now);
      const next = Math.min(askAgainAt(topUp.attemptedAt, at.now), deadline) as Instant;
      return { ...topUp, nextAttemptAt: next };
    }
  }
}

const notConfirmed = "Nobody has confirmed the payment within 3 days.";

/** What has failed does not count to the cap. */
const withoutAttempt = (topUp: AutoTopUp): AutoTopUp => ({
  ...topUp,
  spent: topUp.spent < topUp.attemptAmount ? zero : subtract(topUp.spent, topUp.attemptAmount),
});

/** Money has arrived for these credits, in whatever way they were bought: what has failed before is over. */
export const withPaidCredits = (topUp: AutoTopUp): AutoTopUp =>
  topUp.status === "OFF" ? topUp : { ...topUp, failures: 0, lastFailure: null };

function failed(topUp: AutoTopUp, lastFailure: string, now: Instant): AutoTopUp {
  const failures = topUp.failures + 1;
  const hours = restHours[failures - 1];
  const after = { ...topUp, failures, lastFailure };
  if (hours === undefined || !topUp.enabled)
    return { ...after, enabled: false, status: "OFF", nextAttemptAt: null };
  return { ...after, status: "BACKING_OFF", nextAttemptAt: addMs(now, hours * hourMs) };
}

/** Whether it has been turned off by its failures, and not by somebody. */
export const hasGivenUp = ({ status, failures }: AutoTopUp): boolean =>
  status === "OFF" && failures > restHours.length;

export const watchFor = (state: WalletState, topUpBelow: Micros | null): WalletState => ({
  ...state,
  wallet: { ...state.wallet, topUpBelow },
});
