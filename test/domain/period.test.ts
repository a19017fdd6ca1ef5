import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PeriodRule } from "../../server/domain/catalog.js";
import { dayMs, type Instant, instant, instantFrom, toIso } from "../../server/domain/instant.js";
import {
  calendarStart,
  nextPeriod,
  type Period,
  periodAt,
  periodByIndex,
} from "../../server/domain/period.js";

const calendar: PeriodRule = { type: "CALENDAR_MONTH" };
const monthly: PeriodRule = { type: "ANCHOR", every: "MONTH" };
const yearly: PeriodRule = { type: "ANCHOR", every: "YEAR" };
const year: PeriodRule = { type: "CALENDAR_YEAR" };
const rolling: PeriodRule = { type: "ROLLING", days: 30 };
const none: PeriodRule = { type: "NONE" };

const shown = ({ start, end }: Period) => [toIso(start), end === null ? null : toIso(end)];
const starts = (rule: PeriodRule, anchor: string, count: number) =>
  Array.from({ length: count }, (_, index) =>
    toIso(periodByIndex(rule, instantFrom(anchor), index).start).slice(0, 10),
  );

describe("the anchor's day comes back each month, or the month's last day where it is shorter", () => {
  test("from 31 January of a leap year", () =>
    expect(starts(monthly, "2024-01-31T00:00:00Z", 6)).toEqual([
      "2024-01-31",
      "2024-02-29",
      "2024-03-31",
      "2024-04-30",
      "2024-05-31",
      "2024-06-30",
    ]));

  test("from 31 January of a common year", () =>
    expect(starts(monthly, "2023-01-31T00:00:00Z", 3)).toEqual(["2023-01-31", "2023-02-28", "2023-03-31"]));

  test("yearly from 29 February", () =>
    expect(starts(yearly, "2024-02-29T00:00:00Z", 5)).toEqual([
      "2024-02-29",
      "2025-02-28",
      "2026-02-28",
      "2027-02-28",
      "2028-02-29",
    ]));

  test("Ximilar: a plan bought on 15 April is renewed on the 15th, at the same time of day", () => {
    const anchor = instantFrom("2025-04-15T13:45:10.123Z");
    const last = periodAt(monthly, anchor, instantFrom("2025-05-15T13:45:10.122Z"));
    expect(last.index).toBe(0);
    const renewed = periodAt(monthly, anchor, instantFrom("2025-05-15T13:45:10.123Z"));
    expect(shown(renewed)).toEqual(["2025-05-15T13:45:10.123Z", "2025-06-15T13:45:10.123Z"]);
  });
});

describe("a calendar month runs from the 1st to the 1st, UTC", () => {
  const anchor = instantFrom("2025-11-20T10:00:00Z");

  test("the first period begins where the subscription does", () =>
    expect(shown(periodAt(calendar, anchor, anchor))).toEqual([
      "2025-11-20T10:00:00.000Z",
      "2025-12-01T00:00:00.000Z",
    ]));

  test("the last millisecond of a month belongs to it, the next does not", () => {
    expect(periodAt(calendar, anchor, instantFrom("2025-12-31T23:59:59.999Z")).index).toBe(1);
    expect(shown(periodAt(calendar, anchor, instantFrom("2026-01-01T00:00:00Z")))).toEqual([
      "2026-01-01T00:00:00.000Z",
      "2026-02-01T00:00:00.000Z",
    ]);
  });

  test("from the 1st at midnight the first period is a whole month", () =>
    expect(shown(periodByIndex(calendar, instantFrom("2025-11-01T00:00:00Z"), 0))).toEqual([
      "2025-11-01T00:00:00.000Z",
      "2025-12-01T00:00:00.000Z",
    ]));
});

describe("a calendar year runs from January 1st to January 1st, UTC", () => {
  const anchor = instantFrom("2025-11-20T10:00:00Z");

  test("the first period begins where the subscription does", () =>
    expect(shown(periodAt(year, anchor, anchor))).toEqual([
      "2025-11-20T10:00:00.000Z",
      "2026-01-01T00:00:00.000Z",
    ]));

  test("the last millisecond of a year belongs to it, the next does not", () => {
    expect(periodAt(year, anchor, instantFrom("2026-12-31T23:59:59.999Z")).index).toBe(1);
    expect(shown(periodAt(year, anchor, instantFrom("2027-01-01T00:00:00Z")))).toEqual([
      "2027-01-01T00:00:00.000Z",
      "2028-01-01T00:00:00.000Z",
    ]);
  });

  test("a calendar rule knows where its own period begins, the others do not", () => {
    const time = instantFrom("2026-05-11T12:00:00Z");
    expect([calendar, year, monthly, none].map((rule) => calendarStart(rule, time))).toEqual([
      instantFrom("2026-05-01T00:00:00Z"),
      instantFrom("2026-01-01T00:00:00Z"),
      null,
      null,
    ]);
  });
});

