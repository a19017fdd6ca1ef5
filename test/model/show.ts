import { nextRenewal } from "./due.js";
import { renewsAt, returnsAhead, type Scene, suppliersOf } from "./pay.js";
import { countingAt, statusAt } from "./stays.js";
import {
  held,
  heldBy,
  inBurnOrder,
  inForce,
  owed,
  posted,
  remaining,
  reservedBy,
  reservedIn,
  undone,
} from "./sums.js";
import type { Entry, Hold, Lot, Stay, Undo, Usage, Wallet } from "./world.js";

/** What the model would show of itself, in the words of `seen.ts`, which shows the server's answers. */

export const showWallet = (scene: Scene) => showSupplied(scene, suppliersOf(scene.wallet, scene.customer));

function showSupplied({ wallet, now }: Scene, suppliers: readonly Stay[]) {
  const lots = inBurnOrder(wallet.lots).filter((lot) => inForce(lot, now) && remaining(wallet, lot, now) > 0);
  return {
    posted: posted(wallet, now),
    held: held(wallet, now),
    available: posted(wallet, now) - held(wallet, now),
    postpaid: owed(wallet, now),
    lots: lots.map((lot) => [lot.name, remaining(wallet, lot, now), reservedIn(wallet, lot, now)]),
    supply: showSupply(wallet, suppliers, now),
  };
}

function showSupply(wallet: Wallet, suppliers: readonly Stay[], at: number) {
  const stay = countingAt(suppliers, at);
  if (stay === null || statusAt(stay, at) !== "ACTIVE") return null;
  const lot = inBurnOrder(wallet.lots).findLast((one) => one.stay === stay.name && inForce(one, at));
  if (lot === undefined) return null;
  const left = remaining(wallet, lot, at);
  return { amount: lot.amount, used: lot.amount - left, remaining: left, renewsAt: renewsAt(suppliers, at) };
}

/** What a wallet was at a past instant: only what had happened by then is added up. */
export function showPast({ wallet, customer, ...scene }: Scene, at: number) {
  const begun = inBurnOrder(wallet.lots)
    .filter((lot) => lot.started && lot.from <= at)
    .map((lot) => [lot.name, remaining(wallet, lot, at), reservedIn(wallet, lot, at)] as const);
  const known = suppliersOf(wallet, customer)
    .filter(({ from }) => from <= at)
    .map((stay) => knownAt(stay, at));
  return {
    ...showSupplied({ ...scene, wallet, customer, now: at }, known),
    past: begun.toSorted(([a], [b]) => (a < b ? -1 : 1)),
    returns: returnsAhead(wallet, at),
  };
}

/** An end that nobody had decided on by then is not known. */
const knownAt = (stay: Stay, at: number): Stay =>
  stay.trial === true || (stay.until ?? at) <= at || (stay.cancelledAt ?? Infinity) <= at
    ? stay
    : { ...stay, until: null };

export const showUsage = (wallet: Wallet, { billedTo: _, countedIn: __, ...usage }: Usage) => ({
  ...usage,
  reversed: undone(wallet, usage),
  reversals: wallet.undos.filter((undo) => undo.usage === usage.name).map(({ name }) => name),
});

export const showHold = (wallet: Wallet, { terms: _, ...hold }: Hold) => ({
  ...hold,
  draws: hold.draws.map(([lot, amount]) => [lot, amount, reservedBy(wallet, hold, lot)]),
  postpaid: reservedBy(wallet, hold, null),
  held: heldBy(wallet, hold),
});

export const showLot = (wallet: Wallet, lot: Lot, at: number) => {
  const { name, source, amount, priority, from, until, operations } = lot;
  const left = remaining(wallet, lot, at);
  const isUsedUp = left === 0 && (source !== "SUPPLY" || lot.over);
  return {
    ...{ name, source, amount, priority, from, until, operations },
    remaining: left,
    held: reservedIn(wallet, lot, at),
    state: !lot.started ? "SCHEDULED" : isUsedUp ? "ENDED" : "ACTIVE",
  };
};

export const showUndo = ({ name, usage, amount, postpaid, draws, at }: Undo) => ({
  ...{ name, usage, amount, postpaid, at },
  draws: draws.map((draw) => [draw.position, draw.lot, draw.amount, draw.effect]),
});

export type ShownEntry = Entry & { readonly balanceAfter: number };

export function showEntries(wallet: Wallet): ShownEntry[] {
  let balanceAfter = 0;
  return wallet.entries.map((entry) => {
    balanceAfter += entry.amount;
    return { ...entry, balanceAfter };
  });
}

/** The model's opinion of itself: the ledger, the grants and the debt must say the same. */
export function contradiction({ wallet, customer, now }: Scene): string | null {
  const entries = showEntries(wallet).at(-1)?.balanceAfter ?? 0;
  if (entries !== posted(wallet, now)) return `entries make ${entries}, moves ${posted(wallet, now)}`;
  const renewal = nextRenewal(wallet, customer);
  if (renewal !== null && renewal.at <= now) return `${renewal.stay} owes a supply`;
  const below = wallet.lots.find((lot) => remaining(wallet, lot, now) < reservedIn(wallet, lot, now));
  return below === undefined ? null : `${below.name} holds more than it has`;
}
