import { formatAmount, type Micros, micros, microsPerUnit } from "../domain/amount.js";
import type { Money } from "../domain/catalog.js";
import type { Chargeable } from "./provider.js";

/**
 * How Stripe counts money: whole numbers of a currency's smallest unit, by https://docs.stripe.com/currencies.
 * `decimals` is how many of the amount's decimals that number holds; it must be a multiple of `step`.
 */
interface Counting {
  readonly decimals: number;
  readonly step: number;
}

const usual: Counting = { decimals: 2, step: 1 };
const withoutDecimals: Counting = { decimals: 0, step: 1 };
/** The banks behind them settle two decimals only. */
const withThreeDecimals: Counting = { decimals: 3, step: 10 };
/** They have lost their decimals since, and are written with two zeros as before. */
const formerlyWithTwo: Counting = { decimals: 2, step: 100 };

const others: ReadonlyMap<string, Counting> = new Map([
  ...[
    "BIF",
    "CLP",
    "DJF",
    "GNF",
    "JPY",
    "KMF",
    "KRW",
    "MGA",
    "PYG",
    "RWF",
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF",
  ].map((currency): [string, Counting] => [currency, withoutDecimals]),
  ...["BHD", "JOD", "KWD", "OMR", "TND"].map((currency): [string, Counting] => [currency, withThreeDecimals]),
  ...["ISK", "UGX"].map((currency): [string, Counting] => [currency, formerlyWithTwo]),
]);

/** The least that it charges, in hundredths, by the same page; elsewhere that follows from a rate of the day. */
const minimums: Readonly<Record<string, number>> = {
  ...{ USD: 50, AUD: 50, BRL: 50, CAD: 50, CHF: 50, EUR: 50, INR: 50, NZD: 50, SGD: 50, GBP: 30, BGN: 100 },
  ...{ AED: 200, MYR: 200, PLN: 200, RON: 200, DKK: 250, NOK: 300, SEK: 300, HKD: 400, MXN: 1_000 },
  ...{ THB: 1_000, CZK: 1_500, JPY: 5_000, HUF: 17_500 },
};

const countingOf = (currency: string): Counting => others.get(currency.toUpperCase()) ?? usual;

const microsPerCount = ({ decimals }: Counting): number => microsPerUnit / 10 ** decimals;

const smallestOf = (counting: Counting): Micros => micros(microsPerCount(counting) * counting.step);

/** Where it does not say, the smallest amount that it counts is tried, and may be refused as too small. */
export function chargeableByStripe(currency: string): Chargeable {
  const step = smallestOf(countingOf(currency));
  const minimum = minimums[currency.toUpperCase()];
  return { least: minimum === undefined ? step : micros((minimum * microsPerUnit) / 100), step };
}

/** An amount that Stripe cannot take exactly, and that is never rounded for that. */
export class AmountNotPayable extends Error {
  override readonly name = "AmountNotPayable";
}

export function toStripeAmount({ amount, currency }: Money): number {
  const counting = countingOf(currency);
  const smallest = smallestOf(counting);
  if (amount <= 0 || amount % smallest !== 0)
    throw new AmountNotPayable(
      `${formatAmount(amount)} ${currency} cannot be paid: it must be above 0 and a multiple of ${formatAmount(smallest)}.`,
    );
  return amount / microsPerCount(counting);
}

export const fromStripeAmount = (count: number, currency: string): Micros =>
  micros(count * microsPerCount(countingOf(currency)));
