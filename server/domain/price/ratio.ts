import { Decimal } from "decimal.js";
import { type Micros, microsPerUnit } from "../amount.js";

/**
 * An exact fraction; the denominator is above zero. Prices are carried as fractions until their one rounding,
 * because a quotient kept as a decimal is already rounded, however many digits it has: with 60 digits
 * 0.004 × 25 / 30 × (768/512)² is 0.00749…9 and rounds half up to 0.007, while it is 0.0075 and rounds to 0.008.
 */
export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export class DivisionByZero extends RangeError {
  override readonly name = "DivisionByZero";
}

export const ratio = (numerator: bigint, denominator = 1n): Ratio => ({ numerator, denominator });

export const zeroRatio = ratio(0n);

const plainDecimal = /^-?\d+(\.\d+)?$/;

/** Reads a plain decimal text of any precision; anything else is a fault of the catalogue, not of the call. */
export function ratioOf(text: string): Ratio {
  if (!plainDecimal.test(text)) throw new RangeError(`"${text}" is not a decimal number.`);
  const point = text.indexOf(".");
  if (point < 0) return ratio(BigInt(text));
  const decimals = text.length - point - 1;
  return ratio(BigInt(text.slice(0, point) + text.slice(point + 1)), 10n ** BigInt(decimals));
}

/** A JSON number means the decimal that is written for it: 0.1 is one tenth, not the nearest binary fraction. */
export const ratioOfNumber = (value: number): Ratio =>
  Number.isSafeInteger(value) ? ratio(BigInt(value)) : ratioOf(new Decimal(String(value)).toFixed());

const microsDenominator = BigInt(microsPerUnit);

export const ratioOfMicros = (amount: Micros): Ratio =>
  amount % microsPerUnit === 0
    ? ratio(BigInt(amount / microsPerUnit))
    : ratio(BigInt(amount), microsDenominator);

export function plus(a: Ratio, b: Ratio): Ratio {
  if (a.denominator === b.denominator) return ratio(a.numerator + b.numerator, a.denominator);
  return ratio(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export const negated = (a: Ratio): Ratio => ratio(-a.numerator, a.denominator);

export const minus = (a: Ratio, b: Ratio): Ratio => plus(a, negated(b));

export const times = (a: Ratio, b: Ratio): Ratio =>
  ratio(a.numerator * b.numerator, a.denominator * b.denominator);

export function over(a: Ratio, b: Ratio): Ratio {
  if (b.numerator === 0n) throw new DivisionByZero("A division by zero has no value.");
  return b.numerator > 0n
    ? ratio(a.numerator * b.denominator, a.denominator * b.numerator)
    : ratio(-a.numerator * b.denominator, a.denominator * -b.numerator);
}

export const power = (a: Ratio, exponent: bigint): Ratio =>
  ratio(a.numerator ** exponent, a.denominator ** exponent);

export const isLess = (a: Ratio, b: Ratio): boolean =>
  a.numerator * b.denominator < b.numerator * a.denominator;

export const isSame = (a: Ratio, b: Ratio): boolean =>
  a.numerator * b.denominator === b.numerator * a.denominator;

export function floor(a: Ratio): Ratio {
  const towardsZero = a.numerator / a.denominator;
  const above = towardsZero * a.denominator > a.numerator;
  return ratio(above ? towardsZero - 1n : towardsZero);
}

export const ceil = (a: Ratio): Ratio => negated(floor(negated(a)));

const exactDecimals = 60;
const shownDecimals = 20;
const exactScale = 10n ** BigInt(exactDecimals);
const cutScale = 10n ** BigInt(exactDecimals - shownDecimals);

/** Plain notation. What has more than 60 decimals (a third has no last one) is cut to 20, for showing only. */
export function decimalText({ numerator, denominator }: Ratio): string {
  if (denominator === 1n) return numerator.toString();
  const scaled = numerator * exactScale;
  const quotient = scaled / denominator;
  return quotient * denominator === scaled
    ? pointed(quotient, exactDecimals)
    : pointed(quotient / cutScale, shownDecimals);
}

function pointed(units: bigint, decimals: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, "0");
  let end = digits.length;
  const point = end - decimals;
  while (end > point && digits.charCodeAt(end - 1) === 48) end -= 1;
  const whole = (units < 0n ? "-" : "") + digits.slice(0, point);
  return end === point ? whole : `${whole}.${digits.slice(point, end)}`;
}
