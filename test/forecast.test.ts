import { expectResult, type Forecast, isProblem, type ScripClient } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { startWith } from "./harness/catalog.js";
import { type Actor, type Scenario, scenario } from "./harness/scenario.js";

const dayMs = 86_400_000;
const day = (from: string, days: number): string => new Date(Date.parse(from) + days * dayMs).toISOString();

interface Call {
  readonly operation: string;
  readonly quantity: string;
}

/** Uses the same each day at noon, and tells how many calls were paid for. */
async function usedDaily(
  { sdk }: Pick<Scenario, "sdk">,
  { id: customerId, goTo }: Actor,
  { from, days, call }: { from: string; days: number; call: Call },
): Promise<number> {
  let paid = 0;
  for (let index = 0; index < days; index += 1) {
    await goTo(day(from, index + 0.5));
    if (!isProblem(await sdk.consume({ customerId, ...call }))) paid += 1;
  }
  await goTo(day(from, days));
  return paid;
}

async function forecastOf(sdk: ScripClient, customerId: string, days = 31): Promise<Forecast> {
  const forecast = await sdk.forecast({ customerId, days });
  if (forecast === null) throw new Error("There is no forecast.");
  return forecast;
}

test("who uses 20,000 credits a day of a supply of 500,000 is told when they run out, and then they do", () =>
  scenario("ximilar", async (told) => {
    const { sdk, customer } = told;
    const start = "2026-04-15T00:00:00.000Z";
    const acme = await customer("professional", start);
    const call = { operation: "image.tag", quantity: "1000" };
    await usedDaily(told, acme, { from: start, days: 10, call });
    const forecast = await forecastOf(sdk, acme.id);
    expect(forecast).toMatchObject({ at: day(start, 10), unit: "credit", available: "300000", gap: null });
    expect(forecast.burnRate).toEqual({
      perDay: "20000",
      deviation: "0",
      days: 7,
      from: day(start, 3),
      weekly: false,
      operations: [{ operation: "image.tag", perDay: "20000", quantityPerDay: "1000" }],
    });
    const out = day(start, 25);
    expect(forecast.exhaustion).toEqual({ at: out, earliest: out, latest: out });
    // The fee of the next period, as no usage is billed.
    expect(forecast.invoice).toMatchObject({
      least: "199",
      most: "199",
      closesAt: "2026-05-15T00:00:00.000Z",
    });
    expect(forecast.days[20]).toMatchObject({
      granted: "500000",
      refused: "0",
      used: "20000",
      available: "480000",
    });
    expect(forecast.days[16]).toMatchObject({ used: "0", refused: "20000", available: "0" });
    const paid = await usedDaily(told, acme, { from: day(start, 10), days: 20, call });
    expect(paid).toBe(15);
  }));

test("packs that are bought and credits that expire move the end", () =>
  scenario("ximilar", async (told) => {
    const { sdk, customer } = told;
    const start = "2026-04-15T00:00:00.000Z";
    const acme = await customer("business", start);
    await usedDaily(told, acme, {
      from: start,
      days: 4,
      call: { operation: "image.recognize", quantity: "500" },
    });
    // 80,000 are left, and 5,000 a day are used of them, until the next 100,000 come after 30 days.
    expect((await forecastOf(sdk, acme.id)).exhaustion?.at).toBe(day(start, 20));
    expectResult(await sdk.purchase({ customerId: acme.id, creditPack: "pack-50000" }), "Purchased");
    // Packs pay the last ten days of each period: of the first, while nothing is left for the second.
    expect((await forecastOf(sdk, acme.id)).exhaustion?.at).toBe(day(start, 50));
    const gift = { customerId: acme.id, amount: "20000", source: "PROMOTION" as const };
    expectResult(await sdk.grantCredits({ ...gift, expiresAt: day(start, 6) }), "CreditsGranted");
    // It is used first, as it expires first, and half of it is lost.
    expect((await forecastOf(sdk, acme.id)).exhaustion?.at).toBe(day(start, 52));
  }));

