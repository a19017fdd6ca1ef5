import { Decimal } from "decimal.js";
import { dayMs } from "../instant.js";

/** What one operation used in 24 hours, in millionths; 0 days ago are the last ones. */
export interface DailySum {
  readonly daysAgo: number;
  readonly operation: string;
  /** What was reversed is in the quantity, and not in the amount. */
  readonly quantity: Decimal.Value;
  readonly amount: Decimal.Value;
  readonly reversed: Decimal.Value;
}

export interface OperationBurn {
  readonly operation: string;
  readonly amountPerDay: Decimal;
  /** Without what was reversed, as far as that had a price. */
  readonly quantityPerDay: Decimal;
}

/** How fast credits are used, in millionths a day, as far as that can be told from the past. */
export interface Burn {
  /** How many days it was told from. */
  readonly days: number;
  readonly perDay: Decimal;
  /** The standard deviation of a day's sum from what was to be expected of that day. */
  readonly deviation: Decimal;
  /** How many equal days the weighted ones are worth. */
  readonly worth: Decimal;
  /** What is to be expected of each of the next seven days; null when they do not differ enough to tell. */
  readonly week: readonly Decimal[] | null;
  readonly operations: readonly OperationBurn[];
}

export const observedDaysMax = 28;
export const observedDaysMin = 3;
const weekDays = 7;
/** Fewer than three weeks cannot tell a weekday from an accident. */
const weeksForWeekdays = 3;

/**
 * A mean of the last full weeks, each of which counts half as much as the one after it: recent enough to follow what
 * changes, and of whole weeks, so that no weekday counts more than another. Less than a week is averaged as it is.
 */
export function burnOf(sums: readonly DailySum[], observed: number): Burn {
  const weights = dayWeights(observed);
  const counted = sums.filter(({ daysAgo }) => daysAgo < weights.length);
  const totals = dailyTotals(counted, weights.length);
  const perDay = weightedSum(weights, totals);
  const worth = new Decimal(1).dividedBy(weightedSum(weights, weights));
  const around = variance(weights, totals, { expected: totals.map(() => perDay), worth });
  const weekdays = weekdaysOf(weights, totals);
  const left = weekdays === null ? around : variance(weights, totals, weekdays);
  // A weekly pattern is one only where it explains at least half of how much days differ.
  const isWeekly = weekdays !== null && around.greaterThan(0) && left.times(2).lessThanOrEqualTo(around);
  return {
    days: weights.length,
    perDay,
    deviation: (isWeekly ? left : around).squareRoot(),
    worth,
    // The first day to come is of the weekday that was seven days before it, which is six full days ago.
    week: isWeekly
      ? totals.slice(0, weekDays).map((_, ahead) => expectedAt(weekdays, weekDays - 1 - ahead))
      : null,
    operations: operationsOf(counted, weights),
  };
}

/** They add up to one; the last day comes first. */
function dayWeights(observed: number): Decimal[] {
  const days = Math.min(observed, observedDaysMax);
  const weeks = Math.floor(days / weekDays);
  if (weeks === 0) return Array.from({ length: days }, () => new Decimal(1).dividedBy(days));
  const all = 2 ** weeks - 1;
  return Array.from({ length: weeks * weekDays }, (_, daysAgo) => {
    const inWeek = 2 ** (weeks - 1 - Math.floor(daysAgo / weekDays));
    return new Decimal(inWeek).dividedBy(all * weekDays);
  });
}

function dailyTotals(sums: readonly DailySum[], days: number): Decimal[] {
  const totals = Array.from({ length: days }, () => new Decimal(0));
  for (const { daysAgo, amount } of sums) totals[daysAgo] = (totals[daysAgo] ?? new Decimal(0)).plus(amount);
  return totals;
}

const weightedSum = (weights: readonly Decimal[], values: readonly Decimal[]): Decimal =>
  weights.reduce((sum, weight, index) => sum.plus(weight.times(values[index] ?? 0)), new Decimal(0));

interface Expectation {
  readonly expected: readonly Decimal[];
  /** How many equal observations each expectation was told from. */
  readonly worth: Decimal;
}

/** Corrected for the expectation having been told from the same days. */
function variance(
  weights: readonly Decimal[],
  totals: readonly Decimal[],
  { expected, worth }: Expectation,
): Decimal {
  const squares = totals.map((total, index) => total.minus(expected[index] ?? 0).pow(2));
  return weightedSum(weights, squares).times(worth).dividedBy(worth.minus(1));
}

