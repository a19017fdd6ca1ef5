import { maxMicros, type Total, totalOf } from "../domain/amount.js";

/** A sum over many rows may be larger than what either engine's driver hands over exactly, so it comes in two parts. */
const base = 1_000_000_000;

export type WideSum<Name extends string> = { readonly [Part in `${Name}High` | `${Name}Low`]: number };

/** Selects the sum of a column of whole numbers as `<column>High` and `<column>Low`, for `sumOf`. */
export const wideSum = (column: string): string =>
  `SUM(${column} / ${base}) AS "${column}High", SUM(${column} % ${base}) AS "${column}Low"`;

export const sumOf = <Name extends string>(row: WideSum<Name>, name: Name): Total =>
  totalOf(BigInt(row[`${name}High`]) * BigInt(base) + BigInt(row[`${name}Low`]));

/** Selects a billing period's count as far as an amount goes; beyond that no limit and no tier is left to be reached. */
export const countedQuantity = `CASE WHEN quantity > ${maxMicros} THEN ${maxMicros} ELSE quantity END AS quantity`;
