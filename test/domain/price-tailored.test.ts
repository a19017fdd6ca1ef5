import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Micros, micros } from "../../server/domain/amount.js";
import {
  type PriceModel,
  type Rounding,
  roundingModes,
  type TailoredTerms,
} from "../../server/domain/catalog.js";
import {
  amount,
  asPrinted,
  compositionControl,
  imageAttributes,
  plain,
  priceOf,
  scenarioFormula,
  sold,
  toSix,
} from "./pricing.js";

const terms = (percentOff: string | null, reserved: Micros | null = null): TailoredTerms => ({
  volumeDiscounts: [],
  savingsPlan: percentOff === null ? null : { commitment: amount("1000"), percentOff },
  reserved: reserved === null ? [] : [{ operation: "image.generate", quantity: reserved, unitPrice: "0.02" }],
});

const savings = terms("15");
const tenThousand = amount("10000");
const upscale = sold({ model: "FLAT", unitPrice: "0.03" });
const tiers = [
  { upTo: amount("1000"), unitPrice: "0.01" },
  { upTo: amount("5000"), unitPrice: "0.008" },
  { upTo: null, unitPrice: "0.005" },
];
const graduated = sold({ model: "GRADUATED", tiers });

describe("a savings plan takes a percent off each call", () => {
  test("of the amount by the price list, which stays known", () => {
    const priced = priceOf(upscale, { quantity: "5", tailored: savings });
    expect(priced).toMatchObject({ listAmount: amount("0.15"), amount: amount("0.1275") });
    expect(priced.steps).toEqual([
      { kind: "RATE", description: "0.03 USD per image", value: "0.03" },
      { kind: "QUANTITY", description: "× 5", value: "0.15" },
      { kind: "SAVINGS_PLAN", description: "− 15 % by the savings plan", value: "0.1275" },
    ]);
  });

  test("after the multipliers", () => {
    const image = sold(scenarioFormula, {
      attributes: imageAttributes,
      multipliers: [compositionControl],
      rounding: asPrinted,
    });
    const attributes = { model: "sd15", width: 512, height: 512, compositionControl: true };
    const priced = priceOf(image, { attributes, tailored: savings });
    expect(priced).toMatchObject({ listAmount: amount("0.0048"), amount: amount("0.00408") });
  });

  test("of all of it, too", () =>
    expect(priceOf(upscale, { tailored: terms("100") })).toMatchObject({
      listAmount: amount("0.03"),
      amount: 0,
    }));

  test("of nothing says nothing", () =>
    expect(
      priceOf(sold({ model: "FLAT", unitPrice: "0" }), { tailored: savings }).steps.map(({ kind }) => kind),
    ).toEqual(["RATE", "QUANTITY"]));
});

describe("what is left is rounded once", () => {
  const rounded = (unitPrice: string, rounding: Rounding, percentOff: string, quantity = "1") => {
    const priced = priceOf(sold({ model: "FLAT", unitPrice }, { rounding }), {
      quantity,
      tailored: terms(percentOff),
    });
    return [plain(priced.listAmount), plain(priced.amount), priced.steps.at(-1)?.description];
  };

  test.each([
    // 0.125 × 3 = 0.375, less 15 % is 0.31875; of the rounded 0.38 it would be 0.323.
    ["0.125", { on: "AMOUNT", scale: 2, mode: "HALF_UP" }, ["15", "3"], ["0.38", "0.32"]],
    // 0.15 less a tenth is 0.135, which lies on the half.
    ["0.15", { on: "AMOUNT", scale: 2, mode: "HALF_DOWN" }, ["10", "1"], ["0.15", "0.13"]],
    ["0.15", { on: "AMOUNT", scale: 1, mode: "UP" }, ["10", "1"], ["0.2", "0.2"]],
    // The price of one, 0.005, stays as it is printed.
    ["0.0048", { on: "UNIT_PRICE", scale: 3, mode: "HALF_UP" }, ["33.3333", "7"], ["0.035", "0.023333"]],
    ["0.0048", { on: "UNIT_PRICE", scale: 3, mode: "UP" }, ["33.3333", "7"], ["0.035", "0.023334"]],
  ] as const)("%s rounded by %o", (unitPrice, rounding, [percentOff, quantity], amounts) =>
    expect(rounded(unitPrice, rounding, percentOff, quantity).slice(0, 2)).toEqual(amounts),
  );

  test("and the last step says so", () => {
    const [, , said] = rounded("0.0048", asPrinted, "33.3333", "7");
    expect(said).toBe("rounded half up to 6 decimals");
  });
});

