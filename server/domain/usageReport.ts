import { Decimal } from "decimal.js";
import {
  addTotals,
  type Micros,
  maxMicros,
  micros,
  microsPerUnit,
  subtractTotals,
  type Total,
  zero,
} from "./amount.js";
import type { Attributes, AttributeValue } from "./catalog.js";
import { addMs, type Instant, startOfDay } from "./instant.js";
import { firstOfMonth, monthNumber, sameDay } from "./period.js";
import { attributeOf } from "./price/attributes.js";

export const usageDimensions = [
  "OPERATION",
  "GROUP",
  "HOUR",
  "DAY",
  "MONTH",
  "ATTRIBUTE",
  "API_KEY",
  "PLAN",
] as const;
export type UsageDimension = (typeof usageDimensions)[number];

/** What is added up. `amount` and its parts are what is left when what was reversed is taken out. */
export interface UsageFigures {
  readonly calls: number;
  readonly quantity: Total;
  readonly amount: Total;
  readonly allowance: Total;
  readonly postpaid: Total;
  readonly reversed: Total;
}

/** A stored sum, or several of them that a report does not tell apart. */
export interface UsageSum extends UsageFigures {
  /** The start of its hour; when hours are not asked for, of a day, which for the range before is one of the range's. */
  readonly at: Instant;
  readonly operation: string;
  readonly planKey: string;
  readonly apiKeyId: string | null;
  /** As `reportedAttributes` writes them. */
  readonly attributes: string;
  readonly unit: string;
}

/** What a row's usage has in common; null for what is not asked for, or not said. */
export interface UsageGroup {
  readonly hour: Instant | null;
  readonly day: Instant | null;
  readonly month: Instant | null;
  readonly group: string | null;
  readonly operation: string | null;
  readonly plan: string | null;
  readonly apiKeyId: string | null;
  readonly attributes: Readonly<Record<string, AttributeValue | null>> | null;
  readonly unit: string;
}

export interface UsageChange {
  readonly calls: Micros | null;
  readonly quantity: Micros | null;
  readonly amount: Micros | null;
}

export interface UsageReportRow extends UsageGroup, UsageFigures {
  /** Of what all rows in the unit cost, in percent; null when they cost nothing. */
  readonly share: Micros | null;
  /** The same in the range before; null when that is not asked for. */
  readonly previous: UsageFigures | null;
  readonly change: UsageChange | null;
}

export interface UsageReportTotal extends UsageFigures {
  readonly unit: string;
  readonly previous: UsageFigures | null;
  readonly change: UsageChange | null;
}

/** How sums become rows. */
export interface Grouping {
  readonly dimensions: readonly UsageDimension[];
  /** For ATTRIBUTE. */
  readonly attributes: readonly string[];
  /** Only sums with these values. */
  readonly where: Attributes;
  /** The group of each operation that has one. */
  readonly groups: ReadonlyMap<string, string>;
}

/** Half-open. */
export interface TimeRange {
  readonly from: Instant;
  readonly to: Instant;
}

export interface Ranges {
  readonly range: TimeRange;
  readonly previous: TimeRange;
}

/**
 * The range to compare with: as many whole months before as the range has, when it has whole months, UTC; otherwise
 * as long a time right before it. Null when that would begin before 1970.
 */
export function previousRange({ from, to }: TimeRange): TimeRange | null {
  if (areMonths({ from, to })) {
    const months = monthNumber(to) - monthNumber(from);
    return months > monthNumber(from) ? null : { from: firstOfMonth(from, -months), to: from };
  }
  return to - from > from ? null : { from: addMs(from, from - to), to: from };
}

/** Puts sums together to what is asked for, in the order of time and then of names. */
export function reportUsage(
  sums: readonly UsageSum[],
  before: readonly UsageSum[] | null,
  grouping: Grouping,
  ranges: Ranges,
) {
  const wanted = sums.filter((one) => matches(one, grouping.where));
  const wantedBefore = before?.filter((one) => matches(one, grouping.where)) ?? null;
  const rows = addUp(wanted, (one) => groupOf(one, grouping));
  const counterparts = wantedBefore?.map((one) => counterpart(one, grouping, ranges)) ?? [];
  const rowsBefore = addUp(counterparts, (one) => groupOf(one, grouping));
  const totals = addUp(wanted.map(withoutQuantity), unitOf);
  const totalsBefore = addUp((wantedBefore ?? []).map(withoutQuantity), unitOf);
  const isCompared = before !== null;
  const compared = <Common>(
    of: ReadonlyMap<string, Common & UsageFigures>,
    past: ReadonlyMap<string, Common & UsageFigures>,
  ) =>
    [...new Map([...past, ...of])].map(([name, one]) => {
      const figures = figuresOf(of.get(name));
      const previous = isCompared ? figuresOf(past.get(name)) : null;
      return { ...one, ...figures, previous, change: previous && changeOf(previous, figures) };
    });
  const ofUnit = new Map([...totals.values()].map(({ unit, amount }) => [unit, amount]));
  return {
    rows: compared(rows, rowsBefore)
      .map((row): UsageReportRow => ({ ...row, share: percent(row.amount, ofUnit.get(row.unit) ?? zero) }))
      .sort(inOrder),
    totals: compared(totals, totalsBefore).sort((a, b) => compare(a.unit, b.unit)) as UsageReportTotal[],
  };
}

