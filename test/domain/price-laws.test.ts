import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Micros } from "../../server/domain/amount.js";
import type { PriceModel, RoundingMode, Tier } from "../../server/domain/catalog.js";
import {
  compositionControl,
  imageAttributes,
  plain,
  priceOf,
  refusalOf,
  scenarioFormula,
  sold,
  toSix,
} from "./pricing.js";

/** A decimal with up to so many decimals, as its text and as a fraction of whole numbers. */
const decimal = (max: number, decimals: number) =>
  fc.integer({ min: 0, max }).map((units) => {
    const digits = String(units).padStart(decimals + 1, "0");
    const point = digits.length - decimals;
    const text = decimals === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
    return { text, over: BigInt(units), under: 10n ** BigInt(decimals) };
  });

const quantities = fc.integer({ min: 0, max: 5_000_000_000 });
const modes = fc.constantFrom<RoundingMode>("HALF_UP", "HALF_EVEN", "HALF_DOWN", "UP", "DOWN");

interface Claim {
  readonly rounded: bigint;
  readonly over: bigint;
  readonly under: bigint;
  readonly mode: RoundingMode;
}

/** Whether `rounded` is over/under rounded to a whole number, told from what rounding means. */
function isRounding({ rounded, over, under, mode }: Claim): boolean {
  const error = rounded * under - over;
  const twice = 2n * error;
  switch (mode) {
    case "UP":
      return error >= 0n && error < under;
    case "DOWN":
      return error <= 0n && -error < under;
    case "HALF_UP":
      return twice > -under && twice <= under;
    case "HALF_DOWN":
      return twice >= -under && twice < under;
    case "HALF_EVEN":
      return twice > -under && twice < under
        ? true
        : (twice === under || twice === -under) && rounded % 2n === 0n;
  }
}

describe("exactly one rounding", () => {
  const flat = fc.record({
    rate: decimal(10_000, 7),
    factor: decimal(300, 2),
    micros: quantities,
    mode: modes,
    scale: fc.integer({ min: 0, max: 6 }),
  });

  test("on the amount: rate × multiplier × quantity, then rounded", () => {
    fc.assert(
      fc.property(flat, ({ rate, factor, micros, mode, scale }) => {
        const priced = sold(
          { model: "FLAT", unitPrice: rate.text },
          {
            multipliers: [{ label: "Any", when: {}, times: factor.text }],
            rounding: { mode, scale, on: "AMOUNT" },
          },
        );
        const { amount } = priceOf(priced, { quantity: plain(micros) });
        const unit = 10n ** BigInt(6 - scale);
        expect(BigInt(amount) % unit).toBe(0n);
        const over = rate.over * factor.over * BigInt(micros) * 10n ** BigInt(scale);
        const under = rate.under * factor.under * 1_000_000n;
        return isRounding({ rounded: BigInt(amount) / unit, over, under, mode });
      }),
      { numRuns: 3_000 },
    );
  });

  const images = fc.record({
    steps: fc.integer({ min: 1, max: 150 }),
    // Sides that are rich in divisors meet a tie far more often than any sides.
    width: fc.integer({ min: 1, max: 32 }).map((count) => count * 64),
    height: fc.integer({ min: 1, max: 32 }).map((count) => count * 64),
    compositionControl: fc.boolean(),
  });

  test("on the unit price: the Scenario formula for all steps and sizes, as an exact fraction, then rounded", () => {
    fc.assert(
      fc.property(images, modes, (image, mode) => {
        const rounding = { mode, scale: 3, on: "UNIT_PRICE" } as const;
        const terms = { attributes: imageAttributes, multipliers: [compositionControl], rounding };
        const { amount } = priceOf(sold(scenarioFormula, terms), { attributes: { model: "sd15", ...image } });
        // Composition control adds a fifth to what was rounded; taken off again, the rounding shows.
        const factor = image.compositionControl ? 1_200n : 1_000n;
        expect(BigInt(amount) % factor).toBe(0n);
        const over = 4n * BigInt(image.steps) * BigInt(image.width * image.height) ** 2n;
        return isRounding({ rounded: BigInt(amount) / factor, over, under: 30n * 262_144n ** 2n, mode });
      }),
      { numRuns: 10_000 },
    );
  });

  test("what would need a second rounding is refused, and only that", () => {
    fc.assert(
      fc.property(decimal(10_000_000, 5), fc.integer({ min: 1, max: 10_000_000 }), (rate, micros) => {
        const priced = sold(
          { model: "FLAT", unitPrice: rate.text },
          { rounding: { mode: "HALF_UP", scale: 5, on: "UNIT_PRICE" } },
        );
        const product = rate.over * BigInt(micros);
        if (product % rate.under === 0n)
          expect(BigInt(priceOf(priced, { quantity: plain(micros) }).amount)).toBe(product / rate.under);
        else expect(refusalOf(priced, { quantity: plain(micros) }).reason).toBe("QUANTITY_NOT_EXACT");
      }),
      { numRuns: 3_000 },
    );
  });
});