describe("the first n of a period are reserved", () => {
  const reserved = terms(null, tenThousand);

  test.each([
    ["all of a call", "0", "5", "0"],
    ["exactly the last of them", "9995", "5", "0"],
    ["a part of a call", "9998", "5", "0.09"],
    ["a fraction", "9999.5", "1", "0.015"],
    ["none, when they are used up", "10000", "5", "0.15"],
    ["none, long after", "25000", "1", "0.03"],
  ])("%s", (_, before, quantity, left) => {
    const priced = priceOf(upscale, { before, quantity, tailored: reserved });
    expect(plain(priced.amount)).toBe(left);
    expect(priced.listAmount).toBe(micros(amount(quantity) * 0.03));
    expect(priced.parts).toEqual([
      { tier: 0, quantity: amount(quantity), listAmount: priced.listAmount, amount: priced.amount },
    ]);
  });

  test("before the savings plan takes its percent off the rest, and both are told", () => {
    const priced = priceOf(upscale, { before: "9998", quantity: "5", tailored: terms("15", tenThousand) });
    expect(priced.steps.slice(2)).toEqual([
      {
        kind: "RESERVED",
        description: "× 3, as 2 of 5 are reserved and paid in advance",
        value: "0.09",
      },
      { kind: "SAVINGS_PLAN", description: "− 15 % by the savings plan", value: "0.0765" },
    ]);
    expect(priced).toMatchObject({ listAmount: amount("0.15"), amount: amount("0.0765") });
  });

  test("and other operations are not", () => {
    const other = sold({ model: "FLAT", unitPrice: "0.03" });
    const { operation } = other;
    const priced = { ...other, operation: { ...operation, key: "image.crop" } };
    expect(priceOf(priced, { tailored: reserved }).amount).toBe(amount("0.03"));
  });

  test("a call whose price of one does not fit into millionths is still charged for its rest", () => {
    const odd = sold({ model: "FLAT", unitPrice: "0.0005" }, { rounding: { ...asPrinted, scale: 4 } });
    const priced = priceOf(odd, { quantity: "1", tailored: terms(null, amount("0.333333")) });
    expect(priced).toMatchObject({ listAmount: 500, amount: 333 });
  });
});

describe("a call in parts, by tier", () => {
  test("GRADUATED, across three tiers and less a percent", () => {
    const priced = priceOf(graduated, { before: "990", quantity: "5000", tailored: savings });
    expect(priced.parts).toEqual([
      { tier: 0, quantity: amount("10"), listAmount: amount("0.1"), amount: amount("0.085") },
      { tier: 1, quantity: amount("4000"), listAmount: amount("32"), amount: amount("27.2") },
      { tier: 2, quantity: amount("990"), listAmount: amount("4.95"), amount: amount("4.2075") },
    ]);
    expect(priced).toMatchObject({ listAmount: amount("37.05"), amount: amount("31.4925") });
  });

  test("GRADUATED, within the second", () =>
    expect(priceOf(graduated, { before: "1000", quantity: "5" }).parts).toEqual([
      { tier: 1, quantity: amount("5"), listAmount: amount("0.04"), amount: amount("0.04") },
    ]));

  test("GRADUATED, of nothing, in the tier that comes next", () =>
    expect(priceOf(graduated, { before: "1000", quantity: "0" }).parts).toMatchObject([{ tier: 1 }]));

  test("VOLUME, the tier that it reached", () =>
    expect(
      priceOf(sold({ model: "VOLUME", tiers }), { before: "990", quantity: "11", tailored: savings }).parts,
    ).toEqual([{ tier: 1, quantity: amount("11"), listAmount: amount("0.088"), amount: amount("0.0748") }]));

  test("PACKAGE, one part, whatever it starts", () =>
    expect(
      priceOf(sold({ model: "PACKAGE", packageSize: amount("100"), packagePrice: "3" }), { quantity: "101" })
        .parts,
    ).toEqual([{ tier: 0, quantity: amount("101"), listAmount: amount("6"), amount: amount("6") }]));
});

