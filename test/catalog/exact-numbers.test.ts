import { describe, expect, test } from "vitest";
import { readCatalog } from "../../server/billing/catalog/read.js";
import { catalogOf } from "./shipped.js";

const withPrice = (price: string) => `
name: exact
units: { CU: Creative Unit }
operations: { call: { name: Call } }
plans:
  only:
    name: Only
    prices: { call: ${price} }
`;

const withSupply = (supply: string) => withPrice(`1 }\n    supply: ${supply}\n    period: { type: NONE`);

describe("a price reaches us as the digits that stand in the file", () => {
  test.each([
    "0.1",
    "0.30",
    "5",
    "007",
    "0.1000000000000000055",
    "9007199254740993",
    "12345678901234567890.12345678901234567890",
  ])("%s", (digits) => {
    for (const written of [digits, `"${digits}"`, `'${digits}'`])
      expect(catalogOf(withPrice(written)).plans[0]?.operations.call?.price).toMatchObject({
        unitPrice: digits,
      });
  });
});

describe("what is no plain decimal is refused, not guessed", () => {
  test.each([
    "1e3",
    "-1",
    "+1",
    ".5",
    "5.",
    "0x10",
    "0o7",
    ".inf",
    ".nan",
    "1_000",
    '"1,000"',
    "true",
    "~",
    '""',
  ])("%s", (written) => {
    const read = readCatalog(withPrice(written), "exact.yaml");
    expect(read).toMatchObject({
      ok: false,
      problems: [{ path: "plans.only.prices.call", line: 8, column: 15 }],
    });
  });
});

describe("an amount is exact in millionths", () => {
  test.each([
    ["0.1", 100_000],
    ["0.30", 300_000],
    ["0.000001", 1],
    ["9007199254.740991", Number.MAX_SAFE_INTEGER],
  ])("%s", (written, micros) => {
    expect(catalogOf(withSupply(written)).plans[0]?.supply?.amount).toBe(micros);
  });

  test.each(["0.0000001", "9007199254.740992", "0", "1e3"])("%s is refused", (written) => {
    expect(readCatalog(withSupply(written), "exact.yaml")).toMatchObject({
      ok: false,
      problems: [{ path: "plans.only.supply", line: 9, column: 5 }],
    });
  });
});

describe("an attribute's value is what a call would send", () => {
  const withAttribute = (attribute: string) =>
    catalogOf(withPrice("1").replace("name: Call", `name: Call, attributes: { size: ${attribute} }`))
      .operations[0]?.attributes.size;

  test("5 is a number for an INTEGER and a text for a STRING", () => {
    expect(withAttribute("{ type: INTEGER, values: [5, 7] }")?.values).toEqual([5, 7]);
    expect(withAttribute("{ values: [5, 7.0] }")?.values).toEqual(["5", "7.0"]);
  });

  test("a decimal is taken only if JSON carries it unchanged", () => {
    expect(withAttribute("{ type: NUMBER, default: 0.1 }")?.default).toBe(0.1);
    expect(() => withAttribute("{ type: NUMBER, default: 0.1000000000000000055 }")).toThrow(
      "must be a decimal number that JSON carries exactly",
    );
    expect(() => withAttribute("{ type: INTEGER, default: 9007199254740993 }")).toThrow(
      "must be a whole number",
    );
  });
});
