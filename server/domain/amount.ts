import { Decimal } from "decimal.js";

/**
 * Everything that is counted (credits, money, quantities) is a safe integer in millionths of its unit, so that
 * adding and comparing are exact and cheap on the hot path. Rates and formulas are decimals and become micros
 * by one named rounding.
 */
declare const microsBrand: unique symbol;
export type Micros = number & { readonly [microsBrand]: true };

export const microsPerUnit = 1_000_000;
export const amountDecimals = 6;
/** 9,007,199,254.740991 units: the largest amount that every border can carry as a safe integer. */
export const maxMicros = Number.MAX_SAFE_INTEGER as Micros;
export const zero = 0 as Micros;

/** A decimal number as written by a person: `12`, `-0.5`, `0.000001`. No exponent, no sign but minus. */
const decimalText = /^-?\d{1,20}(\.\d{1,20})?$/;

export const isDecimalText = (text: string): boolean => decimalText.test(text);

export const isMicros = (value: number): value is Micros => Number.isSafeInteger(value);

/** An amount outside the safe range is a fault of the caller's arithmetic, never silently rounded. */
export function micros(value: number): Micros {
  if (!Number.isSafeInteger(value)) throw new AmountOutOfRange(String(value));
  // Minus zero would print as "-0" and break comparisons in tests and hashes.
  return (value === 0 ? 0 : value) as Micros;
}

export class AmountOutOfRange extends RangeError {
  override readonly name = "AmountOutOfRange";
  constructor(value: string) {
    super(`An amount of ${value} millionths is outside the exact range of ±9007199254.740991 units.`);
  }
}

/** What a call would be added to could not be kept exactly any more: that call is refused, and nothing else. */
export class SumOutOfRange extends RangeError {
  override readonly name = "SumOutOfRange";
  constructor(cause: unknown) {
    super(
      "A sum that this call is part of, of its hour or its billing period, would pass what can be kept exactly.",
      {
        cause,
      },
    );
  }
}

export const add = (a: Micros, b: Micros): Micros => micros(a + b);
export const subtract = (a: Micros, b: Micros): Micros => micros(a - b);
export const negate = (a: Micros): Micros => micros(-a);
export const least = (a: Micros, b: Micros): Micros => (a < b ? a : b);
export const sum = (amounts: readonly Micros[]): Micros => amounts.reduce(add, zero);

/**
 * A sum over any number of calls, which may be larger than what one of them may have: a month of a language model's
 * tokens is. It is a bigint only where a number would not be exact, so that equal sums are equal.
 */
export type Total = Micros | bigint;

export function totalOf(exact: bigint): Total {
  const value = Number(exact);
  return isMicros(value) ? micros(value) : exact;
}

export function addTotals(a: Total, b: Total): Total {
  const added = typeof a === "number" && typeof b === "number" ? a + b : Number.NaN;
  return isMicros(added) ? micros(added) : totalOf(BigInt(a) + BigInt(b));
}

/** A count that goes no further than an amount can: whoever only asks whether a limit is reached needs no more. */
export const countOn = (count: Micros, more: Micros): Micros =>
  isMicros(count + more) ? add(count, more) : maxMicros;

const negateTotal = (of: Total): Total => (typeof of === "number" ? negate(of) : totalOf(-of));

export const subtractTotals = (a: Total, b: Total): Total => addTotals(a, negateTotal(b));

/** As much of an amount as the part is of the whole, rounded down: all of it for the whole, nothing of nothing. */
export const portion = (amount: Micros, part: bigint, whole: bigint): Micros =>
  whole === 0n ? zero : micros(Number((BigInt(amount) * part) / whole));

/** Reads a decimal text exactly; undefined when it is no decimal, has more than 6 decimals or is too large. */
export function parseAmount(text: string): Micros | undefined {
  if (!isDecimalText(text)) return undefined;
  const exact = new Decimal(text);
  // Looked at before multiplying: a product keeps only 20 digits, and would drop what must be refused.
  if (exact.decimalPlaces() > amountDecimals) return undefined;
  const scaled = exact.times(microsPerUnit);
  return scaled.abs().greaterThan(maxMicros) ? undefined : micros(scaled.toNumber());
}

/** The shortest exact decimal text: 1500000 → "1.5". */
export function formatAmount(amount: Total): string {
  const digits = String(amount < 0 ? -amount : amount).padStart(amountDecimals + 1, "0");
  const fraction = digits.slice(-amountDecimals).replace(/0+$/, "");
  const text =
    fraction === "" ? digits.slice(0, -amountDecimals) : `${digits.slice(0, -amountDecimals)}.${fraction}`;
  return amount < 0 ? `-${text}` : text;
}
