import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addTotals,
  formatAmount,
  type Micros,
  micros,
  sum,
  type Total,
  zero,
} from "../../../server/domain/amount.js";
import type { Coupon, Plan } from "../../../server/domain/catalog.js";
import { instant } from "../../../server/domain/instant.js";
import { type BillingFacts, composeInvoice } from "../../../server/domain/invoicing/compose.js";
import { usageLines } from "../../../server/domain/invoicing/usageLines.js";
import type { PeriodUsage } from "../../../server/domain/periodUsage.js";
import { catalogOf } from "../../catalog/shipped.js";
import { coupon, customerIn, july, redeemed } from "./facts.js";

const currencies = ["USD", "JPY", "KWD"] as const;
const digits = { USD: 2, JPY: 0, KWD: 3 };

const planIn = (currency: string): Plan => {
  const [terms] = catalogOf(`
name: laws
units: { ${currency}: { name: Money, kind: CURRENCY } }
operations: { a: { name: A }, b: { name: B } }
plans: { one: { name: One, overage: POSTPAID, prices: { a: 1, b: { model: GRADUATED, tiers: [{ upTo: 5, unitPrice: 2 }, { unitPrice: 1 }] } } } }
`).plans;
  if (terms === undefined) throw new Error("The catalogue has a plan.");
  return { ...terms, version: 1 };
};
const plans = new Map(currencies.map((currency) => [currency, planIn(currency)]));

const figure = (max: number): fc.Arbitrary<Micros> =>
  fc.integer({ min: 0, max }).map((value) => micros(value));

const row = fc
  .record({
    operation: fc.constantFrom("a", "b"),
    tier: fc.constantFrom(0, 1),
    lateDay: fc.constantFrom(null, null, instant(86_400_000), instant(172_800_000)),
    sign: fc.constantFrom(1, 1, 1, -1),
    quantity: figure(1e9),
    off: figure(1e8),
    parts: fc.tuple(figure(1e7), figure(1e8), figure(3e9)),
  })
  .map(({ sign, quantity, off, parts, lateDay, ...rest }): PeriodUsage => {
    const signed = (value: number) => micros(lateDay === null ? value : value * sign);
    const [allowance, prepaid, postpaid] = parts;
    const amount = allowance + prepaid + postpaid;
    return {
      ...rest,
      lateDay,
      calls: 1,
      quantity: signed(quantity),
      listAmount: signed(amount + off),
      amount: signed(amount),
      allowance: signed(allowance),
      prepaid: signed(prepaid),
      postpaid: signed(postpaid),
    };
  });

const usage = fc.uniqueArray(row, {
  maxLength: 8,
  selector: ({ operation, tier, lateDay }) => `${operation}${tier}${lateDay}`,
});

const percent = fc.integer({ min: 1, max: 100_000_000 }).map((value) => micros(value));
const percentText = fc.oneof(
  percent.map(formatAmount),
  fc.constantFrom("33.3333333333333333", "12.5", "0.0000000001"),
);

const terms = fc.record({
  currency: fc.constantFrom(...currencies),
  steps: fc
    .uniqueArray(
      figure(2e9).filter((from) => from > 0),
      { maxLength: 3 },
    )
    .map((froms) => froms.toSorted((a, b) => a - b)),
  percentOff: fc.array(percentText, { minLength: 3, maxLength: 3 }),
  commitment: fc.option(figure(5e9).filter((value) => value > 0)),
  minimum: fc.option(figure(5e9).filter((value) => value > 0)),
});

const facts = fc.record({
  taxPercent: fc.option(percent),
  inclusive: fc.boolean(),
  exempt: fc.boolean(),
  coupons: fc.array(
    fc.oneof(
      percent.map((value) => ({ percent: value })),
      figure(2e9).map((amount) => ({ amount })),
    ),
    {
      maxLength: 3,
    },
  ),
  balance: figure(3e9),
});

interface Case {
  readonly usage: readonly PeriodUsage[];
  readonly terms: typeof terms extends fc.Arbitrary<infer T> ? T : never;
  readonly facts: typeof facts extends fc.Arbitrary<infer T> ? T : never;
}

function invoiceOf({ usage: rows, terms: agreed, facts: known }: Case) {
  const { currency, steps, percentOff, commitment, minimum } = agreed;
  const base = plans.get(currency);
  if (base === undefined) throw new Error(`There is a plan in ${currency}.`);
  const plan: Plan = {
    ...base,
    minimumFee: minimum === null ? null : { amount: minimum, currency },
    tailored: {
      volumeDiscounts: steps.map((from, index) => ({ from, percentOff: percentOff[index] ?? "1" })),
      savingsPlan: commitment === null ? null : { commitment, percentOff: "10" },
      reserved: [],
    },
  };
  const lines = usageLines({ plan, period: july, usage: rows });
  const offs = known.coupons.map((off): Coupon["off"] => ("percent" in off ? off : { ...off, currency }));
  const all: BillingFacts = {
    customer: customerIn("DE", known.exempt),
    taxRates:
      known.taxPercent === null
        ? []
        : [{ country: "DE", name: "VAT", percent: known.taxPercent, inclusive: known.inclusive }],
    coupons: offs.map((off, index) => redeemed(coupon(`C${index}`, off))),
    creditBalances: [{ amount: known.balance, currency }],
  };
  const of = { planKey: plan.key, periodStart: july.start };
  return { lines, ...composeInvoice({ kind: "USAGE", currency, lines, of, facts: all }) };
}

