import {
  type ComparedPlan,
  expectResult,
  isProblem,
  type PlanComparison,
  type ScripClient,
} from "@scrip/sdk";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { presentBy } from "../server/billing/catchUp.js";
import { makeComparePlans, mostOfRequest } from "../server/billing/comparePlans.js";
import { instantFrom } from "../server/domain/instant.js";
import { fileText } from "./catalog/shipped.js";
import { type RunningScrip, scenario, startScrip, wallClock } from "./harness/scenario.js";
import { allTables } from "./harness/tables.js";

type Input = Parameters<ScripClient["comparePlans"]>[0];

const compared = async (sdk: ScripClient, input: Input): Promise<PlanComparison> =>
  expectResult(await sdk.comparePlans(input), "PlanComparison");

const costs = ({ plans }: PlanComparison) =>
  plans.map(({ plan, place, cost, difference }) => [place, plan.key, cost?.amount, difference]);

const chargesOf = (plan: ComparedPlan | undefined) =>
  plan?.charges.map(({ kind, money }) => [kind, money.amount]);

const april = { from: "2026-04-01T00:00:00.000Z", to: "2026-05-01T00:00:00.000Z" };

describe("a month of real usage", () => {
  test("is told under every plan of Ximilar, with the packs that each would need", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const acme = await customer("professional", april.from);
      const customerId = acme.id;
      for (const day of ["05", "12", "20"]) {
        await acme.goTo(`2026-04-${day}T12:00:00.000Z`);
        expectResult(
          await sdk.consume({ customerId, operation: "image.recognize", quantity: "5000" }),
          "Consumed",
        );
      }
      await acme.goTo("2026-05-02T00:00:00.000Z");
      const comparison = await compared(sdk, { customerId, ...april });
      expect(comparison.calls).toBe(3);
      expect(costs(comparison)).toEqual([
        [1, "business", "104", "-95"],
        [2, "free", "135", "-64"],
        [3, "professional", "199", "0"],
      ]);
      const [business, free, professional] = comparison.plans;
      expect(business).toMatchObject({
        current: false,
        complete: true,
        calls: 3,
        amount: "150000",
        periods: [
          { start: april.from, end: april.to, coveredBySupply: "100000", toBuy: "50000", billed: "0" },
        ],
      });
      expect(chargesOf(business)).toEqual([
        ["PLAN_FEE", "59"],
        ["CREDIT_PACK", "45"],
      ]);
      expect(free?.purchases.map(({ creditPack, quantity }) => [creditPack.key, quantity])).toEqual([
        ["pack-50000", 3],
      ]);
      expect(professional?.current).toBe(true);
    }));

  test("is replayed at its times: a supply that renews pays what is used after it", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const acme = await customer("professional", april.from);
      const customerId = acme.id;
      for (const time of ["2026-04-20", "2026-05-02", "2026-06-10"]) {
        await acme.goTo(`${time}T12:00:00.000Z`);
        expectResult(
          await sdk.consume({ customerId, operation: "image.recognize", quantity: "9000" }),
          "Consumed",
        );
      }
      await acme.goTo("2026-07-02T00:00:00.000Z");
      const comparison = await compared(sdk, { customerId, from: april.from, to: "2026-07-01T00:00:00Z" });
      const business = comparison.plans.find(({ plan }) => plan.key === "business");
      expect(
        business?.periods.map(({ start, coveredBySupply, toBuy }) => [start, coveredBySupply, toBuy]),
      ).toEqual([
        ["2026-04-01T00:00:00.000Z", "90000", "0"],
        ["2026-05-01T00:00:00.000Z", "90000", "0"],
        ["2026-06-01T00:00:00.000Z", "90000", "0"],
      ]);
      expect(chargesOf(business)).toEqual([["PLAN_FEE", "177"]]);
    }));

  test("leaves out what was undone, in part or in full", () =>
    scenario("scenario-payg", async ({ sdk, customer }) => {
      const acme = await customer("payg", april.from);
      const customerId = acme.id;
      const recordOf = async (quantity: string) =>
        expectResult(await sdk.consume({ customerId, operation: "image.upscale", quantity }), "Consumed")
          .usageRecord;
      const whole = await recordOf("100");
      const part = await recordOf("200");
      await recordOf("300");
      expectResult(await sdk.reverseUsage({ customerId, usageRecordId: whole.id }), "UsageReversed");
      expectResult(
        await sdk.reverseUsage({ customerId, usageRecordId: part.id, amount: "3" }),
        "UsageReversed",
      );
      await acme.goTo("2026-05-02T00:00:00.000Z");
      const comparison = await compared(sdk, { customerId, ...april });
      const planOf = (key: string) => comparison.plans.find(({ plan }) => plan.key === key);
      // 9 and half of 6, of which 0.50 are free.
      expect(planOf("payg")).toMatchObject({
        calls: 2,
        amount: "12",
        cost: { amount: "11.5", currency: "USD" },
      });
      expect(planOf("payg-savings")).toMatchObject({ amount: "10.2", cost: { amount: "1000" } });
    }));

  test("would have been refused where no more credits are to be had, and such a plan comes last", () =>
    scenario("scrollsequence", async ({ sdk, customer }) => {
      const acme = await customer("business", april.from);
      await acme.spend("image.generate", { times: 30 });
      await acme.goTo("2026-05-02T00:00:00.000Z");
      const comparison = await compared(sdk, { customerId: acme.id, ...april });
      expect(
        comparison.plans.map(({ plan, complete, calls, refusedCalls, refused }) => [
          plan.key,
          complete,
          calls,
          refusedCalls,
          refused,
        ]),
      ).toEqual([
        ["personal", true, 30, 0, "0"],
        ["business", true, 30, 0, "0"],
        ["agency", true, 30, 0, "0"],
        ["free", false, 10, 20, "200"],
      ]);
    }));
});

