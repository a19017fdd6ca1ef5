import fc from "fast-check";
import jsep from "jsep";
import { describe, expect, test } from "vitest";
import { checkFormula, formulaOf } from "../../server/domain/price/formula.js";
import { DivisionByZero, decimalText, ratio } from "../../server/domain/price/ratio.js";
import { priceOf, refusalOf, sold } from "./pricing.js";
import { type Fraction, reference } from "./reference-formula.js";

const numberSpec = { type: "NUMBER", required: true } as const;
const known: Readonly<Record<string, Fraction>> = {
  x: { over: 7n, under: 1n },
  y_2: { over: 3n, under: 2n },
};
const names = Object.keys(known);

function evaluated(text: string): string {
  const formula = formulaOf(text);
  return decimalText(
    formula.evaluate(formula.names.map((name) => ratio(known[name]?.over ?? 0n, known[name]?.under))),
  );
}

describe("a formula is read as in school", () => {
  test.each([
    ["2 + 3 * 4 ^ 2", "50"],
    ["2 ^ 3 * 2", "16"],
    ["2 ^ 2 ^ 3", "256"],
    ["(2 ^ 2) ^ 3", "64"],
    ["8 / 4 / 2", "1"],
    ["8 - 4 - 2", "2"],
    ["2 * -3 + 10", "4"],
    ["-(2 + 3) + 6", "1"],
    ["10 - -x", "17"],
    ["x ^ 0", "1"],
    ["y_2 ^ 2", "2.25"],
    ["1 / 3 * 3", "1"],
    ["ceil(1 / 3 * 3)", "1"],
    ["floor(-0.5)", "-1"],
    ["ceil(-0.5)", "0"],
    ["ceil(x / 2) + floor(x / 2)", "7"],
    ["min(3, x, 2) + max(3, x, 2)", "9"],
    ["0.1 + 0.2", "0.3"],
  ])("%s = %s", (text, value) => {
    expect(checkFormula(text, names)).toBeNull();
    expect(evaluated(text)).toBe(value);
  });
});

describe("what is no formula is said in a sentence", () => {
  test.each([
    ["", "The formula is empty."],
    ["  ", "The formula is empty."],
    ["x +", "Expected expression after + at character 3."],
    ["(x", "Unclosed ( at character 2."],
    ["steps * 2", "steps is neither a numeric attribute nor a table of this price."],
    ["x * quantity", /^quantity is not available in a formula/],
    ["x ^ y_2", "An exponent must be a whole number from 0 to 8."],
    ["x ^ 9", "An exponent must be a whole number from 0 to 8."],
    ["x ^ -1", "An exponent must be a whole number from 0 to 8."],
    ["x ^ 0.5", "An exponent must be a whole number from 0 to 8."],
    ["2 ^ 3 ^ 2", "An exponent must be a whole number from 0 to 8."],
    ["-x ^ 2", /^A minus before a power can be read in two ways/],
    ["round(x)", "There is no function round; there are min, max, ceil and floor."],
    ["constructor(x)", "There is no function constructor; there are min, max, ceil and floor."],
    ["min(x)", "min compares at least two values."],
    ["ceil(x, 1)", "ceil takes one value."],
    ["1e3", "1e3 is not a plain decimal such as 12 or 0.5."],
    ["1.", "1. is not a plain decimal such as 12 or 0.5."],
    ["x ? 1 : 2", "? is not allowed in a formula."],
    ["x; 1", "; is not allowed in a formula."],
    ["x > 1", "> is not allowed in a formula."],
    ["x[0]", "[ is not allowed in a formula."],
    ["'a'", "' is not allowed in a formula."],
    ["größe", "ö is not allowed in a formula."],
    ["x.y", /^Only numbers, names/],
    ["this", /^Only numbers, names/],
    ["(x, 1)", /^Only numbers, names/],
    ["x 1", "There is more than one expression."],
    ["2(x)", "There is more than one expression."],
    ["x,", "An operator or a comma is missing, or one too many."],
    ["(1,)", "An operator or a comma is missing, or one too many."],
    ["x,()", "An operator or a comma is missing, or one too many."],
    ["max(1 2)", "An operator or a comma is missing, or one too many."],
    ["2()", "An operator or a comma is missing, or one too many."],
    ["max(1, 2,)", /^Unexpected token \)/],
    ["+x", 'Unexpected "+" at character 0.'],
    [`x${" + x".repeat(200)}`, "A formula has at most 500 characters."],
    ["((x^8)^8)^8", "The formula multiplies more than 100 values."],
  ])("%s", (text, message) => {
    expect(checkFormula(text, [...names, "quantity"])).toMatch(message);
  });

  test("names an object inherits are unknown", () => {
    for (const name of ["constructor", "__proto__", "toString"])
      expect(checkFormula(name, names)).toBe(
        `${name} is neither a numeric attribute nor a table of this price.`,
      );
  });
});