// The same once more, by nothing but fractions of whole numbers.

type Fraction = readonly [top: bigint, bottom: bigint];

/** The nearest whole number of units; a half goes away from zero. */
const rounded = ([top, bottom]: Fraction, unit: bigint): bigint => {
  const divisor = bottom * unit;
  const twice = 2n * (top < 0n ? -top : top);
  const size = (twice / divisor + 1n) / 2n;
  return (top < 0n ? -size : size) * unit;
};
const fractionOfText = (text: string): Fraction => {
  const [whole = "", decimals = ""] = text.split(".");
  return [BigInt(whole + decimals), 10n ** BigInt(decimals.length)];
};
const total = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n);
const largest = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const smallest = (a: bigint, b: bigint): bigint => (a < b ? a : b);

function reference({ usage: rows, terms: agreed, facts: known }: Case) {
  const coin = 10n ** BigInt(6 - digits[agreed.currency]);
  const charged = (net: bigint) => rounded([net, 1n], coin);
  const big = (value: Micros) => BigInt(value);
  const counted = (late: boolean, value: (one: PeriodUsage) => bigint) =>
    total(rows.filter(({ lateDay }) => (lateDay !== null) === late).map(value));

  const left = total(rows.map(({ postpaid }) => big(postpaid)));
  const step = agreed.steps.findLastIndex((from) => left >= big(from));
  const [top, bottom] = fractionOfText(agreed.percentOff[step] ?? "0");
  const discount = charged(-rounded([left * top, bottom * 100n], 1n));
  const both = (one: PeriodUsage) => charged(big(one.postpaid)) + big(one.prepaid);
  const missing = (to: Micros | null, paid: bigint) =>
    to === null ? 0n : charged(largest(0n, big(to) - paid));
  const used = counted(false, both) + largest(0n, counted(true, both));
  const first = missing(agreed.commitment, used + discount);
  const own = (one: PeriodUsage) => charged(big(one.postpaid));
  const paid = counted(false, own) + largest(0n, counted(true, own)) + discount + first;
  const second = missing(agreed.minimum, paid);

  let subtotal = total(rows.map(own)) + discount + first + second;
  for (const off of known.coupons) {
    if (subtotal <= 0n) continue;
    subtotal -=
      "percent" in off
        ? charged(rounded([subtotal * big(off.percent), 100_000_000n], 1n))
        : charged(smallest(subtotal, big(off.amount)));
  }
  const rate = big(known.taxPercent ?? micros(0));
  const isDue = known.taxPercent !== null && !known.exempt;
  const contained = known.inclusive ? 100_000_000n + rate : 100_000_000n;
  const tax = isDue ? rounded([subtotal * rate, contained], coin) : 0n;
  const sumTotal = subtotal + (known.inclusive ? 0n : tax);
  const credit = smallest(sumTotal, big(known.balance));
  return { subtotal, tax, total: sumTotal, credit, due: sumTotal - credit };
}

const cases = fc.record({ usage, terms, facts });
const runs = { numRuns: 500 };

test("an invoice comes to what whole numbers alone come to", () => {
  fc.assert(
    fc.property(cases, (one) => {
      const { subtotal, taxes, total: sumTotal, creditApplied, amountDue } = invoiceOf(one).content;
      const tax = BigInt(sum(taxes.map(({ amount }) => amount)));
      const found = { subtotal, total: sumTotal, credit: creditApplied, due: amountDue };
      const expected = reference(one);
      expect({ ...found, tax }).toEqual({
        tax: expected.tax,
        subtotal: Number(expected.subtotal),
        total: Number(expected.total),
        credit: Number(expected.credit),
        due: Number(expected.due),
      });
    }),
    runs,
  );
});

test("the lines of the calls add up to the calls, figure by figure and to the millionth", () => {
  fc.assert(
    fc.property(cases, (one) => {
      const lines = invoiceOf(one).lines.filter(({ kind }) => kind === "USAGE" || kind === "LATE_USAGE");
      for (const [field, key] of [
        ["net", "postpaid"],
        ["listAmount", "listAmount"],
        ["allowance", "allowance"],
        ["prepaid", "prepaid"],
        ["quantity", "quantity"],
      ] as const) {
        const inLines = lines.map((line): Total => line[field]).reduce(addTotals, zero);
        expect(inLines).toBe(one.usage.map((each): Total => each[key]).reduce(addTotals, zero));
      }
    }),
    runs,
  );
});

/** A float would be among them as such. */
const numbersIn = (value: unknown): number[] =>
  typeof value === "number"
    ? [value]
    : typeof value === "object" && value !== null
      ? Object.values(value).flatMap(numbersIn)
      : [];

test("every line says what was taken off it, and is charged in coins, at most half a coin from what is exact", () => {
  fc.assert(
    fc.property(cases, (one) => {
      const coin = 10 ** (6 - digits[one.terms.currency]);
      const { content } = invoiceOf(one);
      for (const { listAmount, discount, allowance, prepaid, net, amount } of content.lines) {
        expect(listAmount - discount - allowance - prepaid).toBe(net);
        expect(Math.abs(amount % coin)).toBe(0);
        expect(Math.abs(amount - net) * 2).toBeLessThanOrEqual(coin);
      }
      expect(content.amountDue).toBeGreaterThanOrEqual(0);
      expect(numbersIn(content).filter((value) => !Number.isSafeInteger(value))).toEqual([]);
    }),
    runs,
  );
});
