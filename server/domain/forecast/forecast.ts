import { addMs, dayMs, type Instant } from "../instant.js";
import { addPeriodUsage, type PeriodUsage } from "../periodUsage.js";
import { isUndone, periodIndexAt, type SubscribedPlan, servedPeriod } from "../subscription.js";
import { type Course, type Courses, coursesOf } from "./burn.js";
import type { WalkDay } from "./dayBook.js";
import { type WalkFacts, walk } from "./walk.js";

/** TOO_LITTLE_DATA: used for less than three days. NO_PLAN: no plan in force counts in the wallet's unit. */
export const forecastGaps = ["TOO_LITTLE_DATA", "NO_PLAN"] as const;
export type ForecastGap = (typeof forecastGaps)[number];

/** When credits run out; each is null when that is not before the horizon. */
interface Exhaustion {
  readonly at: Instant | null;
  readonly earliest: Instant | null;
  readonly latest: Instant | null;
}

/** What the rest of the present period is to add to its invoice. */
export interface PeriodRest {
  readonly least: readonly PeriodUsage[];
  readonly expected: readonly PeriodUsage[];
  readonly most: readonly PeriodUsage[];
}

export interface Outlook {
  readonly horizon: Instant;
  readonly exhaustion: Exhaustion;
  readonly days: readonly WalkDay[];
  readonly rest: PeriodRest;
}

const horizonDays = 365;
/** Within three of its windows a rolling supply has found its balance. */
const windowsAhead = 3;

/** How far it is looked ahead: not beyond the end of the last subscription of those that follow each other. */
function horizonOf({ subscriptions, current, now }: WalkFacts): Instant {
  const { period } = current.plan;
  const days = period.type === "ROLLING" ? Math.min(horizonDays, windowsAhead * period.days) : horizonDays;
  const horizon = addMs(now, days * dayMs);
  let last = current;
  for (let next = followerOf(last, subscriptions); next !== undefined; next = followerOf(last, subscriptions))
    last = next;
  const { endsAt } = last.subscription;
  return endsAt !== null && endsAt < horizon ? endsAt : horizon;
}

const followerOf = (
  { subscription: { id, endsAt } }: SubscribedPlan,
  subscriptions: readonly SubscribedPlan[],
): SubscribedPlan | undefined =>
  subscriptions.find(
    ({ subscription }) =>
      subscription.id !== id && subscription.startsAt === endsAt && !isUndone(subscription),
  );

/** What becomes of a wallet and its invoice if usage goes on as it did. */
export function lookAhead(facts: WalkFacts, daysShown: number): Outlook {
  const { now, current } = facts;
  const courses = coursesOf(facts.burn);
  const horizon = horizonOf(facts);
  const exhaustedBy = (course: Course): Instant | null =>
    walk(facts, { course, until: horizon, toTheEnd: false }).exhaustedAt;
  const shown = Math.min(horizon, addMs(now, daysShown * dayMs)) as Instant;
  return {
    horizon,
    exhaustion: {
      earliest: exhaustedBy(courses.most),
      at: exhaustedBy(courses.expected),
      latest: exhaustedBy(courses.least),
    },
    days: walk(facts, { course: courses.expected, until: shown, toTheEnd: true }).days,
    rest: restOfPeriod(facts, courses, periodEnd(current, now)),
  };
}

/** Null when it never ends. */
export const periodEnd = (current: SubscribedPlan, at: Instant): Instant | null =>
  servedPeriod(current, periodIndexAt(current, at)).end;

function restOfPeriod(facts: WalkFacts, courses: Courses, until: Instant | null): PeriodRest {
  const { policy } = facts.current.plan.overage;
  if (until === null || policy === "BLOCK") return { least: [], expected: [], most: [] };
  const addedBy = (course: Course) => walk(facts, { course, until, toTheEnd: true }).added;
  return {
    least: addedBy(courses.least),
    expected: addedBy(courses.expected),
    most: addedBy(courses.most),
  };
}

/** What a period has come to with what is to be added to it. */
export function withRest(usage: readonly PeriodUsage[], rest: readonly PeriodUsage[]): PeriodUsage[] {
  const nameOf = ({ operation, tier, lateDay }: PeriodUsage) => `${lateDay}/${tier}/${operation}`;
  const byName = new Map(usage.map((one) => [nameOf(one), one]));
  for (const one of rest) {
    const known = byName.get(nameOf(one));
    byName.set(nameOf(one), known === undefined ? one : addPeriodUsage(known, one));
  }
  return [...byName.values()];
}
