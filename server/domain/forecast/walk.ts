import { type Micros, negate, subtract, sum, zero } from "../amount.js";
import { noBudgets } from "../budget.js";
import { budgetedCall } from "../consumption.js";
import { free, isInForce } from "../grant.js";
import { addMs, hourMs, type Instant } from "../instant.js";
import { addPeriodUsage, type PeriodUsage, usedOf } from "../periodUsage.js";
import { type RehearsedWallet, rehearsedWallet } from "../rehearsal/wallet.js";
import { burn as burnCredits, cover } from "../settlement.js";
import { periodIndexAt, servedPeriod } from "../subscription.js";
import type { CreditReturn, WalletState } from "../wallet.js";
import type { Burn, Course } from "./burn.js";
import { type DayBook, dayBook, type WalkDay } from "./dayBook.js";
import { type Bill, cut, type Spending, spenderOf } from "./spender.js";

export interface WalkFacts extends Spending {
  /** A wallet as it is now, and what a rolling supply of it gets back, and when. */
  readonly state: WalletState;
  readonly returns: readonly CreditReturn[];
  readonly burn: Burn;
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

/** What is used in such a time comes back to a rolling supply as though all of it were used at its beginning. */
const rollingStepMs = 6 * hourMs;

/**
 * Lets a wallet go through the time to come while usage goes its course. Renewals, expiries and returns happen at their
 * own times, by the function that lets them happen in a real one; between two of them usage is spread evenly.
 */
export function walk(facts: WalkFacts, { course, until, toTheEnd }: Walk): Walked {
  const { current, now } = facts;
  const book = dayBook(now);
  // What is reserved counts as spent: nobody knows better what will become of it. Budgets are not asked: somebody may
  // raise them before they are used up.
  const free = { entries: [], budgets: noBudgets };
  const state = { ...facts.state, ...free, wallet: { ...facts.state.wallet, nextHoldEndAt: null } };
  const wallet = rehearsedWallet(state, { returns: facts.returns, onEntry: book.note });
  const spenders = facts.burn.operations.map((operation) => spenderOf(facts, operation));
  const added = new Map<string, PeriodUsage>();
  let exhaustedAt: Instant | null = null;
  for (let at = now; at < until; ) {
    wallet.goTo(at);
    const index = periodIndexAt(current, at);
    const soon = current.plan.period.type === "ROLLING" ? addMs(at, rollingStepMs) : null;
    const to = firstAfter(at, [
      until,
      book.end(),
      soon,
      wallet.nextDueAt(),
      servedPeriod(current, index).end,
    ]);
    const stretch = { at, to, index };
    for (const spender of spenders) {
      const bill = spender(course(to - now), index);
      if (bill === null) continue;
      const { paid, usage } = spend(facts, { wallet, book, stretch, bill });
      if (paid < bill.amount) exhaustedAt ??= momentOf(stretch, paid, bill.amount);
      if (index === periodIndexAt(current, now)) for (const one of usage) enter(added, one);
    }
    if (exhaustedAt !== null && !toTheEnd) break;
    // What falls due at the day's very end belongs to the next one.
    if (to === book.end() || to >= until) book.close(to, available(wallet.state(), addMs(to, -1)));
    at = to;
  }
  return { exhaustedAt, days: book.days, added: [...added.values()] };
}

/** A time in which nothing falls due, and the billing period that it is in. */
interface Stretch {
  readonly at: Instant;
  readonly to: Instant;
  readonly index: number;
}

const firstAfter = (at: Instant, ends: readonly (Instant | null)[]): Instant =>
  Math.min(...ends.filter((end) => end !== null).filter((end) => end > at)) as Instant;

interface Spend {
  readonly wallet: RehearsedWallet;
  readonly book: DayBook;
  readonly stretch: Stretch;
  readonly bill: Bill;
}

/** Pays of a bill what the plan lets be paid of it, and tells how much of that credits have paid. */
function spend(
  { current: { plan, subscription } }: WalkFacts,
  { wallet, book, stretch: { at, index }, bill }: Spend,
): { readonly paid: Micros; readonly usage: readonly PeriodUsage[] } {
  const { operation } = bill;
  const call = budgetedCall(plan, bill);
  const covered = cover(wallet.state(), plan, { call, amount: bill.amount }, at);
  if ("kind" in covered && covered.kind === "budgetExceeded") throw new Error("A forecast has no budgets.");
  const amount = "kind" in covered ? covered.available : bill.amount;
  book.refuse(subtract(bill.amount, amount));
  if (amount === zero && bill.amount !== zero) return { paid: zero, usage: [] };
  const settlement = "kind" in covered ? cover(wallet.state(), plan, { call, amount }, at) : covered;
  if ("kind" in settlement) throw new Error("What can be spent can be spent.");
  const entry = { type: "USAGE", amount: negate(amount), occurredAt: at } as const;
  const burned = burnCredits(wallet.state(), settlement, entry, at);
  const parts = amount === bill.amount ? bill.parts : cut(bill.parts, amount, bill.amount);
  const billed = { subscriptionId: subscription.id, periodIndex: index, lateDay: null };
  const usage = usedOf({ operation, draws: settlement.draws, parts }, burned, billed);
  wallet.become(burned);
  return { paid: subtract(amount, settlement.uncovered), usage };
}

function enter(added: Map<string, PeriodUsage>, usage: PeriodUsage): void {
  const name = `${usage.tier}/${usage.operation}`;
  const known = added.get(name);
  added.set(name, known === undefined ? usage : addPeriodUsage(known, usage));
}

/** Usage between two instants is even, so that what is paid of it lasts for that part of the time. */
const momentOf = ({ at, to }: { at: Instant; to: Instant }, paid: Micros, amount: Micros): Instant =>
  addMs(at, Number((BigInt(to - at) * BigInt(paid)) / BigInt(amount)));

const available = ({ grants }: WalletState, at: Instant): Micros =>
  sum(grants.filter((grant) => isInForce(grant, at)).map(free));
