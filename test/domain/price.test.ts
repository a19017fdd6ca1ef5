import { describe, expect, test } from "vitest";
import type { PriceModel } from "../../server/domain/catalog.js";
import { priceUsage } from "../../server/domain/price/price.js";
import { amount, compositionControl, priceOf, refusalOf, sold, toSix } from "./pricing.js";

const flat = (unitPrice: string): PriceModel => ({ model: "FLAT", unitPrice });
const perUnit = (scale: number) => ({ mode: "HALF_UP", scale, on: "UNIT_PRICE" }) as const;

describe("a flat price", () => {
  test.each([
    ["background removal", "0.100", "1", "0.1"],
    ["three detections", "0.030", "3", "0.09"],
    ["half a training", "5", "0.5", "2.5"],
    ["a free operation", "0", "7", "0"],
    ["nothing at all", "0.1", "0", "0"],
  ])("%s", (_, unitPrice, quantity, expected) => {
    expect(priceOf(sold(flat(unitPrice)), { quantity }).amount).toBe(amount(expected));
  });

  test("is explained in the unit and the operation's own words", () => {
    expect(priceOf(sold(flat("0.100")), { quantity: "2" }).steps).toEqual([
      { kind: "RATE", description: "0.1 USD per image", value: "0.1" },
      { kind: "QUANTITY", description: "× 2", value: "0.2" },
    ]);
  });
});

test("one price sold in two units is explained in each", () => {
  const priced = sold(flat("1"));
  const described = (unit: string) => {
    const outcome = priceUsage({
      priced,
      unit,
      tailored: null,
      quantity: amount("1"),
      attributes: {},
      periodQuantity: amount("0"),
    });
    return outcome.kind === "priced" ? outcome.steps[0]?.description : outcome.message;
  };
  expect(described("USD")).toBe("1 USD per image");
  expect(described("tokens")).toBe("1 tokens per image");
});

