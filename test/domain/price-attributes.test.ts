import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AttributeSpec } from "../../server/domain/catalog.js";
import { priceUsage } from "../../server/domain/price/price.js";
import { amount, asPrinted, imageAttributes, priceOf, refusalOf, scenarioFormula, sold } from "./pricing.js";

const required = true;
const free = { model: "FLAT", unitPrice: "0" } as const;
const taking = (name: string, spec: Partial<AttributeSpec> & Pick<AttributeSpec, "type">) =>
  sold(free, { attributes: { [name]: { required: true, ...spec } } });

describe("an attribute that does not fit is refused by name, with what is allowed", () => {
  const steps = { type: "INTEGER", min: "1", max: "150" } as const;
  const wholeSteps = 'Attribute "steps" of image.generate must be a whole number from 1 to 150; got';

  test.each([
    ["many", "ATTRIBUTE_TYPE", `${wholeSteps} "many".`],
    ["30", "ATTRIBUTE_TYPE", `${wholeSteps} "30".`],
    [30.5, "ATTRIBUTE_TYPE", `${wholeSteps} 30.5.`],
    [Number.NaN, "ATTRIBUTE_TYPE", `${wholeSteps} NaN.`],
    [null, "ATTRIBUTE_TYPE", `${wholeSteps} null.`],
    [[30], "ATTRIBUTE_TYPE", `${wholeSteps} a list.`],
    [{}, "ATTRIBUTE_TYPE", `${wholeSteps} a value of type object.`],
    [0, "ATTRIBUTE_OUT_OF_RANGE", `${wholeSteps} 0.`],
    [151, "ATTRIBUTE_OUT_OF_RANGE", `${wholeSteps} 151.`],
    [
      1e300,
      "ATTRIBUTE_OUT_OF_RANGE",
      /whole number from -9007199254740991 to 9007199254740991; got 1e\+300\.$/,
    ],
  ])("steps = %j", (value, reason, message) => {
    const refusal = refusalOf(taking("steps", steps), { attributes: { steps: value } });
    expect(refusal).toMatchObject({ reason, attribute: "steps" });
    expect(refusal.message).toMatch(message);
  });

  test.each<[string, AttributeSpec, unknown, string]>([
    ["no number", { type: "NUMBER", required }, Number.POSITIVE_INFINITY, "ATTRIBUTE_TYPE"],
    ["a number in quotes", { type: "NUMBER", required }, "0.5", "ATTRIBUTE_TYPE"],
    ["true for a number", { type: "NUMBER", required }, true, "ATTRIBUTE_TYPE"],
    ["more than 2^53", { type: "INTEGER", required }, 2 ** 53, "ATTRIBUTE_OUT_OF_RANGE"],
    ["no text", { type: "STRING", required }, 5, "ATTRIBUTE_TYPE"],
    ["neither true nor false", { type: "BOOLEAN", required }, "true", "ATTRIBUTE_TYPE"],
    ["256 characters", { type: "STRING", required }, "x".repeat(256), "ATTRIBUTE_OUT_OF_RANGE"],
    ["none of the values", { type: "STRING", values: ["sd15"], required }, "flux", "ATTRIBUTE_OUT_OF_RANGE"],
    ["below the least", { type: "NUMBER", min: "0.5", required }, 0.49, "ATTRIBUTE_OUT_OF_RANGE"],
    ["above the most", { type: "NUMBER", max: "0.5", required }, 0.51, "ATTRIBUTE_OUT_OF_RANGE"],
    [
      "below by the 20th digit",
      { type: "NUMBER", min: `0.1${"0".repeat(18)}1`, required },
      0.1,
      "ATTRIBUTE_OUT_OF_RANGE",
    ],
    [
      "above by the 20th digit",
      { type: "NUMBER", max: `0.0${"9".repeat(19)}`, required },
      0.1,
      "ATTRIBUTE_OUT_OF_RANGE",
    ],
  ])("%s", (_, spec, value, reason) => {
    expect(refusalOf(taking("a", spec), { attributes: { a: value } })).toMatchObject({
      reason,
      attribute: "a",
    });
  });

  test.each<[AttributeSpec["type"], unknown, Partial<AttributeSpec>]>([
    ["INTEGER", 1, { min: "1", max: "1" }],
    ["INTEGER", Number.MAX_SAFE_INTEGER, {}],
    ["NUMBER", 0.1, { min: "0.1", max: "0.1" }],
    ["NUMBER", 1e-7, { min: "0.0000001" }],
    ["NUMBER", 512, { values: [512, 1024] }],
    ["STRING", "x".repeat(255), {}],
    ["STRING", "", {}],
    ["BOOLEAN", false, {}],
  ])("%s takes %j", (type, value, spec) => {
    expect(priceOf(taking("a", { type, ...spec }), { attributes: { a: value } }).attributes).toEqual({
      a: value,
    });
  });

  test("the value that was sent is shown, but at most 60 characters of it", () => {
    const { message } = refusalOf(taking("steps", steps), { attributes: { steps: "9".repeat(100_000) } });
    expect(message).toBe(`${wholeSteps} "${"9".repeat(60)}"….`);
  });

  test("a long list of values is not repeated in full", () => {
    const values = Array.from({ length: 50 }, (_, index) => index);
    const { allowed } = refusalOf(taking("n", { type: "INTEGER", values }), { attributes: { n: 99 } });
    expect(allowed).toMatch(/^one of 0, 1, .*, 19 and 30 others$/);
  });
});

