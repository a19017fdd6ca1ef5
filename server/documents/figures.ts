import { formatAmount, type Micros, type Total } from "../domain/amount.js";
import { minorDigits } from "../domain/currency.js";

/** A true minus, as wide as a digit, so that columns of figures stay in line. */
const minus = "\u2212";

/** An exact figure as it is read: thousands apart, and no fewer decimals than asked for. */
export function figure(amount: Total, decimalsMin = 0): string {
  const [, sign = "", whole = "", fraction = ""] = /^(-?)(\d+)\.?(\d*)$/.exec(formatAmount(amount)) ?? [];
  const decimals = fraction.padEnd(decimalsMin, "0");
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ",");
  return `${sign === "" ? "" : minus}${grouped}${decimals === "" ? "" : `.${decimals}`}`;
}

/** Money to the currency's minor unit, and beyond it only where it is not whole there. */
export const money = (amount: Total, currency: string): string => figure(amount, minorDigits(currency));

/** With its currency, by code: a dollar sign belongs to twenty countries. */
export const pricedIn = (amount: Micros, currency: string): string =>
  `${currency} ${money(amount, currency)}`;

/** What is added or taken away shows its sign either way. */
export const signed = (amount: Total, currency: string): string =>
  amount > 0 ? `+${money(amount, currency)}` : money(amount, currency);

/** How many decimals a figure shows, so that a column of them can be set on its points. */
export function decimalsOf(text: string): number {
  const point = /^\D?[\d,]+(\.\d+)?$/.exec(text)?.[1];
  return point === undefined ? 0 : point.length - 1;
}
