import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { advance, withNextDue } from "../../server/domain/advance.js";
import { type Micros, micros, microsPerUnit, zero } from "../../server/domain/amount.js";
import type { Plan } from "../../server/domain/catalog.js";
import { burnOf, coursesOf, type DailySum } from "../../server/domain/forecast/burn.js";
import { lookAhead, withRest } from "../../server/domain/forecast/forecast.js";
import type { CreditGrant } from "../../server/domain/grant.js";
import { addMs, dayMs, type Instant, toIso } from "../../server/domain/instant.js";
import type { PeriodUsage } from "../../server/domain/periodUsage.js";
import type { SubscribedPlan } from "../../server/domain/subscription.js";
import type { CreditReturn } from "../../server/domain/wallet.js";
import { addGrant, emptyWallet, openWallet } from "../../server/domain/wallet.js";
import { sold } from "./pricing.js";
import { at, grantOf, planOf, subscribed } from "./wallets.js";

const units = (count: number) => micros(Math.round(count * microsPerUnit));

/** So much a day; 0 days ago are the last 24 hours. */
const series = (ofDay: (daysAgo: number) => number, days = 28, operation = "image"): DailySum[] =>
  Array.from({ length: days }, (_, daysAgo) => ({
    daysAgo,
    operation,
    quantity: units(ofDay(daysAgo)),
    amount: units(ofDay(daysAgo)),
    reversed: 0,
  }));

const perDay = (sums: readonly DailySum[], observed = 28): number =>
  burnOf(sums, observed).perDay.dividedBy(microsPerUnit).toNumber();

describe("the burn rate of", () => {
  test.each([3, 5, 7, 10, 14, 20, 28, 400])("constant usage is that usage, from %i days on", (observed) => {
    const burn = burnOf(
      series(() => 12),
      observed,
    );
    expect(burn.perDay.toDecimalPlaces(6).toNumber()).toBe(12 * microsPerUnit);
    expect(burn.deviation.toDecimalPlaces(3).toNumber()).toBe(0);
    expect(burn.week).toBeNull();
    expect(burn.days).toBe(observed < 7 ? observed : Math.min(28, observed - (observed % 7)));
  });

  test("no usage is zero", () => {
    expect(perDay(series(() => 0))).toBe(0);
    expect(perDay([])).toBe(0);
  });

  test("usage that grows by the same each day trails it by at most 9.2 days", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 100, max: 500 }), (growth, today) => {
        const rate = perDay(series((daysAgo) => today - growth * daysAgo));
        expect(rate).toBeLessThanOrEqual(today + 1e-6);
        expect(rate).toBeGreaterThanOrEqual(today - 9.2 * growth);
      }),
    );
  });

  test("a weekly pattern is its mean, whatever weekday it is looked at, and the days ahead are those of the week", () => {
    const week = [10, 0, 0, 30, 30, 30, 12];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), (shift) => {
        const burn = burnOf(
          series((daysAgo) => week[(daysAgo + shift) % 7] ?? 0),
          28,
        );
        expect(burn.perDay.dividedBy(microsPerUnit).toNumber()).toBeCloseTo(16, 6);
        // Six full days ago, it was the weekday that comes next.
        const ahead = [6, 5, 4, 3, 2, 1, 0].map((daysAgo) => week[(daysAgo + shift) % 7]);
        expect(burn.week?.map((day) => day.dividedBy(microsPerUnit).toDecimalPlaces(6).toNumber())).toEqual(
          ahead,
        );
        expect(burn.deviation.toNumber()).toBeCloseTo(0, 3);
      }),
    );
  });

  test("a one-off is at most a thirteenth of it a day at first, and forgotten after four weeks", () => {
    const rateAfter = (days: number) => perDay(series((daysAgo) => (daysAgo === days ? 1_300 : 0), 40));
    expect(rateAfter(0)).toBeLessThanOrEqual(100);
    expect(rateAfter(7)).toBeCloseTo(rateAfter(0) / 2, 6);
    expect(rateAfter(21)).toBeCloseTo(rateAfter(0) / 8, 6);
    expect(rateAfter(28)).toBe(0);
  });

  test("bursts of a random day in four is within two fifths of the truth, nine times out of ten", () => {
    let near = 0;
    const runs = 500;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 28, maxLength: 28 }), (days) => {
        const rate = perDay(series((daysAgo) => (days[daysAgo] === 0 ? 100 : 20)));
        if (Math.abs(rate - 40) <= 16) near += 1;
      }),
      { numRuns: runs, seed: 7 },
    );
    expect(near / runs).toBeGreaterThan(0.9);
  });

  test("noise without a pattern is hardly ever taken for a week", () => {
    let weekly = 0;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 28, maxLength: 28 }), (days) => {
        if (
          burnOf(
            series((daysAgo) => days[daysAgo] ?? 0),
            28,
          ).week !== null
        )
          weekly += 1;
      }),
      { numRuns: 500, seed: 11 },
    );
    expect(weekly / 500).toBeLessThan(0.1);
  });

  test("any usage is between the least and the most of its days", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 3, maxLength: 28 }), (days) => {
        const burn = burnOf(
          series((daysAgo) => days[daysAgo] ?? 0, days.length),
          days.length,
        );
        const counted = days.slice(0, burn.days);
        const rate = burn.perDay.dividedBy(microsPerUnit);
        expect(rate.toNumber()).toBeGreaterThanOrEqual(Math.min(...counted) - 1e-6);
        expect(rate.toNumber()).toBeLessThanOrEqual(Math.max(...counted) + 1e-6);
        const byOperation = burn.operations.reduce((sum, one) => sum.plus(one.amountPerDay), new Decimal(0));
        expect(byOperation.minus(burn.perDay).abs().toNumber()).toBeLessThan(0.001);
      }),
    );
  });
});