describe("what is left out, and what nobody asked for", () => {
  const priced = sold(free, {
    attributes: {
      model: { type: "STRING", values: ["sd15", "sdxl"], required: true },
      steps: { type: "INTEGER", default: 30, required: true },
      seed: { type: "INTEGER", required: false },
    },
  });

  test("a required attribute without a default is missing", () => {
    expect(refusalOf(priced)).toEqual({
      kind: "unpriced",
      reason: "ATTRIBUTE_MISSING",
      attribute: "model",
      message: 'Attribute "model" of image.generate is missing; it must be one of "sd15", "sdxl".',
      allowed: 'one of "sd15", "sdxl"',
    });
  });

  test("defaults are filled in, optional ones stay out", () => {
    expect(priceOf(priced, { attributes: { model: "sdxl" } }).attributes).toEqual({
      model: "sdxl",
      steps: 30,
    });
  });

  test("a misspelt attribute is called unknown rather than missing", () => {
    expect(refusalOf(priced, { attributes: { modle: "sdxl" } })).toMatchObject({
      reason: "ATTRIBUTE_UNKNOWN",
      attribute: "modle",
      message: 'image.generate has no attribute "modle"; it takes "model", "steps", "seed".',
    });
  });

  test.each(["__proto__", "constructor", "toString", "valueOf", "quantity", ""])(
    "an attribute called %j is simply unknown",
    (name) => {
      const attributes = JSON.parse(`{"model": "sdxl", ${JSON.stringify(name)}: {"steps": 1}}`);
      expect(refusalOf(priced, { attributes })).toMatchObject({
        reason: "ATTRIBUTE_UNKNOWN",
        attribute: name,
      });
    },
  );

  test("what an attribute object inherits is not given", () => {
    const inherits = Object.create({ model: "sdxl" });
    expect(refusalOf(priced, { attributes: inherits }).reason).toBe("ATTRIBUTE_MISSING");
  });

  test("an operation without attributes says so", () => {
    expect(refusalOf(sold(free), { attributes: { steps: 1 } })).toMatchObject({
      message: 'image.generate has no attribute "steps"; it takes none.',
      allowed: null,
    });
  });
});

describe("hostile attributes", () => {
  const priced = sold(scenarioFormula, { attributes: imageAttributes, rounding: asPrinted });
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    withObjectString: true,
    withTypedArray: true,
    withSparseArray: true,
  });
  const number = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.double(), anything);
  const given = fc.record(
    {
      model: fc.oneof(fc.constantFrom("sd15", "sdxl"), anything),
      steps: number,
      width: number,
      height: number,
      compositionControl: fc.oneof(fc.boolean(), anything),
    },
    { requiredKeys: [] },
  );
  const names = fc.oneof(fc.constantFrom("__proto__", "constructor", "quantity", "base"), fc.string());

  test("never throw: each is priced within the range or refused with a sentence", () => {
    fc.assert(
      fc.property(given, fc.array(fc.tuple(names, anything), { maxLength: 2 }), (known, others) => {
        const attributes = Object.fromEntries([...Object.entries(known), ...others]);
        const outcome = priceUsage({
          priced,
          unit: "USD",
          tailored: null,
          quantity: amount("1"),
          attributes,
          periodQuantity: amount("0"),
        });
        if (outcome.kind === "priced") return Number.isSafeInteger(outcome.amount) && outcome.amount >= 0;
        return outcome.message.endsWith(".") && outcome.message.length < 500;
      }),
      { numRuns: 5_000 },
    );
  });
});
