import { expectResult, type PlanQuote, type ScripClient } from "@scrip/sdk";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { startWith } from "./harness/catalog.js";
import { type RunningScrip, scenario, startScrip } from "./harness/scenario.js";

interface Line {
  readonly operation: string;
  readonly quantity: string;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
}

const quotesOf = async (sdk: ScripClient, input: Parameters<ScripClient["quoteUsage"]>[0]) =>
  expectResult(await sdk.quoteUsage(input), "UsageQuote").quotes;

const only = <Item>(items: readonly Item[]): Item => {
  expect(items).toHaveLength(1);
  return items[0] as Item;
};

const invoiceTotals = (quote: PlanQuote) => quote.invoices.map(({ kind, total }) => `${kind} ${total}`);

describe("the calculator tells beforehand what Scenario's customers will be invoiced", () => {
  const lines = [
    {
      operation: "image.generate",
      quantity: "1000",
      attributes: { model: "sdxl", steps: 50, width: 1024, height: 1024 },
    },
    { operation: "image.upscale", quantity: "200" },
  ];

  test("1,000 SDXL images at 50 steps and 200 upscales a month, under every plan, the cheapest first", () =>
    scenario("scenario-payg", async ({ sdk }) => {
      const quotes = await quotesOf(sdk, { lines });
      // 1,000 × 0.053 + 200 × 0.030 = 59; 0.50 of it is free.
      expect(quotes.map(({ plan, place, total }) => [place, plan.key, total?.amount])).toEqual([
        [1, "payg", "58.5"],
        [2, "payg-volume", "58.5"],
        [3, "payg-spot", "58.5"],
        [4, "payg-reserved", "332.5"],
        [5, "payg-savings", "1000"],
      ]);
      const [payg] = quotes;
      expect(payg).toMatchObject({
        complete: true,
        times: 1,
        amount: "59",
        coveredBySupply: "0.5",
        coveredByCredits: "0",
        toBuy: "0",
        billed: "58.5",
        beyond: "0",
        purchases: [],
      });
      expect(payg?.lines.map(({ amount, explanation }) => [amount, explanation.at(-1)?.value])).toEqual([
        ["53", "53"],
        ["6", "6"],
      ]);
      expect(
        payg?.invoices.flatMap(({ lines }) => lines.map(({ description, amount }) => [description, amount])),
      ).toEqual([
        ["Generate an image", "52.5"],
        ["Upscale an image", "6"],
      ]);
    }));

  test("at a large scale the tailored plans come first, and say why", () =>
    scenario("scenario-payg", async ({ sdk }) => {
      const large = [{ operation: "image.upscale", quantity: "100000" }];
      const quotes = await quotesOf(sdk, { lines: large });
      expect(quotes.map(({ plan, total }) => [plan.key, total?.amount])).toEqual([
        // 3,000 less 15 %, less 0.50 free.
        ["payg-savings", "2549.5"],
        // 2,999.50 less 10 %.
        ["payg-volume", "2699.55"],
        // 10,000 at 0.020 and 20 trainings at 4 in advance; 90,000 at 0.030 less 0.50 free.
        ["payg-reserved", "2979.5"],
        ["payg", "2999.5"],
        ["payg-spot", "2999.5"],
      ]);
      const [savings, volume, reserved] = quotes;
      expect(savings?.lines[0]).toMatchObject({ listAmount: "3000", amount: "2550" });
      expect(volume?.invoices[0]?.lines.at(-1)).toMatchObject({ kind: "DISCOUNT", amount: "-299.95" });
      expect(reserved && invoiceTotals(reserved)).toEqual(["SUBSCRIPTION 280", "USAGE 2699.5"]);
    }));

  test("a line that has no price says what is wrong with it, and the others are priced all the same", () =>
    scenario("scenario-payg", async ({ sdk }) => {
      const wrong = [
        { operation: "image.generate", attributes: { model: "sdxl", steps: 500, width: 1024, height: 1024 } },
        { operation: "image.upscale", quantity: "100" },
        { operation: "image.colorize" },
      ];
      const quote = only(await quotesOf(sdk, { plan: "payg", lines: wrong }));
      expect(quote).toMatchObject({ complete: false, amount: "3", billed: "2.5" });
      expect(quote.lines.map(({ amount, problem }) => [amount, problem?.reason, problem?.attribute])).toEqual(
        [
          [null, "ATTRIBUTE_OUT_OF_RANGE", "steps"],
          ["3", undefined, undefined],
          [null, "OPERATION_UNKNOWN", null],
        ],
      );
      expect(quote.lines[0]?.problem?.allowed).toContain("150");
    }));

  test("a customer's quote knows its country's tax, its coupons and the credits that it has", () =>
    scenario("scenario-payg", async ({ sdk, customer }) => {
      const { id: customerId } = await customer("payg", "2026-04-10T00:00:00Z");
      await sdk.updateCustomer({ customerId, billingAddress: { country: "FR" } });
      expectResult(await sdk.redeemCoupon({ customerId, code: "STUDIO20" }), "CouponRedeemed");
      expectResult(
        await sdk.grantCredits({ customerId, amount: "8.5", source: "PROMOTION" }),
        "CreditsGranted",
      );
      // What was used before does not count: the quote is for a period of its own.
      expectResult(
        await sdk.consume({ customerId, operation: "image.upscale", idempotencyKey: "1" }),
        "Consumed",
      );
      const quote = only(await quotesOf(sdk, { customerId, lines }));
      expect(quote).toMatchObject({ coveredBySupply: "0.5", coveredByCredits: "8.5", billed: "50" });
      const [invoice] = quote.invoices;
      expect(invoice).toMatchObject({ kind: "USAGE", subtotal: "40", total: "48", amountDue: "48" });
      expect(quote.total).toEqual({ amount: "48", currency: "USD" });
    }));
});

