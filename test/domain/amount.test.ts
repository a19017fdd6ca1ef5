import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  AmountOutOfRange,
  add,
  formatAmount,
  isDecimalText,
  least,
  maxMicros,
  micros,
  negate,
  parseAmount,
  subtract,
  sum,
  zero,
} from "../../server/domain/amount.js";

const anyMicros = fc.maxSafeInteger().map(micros);

describe("an amount is read exactly or not at all", () => {
  test.each([
    ["12", 12_000_000],
    ["-0.5", -500_000],
    ["0.000001", 1],
    ["1.500000", 1_500_000],
    ["007", 7_000_000],
    ["0.10000000", 100_000],
    ["9007199254.740991", Number.MAX_SAFE_INTEGER],
    ["-9007199254.740991", Number.MIN_SAFE_INTEGER],
    ["-0", 0],
  ])("%s", (text, expected) => expect(parseAmount(text)).toBe(expected));

  test.each([
    "",
    " 1",
    "1 ",
    "+1",
    ".5",
    "5.",
    "1e3",
    "0x10",
    "1,5",
    "1.2.3",
    "--1",
    "NaN",
    "Infinity",
    "١",
    "1\n",
  ])("%j is no decimal", (text) => {
    expect(isDecimalText(text)).toBe(false);
    expect(parseAmount(text)).toBeUndefined();
  });

  test.each(["0.0000001", "1.0000005", "9007199254.740992", "-9007199254.740992", "99999999999999999999"])(
    "%s is not exact in millionths",
    (text) => expect(parseAmount(text)).toBeUndefined(),
  );

  // Decimal keeps 20 digits of a product, so the last digits of a longer text are lost before they are looked at.
  test.each(["1.00000000000000000001", "9007199254.74099100000000000001"])("nor is %s", (text) =>
    expect(parseAmount(text)).toBeUndefined(),
  );
});

describe("an amount is written in its shortest exact form", () => {
  test.each([
    [1_500_000, "1.5"],
    [1, "0.000001"],
    [-500_000, "-0.5"],
    [0, "0"],
    [10_000_000, "10"],
    [Number.MAX_SAFE_INTEGER, "9007199254.740991"],
  ])("%i", (value, text) => expect(formatAmount(micros(value))).toBe(text));

  test("what is written is read back as the same amount", () =>
    fc.assert(fc.property(anyMicros, (amount) => parseAmount(formatAmount(amount)) === amount)));

  test("and has no sign, zero or point too many", () =>
    fc.assert(
      fc.property(anyMicros, (amount) =>
        /^(0|-?(?!0$)(0|[1-9]\d*)(\.\d{0,5}[1-9])?)$/.test(formatAmount(amount)),
      ),
    ));

  test("what is read is the written number, for every text with six decimals", () =>
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 9_007_199_253n }),
        fc.stringMatching(/^\d{1,6}$/),
        (whole, decimals) => {
          const exact = whole * 1_000_000n + BigInt(decimals.padEnd(6, "0"));
          return BigInt(parseAmount(`${whole}.${decimals}`) ?? -1) === exact;
        },
      ),
    ));
});

describe("arithmetic", () => {
  test("agrees with whole numbers of any length, or throws", () =>
    fc.assert(
      fc.property(anyMicros, anyMicros, (a, b) => {
        for (const [result, exact] of [
          [() => add(a, b), BigInt(a) + BigInt(b)],
          [() => subtract(a, b), BigInt(a) - BigInt(b)],
        ] as const)
          if (exact > BigInt(maxMicros) || exact < -BigInt(maxMicros))
            expect(result).toThrow(AmountOutOfRange);
          else expect(BigInt(result())).toBe(exact);
      }),
    ));

  test("never makes a minus zero", () => {
    expect(Object.is(negate(zero), 0)).toBe(true);
    expect(Object.is(micros(-0), 0)).toBe(true);
    expect(Object.is(subtract(micros(5), micros(5)), 0)).toBe(true);
  });

  test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])("%d millionths are no amount", (value) =>
    expect(() => micros(value)).toThrow(AmountOutOfRange),
  );

  test("the least of two, and the sum of many", () => {
    expect(least(micros(2), micros(-3))).toBe(-3);
    expect(sum([])).toBe(0);
    expect(sum([1, 2, 3].map(micros))).toBe(6);
    expect(() => sum([maxMicros, micros(1)])).toThrow("outside the exact range of ±9007199254.740991 units");
  });
});
