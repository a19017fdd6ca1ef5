import { add, type Micros, micros, negate, subtract, zero } from "./amount.js";
import type { BudgetSpan } from "./budgetWindow.js";
import { type Instant, startOfHour } from "./instant.js";
import type { BudgetSetter } from "./setter.js";

/** CREDITS: all that calls cost. MONEY: the part of it that is billed, because no credits pay it. */
export const budgetMeasures = ["CREDITS", "MONEY"] as const;
export type BudgetMeasure = (typeof budgetMeasures)[number];

/** WARN tells. BLOCK also refuses what would pass the limit. */
export const budgetActions = ["WARN", "BLOCK"] as const;
export type BudgetAction = (typeof budgetActions)[number];

export const budgetWindows = ["DAY", "MONTH", "PERIOD", "ROLLING"] as const;
export type BudgetWindow = (typeof budgetWindows)[number];

/** Each part that is given narrows it down; one without any is about all calls. */
export interface BudgetScope {
  readonly operation: string | null;
  readonly group: string | null;
  readonly apiKeyId: string | null;
}

/** What decides which calls a budget counts, and how. */
export interface BudgetCounting extends BudgetScope {
  readonly window: BudgetWindow;
  /** How long a ROLLING window is; null for all others. */
  readonly days: number | null;
  readonly measure: BudgetMeasure;
}

export interface BudgetTerms extends BudgetCounting {
  readonly name: string;
  readonly limit: Micros;
  /** In percent of the limit, ascending. */
  readonly thresholds: readonly number[];
  readonly action: BudgetAction;
}

