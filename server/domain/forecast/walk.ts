import { Decimal } from "decimal.js";
import { type Micros, maxMicros, sum } from "../amount.js";
import { noBudgets } from "../budget.js";
import { free, isInForce } from "../grant.js";
import { addMs, dayMs, hourMs, type Instant } from "../instant.js";
import { addPeriodUsage, type PeriodUsage } from "../periodUsage.js";
import { type RehearsedWallet, rehearsedWallet } from "../rehearsal/wallet.js";
import { periodIndexAt, type SubscribedPlan, servedPeriod, subscriptionStatus } from "../subscription.js";
import { type CreditReturn, invoiceDebt, type WalletState } from "../wallet.js";
import type { Burn, Course } from "./burn.js";
import { dayBook, type WalkDay } from "./dayBook.js";
import { type Debt, debtBook } from "./debts.js";
import { goesOn, lastWith, type Paid, pay, type Standing } from "./pay.js";
import { type Serving, type Spending, spenderOf } from "./spender.js";

export interface WalkFacts extends Spending {
  /** A wallet as it is now, and what a rolling supply of it gets back, and when. */
  readonly state: WalletState;
  readonly returns: readonly CreditReturn[];
  readonly burn: Burn;
  /** The plan in force and those that follow it, as far as they count in the wallet's unit. */
  readonly subscriptions: readonly SubscribedPlan[];
  /** What is owed for periods that are not final yet, the present one among them. */
  readonly debts: readonly Debt[];
  readonly now: Instant;
}

export interface Walked {
  /** When something is used for the first time that no credits can pay; null when that does not happen. */
  readonly exhaustedAt: Instant | null;
  readonly days: readonly WalkDay[];
  /** What the present period's usage is to add to its invoice. */
  readonly added: readonly PeriodUsage[];
}

interface Walk {
  readonly course: Course;
  readonly until: Instant;
  /** Whether to go on when the credits have run out. */
  readonly toTheEnd: boolean;
}

/**
 * Lets a wallet go through the time to come while usage goes its course. Renewals, expiries, returns and invoices
 * happen at their own times, by the functions that let them happen in a real one; between two of them usage is spread
 * evenly.
 */
export function walk(facts: WalkFacts, { course, until, toTheEnd }: Walk): Walked {
  const { now, current } = facts;
  const book = dayBook(now);
  const wallet = openWallet(facts, book.note);
  const debts = debtBook(facts.debts);
  const present = { subscribed: current, index: periodIndexAt(current, now) };
  let spenders = facts.burn.operations.map((operation) => spenderOf(facts, operation, present));
  const added = new Map<string, PeriodUsage>();
  let exhaustedAt: Instant | null = null;
  for (let at = now; at < until; ) {
    wallet.goTo(at);
    const owed = debts.takeDue(at);
    if (owed !== 0) wallet.become(invoiceDebt(wallet.state(), owed, at));
    const serving = servingAt(facts, at);
    const ends = [until, book.end(), wallet.nextDueAt(), debts.nextAt(), ...changesAfter(facts, serving, at)];
    let to = firstAfter(at, ends);
    if (serving !== null) {
      const stretch = { at, to, serving };
      const standing = { state: wallet.state(), spenders };
      const payUntil = (time: Instant, rounding: Decimal.Rounding): Paid =>
        pay(facts, standing, stretch, { days: course(time - now), rounding });
      let paid = payUntil(to, Decimal.ROUND_HALF_UP);
      if (exhaustedAt === null && !goesOn(standing, paid)) {
        const left = leaving(standing, stretch, (time) => payUntil(time, Decimal.ROUND_UP));
        exhaustedAt = left.exhaustedAt;
        if (exhaustedAt !== null && !toTheEnd) break;
        to = left.to;
        paid = payUntil(to, Decimal.ROUND_HALF_UP);
      }
      wallet.become(paid.state);
      spenders = [...paid.spenders];
      paid.refused.forEach(book.refuse);
      debts.note(serving, paid.usage);
      if (isSame(serving, present)) for (const one of paid.usage) enter(added, one);
    }
    // What falls due at the day's very end belongs to the next one.
    if (to === book.end() || to >= until) book.close(to, available(wallet.state(), addMs(to, -1)));
    at = to;
  }
  return { exhaustedAt, days: book.days, added: [...added.values()] };
}

/**
 * What is reserved counts as spent: nobody knows better what will become of it. Budgets are not asked: somebody may
 * raise them before they are used up.
 */
function openWallet(
  { state, returns }: WalkFacts,
  onEntry: ReturnType<typeof dayBook>["note"],
): RehearsedWallet {
  const wallet = { ...state.wallet, nextHoldEndAt: null };
  return rehearsedWallet({ ...state, wallet, entries: [], budgets: noBudgets }, { returns, onEntry });
}

interface Leaving {
  /** When the stretch is left: at its end, or earlier, when a grant is used up that operations do not share alike. */
  readonly to: Instant;
  readonly exhaustedAt: Instant | null;
}

/** Whatever is started of a millionth has to be paid, or time would pass in which something is used for nothing. */
function leaving(
  standing: Standing,
  { at, to }: { readonly at: Instant; readonly to: Instant },
  payUntil: (time: Instant) => Paid,
): Leaving {
  const last = lastWith(at, to, (time) => goesOn(standing, payUntil(time)));
  const next = addMs(last, 1);
  return payUntil(next).isPaid ? { to: next, exhaustedAt: null } : { to, exhaustedAt: last };
}

/** The plan in force; null where there is none. */
function servingAt({ subscriptions }: WalkFacts, at: Instant): Serving | null {
  const subscribed = subscriptions.find(
    ({ subscription }) => subscriptionStatus(subscription, at) === "ACTIVE",
  );
  return subscribed === undefined ? null : { subscribed, index: periodIndexAt(subscribed, at) };
}

const isSame = (a: Serving, b: Serving): boolean =>
  a.index === b.index && a.subscribed.subscription.id === b.subscribed.subscription.id;

/** What is used in such a time comes back to a rolling supply as though all of it were used at its beginning. */
const rollingStepMs = 6 * hourMs;

/** When another period or plan begins, and when so much has been used that it has to be counted. */
function changesAfter(
  { subscriptions, burn }: WalkFacts,
  serving: Serving | null,
  at: Instant,
): (Instant | null)[] {
  const starts = subscriptions.map(({ subscription }) => subscription.startsAt);
  if (serving === null) return starts;
  const { subscribed, index } = serving;
  const most = Decimal.max(1, ...burn.operations.map(({ quantityPerDay }) => quantityPerDay));
  // A stretch's quantity is one amount; weekdays and the upper edge of the range are several times the mean.
  const countable = new Decimal(maxMicros).dividedBy(20).dividedBy(most).times(dayMs).floor();
  const step = subscribed.plan.period.type === "ROLLING" ? rollingStepMs : dayMs;
  const soon = addMs(at, Math.max(hourMs, Decimal.min(countable, step).toNumber()));
  return [...starts, soon, subscribed.subscription.endsAt, servedPeriod(subscribed, index).end];
}

const firstAfter = (at: Instant, ends: readonly (Instant | null)[]): Instant =>
  Math.min(...ends.filter((end) => end !== null).filter((end) => end > at)) as Instant;

function enter(added: Map<string, PeriodUsage>, usage: PeriodUsage): void {
  const name = `${usage.tier}/${usage.operation}`;
  const known = added.get(name);
  added.set(name, known === undefined ? usage : addPeriodUsage(known, usage));
}

const available = ({ grants }: WalletState, at: Instant): Micros =>
  sum(grants.filter((grant) => isInForce(grant, at)).map(free));