test("the range holds what is used over the weeks that follow, about four times out of five", () => {
  let within = 0;
  const runs = 600;
  const days = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 42, maxLength: 42 });
  fc.assert(
    fc.property(days, (all) => {
      const burn = burnOf(
        series((daysAgo) => all[daysAgo] ?? 0),
        28,
      );
      const { least, most } = coursesOf(burn);
      const used = all.slice(28).reduce((sum, day) => sum + day, 0) * microsPerUnit;
      const [low, high] = [least(14 * dayMs), most(14 * dayMs)].map((course) =>
        course.times(burn.perDay).toNumber(),
      );
      if (low !== undefined && high !== undefined && low <= used && used <= high) within += 1;
    }),
    { numRuns: runs, seed: 3 },
  );
  expect(within / runs).toBeGreaterThan(0.7);
  expect(within / runs).toBeLessThan(0.93);
});

const now = at("2026-04-15T00:00:00Z");

interface Setting {
  readonly plan?: Plan;
  readonly startsAt?: Instant;
  readonly packs?: string;
  readonly sums?: readonly DailySum[];
  readonly observed?: number;
  readonly returns?: readonly CreditReturn[];
  readonly left?: string;
  readonly grants?: readonly CreditGrant[];
  /** What follows the plan. */
  readonly next?: SubscribedPlan;
  /** Of the subscription's first period. */
  readonly owes?: string;
  readonly usage?: readonly PeriodUsage[];
  readonly quantities?: ReadonlyMap<string, Micros>;
}

/** A customer who came on the plan before, and has so much of the supply left. */
function ahead({
  plan = planOf({}),
  startsAt = now,
  packs,
  sums = series(() => 10),
  observed = 28,
  returns = [],
  left,
  grants: given = [],
  next,
  owes,
  usage = [],
  quantities = new Map(),
}: Setting) {
  const current = subscribed(plan, startsAt, next?.subscription.startsAt ?? null);
  const subscriptions = [current, ...(next === undefined ? [] : [next])];
  const opened = withNextDue(
    openWallet({
      wallet: emptyWallet("acme", "credit"),
      hash: null,
      grants: [],
      suppliers: subscriptions,
      dueReturns: [],
      nextReturnAt: null,
      holds: new Map(),
    }),
  );
  let state = advance(opened, now);
  if (packs !== undefined) state = addGrant(state, grantOf("grant_pack", packs, { source: "PACK" }), now);
  for (const grant of given) state = addGrant(state, grant, now);
  if (left !== undefined) {
    const grants = state.grants.map((grant) => ({ ...grant, remaining: units(Number(left)) }));
    state = { ...state, grants, wallet: { ...state.wallet, posted: units(Number(left)) } };
  }
  if (owes !== undefined) {
    const { wallet } = state;
    const postpaid = units(Number(owes));
    state = { ...state, wallet: { ...wallet, postpaid, posted: micros(wallet.posted - postpaid) } };
  }
  const facts = {
    state,
    returns,
    current,
    burn: burnOf(sums, observed),
    subscriptions,
    debts: owes === undefined ? [] : [{ subscribed: current, index: 0, owed: units(Number(owes)) }],
    quantities,
    usage,
    now,
  };
  return lookAhead(facts, 31);
}

