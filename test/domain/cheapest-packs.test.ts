import fc from "fast-check";
import { expect, test } from "vitest";
import { micros, microsPerUnit } from "../../server/domain/amount.js";
import type { CreditPack } from "../../server/domain/catalog.js";
import { cheapestPacks, creditsBought, priceOf } from "../../server/domain/cheapestPacks.js";

const units = (count: number) => micros(count * microsPerUnit);

const packOf = (
  key: string,
  credits: number,
  price: number,
  bonuses: CreditPack["bonuses"] = [],
): CreditPack => ({
  ...{ key, name: key, unit: "credit", credits: units(credits), bonuses },
  price: { amount: units(price), currency: "USD" },
  expiresAfterDays: null,
  priority: 0,
  availability: "ON_PAYMENT",
});

const bonuses = fc.uniqueArray(fc.integer({ min: 2, max: 6 }), { maxLength: 2 }).chain((from) =>
  fc
    .array(fc.integer({ min: 1, max: 60 }), { minLength: from.length, maxLength: from.length })
    .map((percents) => {
      const rising = percents.toSorted((a, b) => a - b);
      return from
        .toSorted((a, b) => a - b)
        .map((fromQuantity, index) => ({ fromQuantity, percent: String(rising[index]) }));
    }),
);

const packs = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 30 }), bonuses), {
    maxLength: 4,
  })
  .map((all) => all.map(([credits, price, bonus], index) => packOf(`pack-${index}`, credits, price, bonus)));

/** The least money that covers a need, by every way to buy at all. */
function least(all: readonly CreditPack[], need: number): number | null {
  const [pack, ...others] = all;
  if (need <= 0) return 0;
  if (pack === undefined) return null;
  const costs: number[] = [];
  for (let count = 0; ; count += 1) {
    const bonus = pack.bonuses.findLast(({ fromQuantity }) => count >= fromQuantity)?.percent ?? "0";
    const credits = Math.floor((pack.credits * count * (100 + Number(bonus))) / 100);
    const rest = least(others, need - credits);
    if (rest !== null) costs.push(rest + pack.price.amount * count);
    if (credits >= need) return Math.min(...costs);
  }
}

test("no other purchases cover a need for less, whatever packs and bonuses there are", () => {
  fc.assert(
    fc.property(packs, fc.integer({ min: 1, max: 150 }), (all, need) => {
      const bought = cheapestPacks(all, units(need));
      const cheapest = least(all, units(need));
      expect(bought === null ? null : priceOf(bought)).toBe(cheapest);
      if (bought !== null) expect(creditsBought(bought)).toBeGreaterThanOrEqual(units(need));
    }),
    { numRuns: 500 },
  );
});

test("a pack whose bonus is out of reach does not hide one that is cheaper without any", () => {
  const bonus = packOf("bonus", 100, 100, [{ fromQuantity: 5, percent: "100" }]);
  const bought = cheapestPacks([bonus, packOf("plain", 100, 51)], units(900));
  expect(bought?.map(({ creditPack, quantity }) => [creditPack.key, quantity])).toEqual([["plain", 9]]);
});

test("nothing is bought for no need, and nothing can be without packs", () => {
  expect(cheapestPacks([packOf("one", 1, 1)], units(0))).toEqual([]);
  expect(cheapestPacks([], units(1))).toBeNull();
});

test("more than one purchase may hold is bought in several", () => {
  const bought = cheapestPacks(
    [packOf("ten", 10, 1, [{ fromQuantity: 1_000, percent: "100" }])],
    units(25_000),
  );
  expect(bought?.map(({ quantity }) => quantity)).toEqual([1_000, 500]);
});

test("a large need of many packs whose prices hardly differ is found quickly", () => {
  const many = Array.from({ length: 12 }, (_, index) =>
    packOf(`p${index}`, 1_000 + 37 * index, 997 + 37 * index),
  );
  const started = performance.now();
  const bought = cheapestPacks(many, units(1_234_567));
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(creditsBought(bought ?? [])).toBeGreaterThanOrEqual(units(1_234_567));
});

test("packs of another currency than the plan's are left alone", () => {
  const euros = { ...packOf("euros", 100, 1), price: { amount: units(1), currency: "EUR" } };
  const bought = cheapestPacks([euros, packOf("dollars", 10, 1)], units(10), { currency: "USD" });
  expect(bought?.map(({ creditPack }) => creditPack.key)).toEqual(["dollars"]);
});
