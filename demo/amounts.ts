import { Decimal } from "decimal.js";

/** Amounts come as decimal texts and are added as decimals: 16 digits at most, of the 20 that decimal.js keeps. */
export const decimal = (text: string): Decimal => new Decimal(text);

export const zero = new Decimal(0);

/** Every digit, with the thousands apart: `-5,000.25`. */
export function plain(amount: Decimal | string): string {
  const [whole = "", fraction] = new Decimal(amount).toFixed().split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** The same with its sign, for what is added or taken. */
export function signed(amount: Decimal | string): string {
  return new Decimal(amount).isNegative() ? plain(amount) : `+${plain(amount)}`;
}

/** `3 images`, `1 image`. */
export const counted = (count: Decimal | number, noun: string): string =>
  `${plain(new Decimal(count))} ${noun}${new Decimal(count).equals(1) ? "" : "s"}`;

/** `5,000 CU`, `100 tokens`: a unit that is a word gets its plural, a sign such as USD has none. */
export function inUnits(amount: Decimal | string, unit: string): string {
  const isWord = /^[a-z]+$/.test(unit);
  return isWord ? counted(new Decimal(amount), unit) : `${plain(amount)} ${unit}`;
}