export interface Budget extends BudgetTerms {
  readonly id: string;
  readonly customerId: string;
  readonly unit: string;
  /** Among the budgets of its wallet: ascending with age. */
  readonly position: number;
  readonly setBy: BudgetSetter;
  /** Counts how often it was set: what a threshold stands for may change with it. */
  readonly revision: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export const budgetDays = { min: 1, max: 366 };
export const thresholdPercent = { min: 1, max: 1_000 };
export const thresholdsMax = 10;
/** In each wallet. Each costs a little of every call, so there is an end to them; a customer takes no place of the operator's. */
export const budgetsMax: Readonly<Record<BudgetSetter, number>> = { OPERATOR: 20, CUSTOMER: 10 };

/** A call as budgets tell calls apart; a hold, which is a call to come, likewise. */
export interface BudgetedCall {
  readonly operation: string;
  readonly group: string | null;
  readonly apiKeyId: string | null;
}

export const counts = (scope: BudgetScope, call: BudgetedCall): boolean =>
  (scope.operation === null || scope.operation === call.operation) &&
  (scope.group === null || scope.group === call.group) &&
  (scope.apiKeyId === null || scope.apiKeyId === call.apiKeyId);

/** Whether both count the same calls in the same windows. */
export const countsAlike = (a: BudgetCounting, b: BudgetCounting): boolean =>
  a.operation === b.operation &&
  a.group === b.group &&
  a.apiKeyId === b.apiKeyId &&
  a.window === b.window &&
  a.days === b.days &&
  a.measure === b.measure;

/** What a call costs, and how much of that is billed. */
export interface Spending {
  readonly amount: Micros;
  readonly postpaid: Micros;
}

export const measured = ({ measure }: Pick<Budget, "measure">, { amount, postpaid }: Spending): Micros =>
  measure === "CREDITS" ? amount : postpaid;

/** What a budget has come to in its window, as it is kept from call to call. */
export interface BudgetCount {
  /** The first instant of the window. */
  readonly start: Instant;
  /** The first entry of the wallet's ledger that belongs to it: no clock can argue about that. */
  readonly from: number;
  readonly spent: Micros;
  /** What active holds have reserved of it, whenever they were made. */
  readonly held: Micros;
  /** The thresholds that were passed in the window, in percent, and when. */
  readonly raised: ReadonlyMap<number, Instant>;
  /** ROLLING: what of it was spent in the hour under way. */
  readonly open: Micros;
  /** ROLLING: the first hour in which any of it was spent; it may be early, never late. */
  readonly oldest: Instant | null;
}

/** A budget at work: in a wallet that was loaded, at one instant. */
export interface RunningBudget {
  readonly budget: Budget;
  readonly count: BudgetCount;
  readonly span: BudgetSpan;
  /** ROLLING: what hours that are over have come to since it was loaded, to be added to what is stored of them. */
  readonly hours: ReadonlyMap<Instant, Micros>;
  /** ROLLING: the hours before this have left the window since it was loaded; null when none has. */
  readonly leftBefore: Instant | null;
}

/**
 * The budgets of one wallet, by position. The version is another whenever one of them is set or deleted; 0: there never
 * was one.
 */
export interface BudgetBook {
  readonly version: number;
  readonly running: readonly RunningBudget[];
}

/** What most budgets have, made once: it is looked at with every call. */
export const noHours: ReadonlyMap<Instant, Micros> = new Map();
export const nothingRaised: ReadonlyMap<number, Instant> = new Map();

export const noBudgets: BudgetBook = { version: 0, running: [] };

/** Another version, so that nobody goes on with the old ones. */
export const bookWith = ({ version }: BudgetBook, running: readonly RunningBudget[]): BudgetBook => ({
  version: version + 1,
  running,
});

const committed = ({ spent, held }: BudgetCount): Micros => add(spent, held);

/** What can still be spent; a budget that only warns can be past its limit. */
export function leftOf({ budget, count }: RunningBudget): Micros {
  const left = budget.limit - committed(count);
  return left > 0 ? micros(left) : zero;
}

export interface Exceeded {
  readonly running: RunningBudget;
  readonly required: Micros;
}

/** The part of a call's spending that a hold has reserved, and that is no part of what budgets count as held any more. */
export interface Promised extends Spending {
  readonly hold: BudgetedCall;
}

/**
 * The budget that forbids such a call: of several, the one that leaves least. What costs nothing more than was promised
 * is never refused by a budget that has let the hold through; one that does not count the hold has promised nothing.
 */
export function exceededBudget(
  { running }: BudgetBook,
  call: BudgetedCall,
  { spending, promised }: { readonly spending: Spending; readonly promised: Promised | null },
): Exceeded | null {
  let worst: Exceeded | null = null;
  for (const one of running) {
    const { budget, count } = one;
    if (budget.action !== "BLOCK" || !counts(budget, call)) continue;
    const required = measured(budget, spending);
    const kept = promised !== null && counts(budget, promised.hold) ? measured(budget, promised) : zero;
    if (required <= kept || committed(count) + required <= budget.limit) continue;
    if (worst === null || leftOf(one) < leftOf(worst.running)) worst = { running: one, required };
  }
  return worst;
}

/** A threshold that was passed. */
export interface Crossing {
  readonly running: RunningBudget;
  readonly percent: number;
}

export interface Counted {
  readonly book: BudgetBook;
  readonly crossings: readonly Crossing[];
}

/** Counts what a call has spent, and finds the thresholds that it passes. */
export function countSpent(
  book: BudgetBook,
  call: BudgetedCall,
  { spending, at }: { readonly spending: Spending; readonly at: Instant },
): Counted {
  const crossings: Crossing[] = [];
  const running = book.running.map((one) => {
    const spent = measured(one.budget, spending);
    if (spent === zero || !counts(one.budget, call)) return one;
    const counted = addSpent(one, spent, at);
    const passed = passedBy(counted);
    if (passed === null) return counted;
    const raised = raise(counted, passed, at);
    crossings.push(...raised.crossings);
    return raised.running;
  });
  return { book: { ...book, running }, crossings };
}

/** What was undone of a call, and where that stands in its wallet's ledger. */
export interface Undone {
  readonly spending: Spending;
  readonly recordedAt: Instant;
  readonly sequence: number;
}

/** Gives back what was undone of a call, to the window in which it was counted, for as long as that lasts. */
export const giveBackSpent = (book: BudgetBook, call: BudgetedCall, undone: Undone): BudgetBook => ({
  ...book,
  running: book.running.map((one) => {
    const amount = measured(one.budget, undone.spending);
    if (amount === zero || !counts(one.budget, call) || !isCounted(one, undone)) return one;
    return addSpent(one, negate(amount), undone.recordedAt);
  }),
});

/** A rolling window counts whole hours, and every other one the ledger's entries, about which no clock can argue. */
const isCounted = ({ budget, count }: RunningBudget, { recordedAt, sequence }: Undone): boolean =>
  budget.window === "ROLLING" ? startOfHour(recordedAt) >= count.start : sequence >= count.from;

/** Counts what a hold reserves from now on; below zero: what it lets go of. */
export const countHeld = (book: BudgetBook, call: BudgetedCall, change: Spending): BudgetBook => ({
  ...book,
  running: book.running.map((one) => {
    const { budget, count } = one;
    const more = measured(budget, change);
    if (more === zero || !counts(budget, call)) return one;
    return { ...one, count: { ...count, held: add(count.held, more) } };
  }),
});

function addSpent(running: RunningBudget, amount: Micros, at: Instant): RunningBudget {
  const { budget, count, span, hours } = running;
  const spent = add(count.spent, amount);
  if (budget.window !== "ROLLING") return { ...running, count: { ...count, spent } };
  const hour = startOfHour(at);
  const oldest = count.oldest === null || hour < count.oldest ? hour : count.oldest;
  // By a clock that is ahead, the hour under way may be a later one.
  if (hour === span.openHour)
    return { ...running, count: { ...count, spent, oldest, open: add(count.open, amount) } };
  const of = add(hours.get(hour) ?? zero, amount);
  return { ...running, count: { ...count, spent, oldest }, hours: new Map(hours).set(hour, of) };
}

/** The thresholds that have been reached and were not noted before in this window, in percent; null when none. */
export function passedBy({ budget, count }: RunningBudget): readonly number[] | null {
  let passed: number[] | null = null;
  for (const percent of budget.thresholds) {
    // They ascend, so those that follow lie still further ahead.
    if (!hasReached(budget.limit, count.spent, percent)) break;
    if (count.raised.has(percent)) continue;
    passed ??= [];
    passed.push(percent);
  }
  return passed;
}

/** Notes thresholds that were passed. */
export function raise(
  running: RunningBudget,
  passed: readonly number[],
  at: Instant,
): { readonly running: RunningBudget; readonly crossings: readonly Crossing[] } {
  const { count } = running;
  const raised = new Map([...count.raised, ...passed.map((percent) => [percent, at] as const)]);
  const noted = { ...running, count: { ...count, raised } };
  return { running: noted, crossings: passed.map((percent) => ({ running: noted, percent })) };
}

/** Of a limit of nothing, whatever is spent is all of it. */
export function hasReached(limit: Micros, spent: Micros, percent: number): boolean {
  const [hundredfold, share] = [spent * 100, limit * percent];
  if (spent <= 0) return false;
  return Number.isSafeInteger(hundredfold) && Number.isSafeInteger(share)
    ? hundredfold >= share
    : BigInt(spent) * 100n >= BigInt(limit) * BigInt(percent);
}

/** By how much one is more than the other. */
export const more = (whole: Spending, part: Spending): Spending => ({
  amount: subtract(whole.amount, part.amount),
  postpaid: subtract(whole.postpaid, part.postpaid),
});