describe.each([rolling, none])("$type has one period without end", (rule) => {
  const anchor = instantFrom("2025-01-01T00:00:00Z");
  const only = { index: 0, start: anchor, end: null };

  test("at any time", () => {
    expect(periodAt(rule, anchor, anchor)).toEqual(only);
    expect(periodAt(rule, anchor, instantFrom("2399-01-01T00:00:00Z"))).toEqual(only);
  });

  test("and no other", () => {
    expect(nextPeriod(rule, anchor, periodByIndex(rule, anchor, 0))).toBeNull();
    expect(() => periodByIndex(rule, anchor, 1)).toThrow(RangeError);
  });
});

describe("what is no period is a fault", () => {
  const anchor = instantFrom("2025-01-01T00:00:00Z");
  test("before the anchor", () =>
    expect(() => periodAt(monthly, anchor, instant(anchor - 1))).toThrow("later"));
  test.each([-1, 0.5, Number.NaN])("index %d", (index) =>
    expect(() => periodByIndex(monthly, anchor, index)).toThrow(RangeError),
  );
});

/** Days in a month by the rule of the calendar, not by Date. */
function lastDayOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

const partsOf = (at: Instant) => {
  const [year = 0, month = 0, day = 0] = toIso(at).slice(0, 10).split("-").map(Number);
  return { year, month, day, time: at % dayMs };
};

describe.each([
  ["each month", monthly, 1],
  ["each year", yearly, 12],
] as const)("over 400 years of month ends, %s", (_, rule, months) => {
  test.each([28, 29, 30, 31])("every boundary falls on day %i or the month's last", (day) => {
    const anchor = instantFrom(
      `2000-${day === 29 || day === 28 ? "02" : day === 30 ? "04" : "01"}-${day}T23:59:59.999Z`,
    );
    const from = partsOf(anchor);
    for (let index = 0; index < 4_800 / months; index += 1) {
      const { year, month, day: reached, time } = partsOf(periodByIndex(rule, anchor, index).start);
      const monthsOn = from.month - 1 + index * months;
      expect([year, month]).toEqual([2000 + Math.floor(monthsOn / 12), (monthsOn % 12) + 1]);
      expect([reached, time]).toEqual([Math.min(day, lastDayOf(year, month)), from.time]);
    }
  });
});

describe("periods", () => {
  const rules = fc.constantFrom(calendar, year, monthly, yearly, rolling, none);
  const anchors = fc.integer({ min: 0, max: instantFrom("2400-01-01T00:00:00Z") }).map(instant);
  const monthEnds = fc
    .tuple(fc.integer({ min: 0, max: 4_799 }), fc.integer({ min: -2 * dayMs, max: 2 * dayMs }))
    .map(([month, offset]) => instant(Math.max(0, Date.UTC(2000, month) + offset)));
  const anyAnchor = fc.oneof(anchors, monthEnds);

  test("tile time without a gap or an overlap", () =>
    fc.assert(
      fc.property(rules, anyAnchor, fc.integer({ min: 0, max: 400 }), (rule, anchor, index) => {
        fc.pre(rule.type !== "ROLLING" && rule.type !== "NONE");
        const period = periodByIndex(rule, anchor, index);
        const next = nextPeriod(rule, anchor, period);
        expect(next).toEqual(periodByIndex(rule, anchor, index + 1));
        expect(next?.start).toBe(period.end);
        expect(period.start).toBeLessThan(period.end ?? 0);
        if (index === 0) expect(period.start).toBe(anchor);
      }),
      { numRuns: 2_000 },
    ));

  test("contain the instant they are asked for, and are the same by their index", () =>
    fc.assert(
      fc.property(rules, anyAnchor, anyAnchor, (rule, a, b) => {
        const [anchor, at] = a < b ? [a, b] : [b, a];
        const period = periodAt(rule, anchor, at);
        expect(period.start).toBeLessThanOrEqual(at);
        if (period.end !== null) expect(at).toBeLessThan(period.end);
        expect(periodByIndex(rule, anchor, period.index)).toEqual(period);
      }),
      { numRuns: 5_000 },
    ));

  test("begin and end at their boundaries to the millisecond", () =>
    fc.assert(
      fc.property(rules, anyAnchor, fc.integer({ min: 0, max: 400 }), (rule, anchor, index) => {
        fc.pre(rule.type !== "ROLLING" && rule.type !== "NONE");
        const period = periodByIndex(rule, anchor, index);
        expect(periodAt(rule, anchor, period.start)).toEqual(period);
        expect(periodAt(rule, anchor, instant((period.end ?? 0) - 1))).toEqual(period);
      }),
      { numRuns: 2_000 },
    ));

  test("are found as fast after 7000 years as after one", () => {
    const anchor = instantFrom("1970-01-31T00:00:00Z");
    expect(periodAt(monthly, anchor, instantFrom("9999-11-30T12:00:00Z")).index).toBe(12 * 8_029 + 10);
  });
});