const nothing: UsageFigures = {
  calls: 0,
  quantity: zero,
  amount: zero,
  allowance: zero,
  postpaid: zero,
  reversed: zero,
};

const figuresOf = ({ calls, quantity, amount, allowance, postpaid, reversed }: UsageFigures = nothing) => ({
  ...{ calls, quantity, amount, allowance, postpaid, reversed },
});

const addFigures = (a: UsageFigures, b: UsageFigures): UsageFigures => ({
  calls: a.calls + b.calls,
  quantity: addTotals(a.quantity, b.quantity),
  amount: addTotals(a.amount, b.amount),
  allowance: addTotals(a.allowance, b.allowance),
  postpaid: addTotals(a.postpaid, b.postpaid),
  reversed: addTotals(a.reversed, b.reversed),
});

function addUp<Common>(
  sums: readonly UsageSum[],
  common: (sum: UsageSum) => Common,
): Map<string, Common & UsageFigures> {
  const rows = new Map<string, Common & UsageFigures>();
  for (const one of sums) {
    const group = common(one);
    const name = JSON.stringify(group);
    rows.set(name, { ...group, ...addFigures(figuresOf(rows.get(name)), one) });
  }
  return rows;
}

const unitOf = ({ unit }: UsageSum) => ({ unit });

/** Images and seconds do not add up. */
const withoutQuantity = (one: UsageSum): UsageSum => ({ ...one, quantity: zero });

function groupOf(one: UsageSum, { dimensions, attributes, groups }: Grouping): UsageGroup {
  const by = <Value>(dimension: UsageDimension, value: () => Value): Value | null =>
    dimensions.includes(dimension) ? value() : null;
  return {
    hour: by("HOUR", () => one.at),
    day: by("DAY", () => startOfDay(one.at)),
    month: by("MONTH", () => firstOfMonth(one.at, 0)),
    group: by("GROUP", () => groups.get(one.operation) ?? null),
    operation: by("OPERATION", () => one.operation),
    plan: by("PLAN", () => one.planKey),
    apiKeyId: by("API_KEY", () => one.apiKeyId),
    attributes: by("ATTRIBUTE", () => {
      const told = attributesOf(one);
      return Object.fromEntries(attributes.map((name) => [name, attributeOf(told, name) ?? null]));
    }),
    unit: one.unit,
  };
}

const attributesOf = ({ attributes }: UsageSum): Attributes => JSON.parse(attributes) as Attributes;

function matches(one: UsageSum, where: Attributes): boolean {
  const wanted = Object.entries(where);
  if (wanted.length === 0) return true;
  const told = attributesOf(one);
  return wanted.every(([name, value]) => attributeOf(told, name) === value);
}

/**
 * A sum of the range before, at the time that it is compared with: as long after the beginning of the range as it was
 * after that of the one before, so that a range cut anywhere is compared whole. Only whole months are compared month by
 * month and day by day, since they are not equally long; what has no counterpart in a shorter one goes to its last day.
 */
function counterpart(one: UsageSum, { dimensions }: Grouping, { range, previous }: Ranges): UsageSum {
  const isInTime = dimensions.some((by) => by === "HOUR" || by === "DAY" || by === "MONTH");
  if (!isInTime) return { ...one, at: range.from };
  const months = monthNumber(range.from) - monthNumber(previous.from);
  return {
    ...one,
    at: areMonths(range) ? sameDay(one.at, months) : addMs(one.at, shiftOf({ range, previous })),
  };
}

/** How much later a time is than the one before that it is compared with; months are compared by their days instead. */
export const shiftOf = ({ range, previous }: Ranges): number =>
  areMonths(range) ? 0 : range.from - previous.from;

const areMonths = ({ from, to }: TimeRange): boolean =>
  firstOfMonth(from, 0) === from && firstOfMonth(to, 0) === to;

const changeOf = (before: UsageFigures, now: UsageFigures): UsageChange => ({
  calls: percent(micros(now.calls - before.calls), micros(before.calls)),
  quantity: percent(subtractTotals(now.quantity, before.quantity), before.quantity),
  amount: percent(subtractTotals(now.amount, before.amount), before.amount),
});

const percentDecimals = 2;

/** Null when there is no whole, or the part is so many times as large that it cannot be shown. */
function percent(part: Total, whole: Total): Micros | null {
  if (whole === 0) return null;
  const exact = new Decimal(String(part)).times(100).dividedBy(String(whole));
  const shown = exact.toDecimalPlaces(percentDecimals, Decimal.ROUND_HALF_UP).times(microsPerUnit);
  return shown.abs().greaterThan(maxMicros) ? null : micros(shown.toNumber());
}

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

function inOrder(a: UsageGroup, b: UsageGroup): number {
  const [first, second] = [placeOf(a), placeOf(b)];
  const differing = first.findIndex((part, index) => part !== second[index]);
  return differing < 0 ? 0 : compare(first[differing] ?? "", second[differing] ?? "");
}

const placeOf = ({ hour, day, month, group, operation, plan, apiKeyId, attributes, unit }: UsageGroup) => [
  ...[month ?? 0, day ?? 0, hour ?? 0],
  ...[group ?? "", operation ?? "", plan ?? "", apiKeyId ?? "", JSON.stringify(attributes ?? {}), unit],
];