describe("a draft catalogue", () => {
  const draft = (...edits: readonly (readonly [string, string])[]): string =>
    edits.reduce((text, [from, to]) => text.replace(from, to), fileText("ximilar.yaml"));

  test("is compared with what is on offer, and stored nowhere", async () => {
    const { sdk, database, close } = await startScrip("ximilar");
    try {
      const clock = await sdk.createTestClock({ now: april.from });
      const created = await sdk.createCustomer({ plan: "business", testClockId: clock.id });
      const customerId = expectResult(created, "CustomerCreated").customer.id;
      for (const [operation, quantity] of [
        ["image.recognize", "4000"],
        ["image.tag", "500"],
      ] as const)
        expectResult(await sdk.consume({ customerId, operation, quantity }), "Consumed");
      await sdk.advanceTestClock({ id: clock.id, to: "2026-05-01T00:00:00.000Z" });
      const before = await allTables(database);
      const comparison = await compared(sdk, {
        customerId,
        ...april,
        draftCatalog: draft(
          ["image.recognize: 10", "image.recognize: 30"],
          ["fee: 59 USD", "fee: 49 USD"],
          ["    image.tag: 20 # ours: the source prints no figure\n", ""],
        ),
      });
      expect(
        comparison.plans.map(({ plan, draft, place, complete, amount, cost }) => [
          plan.key,
          draft,
          place,
          complete,
          amount,
          cost?.amount,
        ]),
      ).toEqual([
        ["free", false, 1, true, "50000", "45"],
        ["business", false, 2, true, "50000", "59"],
        ["professional", false, 3, true, "50000", "199"],
        ["business", true, 4, false, "120000", "69"],
        ["free", true, 5, false, "120000", "110"],
        ["professional", true, 6, false, "120000", "199"],
      ]);
      const incomplete = comparison.plans[3];
      expect(incomplete?.plan.version).toBe(0);
      expect(incomplete?.unpriced).toMatchObject([
        { calls: 1, problem: { reason: "OPERATION_UNKNOWN", operation: "image.tag" } },
      ]);
      expect(await allTables(database)).toEqual(before);
    } finally {
      await close();
    }
  });

  test("that cannot be read is refused with all that is wrong with it", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id: customerId } = await customer("free", april.from);
      const from = "2026-03-01T00:00:00Z";
      const wrong = draft(["priceList: standard", "priceList: missing"], ["supply: 100000", "supply: many"]);
      const answer = await sdk.comparePlans({ customerId, from, to: april.from, draftCatalog: wrong });
      if (!isProblem(answer) || answer.__typename !== "CatalogInvalid") throw new Error("It was read.");
      expect(answer.code).toBe("CATALOG_INVALID");
      expect(answer.problems.map(({ path }) => path)).toContain("plans.business.supply");
      expect(answer.problems.every(({ line }) => line > 1)).toBe(true);
      expect(answer.message).toMatch(/^The draft catalogue cannot be read: line \d+: /);
    }));
});