const splitTiers = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 0, max: 5_000 })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((rows): readonly Tier[] => {
    let reached = 0;
    const tiers = rows.map(([size, price]) => {
      reached += size * 1_000_000;
      return { upTo: reached as Micros, unitPrice: plain(price * 1_000) };
    });
    return [...tiers, { upTo: null, unitPrice: "0.001" }];
  });

/** Thousandths, so that every part of a call is exact and rounding has nothing to do. */
const thousandths = fc.integer({ min: 0, max: 3_000_000 }).map((count) => count * 1_000);

const amountOf = (model: PriceModel, before: number, micros: number) =>
  priceOf(sold(model, { rounding: toSix }), { before: plain(before), quantity: plain(micros) }).amount;

describe("splitting one call into two gives the same total", () => {
  const costsTheSame = (model: PriceModel, [before, first, second]: [number, number, number]) => {
    const together = amountOf(model, before, first + second);
    return amountOf(model, before, first) + amountOf(model, before + first, second) === together;
  };
  const parts = fc.tuple(thousandths, thousandths, thousandths);

  test("FLAT", () =>
    fc.assert(
      fc.property(decimal(5_000, 3), parts, ({ text }, split) =>
        costsTheSame({ model: "FLAT", unitPrice: text }, split),
      ),
    ));

  test("GRADUATED", () =>
    fc.assert(
      fc.property(splitTiers, parts, (tiers, split) => costsTheSame({ model: "GRADUATED", tiers }, split)),
      { numRuns: 2_000 },
    ));

  test("PACKAGE", () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000_000 }), decimal(9_000, 2), parts, (size, { text }, split) =>
        costsTheSame({ model: "PACKAGE", packageSize: (size * 1_000) as Micros, packagePrice: text }, split),
      ),
      { numRuns: 2_000 },
    ));
});

describe("a price grows with what is used", () => {
  test("FLAT is linear: n times the quantity is n times the amount", () => {
    fc.assert(
      fc.property(
        decimal(5_000, 3),
        thousandths,
        fc.integer({ min: 0, max: 1_000 }),
        ({ text }, micros, times) => {
          const model = { model: "FLAT", unitPrice: text } as const;
          return amountOf(model, 0, micros * times) === amountOf(model, 0, micros) * times;
        },
      ),
    );
  });

  test("VOLUME prices the whole call at one tier, the one its end falls in", () => {
    fc.assert(
      fc.property(splitTiers, thousandths, thousandths, (tiers, before, micros) => {
        const end = before + micros;
        const reached = tiers.filter(({ upTo }) => upTo !== null && upTo < end).length;
        const unitPrice = tiers[reached]?.unitPrice ?? "";
        const flat = { model: "FLAT", unitPrice } as const;
        return amountOf({ model: "VOLUME", tiers }, before, micros) === amountOf(flat, 0, micros);
      }),
      { numRuns: 2_000 },
    );
  });

  test("is never negative, whatever the formula does", () => {
    const spec = { type: "NUMBER", required: true } as const;
    const formulas = fc.constantFrom(
      "x - y",
      "x / y",
      "-x",
      "min(x, y)",
      "floor(x * y)",
      "(x - y) ^ 3",
      "(0 - x) * y",
    );
    const numbers = fc.oneof(
      fc.integer({ min: -50, max: 50 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    fc.assert(
      fc.property(formulas, numbers, numbers, modes, (formula, x, y, mode) => {
        const rounding = { mode, scale: 6, on: "AMOUNT" } as const;
        const priced = sold(
          { model: "FORMULA", formula, tables: {} },
          { attributes: { x: spec, y: spec }, rounding },
        );
        try {
          return priceOf(priced, { attributes: { x, y } }).amount >= 0;
        } catch {
          return refusalOf(priced, { attributes: { x, y } }).reason === "AMOUNT_OUT_OF_RANGE";
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
