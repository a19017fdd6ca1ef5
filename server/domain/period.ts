import type { PeriodRule } from "./catalog.js";
import { dayMs, type Instant, instant } from "./instant.js";
import { unreachable } from "./unreachable.js";

/** A billing period: half-open, so that a boundary belongs to the period it begins. */
export interface Period {
  /** How many periods lie between the anchor and this one. */
  readonly index: number;
  readonly start: Instant;
  /** Null: it never ends. */
  readonly end: Instant | null;
}

/** The period of this index, always counted from the anchor itself: a clamped day must not stay clamped. */
export function periodByIndex(rule: PeriodRule, anchor: Instant, index: number): Period {
  if (!Number.isSafeInteger(index) || index < 0)
    throw new RangeError(`${index} is not the index of a period.`);
  const start = boundary(rule, anchor, index);
  if (start === null)
    throw new RangeError(`A ${rule.type} rule has one period only, not one with index ${index}.`);
  return { index, start, end: boundary(rule, anchor, index + 1) };
}

/** The period that contains `at`. */
export function periodAt(rule: PeriodRule, anchor: Instant, at: Instant): Period {
  if (at < anchor) throw new RangeError("The first billing period begins at the anchor, which is later.");
  const guess = periodsBetween(rule, anchor, at);
  const start = boundary(rule, anchor, guess);
  // Later in the month than `at`, the anchor's time has not come round yet.
  const index = start !== null && at < start ? guess - 1 : guess;
  return periodByIndex(rule, anchor, index);
}

/** Where the calendar's own period begins that contains `at`; null for a rule that does not go by the calendar. */
export function calendarStart(rule: PeriodRule, at: Instant): Instant | null {
  if (rule.type === "CALENDAR_MONTH") return firstOfMonth(at, 0);
  return rule.type === "CALENDAR_YEAR" ? firstOfYear(at, 0) : null;
}

/** Null after a period that never ends. */
export const nextPeriod = (rule: PeriodRule, anchor: Instant, period: Period): Period | null =>
  period.end === null ? null : periodByIndex(rule, anchor, period.index + 1);

/** Where period `index` begins; null when the rule has no such period. */
function boundary(rule: PeriodRule, anchor: Instant, index: number): Instant | null {
  if (index === 0) return anchor;
  switch (rule.type) {
    case "CALENDAR_MONTH":
      return firstOfMonth(anchor, index);
    case "CALENDAR_YEAR":
      return firstOfYear(anchor, index);
    case "ANCHOR":
      return sameDay(anchor, index * monthsPer[rule.every]);
    case "ROLLING":
    case "NONE":
      return null;
    default:
      return unreachable(rule);
  }
}

const monthsPer = { MONTH: 1, YEAR: 12 };

/** How many times the month (or year) number has turned, which is right or one too many. */
function periodsBetween(rule: PeriodRule, anchor: Instant, at: Instant): number {
  switch (rule.type) {
    case "CALENDAR_MONTH":
      return monthNumber(at) - monthNumber(anchor);
    case "CALENDAR_YEAR":
      return yearOf(at) - yearOf(anchor);
    case "ANCHOR":
      return Math.floor((monthNumber(at) - monthNumber(anchor)) / monthsPer[rule.every]);
    case "ROLLING":
    case "NONE":
      return 0;
    default:
      return unreachable(rule);
  }
}

/** Months since January 1970: a new number at each first of a month, UTC. */
export const monthNumber = (at: Instant): number =>
  (yearOf(at) - epochYear) * monthsPer.YEAR + new Date(at).getUTCMonth();

const yearOf = (at: Instant): number => new Date(at).getUTCFullYear();

const epochYear = 1970;

const firstOfYear = (anchor: Instant, years: number): Instant => instant(Date.UTC(yearOf(anchor) + years, 0));

/** The first of the month so many months after an instant's own. */
export const firstOfMonth = (anchor: Instant, months: number): Instant =>
  instant(Date.UTC(epochYear, monthNumber(anchor) + months));

/** The anchor's day and time of day so many months later, on the month's last day where it is shorter. */
export function sameDay(anchor: Instant, months: number): Instant {
  const month = monthNumber(anchor) + months;
  const daysInMonth = new Date(Date.UTC(epochYear, month + 1, 0)).getUTCDate();
  const day = Math.min(new Date(anchor).getUTCDate(), daysInMonth);
  return instant(Date.UTC(epochYear, month, day) + (anchor % dayMs));
}
