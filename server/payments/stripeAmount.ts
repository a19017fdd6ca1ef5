import { formatAmount, type Micros, micros, microsPerUnit } from "../domain/amount.js";
import type { Money } from "../domain/catalog.js";

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

const countingOf = (currency: string): Counting => others.get(currency.toUpperCase()) ?? usual;

const microsPerCount = ({ decimals }: Counting): number => microsPerUnit / 10 ** decimals;

/** An amount that Stripe cannot take exactly, and that is never rounded for that. */
export class AmountNotPayable extends Error {
  override readonly name = "AmountNotPayable";
}

export function toStripeAmount({ amount, currency }: Money): number {
  const counting = countingOf(currency);
  const smallest = microsPerCount(counting) * counting.step;
  if (amount <= 0 || amount % smallest !== 0)
    throw new AmountNotPayable(
      `${formatAmount(amount)} ${currency} cannot be paid: it must be above 0 and a multiple of ${formatAmount(micros(smallest))}.`,
    );
  return amount / microsPerCount(counting);
}

export const fromStripeAmount = (count: number, currency: string): Micros =>
  micros(count * microsPerCount(countingOf(currency)));
