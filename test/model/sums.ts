import type { Hold, Lot, Usage, Wallet } from "./world.js";

/** Every balance, added up anew from all that has happened until a time. */

export function total(numbers: readonly number[]): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}

const movedBy = (wallet: Wallet, lot: string | null, at: number): number =>
  total(wallet.moves.filter((move) => move.lot === lot && move.at <= at).map(({ amount }) => amount)) +
  total(
    wallet.returns
      .filter((back) => back.lot === lot && back.at <= at && comesBack(wallet, back))
      .map(({ amount }) => amount),
  );

/** A rolling supply that has ended with its plan gets nothing back. */
export function comesBack(wallet: Wallet, back: Wallet["returns"][number]): boolean {
  const { until } = lotNamed(wallet, back.lot);
  return until === null || back.at <= until;
}

export const remaining = (wallet: Wallet, lot: Lot, at: number): number => movedBy(wallet, lot.name, at);

export const owed = (wallet: Wallet, at: number): number => 0 - movedBy(wallet, null, at);

export const posted = (wallet: Wallet, at: number): number =>
  total(wallet.lots.map((lot) => remaining(wallet, lot, at))) - owed(wallet, at);

export const reservedIn = (wallet: Wallet, lot: Lot, at: number): number =>
  total(wallet.reserves.filter((one) => one.lot === lot.name && one.at <= at).map(({ amount }) => amount));

/** The debt that the captures of all holds would make. */
export const wouldOwe = (wallet: Wallet, at: number): number =>
  total(wallet.reserves.filter((one) => one.lot === null && one.at <= at).map(({ amount }) => amount));

export const held = (wallet: Wallet, at: number): number =>
  total(wallet.reserves.filter((one) => one.at <= at).map(({ amount }) => amount));

export const free = (wallet: Wallet, lot: Lot, at: number): number =>
  remaining(wallet, lot, at) - reservedIn(wallet, lot, at);

/** What a hold still reserves of a grant, or with null of debt. */
export const reservedBy = (wallet: Wallet, hold: Pick<Hold, "name">, lot: string | null): number =>
  total(
    wallet.reserves.filter((one) => one.hold === hold.name && one.lot === lot).map(({ amount }) => amount),
  );

export const heldBy = (wallet: Wallet, hold: Pick<Hold, "name">): number =>
  total(wallet.reserves.filter((one) => one.hold === hold.name).map(({ amount }) => amount));

export const balanceOfEntries = (wallet: Wallet): number => total(wallet.entries.map(({ amount }) => amount));

export const undone = (wallet: Wallet, usage: Pick<Usage, "name">): number =>
  total(wallet.undos.filter((undo) => undo.usage === usage.name).map(({ amount }) => amount));

const sources = ["CARRY_OVER", "SUPPLY", "PROMOTION", "PACK", "ADJUSTMENT"];

/** The order in which grants are burned. */
export const inBurnOrder = (lots: readonly Lot[]): Lot[] =>
  lots.toSorted((a, b) => {
    if (a.priority !== b.priority) return a.priority - b.priority;
    if (a.until !== b.until) return (a.until ?? Infinity) - (b.until ?? Infinity);
    if (a.source !== b.source) return sources.indexOf(a.source) - sources.indexOf(b.source);
    if (a.from !== b.from) return a.from - b.from;
    return a.born - b.born;
  });

export const inForce = (lot: Lot, at: number): boolean =>
  lot.started && lot.from <= at && (lot.until === null || lot.until > at);

export function lotNamed(wallet: Wallet, name: string): Lot {
  const lot = wallet.lots.find((candidate) => candidate.name === name);
  if (lot === undefined) throw new Error(`The model has no ${name}.`);
  return lot;
}