describe("against a second reading of the grammar", () => {
  const value = fc.constantFrom("x", "y_2", "0", "1", "2", "3", "0.5");
  const wrapped = (inner: fc.Arbitrary<string>) =>
    fc.oneof(
      inner,
      inner.map((text) => `(${text})`),
      inner.map((text) => `-${text}`),
      fc.tuple(fc.constantFrom("ceil", "floor"), inner).map(([name, text]) => `${name}(${text})`),
      fc.tuple(fc.constantFrom("min", "max"), inner, inner).map(([name, a, b]) => `${name}(${a}, ${b})`),
    );
  const chain = (inner: fc.Arbitrary<string>) =>
    fc
      .tuple(
        inner,
        fc.array(fc.tuple(fc.constantFrom(" + ", " - ", "*", "/", "^", " * "), inner), { maxLength: 3 }),
      )
      .map(([first, others]) => first + others.flat().join(""));
  const likely = chain(wrapped(chain(wrapped(value))));
  const symbols = [..."xy_2013.,()+-*/^ ", " ", "min(", "max(", "ceil(", "floor(", "; ", "?"];
  const unlikely = fc.array(fc.constantFrom(...symbols), { maxLength: 9 }).map((parts) => parts.join(""));

  function agrees(text: string): boolean {
    const expected = reference(text, known);
    if (expected === undefined) return checkFormula(text, names) !== null;
    expect(checkFormula(text, names)).toBeNull();
    if (expected === null) expect(() => evaluated(text)).toThrow(DivisionByZero);
    else expect(evaluated(text)).toBe(decimalText(ratio(expected.over, expected.under)));
    return true;
  }

  test("formulas have the same value, to the last digit", () => {
    fc.assert(fc.property(likely, agrees), { numRuns: 5_000 });
  });

  test("nothing else is taken for a formula", () => {
    fc.assert(fc.property(unlikely, agrees), { numRuns: 50_000 });
  });
});

describe("a formula as a price", () => {
  const perNumber = (formula: string) =>
    sold({ model: "FORMULA", formula, tables: {} }, { attributes: { x: numberSpec, y: numberSpec } });

  test.each([
    ["x / y", { x: 1, y: 0 }, /divides by zero/],
    ["x / (y - y)", { x: 0, y: 1 }, /divides by zero/],
    ["x - y", { x: 1, y: 2 }, /below zero/],
    ["x * y", { x: 1e300, y: 1 }, /more than 9007199254.740991 USD/],
  ])("%s of %j is out of range", (formula, attributes, message) => {
    const refusal = refusalOf(perNumber(formula), { attributes });
    expect(refusal.reason).toBe("AMOUNT_OUT_OF_RANGE");
    expect(refusal.message).toMatch(message);
  });

  test("a JSON number means the decimal it is written as", () => {
    expect(priceOf(perNumber("x + y"), { attributes: { x: 0.1, y: 0.2 } }).amount).toBe(300_000);
    expect(priceOf(perNumber("x * y"), { attributes: { x: 1e-7, y: 1e7 } }).amount).toBe(1_000_000);
  });

  test("no step is ever written with an exponent", () => {
    const { steps } = priceOf(perNumber("x * y"), { attributes: { x: 1e-7, y: 1e-7 } });
    expect(steps[0]?.value).toBe("0.00000000000001");
    expect(
      priceOf(perNumber("x * y"), { attributes: { x: 1e25, y: 1 }, quantity: "0" }).steps[0]?.value,
    ).toBe(`1${"0".repeat(25)}`);
  });

  test("a table without the value has no price", () => {
    const byModel = sold(
      { model: "FORMULA", formula: "base", tables: { base: { by: "model", values: { sd15: "1" } } } },
      { attributes: { model: { type: "STRING", required: false } } },
    );
    expect(refusalOf(byModel, { attributes: { model: "constructor" } })).toMatchObject({
      reason: "NO_MATCHING_PRICE",
      attribute: "model",
      message: 'image.generate has no base for model "constructor"; there is one for "sd15".',
    });
    expect(refusalOf(byModel).reason).toBe("ATTRIBUTE_MISSING");
  });

  test("names each value once, whatever the attribute is called", () => {
    const spec = { constructor: numberSpec };
    const squared = sold(
      { model: "FORMULA", formula: "constructor * constructor", tables: {} },
      { attributes: spec },
    );
    const { steps, amount } = priceOf(squared, { attributes: { constructor: 3 } });
    expect(amount).toBe(9_000_000);
    expect(steps[0]?.description).toBe("constructor * constructor with constructor = 3");
  });

  test("a broken formula in a stored price is a fault", () => {
    expect(() => priceOf(perNumber("x +"), { attributes: { x: 1, y: 1 } })).toThrow("Expected expression");
    expect(() => priceOf(perNumber("z"), { attributes: { x: 1, y: 1 } })).toThrow("declares no attribute");
  });
});

test("the parser library is left as it was found", () => {
  const before = JSON.stringify(jsep("a ? b | 2 : !c ^ $d === 'e'"));
  for (const text of ["x + 1", "x +", ""]) checkFormula(text, names);
  expect(JSON.stringify(jsep("a ? b | 2 : !c ^ $d === 'e'"))).toBe(before);
});