test("more calls than one request may replay are refused before any is", async () => {
  const { sdk, database, close } = await startScrip("ximilar");
  try {
    const created = await sdk.createCustomer({ plan: "business" });
    const customerId = expectResult(created, "CustomerCreated").customer.id;
    for (let call = 0; call < 3; call += 1)
      expectResult(await sdk.consume({ customerId, operation: "label.create" }), "Consumed");
    const clock = () => instantFrom("2026-01-16T00:00:00Z");
    const compareWith = (calls: number, callsOfAllPlans: number) =>
      makeComparePlans({
        ...{ database, present: presentBy(clock), onProgress: () => undefined },
        most: { calls, callsOfAllPlans },
      })({ customerId, from: instantFrom(wallClock), to: clock(), draft: null, viewer: null });
    expect(await compareWith(2, 100)).toEqual({ kind: "tooMuchUsage", limit: 2, plans: 3 });
    expect(await compareWith(3, 9)).toMatchObject({ kind: "planComparison", calls: 3 });
    // Each of the three plans replays all of them.
    expect(await compareWith(3, 8)).toEqual({ kind: "tooMuchUsage", limit: 2, plans: 3 });
  } finally {
    await close();
  }
});

test("others have their turn while many calls are replayed under many plans", async () => {
  const { sdk, database, close } = await startScrip("ximilar");
  try {
    const created = await sdk.createCustomer({ plan: "business" });
    const customerId = expectResult(created, "CustomerCreated").customer.id;
    const items = Array.from({ length: 250 }, () => ({ customerId, operation: "label.create" }));
    for (let batch = 0; batch < 2; batch += 1) await sdk.consumeBatch({ items });
    const text = fileText("ximilar.yaml");
    const plans = text.slice(text.indexOf("\nplans:\n") + 8, text.indexOf("\ncreditPacks:"));
    const many = Array.from({ length: 40 }, (_, copy) => plans.replaceAll(/^ {2}(\w+):$/gm, `  $1-${copy}:`));
    const draft = { text: text.replace(plans, many.join("\n")), name: "many" };
    const clock = () => instantFrom("2026-01-16T00:00:00Z");
    const compare = makeComparePlans({
      ...{ database, present: presentBy(clock), onProgress: () => undefined },
      most: mostOfRequest,
    });
    let turns = 0;
    const others = setInterval(() => {
      turns += 1;
    }, 1);
    const outcome = await compare({
      customerId,
      from: instantFrom(wallClock),
      to: clock(),
      draft,
      viewer: null,
    });
    clearInterval(others);
    expect(outcome).toMatchObject({ kind: "planComparison", calls: 500 });
    // A turn for each twenty milliseconds of the seconds that 61,500 calls take; two pages of calls are read.
    expect(turns).toBeGreaterThan(20);
  } finally {
    await close();
  }
}, 60_000);

describe("under the customer's own plan, the replay comes to what was really invoiced", () => {
  let server: RunningScrip;
  beforeAll(async () => {
    server = await startScrip("scenario-payg");
  });
  afterAll(() => server.close());

  const call = fc.record({
    operation: fc.constantFrom("image.upscale", "image.caption", "prompt.magic", "generator.train"),
    quantity: fc.integer({ min: 1, max: 4_000 }).map(String),
    hours: fc.integer({ min: 1, max: 500 }),
    undone: fc.constantFrom(false, false, false, true),
  });
  const plan = fc.constantFrom("payg", "payg-volume", "payg-savings", "payg-reserved");

  test("of every month", async () => {
    const { sdk } = server;
    // Of twenty reserved, eighteen were used and undone: they stay used, so one of the three is billed.
    const reservedOnce = [
      { operation: "generator.train", quantity: "18", hours: 1, undone: true },
      { operation: "generator.train", quantity: "3", hours: 1, undone: false },
    ];
    await fc.assert(
      fc.asyncProperty(plan, fc.array(call, { minLength: 1, maxLength: 8 }), async (plan, calls) => {
        const clock = await sdk.createTestClock({ now: april.from });
        const created = await sdk.createCustomer({ plan, testClockId: clock.id });
        const customerId = expectResult(created, "CustomerCreated").customer.id;
        let at = Date.parse(april.from);
        for (const { hours, undone, ...input } of calls) {
          at += hours * 3_600_000;
          await sdk.advanceTestClock({ id: clock.id, to: new Date(at) });
          const { usageRecord } = expectResult(await sdk.consume({ customerId, ...input }), "Consumed");
          if (undone)
            expectResult(
              await sdk.reverseUsage({ customerId, usageRecordId: usageRecord.id }),
              "UsageReversed",
            );
        }
        const last = new Date(at);
        const to = new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth() + 1));
        await sdk.advanceTestClock({ id: clock.id, to: new Date(to.getTime() + 5 * 86_400_000) });
        const comparison = await compared(sdk, { customerId, from: april.from, to });
        const own = comparison.plans.find(({ current }) => current);
        const { nodes } = await sdk.invoices({ customerId, first: 100 });
        // The fee of the month that comes after the range was charged too.
        const within = nodes.filter(({ period }) => Date.parse(period?.start ?? "") < to.getTime());
        const byKind = new Map<string, bigint>();
        for (const { kind, amount } of within.flatMap(({ lines }) => lines))
          byKind.set(kind, (byKind.get(kind) ?? 0n) + micros(amount));
        const replayed = new Map(
          own?.charges.map(({ kind, money }) => [kind as string, micros(money.amount)]),
        );
        expect(nonZero(replayed)).toEqual(nonZero(byKind));
      }),
      { numRuns: 12, examples: [["payg-reserved", reservedOnce]] },
    );
  }, 240_000);
});