test("a rolling window is told by the dates on which credits come back", () =>
  scenario("scrollsequence", async (told) => {
    const { sdk, customer } = told;
    const start = "2026-04-01T00:00:00.000Z";
    const acme = await customer("personal", start);
    // 40 a day of 1,000 in 30 days: the window runs out after 25 days, five days before the first come back.
    const call = { operation: "image.generate", quantity: "4" };
    await usedDaily(told, acme, { from: start, days: 20, call });
    const forecast = await forecastOf(sdk, acme.id, 60);
    expect(forecast.exhaustion?.at).toBe(day(start, 25));
    expect(forecast.days[4]).toMatchObject({ used: "40", available: "0" });
    expect(forecast.days[5]).toMatchObject({ used: "0", refused: "40" });
    // What was used at noon of the first day comes back thirty days later, and so on.
    expect(forecast.days[10]).toMatchObject({ returned: "40", granted: "0", expired: "0" });
    expect(forecast.horizon).toBe(day(start, 20 + 90));
    const slower = await customer("personal", start);
    await usedDaily(told, slower, { from: start, days: 20, call: { ...call, quantity: "3" } });
    expect((await forecastOf(sdk, slower.id)).exhaustion).toEqual({ at: null, earliest: null, latest: null });
  }));

describe("the present period's invoice", () => {
  test("is told with what it has used so far and what is to come, tax included, and is then made", () =>
    scenario("scenario-payg", async (told) => {
      const { sdk, customer } = told;
      const start = "2026-04-01T00:00:00.000Z";
      const acme = await customer("payg-volume", start);
      await sdk.updateCustomer({ customerId: acme.id, billingAddress: { country: "FR" } });
      const call = { operation: "image.upscale", quantity: "700" };
      await usedDaily(told, acme, { from: start, days: 14, call });
      const { invoice, exhaustion } = await forecastOf(sdk, acme.id);
      expect(exhaustion?.at).toBe(day(start, 14));
      // 21 USD a day are 630 a month, of which 0.50 are free; from 500 on, 5 % are taken off: 598.02, and 20 % tax.
      expect(invoice).toMatchObject({
        least: "717.62",
        most: "717.62",
        closesAt: "2026-05-01T00:00:00.000Z",
      });
      expect(invoice?.expected).toMatchObject({ kind: "USAGE", subtotal: "598.02", total: "717.62" });
      await usedDaily(told, acme, { from: day(start, 14), days: 17, call });
      const real = (await sdk.invoices({ customerId: acme.id })).nodes[0];
      const withoutPeriods = (lines: readonly object[] = []) =>
        lines.map((line) => ({ ...line, period: null }));
      expect(withoutPeriods(real?.lines)).toEqual(withoutPeriods(invoice?.expected.lines));
      expect(real?.total).toBe(invoice?.expected.total);
    }));

  test.each(["payg-reserved", "payg-savings"])("of the plan %s, with what it agrees, is then made", (plan) =>
    scenario("scenario-payg", async (told) => {
      const { sdk, customer } = told;
      const start = "2026-04-01T00:00:00.000Z";
      const acme = await customer(plan, start);
      const call = { operation: "image.upscale", quantity: "700" };
      await usedDaily(told, acme, { from: start, days: 14, call });
      const { invoice } = await forecastOf(sdk, acme.id);
      await usedDaily(told, acme, { from: day(start, 14), days: 16, call });
      await acme.goTo(day(start, 34));
      const real = (await sdk.invoices({ customerId: acme.id })).nodes.find(({ kind }) => kind === "USAGE");
      const figures = (lines: readonly { kind: string; quantity: string; amount: string }[] = []) =>
        lines.map(({ kind, quantity, amount }) => [kind, quantity, amount]);
      expect(figures(real?.lines)).toEqual(figures(invoice?.expected.lines));
      expect(real?.total).toBe(invoice?.expected.total);
    }),
  );

  test("comes to the minimum, is lent to a limit until its grace is over, and follows a change of plan", async () => {
    const { sdk, close } = await startWith(`
name: minimum
units: { USD: { name: US dollar, kind: CURRENCY } }
operations: { word: { name: Word, per: word }, line: { name: Line, per: line } }
plans:
  payg:
    name: Payg
    unit: USD
    period: CALENDAR_MONTH
    overage: { policy: POSTPAID, limit: 200 }
    invoiceGraceDays: 5
    minimumFee: 500 USD
    prices: { word: 0.1, line: 0.1 }
  dear:
    name: Dear
    unit: USD
    period: CALENDAR_MONTH
    overage: { policy: POSTPAID, limit: 200 }
    invoiceGraceDays: 5
    prices: { word: 1, line: 0.1 }
`);
    try {
      const clock = await sdk.createTestClock({ now: "2026-04-01T00:00:00Z" });
      const created = await sdk.createCustomer({ plan: "payg", testClockId: clock.id });
      const { id } = expectResult(created, "CustomerCreated").customer;
      const goTo = async (to: string) => void (await sdk.advanceTestClock({ id: clock.id, to }));
      const start = "2026-04-01T00:00:00.000Z";
      const refusals = async (days: number) =>
        (await forecastOf(sdk, id, days)).days
          .filter(({ refused }) => refused !== "0")
          .map(({ start }) => start);
      for (let index = 0; index < 7; index += 1) {
        for (const operation of ["word", "line"])
          expectResult(await sdk.consume({ customerId: id, operation, quantity: "30" }), "Consumed");
        await goTo(day(start, index + 1));
      }
      const { invoice, exhaustion } = await forecastOf(sdk, id);
      // Of 6 a day 180 are used in April, and 500 are the least.
      expect(invoice?.expected).toMatchObject({ total: "500" });
      expect(exhaustion?.at).toBe(day(start, 7));
      // From the 1st of May 180 are owed until the 6th, so that 20 are left: for three days and a third.
      expect(await refusals(50)).toEqual([4, 5].map((date) => day("2026-05-01T00:00:00.000Z", date - 1)));
      const change = { customerId: id, plan: "dear", timing: "PERIOD_END" as const };
      expectResult(await sdk.changePlan(change), "PlanChanged");
      // Words cost ten times as much from May on: 33 a day, of 20 until the 6th and then of 180.
      expect((await refusals(37)).map((at) => at.slice(5, 10))).toEqual([
        ...["05-01", "05-02", "05-03", "05-04", "05-05"],
        ...["05-11", "05-12", "05-13", "05-14"],
      ]);
    } finally {
      await close();
    }
  });

  test("falls in the price tiers that the usage to come reaches", async () => {
    const { sdk, close } = await startWith(`
name: tiers
units: { USD: { name: US dollar, kind: CURRENCY } }
operations: { word: { name: Word, per: word } }
plans:
  payg:
    name: Payg
    period: CALENDAR_MONTH
    overage: POSTPAID
    prices:
      word: { model: GRADUATED, tiers: [{ upTo: 1000, unitPrice: 0.01 }, { upTo: 2000, unitPrice: 0.005 }, { unitPrice: 0.001 }] }
`);
    try {
      const clock = await sdk.createTestClock({ now: "2026-04-01T00:00:00Z" });
      const created = await sdk.createCustomer({ plan: "payg", testClockId: clock.id });
      const { id } = expectResult(created, "CustomerCreated").customer;
      const goTo = async (to: string) => void (await sdk.advanceTestClock({ id: clock.id, to }));
      const acme = { id, goTo } as Actor;
      const start = "2026-04-01T00:00:00.000Z";
      await usedDaily({ sdk }, acme, { from: start, days: 7, call: { operation: "word", quantity: "100" } });
      const { invoice } = await forecastOf(sdk, id);
      expect(invoice?.expected.lines.map(({ quantity, amount }) => [quantity, amount])).toEqual([
        ["1000", "10"],
        ["1000", "5"],
        ["1000", "1"],
      ]);
      expect(invoice?.expected.total).toBe("16");
    } finally {
      await close();
    }
  });

  test("has a range when days differ, which holds the expected total", () =>
    scenario("scenario-payg", async ({ sdk, customer }) => {
      const start = "2026-04-01T00:00:00.000Z";
      const acme = await customer("payg", start);
      for (const [index, quantity] of ["100", "500", "200", "900", "300", "100", "700"].entries()) {
        if (index > 0) await acme.goTo(day(start, index));
        const call = { customerId: acme.id, operation: "image.caption", quantity };
        expectResult(await sdk.consume(call), "Consumed");
      }
      await acme.goTo(day(start, 7));
      const { invoice, burnRate } = await forecastOf(sdk, acme.id);
      expect(burnRate?.perDay).toBe("6");
      const [least, expected, most] = [invoice?.least, invoice?.expected.total, invoice?.most].map(Number);
      // 42 in seven days and 138 in the 23 to come, of which 0.50 are free.
      expect(expected).toBe(179.5);
      expect(least).toBeGreaterThan(100);
      expect(least).toBeLessThan(179.5);
      expect(most).toBeGreaterThan(179.5);
      expect(most).toBeLessThan(260);
    }));
});