describe("the credit calculator of Ximilar", () => {
  test("says what the supply covers, what has to be bought and as which packs, and which plan is cheapest", () =>
    scenario("ximilar", async ({ sdk }) => {
      const lines = [
        { operation: "image.recognize", quantity: "12000" },
        { operation: "image.tag", quantity: "2000" },
        { operation: "label.create", quantity: "30" },
      ];
      const quotes = await quotesOf(sdk, { lines });
      expect(
        quotes.map(({ plan, amount, coveredBySupply, toBuy, total }) => [
          plan.key,
          amount,
          coveredBySupply,
          toBuy,
          total?.amount,
        ]),
      ).toEqual([
        ["business", "160000", "100000", "60000", "114"],
        ["free", "160000", "3000", "157000", "145"],
        ["professional", "160000", "160000", "0", "199"],
      ]);
      const packsOf = (quote: PlanQuote | undefined) =>
        quote?.purchases.map(({ creditPack, quantity, price }) => [creditPack.key, quantity, price.amount]);
      expect(packsOf(quotes[0])).toEqual([
        ["pack-50000", 1, "45"],
        ["pack-10000", 1, "10"],
      ]);
      // 160,000 credits for 145 are cheaper than the pack of 200,000 for 160.
      expect(packsOf(quotes[1])).toEqual([
        ["pack-50000", 3, "135"],
        ["pack-10000", 1, "10"],
      ]);
      expect(quotes.map(invoiceTotals)).toEqual([
        ["SUBSCRIPTION 59", "PURCHASE 45", "PURCHASE 10"],
        ["PURCHASE 135", "PURCHASE 10"],
        ["SUBSCRIPTION 199"],
      ]);
    }));
});

test("where no packs are sold, the smallest plan that suffices comes first, and the others say what is beyond them", () =>
  scenario("scrollsequence", async ({ sdk }) => {
    const quotes = await quotesOf(sdk, { lines: [{ operation: "image.generate", quantity: "300" }] });
    expect(
      quotes.map(({ plan, place, complete, beyond, total }) => [plan.key, place, complete, beyond, total]),
    ).toEqual([
      ["business", 1, true, "0", null],
      ["agency", 2, true, "0", null],
      ["free", 3, false, "2900", null],
      ["personal", 4, false, "2000", null],
    ]);
  }));