const expectedAt = ({ expected }: Expectation, daysAgo: number): Decimal =>
  expected[daysAgo] ?? new Decimal(0);

/** The weighted mean of each weekday; null for too few weeks. */
function weekdaysOf(weights: readonly Decimal[], totals: readonly Decimal[]): Expectation | null {
  const weeks = totals.length / weekDays;
  if (weeks < weeksForWeekdays) return null;
  const ofDay = (daysAgo: number, what: (index: number) => Decimal): Decimal =>
    Array.from({ length: weeks }, (_, week) => what(daysAgo + week * weekDays)).reduce((a, b) => a.plus(b));
  const weight = (index: number): Decimal => weights[index] ?? new Decimal(0);
  const means = Array.from({ length: weekDays }, (_, daysAgo) =>
    ofDay(daysAgo, (index) => weight(index).times(totals[index] ?? 0)).dividedBy(ofDay(daysAgo, weight)),
  );
  const share = ofDay(0, weight);
  const worth = share.pow(2).dividedBy(ofDay(0, (index) => weight(index).pow(2)));
  return { expected: totals.map((_, index) => means[index % weekDays] ?? new Decimal(0)), worth };
}

interface WeightedSums {
  readonly amount: Decimal;
  readonly quantity: Decimal;
  readonly reversed: Decimal;
}

const noSums: WeightedSums = { amount: new Decimal(0), quantity: new Decimal(0), reversed: new Decimal(0) };

function operationsOf(sums: readonly DailySum[], weights: readonly Decimal[]): OperationBurn[] {
  const byOperation = new Map<string, WeightedSums>();
  for (const { operation, daysAgo, quantity, amount, reversed } of sums) {
    const weight = weights[daysAgo] ?? new Decimal(0);
    const known = byOperation.get(operation) ?? noSums;
    byOperation.set(operation, {
      amount: weight.times(amount).plus(known.amount),
      quantity: weight.times(quantity).plus(known.quantity),
      reversed: weight.times(reversed).plus(known.reversed),
    });
  }
  const all = [...byOperation].map(([operation, of]) => ({
    operation,
    amountPerDay: of.amount,
    quantityPerDay: of.quantity.times(keptPart(of)),
  }));
  return all.sort(
    (a, b) => b.amountPerDay.comparedTo(a.amountPerDay) || (a.operation < b.operation ? -1 : 1),
  );
}

/** What was undone was not used: of a quantity, the part that its price has been undone by. */
const keptPart = ({ amount, reversed }: WeightedSums): Decimal => {
  const gross = amount.plus(reversed);
  return gross.isZero() ? new Decimal(1) : amount.dividedBy(gross);
};

/** How usage goes on: how many average days' worth of it come within so many milliseconds. It never goes back. */
export type Course = (ms: number) => Decimal;

/** Of a normal distribution, 80 % lie between this many standard deviations below and above the middle. */
const spread = new Decimal("1.2816");

export interface Courses {
  readonly expected: Course;
  /** Four times out of five, usage stays between these two. */
  readonly least: Course;
  readonly most: Course;
}

/**
 * Days differ by chance, which evens out in the long run, and the mean may itself be wrong, which does not: the one
 * grows with the root of the time, the other with the time.
 */
export function coursesOf(burn: Burn): Courses {
  const expected: Course = (ms) => expectedDays(burn, ms);
  if (burn.perDay.isZero()) return { expected, least: expected, most: expected };
  const relative = burn.deviation.dividedBy(burn.perDay);
  const margin = (ms: number): Decimal => {
    const days = new Decimal(ms).dividedBy(dayMs);
    return spread.times(relative).times(days.plus(days.pow(2).dividedBy(burn.worth)).squareRoot());
  };
  return {
    expected,
    most: (ms) => expected(ms).plus(margin(ms)),
    least: (ms) => Decimal.max(0, expected(ms).minus(margin(ms))),
  };
}

function expectedDays({ perDay, week }: Burn, ms: number): Decimal {
  const days = new Decimal(ms).dividedBy(dayMs);
  if (week === null) return days;
  const full = days.floor().toNumber();
  const ofDay = (index: number): Decimal => (week[index % weekDays] ?? perDay).dividedBy(perDay);
  // A week of weekdays is seven average days, whatever each of them is.
  let sum = new Decimal(full - (full % weekDays));
  for (let index = full - (full % weekDays); index < full; index += 1) sum = sum.plus(ofDay(index));
  return sum.plus(ofDay(full).times(days.minus(full)));
}
