import { type Micros, micros, microsPerUnit } from "../amount.js";
import type { Ratio } from "../price/ratio.js";

/** A share of an amount in whole parts of the unit, by default millionths. Halves go up, away from zero. */
export function fractionOf(amount: Micros, { numerator, denominator }: Ratio, unit = 1): Micros {
  const exact = BigInt(amount) * numerator;
  const divisor = denominator * BigInt(unit);
  const size = exact < 0n ? -exact : exact;
  const rounded = (2n * size + divisor) / (2n * divisor);
  return micros(Number(exact < 0n ? -rounded : rounded) * unit);
}

const hundred = 100n * BigInt(microsPerUnit);

/** So many of a hundred. */
export const percentage = (percent: Micros): Ratio => ({ numerator: BigInt(percent), denominator: hundred });

/** The part of a price that is tax where the price contains it. */
export const containedPercentage = (percent: Micros): Ratio => ({
  numerator: BigInt(percent),
  denominator: hundred + BigInt(percent),
});