const years = `
name: years
units: { credit: Credit }
operations: { call: { name: Call, per: call }, word: { name: Word, per: word } }
priceLists:
  all:
    call: 1
    word: { model: GRADUATED, tiers: [{ upTo: 1000, unitPrice: 1 }, { unitPrice: 0.5 }] }
plans:
  free: { name: Free, rank: 0, period: ANCHOR, supply: 10, sellsCreditPacks: false, priceList: all }
  monthly: { name: Monthly, rank: 1, fee: 12 USD, period: ANCHOR, supply: 100, priceList: all }
  yearly: { name: Yearly, rank: 2, fee: 120 USD, period: { type: ANCHOR, every: YEAR }, supply: 1200, priceList: all }
  europe: { name: Europe, rank: 1, fee: 11 EUR, period: ANCHOR, supply: 100, priceList: all }
creditPacks:
  hundred: { name: Hundred, credits: 100, price: 10 USD, bonuses: [{ fromQuantity: 3, percent: 50 }] }
`;

test("a month's lines come twelve times in a yearly plan, whose cost is compared by the month", async () => {
  const { sdk, close } = await startWith(years.replace(/^.*europe.*\n/m, ""));
  try {
    const lines = [
      { operation: "call", quantity: "50" },
      { operation: "word", quantity: "100" },
    ];
    const quotes = await quotesOf(sdk, { lines });
    expect(
      quotes.map(({ plan, times, amount, toBuy, total, perMonth }) => [
        plan.key,
        times,
        amount,
        toBuy,
        total?.amount,
        perMonth?.amount,
      ]),
    ).toEqual([
      // 600 calls, 1,000 words at 1 and 200 at 0.5; for the 500 beyond the supply four packs with their bonus.
      ["yearly", 12, "1700", "500", "160", "13.333333"],
      ["monthly", 1, "150", "50", "22", "22"],
      ["free", 1, "150", "0", "0", "0"],
    ]);
    expect(quotes.map(({ beyond }) => beyond)).toEqual(["0", "0", "140"]);
    const once = await quotesOf(sdk, { plan: "yearly", lines, period: "BILLING_PERIOD" });
    expect(only(once)).toMatchObject({ times: 1, amount: "150", toBuy: "0", perMonth: { amount: "10" } });
  } finally {
    await close();
  }
});

test("costs in several currencies are told, but not put in an order", async () => {
  const { sdk, close } = await startWith(years);
  try {
    const quotes = await quotesOf(sdk, { lines: [{ operation: "call", quantity: "150" }] });
    const europe = quotes.find(({ plan }) => plan.key === "europe");
    // A fee in euros and packs in dollars do not add up.
    expect(europe).toMatchObject({ total: null, place: null, complete: true });
    expect(europe && invoiceTotals(europe)).toEqual(["SUBSCRIPTION 11", "PURCHASE 10"]);
    expect(quotes.at(-1)).toBe(europe);
  } finally {
    await close();
  }
});

// The law: a quote is what using it then costs.

const generated = fc.record({
  model: fc.constantFrom("sd15", "sdxl"),
  steps: fc.integer({ min: 1, max: 150 }),
  width: fc.integer({ min: 256, max: 2048 }),
  height: fc.integer({ min: 256, max: 2048 }),
  compositionControl: fc.boolean(),
  interruptible: fc.boolean(),
});
const styles = fc.constantFrom("anime", "realistic", "flux-dev", "imagine-turbo");
const quantity = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 100, max: 30_000 })).map(String);
const lineOf = (...operations: string[]): fc.Arbitrary<Line> =>
  fc.record({ operation: fc.constantFrom(...operations), quantity });