describe("what was paid for out of supplies is replayed as it was", () => {
  const catalogues = [
    ["ximilar", ["free", "business", "professional"], ["image.tag", "image.recognize", "label.create"]],
    ["imagine", ["free", "standard", "pro"], ["image.text-to-image"]],
    ["scrollsequence", ["free", "personal", "business"], ["image.generate"]],
  ] as const;

  test.each(catalogues)(
    "in the catalogue %s, under the customer's own plan",
    async (name, plans, operations) => {
      const { sdk, close } = await startScrip(name);
      const attributes = name === "imagine" ? { style: "anime" } : {};
      const call = fc.record({
        operation: fc.constantFrom(...operations),
        quantity: fc.integer({ min: 1, max: 40 }).map(String),
        hours: fc.integer({ min: 1, max: 400 }),
        undone: fc.constantFrom(false, false, true),
      });
      try {
        await fc.assert(
          fc.asyncProperty(
            fc.constantFrom(...plans),
            fc.array(call, { minLength: 1, maxLength: 8 }),
            async (plan, calls) => {
              const clock = await sdk.createTestClock({ now: april.from });
              const created = await sdk.createCustomer({ plan, testClockId: clock.id });
              const customerId = expectResult(created, "CustomerCreated").customer.id;
              let at = Date.parse(april.from);
              let paid = 0n;
              let made = 0;
              for (const { hours, undone, ...input } of calls) {
                at += hours * 3_600_000;
                await sdk.advanceTestClock({ id: clock.id, to: new Date(at) });
                const consumed = await sdk.consume({ customerId, ...input, attributes });
                if (isProblem(consumed)) continue;
                const { usageRecord } = consumed;
                // What costs nothing can be undone as well, and is not replayed then either.
                const undo = { customerId, usageRecordId: usageRecord.id };
                if (undone) expectResult(await sdk.reverseUsage(undo), "UsageReversed");
                else [paid, made] = [paid + micros(usageRecord.amount), made + 1];
              }
              const last = new Date(at);
              const to = new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth() + 1));
              await sdk.advanceTestClock({ id: clock.id, to });
              const comparison = await compared(sdk, { customerId, from: april.from, to });
              const own = comparison.plans.find(({ current }) => current);
              expect([own?.calls, micros(own?.amount ?? ""), own?.refusedCalls]).toEqual([made, paid, 0]);
              expect(own?.periods.every(({ toBuy, billed }) => toBuy === "0" && billed === "0")).toBe(true);
              const { nodes } = await sdk.invoices({ customerId, first: 100 });
              const fees = nodes.filter(({ period }) => Date.parse(period?.start ?? "") < to.getTime());
              const charged = fees.reduce((sum, { subtotal }) => sum + micros(subtotal), 0n);
              expect(own?.charges.reduce((sum, { money }) => sum + micros(money.amount), 0n)).toBe(charged);
            },
          ),
          { numRuns: 8 },
        );
      } finally {
        await close();
      }
    },
    240_000,
  );
});

const nonZero = (sums: ReadonlyMap<string, bigint>) =>
  [...sums].filter(([, amount]) => amount !== 0n).sort(([a], [b]) => (a < b ? -1 : 1));

function micros(text: string): bigint {
  const [whole = "0", fraction = ""] = text.replace("-", "").split(".");
  const size = BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, "0"));
  return text.startsWith("-") ? -size : size;
}