describe("where nothing can be told, it is said why", () => {
  test("too little data, no plan, no wallet", () =>
    scenario("scenario-units", async (told) => {
      const { sdk, customer } = told;
      const start = "2026-04-01T00:00:00.000Z";
      const acme = await customer("starter", start);
      const nothing = { exhaustion: null, horizon: null, days: [], invoice: null };
      expect(await forecastOf(sdk, acme.id)).toMatchObject({
        ...nothing,
        gap: "TOO_LITTLE_DATA",
        burnRate: null,
      });
      const call = { operation: "image.upscale", quantity: "10" };
      await usedDaily(told, acme, { from: start, days: 3, call });
      // The first call was at noon, so not three full days ago.
      expect((await forecastOf(sdk, acme.id)).gap).toBe("TOO_LITTLE_DATA");
      await acme.goTo(day(start, 3.5));
      expect((await forecastOf(sdk, acme.id)).burnRate).toMatchObject({ perDay: "100", days: 3 });
      expectResult(
        await sdk.cancelSubscription({ customerId: acme.id, timing: "NOW" }),
        "SubscriptionCancelled",
      );
      expect(await forecastOf(sdk, acme.id)).toMatchObject({ ...nothing, gap: "NO_PLAN" });
      expect(await sdk.forecast({ customerId: "nobody" })).toBeNull();
      expect(await sdk.forecast({ customerId: acme.id, unit: "USD" })).toBeNull();
    }));

  test("what was undone was not used, and who stops is told that credits last", () =>
    scenario("scenario-units", async (told) => {
      const { sdk, customer } = told;
      const start = "2026-04-01T00:00:00.000Z";
      const acme = await customer("starter", start);
      const customerId = acme.id;
      const consumed = await sdk.consume({ customerId, operation: "image.upscale", quantity: "70" });
      const { usageRecord } = expectResult(consumed, "Consumed");
      await acme.goTo(day(start, 7));
      expect((await forecastOf(sdk, customerId)).burnRate?.perDay).toBe("100");
      const undone = await sdk.reverseUsage({ customerId, usageRecordId: usageRecord.id });
      expectResult(undone, "UsageReversed");
      const forecast = await forecastOf(sdk, customerId);
      expect(forecast).toMatchObject({ gap: null, burnRate: { perDay: "0", deviation: "0" } });
      expect(forecast.exhaustion).toEqual({ at: null, earliest: null, latest: null });
    }));
});
