import { add, type Micros, subtract, zero } from "./amount.js";
import { type Budget, type BudgetCount, noHours, nothingRaised, type RunningBudget } from "./budget.js";
import { addMs, dayMs, hourMs, type Instant, instant, startOfDay, startOfHour } from "./instant.js";
import { periodIndexAt, type SubscribedPlan, servedPeriod } from "./subscription.js";

/** A budget's window at one instant. */
export interface BudgetSpan {
  readonly start: Instant;
  /** When it turns; null when it never does, and for a rolling one, of which a part comes back every hour. */
  readonly end: Instant | null;
  /** ROLLING: the hour under way. */
  readonly openHour: Instant | null;
}

type Windowed = Pick<Budget, "window" | "days">;

const always = 0 as Instant;
const lengthOf = ({ days }: Pick<Budget, "days">): number => (days ?? 0) * dayMs;

/** Every instant belongs to one window, and windows follow each other as time does. */
export function spanAt({ window, days }: Windowed, now: Instant, current: SubscribedPlan | null): BudgetSpan {
  switch (window) {
    case "DAY": {
      const start = startOfDay(now);
      return { start, end: addMs(start, dayMs), openHour: null };
    }
    case "MONTH": {
      const date = new Date(now);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      const [start, end] = [Date.UTC(year, month), Date.UTC(year, month + 1)];
      return { start: instant(start), end: instant(end), openHour: null };
    }
    case "PERIOD": {
      const { start, end } = billingSpan(now, current);
      return { start, end, openHour: null };
    }
    case "ROLLING": {
      const openHour = startOfHour(now);
      // Of a clock in January 1970 it may be before all instants.
      return { start: (openHour - lengthOf({ days })) as Instant, end: null, openHour };
    }
  }
}

/** Without a subscription in force there is no period to turn, nor a call to count. */
function billingSpan(now: Instant, current: SubscribedPlan | null): Pick<BudgetSpan, "start" | "end"> {
  if (current === null) return { start: always, end: null };
  const { startsAt, endsAt } = current.subscription;
  if (now < startsAt) return { start: always, end: startsAt };
  if (endsAt !== null && now >= endsAt) return { start: endsAt, end: null };
  return servedPeriod(current, periodIndexAt(current, now));
}

/** ROLLING: what is stored of the hours that have left the window, and the first one that has not. */
export interface LeftHours {
  readonly amount: Micros;
  readonly next: Instant | null;
}

/** Whether hours may have left the window, so that they have to be looked up. */
export const mayHaveLeft = ({ window }: Windowed, { start }: BudgetCount, span: BudgetSpan): boolean =>
  window === "ROLLING" && span.start > start;

interface Turn {
  /** The next entry of the wallet's ledger. */
  readonly nextSequence: number;
  /** Given when `mayHaveLeft`. */
  readonly left: LeftHours | null;
}

/** A budget as it is now, without what belongs to a window that is over. A clock that is behind turns nothing back. */
export function runBudget(
  budget: Budget,
  count: BudgetCount,
  span: BudgetSpan,
  { nextSequence, left }: Turn,
): RunningBudget {
  const unturned = { budget, count, span, hours: noHours, leftBefore: null };
  if (span.start === count.start) return unturned;
  if (span.start < count.start) return { ...unturned, span: keptSpan(count, span) };
  if (budget.window !== "ROLLING")
    return {
      ...unturned,
      count: { ...count, start: span.start, from: nextSequence, spent: zero, raised: nothingRaised },
    };
  return rolled(unturned, left ?? { amount: zero, next: null });
}

/** As it was when another process, whose clock is ahead, began it. */
const keptSpan = ({ start }: BudgetCount, span: BudgetSpan): BudgetSpan =>
  span.openHour === null
    ? { ...span, start }
    : { ...span, start, openHour: addMs(start, span.openHour - span.start) };

/** The hour that was under way is over, and takes its place among the others. */
function rolled(running: RunningBudget, left: LeftHours): RunningBudget {
  const { budget, count, span } = running;
  const closed = addMs(count.start, lengthOf(budget));
  const staysIn = closed >= span.start && count.open !== zero;
  const gone = staysIn ? left.amount : add(left.amount, count.open);
  return {
    ...running,
    count: {
      ...count,
      start: span.start,
      spent: subtract(count.spent, gone),
      open: zero,
      oldest: left.next ?? (staysIn ? closed : null),
      raised: stillRaised(count, span.start),
    },
    hours: staysIn ? new Map([[closed, count.open]]) : new Map(),
    leftBefore: span.start,
  };
}

/** A rolling window has no turn; a threshold is raised again at the earliest a whole window later. */
const stillRaised = ({ raised }: BudgetCount, since: Instant): ReadonlyMap<number, Instant> =>
  new Map([...raised].filter(([, at]) => startOfHour(at) >= since));

/** When a budget has more to give again; null when it never has, or has given nothing. */
export function resetsAt({ budget, count, span }: RunningBudget): Instant | null {
  if (budget.window !== "ROLLING") return span.end;
  return count.oldest === null || count.spent === zero
    ? null
    : addMs(count.oldest, hourMs + lengthOf(budget));
}

/** What was spent by the hour, taken up into a new count. */
export function freshCount(
  budget: Windowed,
  span: BudgetSpan,
  { hours, from, held }: { hours: ReadonlyMap<Instant, Micros>; from: number; held: Micros },
): Pick<RunningBudget, "count" | "hours"> {
  const isRolling = budget.window === "ROLLING";
  const spent = [...hours.values()].reduce(add, zero);
  const open = (isRolling && span.openHour !== null && hours.get(span.openHour)) || zero;
  const used = [...hours].filter(([, amount]) => amount !== zero).map(([hour]) => hour);
  const oldest = isRolling && used.length > 0 ? (Math.min(...used) as Instant) : null;
  const over = [...hours].filter(([hour]) => isRolling && hour !== span.openHour);
  return {
    count: { start: span.start, from, spent, held, raised: nothingRaised, open, oldest },
    hours: new Map(over),
  };
}