describe("a matrix price", () => {
  const style = { type: "STRING", required: true } as const;
  const imagine = sold(
    { model: "MATRIX", by: ["style"], cells: { anime: "5", "flux-dev": "15", "imagine-turbo": "1" } },
    { attributes: { style } },
  );

  test.each([
    ["anime", "5"],
    ["flux-dev", "15"],
    ["imagine-turbo", "1"],
  ])("style %s costs %s tokens", (style, expected) => {
    expect(priceOf(imagine, { attributes: { style } }).amount).toBe(amount(expected));
  });

  test("names the cell it took", () => {
    expect(priceOf(imagine, { attributes: { style: "anime" } }).steps[0]?.description).toBe(
      "5 USD per image for style anime",
    );
  });

  test("a style without a cell has no price, and the refusal says which have", () => {
    expect(refusalOf(imagine, { attributes: { style: "oil" } })).toEqual({
      kind: "unpriced",
      reason: "NO_MATCHING_PRICE",
      attribute: "style",
      message:
        'image.generate has no price for style "oil"; there is one for "anime", "flux-dev", "imagine-turbo".',
      allowed: 'one of "anime", "flux-dev", "imagine-turbo"',
    });
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("style %s is no cell", (style) => {
    expect(refusalOf(imagine, { attributes: { style } }).reason).toBe("NO_MATCHING_PRICE");
  });

  const hd = { type: "BOOLEAN", required: false } as const;
  const wild = sold(
    { model: "MATRIX", by: ["style", "hd"], cells: { anime: { true: "9" }, "*": { true: "7", "*": "3" } } },
    { attributes: { style, hd } },
  );

  test.each([
    ["any other style, in HD", { style: "oil", hd: true }, "7"],
    ["any other style, plain", { style: "oil", hd: false }, "3"],
    ["its own cell comes first", { style: "anime", hd: true }, "9"],
  ])("* matches what has no cell of its own: %s", (_, attributes, expected) => {
    expect(priceOf(wild, { attributes }).amount).toBe(amount(expected));
  });

  test("a value with cells of its own never falls back to *", () => {
    expect(refusalOf(wild, { attributes: { style: "anime", hd: false } })).toMatchObject({
      reason: "NO_MATCHING_PRICE",
      attribute: "hd",
    });
  });

  test("an optional attribute that the price depends on must be given all the same", () => {
    expect(refusalOf(wild, { attributes: { style: "oil" } })).toMatchObject({
      reason: "ATTRIBUTE_MISSING",
      attribute: "hd",
      message: 'Attribute "hd" of image.generate is missing; it must be true or false.',
    });
  });

  test("an attribute called like something every object inherits is missing when it is not given", () => {
    const spec = { type: "STRING", required: false } as const;
    const odd = sold(
      { model: "MATRIX", by: ["constructor"], cells: { "*": "1" } },
      { attributes: { constructor: spec } },
    );
    expect(refusalOf(odd).reason).toBe("ATTRIBUTE_MISSING");
    expect(priceOf(odd, { attributes: { constructor: "x" } }).amount).toBe(amount("1"));
  });

  test("cells not as deep as the attributes are a fault of the catalogue", () => {
    const broken = sold(
      { model: "MATRIX", by: ["style", "hd"], cells: { anime: "5" } },
      { attributes: { style, hd } },
    );
    expect(() => priceOf(broken, { attributes: { style: "anime", hd: true } })).toThrow(TypeError);
  });
});

describe("multipliers", () => {
  const attributes = {
    compositionControl: { type: "BOOLEAN", required: false },
    capacity: { type: "STRING", required: false },
  } as const;
  const spot = { label: "Spot", when: { capacity: ["spot", "idle"] }, times: "0.5" };
  const launch = { label: "Launch offer", when: {}, times: "0.9" };
  const priced = sold(flat("0.1"), { attributes, multipliers: [compositionControl, spot, launch] });

  test.each([
    ["none holds but the one without a condition", {}, "0.09", 1],
    ["composition control", { compositionControl: true }, "0.108", 2],
    ["the condition is not met", { compositionControl: false, capacity: "reserved" }, "0.09", 1],
    ["one of several values", { capacity: "idle" }, "0.045", 2],
    ["all together", { compositionControl: true, capacity: "spot" }, "0.054", 3],
  ])("%s", (_, given, expected, count) => {
    const outcome = priceOf(priced, { attributes: given });
    expect(outcome.amount).toBe(amount(expected));
    expect(outcome.steps.filter(({ kind }) => kind === "MULTIPLIER")).toHaveLength(count);
  });

  test("apply in their order, each step with the value it reached", () => {
    const { steps } = priceOf(priced, { attributes: { compositionControl: true, capacity: "spot" } });
    expect(steps.map(({ description, value }) => `${description} = ${value}`)).toEqual([
      "0.1 USD per image = 0.1",
      "× 1.2 Composition control = 0.12",
      "× 0.5 Spot = 0.06",
      "× 0.9 Launch offer = 0.054",
      "× 1 = 0.054",
    ]);
  });

  test("a condition over something every object inherits does not hold", () => {
    const inherited = { label: "Trap", when: { constructor: true }, times: "2" };
    expect(priceOf(sold(flat("1"), { multipliers: [inherited] })).amount).toBe(amount("1"));
  });
});

describe("the one rounding", () => {
  test.each([
    ["HALF_UP", "0.000003"],
    ["HALF_EVEN", "0.000002"],
    ["HALF_DOWN", "0.000002"],
    ["UP", "0.000003"],
    ["DOWN", "0.000002"],
  ] as const)("%s of 0.0000025 is %s", (mode, expected) => {
    expect(priceOf(sold(flat("0.0000025"), { rounding: { ...toSix, mode } })).amount).toBe(amount(expected));
  });

  test.each([
    ["HALF_EVEN", "0.0000035", "0.000004"],
    ["HALF_DOWN", "0.00000350000000000000000000000000000001", "0.000004"],
    ["UP", "0.00000200000000000000000000000000000001", "0.000003"],
    ["DOWN", "0.00000299999999999999999999999999999999", "0.000002"],
  ] as const)("%s of %s is %s", (mode, unitPrice, expected) => {
    const outcome = priceOf(sold(flat(unitPrice), { rounding: { ...toSix, mode } }));
    expect(outcome.amount).toBe(amount(expected));
    expect(outcome.steps[0]?.value, "shown to its last digit").toBe(unitPrice);
  });

  test("on the amount comes last: 3 × 0.3333335 = 1.0000005, not 3 × 0.333334", () => {
    const outcome = priceOf(sold(flat("0.3333335")), { quantity: "3" });
    expect(outcome.amount).toBe(amount("1.000001"));
    expect(outcome.steps.map(({ kind }) => kind)).toEqual(["RATE", "QUANTITY", "ROUNDING"]);
  });

  test("on the unit price comes first: 3 × 0.33", () => {
    const outcome = priceOf(sold(flat("0.3333335"), { rounding: perUnit(2) }), { quantity: "3" });
    expect(outcome.amount).toBe(amount("0.99"));
    expect(outcome.steps.map(({ kind }) => kind)).toEqual(["RATE", "ROUNDING", "QUANTITY"]);
  });

  test.each([
    ["0.0048", "0.123", "a number of at most 2 decimals"],
    ["0.12345", "0.11", "a number of at most 1 decimal"],
    ["0.123456", "1.1", "a whole number"],
    ["0.12345678", "7", "a multiple of 100"],
  ])("at %s each, %s is not exact and is not rounded a second time", (unitPrice, quantity, allowed) => {
    expect(refusalOf(sold(flat(unitPrice), { rounding: perUnit(8) }), { quantity })).toEqual({
      kind: "unpriced",
      reason: "QUANTITY_NOT_EXACT",
      attribute: "quantity",
      message: `At ${unitPrice} each, the quantity of image.generate must be ${allowed}; got ${quantity}.`,
      allowed,
    });
  });
});

describe("an amount out of range", () => {
  test("the largest amount is priced, one millionth more is refused", () => {
    expect(priceOf(sold(flat("9007199254.740991"))).amount).toBe(Number.MAX_SAFE_INTEGER);
    expect(refusalOf(sold(flat("9007199254.740992")))).toMatchObject({
      reason: "AMOUNT_OUT_OF_RANGE",
      message: "This call of image.generate would cost more than 9007199254.740991 USD; make it smaller.",
    });
  });

  test("a negative quantity is refused", () => {
    expect(refusalOf(sold(flat("1")), { quantity: "-1" })).toMatchObject({
      reason: "ATTRIBUTE_OUT_OF_RANGE",
      attribute: "quantity",
    });
  });

  test("a negative rate is not rounded to nothing, and two wrongs make no price", () => {
    expect(refusalOf(sold(flat("-0.0004"), { rounding: perUnit(3) })).reason).toBe("AMOUNT_OUT_OF_RANGE");
    const rebate = { label: "Rebate", when: {}, times: "-1" };
    expect(refusalOf(sold(flat("-1"), { multipliers: [rebate] })).reason).toBe("AMOUNT_OUT_OF_RANGE");
  });

  test("a negative rate or multiplier never becomes a price, even of nothing", () => {
    const rebate = { label: "Rebate", when: {}, times: "-1" };
    for (const quantity of ["0", "1"]) {
      expect(refusalOf(sold(flat("-0.1")), { quantity }).reason).toBe("AMOUNT_OUT_OF_RANGE");
      expect(refusalOf(sold(flat("0.1"), { multipliers: [rebate] }), { quantity }).reason).toBe(
        "AMOUNT_OUT_OF_RANGE",
      );
    }
  });
});