const usage: Record<string, { plans: string[]; line: fc.Arbitrary<Line> }> = {
  "scenario-units": {
    plans: ["starter", "growth"],
    line: lineOf("image.generate", "image.upscale", "image.vectorize"),
  },
  "scenario-payg": {
    plans: ["payg", "payg-volume", "payg-savings", "payg-reserved", "payg-spot"],
    line: fc.oneof(
      fc.record({ operation: fc.constant("image.generate"), quantity, attributes: generated }),
      lineOf("image.upscale", "image.caption", "prompt.magic", "image.detect"),
    ),
  },
  scrollsequence: {
    plans: ["free", "personal", "business", "agency"],
    // Most that is more than this is beyond all but the largest plan.
    line: fc.record({
      operation: fc.constantFrom("image.generate", "video.process", "agent.run"),
      quantity: fc.integer({ min: 1, max: 40 }).map(String),
    }),
  },
  imagine: {
    plans: ["free", "standard", "pro"],
    line: fc.record({
      operation: fc.constant("image.text-to-image"),
      quantity,
      attributes: fc.record({ style: styles }),
    }),
  },
  ximilar: {
    plans: ["free", "business", "professional"],
    line: lineOf("training.upload-image", "label.create", "image.recognize", "image.similarity-search"),
  },
};

describe("what is quoted is what using it in one period then costs and invoices", () => {
  const servers = new Map<string, Promise<RunningScrip>>();
  afterAll(async () => {
    for (const server of servers.values()) await (await server).close();
  });

  test.each(Object.entries(usage))(
    "%s",
    async (catalog, { plans, line }) => {
      const server = startScrip(catalog);
      servers.set(catalog, server);
      const { sdk } = await server;
      let used = 0;
      const lines = fc.array(line, { minLength: 1, maxLength: 4 });
      const country = fc.constantFrom("FR", "JP", "US");
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...plans), lines, country, async (plan, lines, country) => {
          const clock = await sdk.createTestClock({ now: "2026-04-01T00:00:00Z" });
          const created = await sdk.createCustomer({ testClockId: clock.id });
          const { id: customerId } = expectResult(created, "CustomerCreated").customer;
          await sdk.updateCustomer({ customerId, billingAddress: { country } });
          expectResult(await sdk.subscribe({ customerId, plan }), "Subscribed");
          const quote = only(await quotesOf(sdk, { customerId, lines }));
          const forPlan = only(await quotesOf(sdk, { plan, lines }));
          expect(forPlan.lines).toEqual(quote.lines);
          if (!quote.complete) return;
          for (const { creditPack, quantity } of quote.purchases)
            expectResult(
              await sdk.purchase({ customerId, creditPack: creditPack.key, quantity }),
              "Purchased",
            );
          const drawn = { SUPPLY: 0, PACK: 0 };
          let postpaid = 0;
          for (const [index, line] of lines.entries()) {
            const { usageRecord } = expectResult(await sdk.consume({ customerId, ...line }), "Consumed");
            expect(usageRecord.amount).toBe(quote.lines[index]?.amount);
            postpaid += Number(usageRecord.postpaid);
            for (const { grant, amount } of usageRecord.draws)
              drawn[grant.source as keyof typeof drawn] += Number(amount);
          }
          expect(drawn.SUPPLY).toBeCloseTo(Number(quote.coveredBySupply), 5);
          expect(drawn.PACK).toBeCloseTo(Number(quote.toBuy), 5);
          expect(postpaid).toBeCloseTo(Number(quote.billed), 5);
          const { nodes } = await sdk.invoices({ customerId });
          // A plan that bills its usage is invoiced for it when the month is over.
          await sdk.advanceTestClock({ id: clock.id, to: "2026-05-04T00:00:00Z" });
          const later = (await sdk.invoices({ customerId })).nodes;
          const real = [...nodes.toReversed(), ...later.filter(({ kind }) => kind === "USAGE")];
          const shown = ({
            kind,
            lines,
            subtotal,
            taxes,
            total,
            amountDue,
          }: PlanQuote["invoices"][number]) => ({
            ...{ kind, subtotal, taxes, total, amountDue },
            lines: lines.map(({ period: _, ...line }) => line),
          });
          const kept = real.filter(({ lines }) => lines.length > 0).map(shown);
          const byKind = (a: { kind: string }, b: { kind: string }) =>
            order.indexOf(a.kind) - order.indexOf(b.kind);
          expect(quote.invoices.map(shown)).toEqual(kept.toSorted(byKind));
          used += 1;
        }),
        { numRuns: 15 },
      );
      expect(used).toBeGreaterThan(2);
    },
    240_000,
  );
});

const order = ["SUBSCRIPTION", "PURCHASE", "USAGE"];