const iso = (instant: Instant | null): string | null => (instant === null ? null : toIso(instant));
const monthly = { type: "ANCHOR", every: "MONTH" } as const;

describe("credits run out", () => {
  test("at the instant that constant usage comes to, and the range is that instant", () => {
    const { exhaustion } = ahead({ plan: planOf({ period: { type: "NONE" }, supply: "105" }) });
    expect(Object.values(exhaustion).map(iso)).toEqual(Array(3).fill("2026-04-25T12:00:00.000Z"));
  });

  test("never, when nothing is used", () => {
    const { exhaustion, days } = ahead({ sums: [], plan: planOf({ period: { type: "NONE" }, supply: "1" }) });
    expect(exhaustion).toEqual({ at: null, earliest: null, latest: null });
    expect(days).toHaveLength(31);
    expect(days.at(-1)?.available).toBe(units(1));
  });

  test("at once, when there are none", () => {
    const { exhaustion } = ahead({ plan: planOf({ period: { type: "NONE" }, supply: null }) });
    expect(iso(exhaustion.at)).toBe(toIso(now));
  });

  test("not, when the next supply comes first; and with what it leaves unused, packs last for months", () => {
    // 310 a month at most; a supply of 400 is never used up.
    expect(ahead({ plan: planOf({ period: monthly, supply: "400" }) }).exhaustion.at).toBeNull();
    // From April 15th to May 15th 300 are used, of which packs pay 60; then 310 (70), 300 (60).
    const { exhaustion } = ahead({ plan: planOf({ period: monthly, supply: "240" }), packs: "135" });
    expect(iso(exhaustion.at)).toBe("2026-07-09T12:00:00.000Z");
  });

  test("on the weekday on which they are used", () => {
    // Five working days of 14 and two without; the last day was a Tuesday, so the next is a Wednesday.
    const sums = series((daysAgo) => ([3, 2].includes(daysAgo % 7) ? 0 : 14));
    const { exhaustion } = ahead({ sums, plan: planOf({ period: { type: "NONE" }, supply: "49" }) });
    // Wednesday, Thursday, Friday, the weekend, and half of Monday.
    expect(iso(exhaustion.at)).toBe("2026-04-20T12:00:00.000Z");
  });

  test("earlier or later as usage varies, and the range opens around the expected time", () => {
    const sums = series((daysAgo) => (daysAgo % 2 === 0 ? 5 : 15));
    const { exhaustion } = ahead({ sums, plan: planOf({ period: { type: "NONE" }, supply: "200" }) });
    const [earliest, expected, latest] = [exhaustion.earliest, exhaustion.at, exhaustion.latest].map(Number);
    expect(expected).toBeGreaterThan(addMs(now, 19 * dayMs));
    expect(expected).toBeLessThan(addMs(now, 21 * dayMs));
    expect(earliest).toBeLessThan(Number(expected));
    expect(latest).toBeGreaterThan(Number(expected));
  });

  test("when grants expire first, their credits are not counted on", () => {
    const plan = planOf({ period: monthly, supply: "500" });
    const { days, exhaustion } = ahead({ plan, packs: "40" });
    expect(exhaustion.at).toBeNull();
    const renewal = days[30];
    // A month of 30 days at 10 leaves 200 of the supply, which expire when the next 500 come.
    expect(renewal).toMatchObject({ expired: units(200), granted: units(500), used: units(10) });
    expect(renewal?.available).toBe(units(530));
  });

  test("the earliest is never after the expected, nor that after the latest", () => {
    const supply = fc.integer({ min: 0, max: 2_000 }).map(String);
    const usage = fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 3, maxLength: 28 });
    const period = fc.constantFrom({ type: "NONE" } as const, monthly, {
      type: "ROLLING",
      days: 30,
    } as const);
    fc.assert(
      fc.property(supply, usage, period, (supply, usage, period) => {
        const sums = series((daysAgo) => usage[daysAgo] ?? 0, usage.length);
        const { exhaustion, days } = ahead({
          plan: planOf({ period, supply }),
          sums,
          observed: usage.length,
        });
        const order = [exhaustion.earliest, exhaustion.at, exhaustion.latest].map(
          (one) => one ?? Number.POSITIVE_INFINITY,
        );
        expect(order).toEqual(order.toSorted((a, b) => a - b));
        for (const { available } of days) expect(available).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});

describe("credits that several operations use run out", () => {
  const once = (supply: string | null) => planOf({ period: { type: "NONE" }, supply });
  const outAt = (setting: Setting): string | null => iso(ahead(setting).exhaustion.at);

  test("when they have been used together, not when the first of them is paid", () => {
    const two = [...series(() => 5_000), ...series(() => 5_000, 28, "video")];
    expect(outAt({ plan: once("5000"), sums: two })).toBe("2026-04-15T12:00:00.000Z");
    const three = ["image", "video", "label"].flatMap((operation) => series(() => 3_000, 28, operation));
    expect(outAt({ plan: once("1500"), sums: three })).toBe("2026-04-15T04:00:00.000Z");
  });

  test("whatever each of them uses, at the instant that their sum comes to", () => {
    const rate = fc.integer({ min: 1, max: 9_000 });
    fc.assert(
      fc.property(rate, rate, rate, fc.integer({ min: 1, max: 50_000 }), (a, b, c, supply) => {
        // A forecast looks a year ahead.
        fc.pre(supply / (a + b + c) < 364);
        const sums = [a, b, c].flatMap((used, index) => series(() => used, 28, `operation-${index}`));
        const { exhaustion } = ahead({ plan: once(String(supply)), sums });
        const exact = Number(now) + (supply / (a + b + c)) * dayMs;
        // Whatever is started of a millionth has to be paid, of each of the three.
        const millionthMs = dayMs / (a + b + c) / microsPerUnit;
        expect(Math.abs(Number(exhaustion.at) - exact)).toBeLessThanOrEqual(1.5 + 3 * millionthMs);
      }),
      { numRuns: 100 },
    );
  });

  const scoped = (id: string, credits: string, operations: readonly string[], priority = 0) =>
    grantOf(id, credits, { operations, priority });

  test("for the operation that has none left, though another still has credits of its own", () => {
    const sums = [...series(() => 10), ...series(() => 10, 28, "video")];
    // Images have 40 of their own, used first; videos 30 of what both may use.
    const grants = [scoped("grant_images", "40", ["image"], -1), grantOf("grant_all", "30")];
    expect(outAt({ plan: once(null), sums, grants })).toBe("2026-04-18T00:00:00.000Z");
    // And the other way round: videos are first in the alphabet of grants, and last in that of operations.
    const others = [scoped("grant_videos", "40", ["video"], -1), grantOf("grant_all", "30")];
    expect(outAt({ plan: once(null), sums, grants: others })).toBe("2026-04-18T00:00:00.000Z");
  });

  test("when what they share has been shared in time, not in the order in which they are paid", () => {
    const sums = [...series(() => 10), ...series(() => 10, 28, "video")];
    // Both use the 20 that come first, for a day; then images have 100 of their own and videos have nothing.
    for (const operation of ["image", "video"]) {
      const grants = [grantOf("grant_all", "20"), scoped("grant_own", "100", [operation], 1)];
      expect(outAt({ plan: once(null), sums, grants })).toBe("2026-04-16T00:00:00.000Z");
    }
    // Half a day later where that is what they share.
    for (const operation of ["image", "video"]) {
      const grants = [grantOf("grant_all", "30"), scoped("grant_own", "100", [operation], 1)];
      expect(outAt({ plan: once(null), sums, grants })).toBe("2026-04-16T12:00:00.000Z");
    }
  });
});

describe("what is owed", () => {
  const billed = (limit: string, graceDays = 0): Plan => ({
    ...planOf({
      period: { type: "CALENDAR_MONTH" },
      supply: null,
      overage: { policy: "POSTPAID", limit: units(Number(limit)) },
    }),
    invoiceGraceDays: graceDays,
  });

  test("is invoiced when a period is final, so that a limit is there again for the next one", () => {
    // From the 15th of April on 10 a day are 160 in April and 150 in half of May, and 200 may be owed.
    const { days } = ahead({ plan: billed("200") });
    expect(days.every(({ refused }) => refused === zero)).toBe(true);
    // With a grace of five days, 160 and then 200 are owed on the 20th of May; on the sixth the first is invoiced.
    const late = ahead({ plan: billed("200", 5) }).days;
    expect(late.slice(0, 20).every(({ refused }) => refused === zero)).toBe(true);
    expect(late[20]?.refused).toBe(units(10));
    expect(late[21]).toMatchObject({ refused: zero, used: units(10) });
  });

  test("of periods that are over counts until they are final", () => {
    // 250 of March leave 50, which last for five days; from the 23rd on they are invoiced.
    const { days } = ahead({ plan: billed("300", 22), startsAt: at("2026-03-10T00:00:00Z"), owes: "250" });
    const refusals = days.map(({ refused }) => refused).slice(4, 10);
    expect(refusals).toEqual([0, 10, 10, 10, 0, 0].map(units));
  });
});

describe("a plan that follows", () => {
  const follower = (plan: Plan, startsAt: Instant): SubscribedPlan => {
    const { subscription } = subscribed({ ...plan, key: "next" }, startsAt);
    return {
      plan: { ...plan, key: "next" },
      subscription: { ...subscription, id: "sub_2", planKey: "next" },
    };
  };
  const change = at("2026-04-20T00:00:00Z");

  test("prices what is used under it, and pays it as it says", () => {
    const dear = planOf({ period: { type: "NONE" }, supply: "100" });
    const operations = { image: sold({ model: "FLAT", unitPrice: "3" }) };
    const { days, exhaustion } = ahead({
      plan: planOf({ period: { type: "NONE" }, supply: "50" }),
      next: follower({ ...dear, operations }, change),
    });
    expect(days.map(({ used }) => used).slice(3, 8)).toEqual([10, 10, 30, 30, 30].map(units));
    // The 50 of the old plan last until the change; then 100 at 30 a day, each started millionth of which costs three.
    expect(Number(exhaustion.at)).toBeCloseTo(Number(at("2026-04-23T08:00:00.000Z")), -2);
  });

  test("bills instead of refusing, and refuses instead of billing", () => {
    const bills = planOf({ supply: null, overage: { policy: "POSTPAID", limit: null } });
    const blocks = planOf({ period: { type: "NONE" }, supply: null });
    const refusedDays = (plan: Plan, next: Plan) =>
      ahead({ plan, next: follower(next, change) }).days.map(({ refused }) => refused > 0);
    expect(refusedDays(blocks, bills).slice(3, 7)).toEqual([true, true, false, false]);
    expect(refusedDays(bills, blocks).slice(3, 7)).toEqual([false, false, true, true]);
  });

  test("does not use what it does not sell", () => {
    const next = follower({ ...planOf({ period: { type: "NONE" } }), operations: {} }, change);
    const { days, exhaustion } = ahead({ plan: planOf({ period: { type: "NONE" }, supply: "60" }), next });
    expect(days.map(({ used }) => used).slice(4, 7)).toEqual([10, 0, 0].map(units));
    expect(exhaustion.at).toBeNull();
  });

  test("without one, it is told to the end of the subscription", () => {
    const { horizon } = ahead({ next: follower(planOf(), change) });
    expect(horizon).toBe(addMs(now, 365 * dayMs));
  });
});

describe("what was reversed", () => {
  const half = series(() => 10).map((day) => ({ ...day, amount: units(5), reversed: units(5) }));

  test("was not used, by quantity either", () => {
    const [burn] = burnOf(half, 28).operations;
    expect(burn?.quantityPerDay.dividedBy(microsPerUnit).toDecimalPlaces(9).toNumber()).toBe(5);
  });

  test("is not priced by tiers", () => {
    const tiers = [
      { upTo: units(1_000), unitPrice: "1" },
      { upTo: null, unitPrice: "0.5" },
    ];
    const plan = planOf({ supply: null, overage: { policy: "POSTPAID", limit: null } });
    const operations = { image: sold({ model: "GRADUATED", tiers }) };
    const { rest } = ahead({ plan: { ...plan, operations }, sums: half });
    // Sixteen days of 5.
    expect(rest.expected).toMatchObject([{ quantity: units(80), amount: units(80) }]);
  });
});

test("more than fits one amount is forecast: ten thousand million tokens a month, and a hundred thousand a year", () => {
  const operations = { image: sold({ model: "FLAT", unitPrice: "0.000001" }) };
  const sums = series(() => 333_333_333).map((day) => ({ ...day, amount: units(333.333333) }));
  const plan = { ...planOf({ supply: null, overage: { policy: "POSTPAID", limit: null } }), operations };
  const before: PeriodUsage = {
    ...{ operation: "image", tier: 0, lateDay: null, calls: 15 },
    quantity: 9_000_000_000_000_000n,
    ...{
      listAmount: units(9_000),
      amount: units(9_000),
      allowance: zero,
      prepaid: zero,
      postpaid: units(9_000),
    },
  };
  const { rest } = ahead({ plan, sums, usage: [before] });
  const [expected] = rest.expected;
  expect(expected?.quantity).toBe(units(333_333_333 * 16));
  const [all] = withRest([before], rest.expected);
  expect(all?.quantity).toBe(BigInt(333_333_333 * 16) * 1_000_000n + 9_000_000_000_000_000n);
});

describe("a rolling window", () => {
  const rolling = planOf({ period: { type: "ROLLING", days: 30 }, supply: "300" });
  const grantId = "grant_1_00000";

  test("that gets back each day what is used each day never runs out", () => {
    const returns = Array.from({ length: 30 }, (_, day) => ({
      grantId,
      at: addMs(now, (day + 1) * dayMs - 1),
      amount: units(10),
    }));
    // All 300 were used over the last 30 days, and the next ones come back just in time.
    const { exhaustion, days } = ahead({ plan: rolling, left: "10", returns: returns.slice(0, 29) });
    expect(exhaustion.at).toBeNull();
    expect(days.slice(0, 29).every(({ returned }) => returned === units(10))).toBe(true);
  });

  test("knows the dates on which what was used comes back", () => {
    const returns = [{ grantId, at: addMs(now, 12 * dayMs), amount: units(200) }];
    const { exhaustion, days } = ahead({ plan: rolling, left: "100", returns });
    // 100 last for ten days, two days before 200 come back.
    expect(iso(exhaustion.at)).toBe("2026-04-25T00:00:00.000Z");
    expect(days[12]).toMatchObject({ returned: units(200), used: units(10), refused: zero });
    expect(days[10]).toMatchObject({ used: zero, refused: units(10), available: zero });
    const sooner = ahead({
      plan: rolling,
      left: "100",
      returns: [{ grantId, at: addMs(now, 9 * dayMs), amount: units(200) }],
    });
    // With 200 more it lasts 30 days; then what is used now begins to come back.
    expect(sooner.exhaustion.at).toBeNull();
  });
});

test("what is used beyond the credits is added to the period's invoice where the plan bills it", () => {
  const plan = planOf({
    period: { type: "CALENDAR_MONTH" },
    supply: "40",
    overage: { policy: "POSTPAID", limit: null },
  });
  const { rest, exhaustion } = ahead({ plan });
  expect(iso(exhaustion.at)).toBe("2026-04-19T00:00:00.000Z");
  // Sixteen days of 10, of which 40 are free.
  expect(rest.expected).toMatchObject([
    {
      operation: "image",
      quantity: units(160),
      amount: units(160),
      allowance: units(40),
      postpaid: units(120),
    },
  ]);
  expect(rest.least).toEqual(rest.expected);
});
