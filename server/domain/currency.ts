import { Decimal } from "decimal.js";
import { amountDecimals, type Micros, micros } from "./amount.js";

/** ISO 4217: how many decimals the smallest coin or book unit of a currency has, where it is not 2. */
const otherDigits: Readonly<Record<string, number>> = {
  ...{ BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, UYI: 0 },
  ...{ VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0 },
  ...{ BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3 },
};

export const minorDigits = (currency: string): number => otherDigits[currency] ?? 2;

/** The smallest amount that can be paid, in millionths. */
export const minorUnit = (currency: string): number => 10 ** (amountDecimals - minorDigits(currency));

/** Rounds down to what can be paid. */
export function floorToMinorUnit(amount: Micros, currency: string): Micros {
  return micros(amount - (amount % minorUnit(currency)));
}

/** Whether it can be paid: no part of it is smaller than the currency's smallest unit. */
export const isWholeMinorUnits = (amount: Micros, currency: string): boolean =>
  floorToMinorUnit(amount, currency) === amount;

/** Rounds half up, away from zero, to the currency's minor unit: what can be paid. */
export function toMinorUnit(amount: Micros, currency: string): Micros {
  const unit = minorUnit(currency);
  return micros(
    new Decimal(amount).dividedBy(unit).toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toNumber() * unit,
  );
}
