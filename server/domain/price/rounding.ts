import type { Rounding, RoundingMode } from "../catalog.js";
import { unreachable } from "../unreachable.js";
import { type Ratio, ratio } from "./ratio.js";

/** The whole number nearest to a fraction that is not below zero, by the named mode. */
function roundToWhole({ numerator, denominator }: Ratio, mode: RoundingMode): bigint {
  const whole = numerator / denominator;
  const rest = numerator - whole * denominator;
  return rest > 0n && goesUp(mode, whole, compareToHalf(rest, denominator)) ? whole + 1n : whole;
}

const compareToHalf = (rest: bigint, denominator: bigint): number => {
  const twice = 2n * rest;
  return twice < denominator ? -1 : twice > denominator ? 1 : 0;
};

function goesUp(mode: RoundingMode, whole: bigint, half: number): boolean {
  switch (mode) {
    case "HALF_UP":
      return half >= 0;
    case "HALF_DOWN":
      return half > 0;
    case "HALF_EVEN":
      return half > 0 || (half === 0 && whole % 2n === 1n);
    case "UP":
      return true;
    case "DOWN":
      return false;
    default:
      return unreachable(mode);
  }
}

const tens = Array.from({ length: 41 }, (_, exponent) => 10n ** BigInt(exponent));
const tenTo = (exponent: number): bigint => tens[exponent] ?? 10n ** BigInt(exponent);

export function roundTo(value: Ratio, { scale, mode }: Rounding): Ratio {
  const unit = tenTo(scale);
  return ratio(roundToWhole(ratio(value.numerator * unit, value.denominator), mode), unit);
}

export const describeRounding = ({ mode, scale }: Rounding): string =>
  `rounded ${mode.toLowerCase().replace("_", " ")} to ${scale} ${scale === 1 ? "decimal" : "decimals"}`;