const quantities = fc.oneof(
  fc.integer({ min: 0, max: 9_000 }).map((whole) => micros(whole * 1_000_000)),
  fc.integer({ min: 0, max: 9_000_000_000 }).map(micros),
);
const percents = fc
  .integer({ min: 1, max: 100_000 })
  .map((thousandths) => plain(thousandths * 1_000))
  .filter((text) => text !== "0");
const rates = fc.integer({ min: 0, max: 50_000 }).map((count) => plain(count));
const someTiers = fc.tuple(rates, rates, rates, rates).map(([a, b, c, d]) => [
  { upTo: amount("1"), unitPrice: a },
  { upTo: amount("1000"), unitPrice: b },
  { upTo: amount("5000"), unitPrice: c },
  { upTo: null, unitPrice: d },
]);
const roundings = fc.record({
  on: fc.constant("AMOUNT" as const),
  scale: fc.integer({ min: 0, max: 6 }),
  mode: fc.constantFrom(...roundingModes),
});
const factor = { label: "Odd", when: {}, times: "0.37" };

describe("whatever the price, the percent and the rounding", () => {
  const models = fc.oneof(
    rates.map((unitPrice): PriceModel => ({ model: "FLAT", unitPrice })),
    someTiers.map((of): PriceModel => ({ model: "GRADUATED", tiers: of })),
    someTiers.map((of): PriceModel => ({ model: "VOLUME", tiers: of })),
    rates.map((packagePrice): PriceModel => ({ model: "PACKAGE", packageSize: amount("7"), packagePrice })),
  );

  test("the parts add up to the call, and no part costs more than its list amount or less than nothing", () => {
    let straddled = 0;
    fc.assert(
      fc.property(
        fc.record({
          model: models,
          rounding: roundings,
          percent: percents,
          before: quantities,
          of: quantities,
        }),
        ({ model, rounding, percent, before, of }) => {
          const priced = sold(model, { rounding, multipliers: [factor] });
          const use = { before: plain(before), quantity: plain(of) };
          const { parts, ...whole } = priceOf(priced, { ...use, tailored: terms(percent) });
          const total = (of: "quantity" | "listAmount" | "amount") =>
            parts.reduce((sum, part) => sum + part[of], 0);
          expect([total("quantity"), total("listAmount"), total("amount")]).toEqual([
            of,
            whole.listAmount,
            whole.amount,
          ]);
          for (const part of parts) {
            expect(part.amount).toBeGreaterThanOrEqual(0);
            expect(part.listAmount).toBeGreaterThanOrEqual(part.amount);
          }
          expect(whole.listAmount).toBe(priceOf(priced, use).amount);
          if (parts.length > 1) straddled += 1;
        },
      ),
      { numRuns: 2_000 },
    );
    expect(straddled).toBeGreaterThan(50);
  });

  test("splitting a quantity over calls leaves the same of it to be charged, and with exact amounts the same total", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 4_000 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 12_000 }),
        fc.constantFrom(null, "15", "12.5"),
        (calls, reserved, percent) => {
          const tailored = terms(percent, amount(String(reserved)));
          const priced = sold({ model: "FLAT", unitPrice: "0.03" }, { rounding: toSix });
          let before = 0;
          let charged = 0;
          for (const quantity of calls) {
            charged += priceOf(priced, {
              before: String(before),
              quantity: String(quantity),
              tailored,
            }).amount;
            before += quantity;
          }
          const together = priceOf(priced, { quantity: String(before), tailored });
          const beyond = Math.max(0, before - reserved);
          expect(charged).toBe(together.amount);
          expect(charged).toBe((beyond * 30_000 * (100_000 - Number(percent ?? 0) * 1_000)) / 100_000);
        },
      ),
      { numRuns: 500 },
    );
  });
});
