import { countingAt, indexAt, periodUntil, statusAt, stayAt } from "./stays.js";
import { comesBack, free, inBurnOrder, inForce, owed, total, wouldOwe } from "./sums.js";
import { dayLong, isTiered, million, packs, priceOf, type Terms } from "./terms.js";
import type { Answer, Customer, Draws, Lot, Period, Stay, Usage, Wallet } from "./world.js";

/** A customer's wallet in which something is tried, at the customer's time. */
export interface Scene {
  readonly wallet: Wallet;
  readonly customer: Customer;
  readonly now: number;
  /** What the customer has used in other units. */
  readonly elsewhere: readonly Usage[];
}

const spendableLots = ({ wallet, now }: Scene, operation: string): Lot[] =>
  inBurnOrder(wallet.lots).filter(
    (lot) =>
      inForce(lot, now) &&
      (lot.operations === null || lot.operations.includes(operation)) &&
      free(wallet, lot, now) > 0,
  );

export const spendable = (scene: Scene, operation: string): number =>
  total(spendableLots(scene, operation).map((lot) => free(scene.wallet, lot, scene.now)));

/** How much more may be owed: what is owed and what holds would owe both count. */
export function room({ wallet, now }: Scene, { mayOwe }: Terms): number {
  const left = mayOwe - owed(wallet, now) - wouldOwe(wallet, now);
  return left > 0 ? left : 0;
}

export interface Paid {
  readonly draws: Draws;
  readonly postpaid: number;
}

interface Charge {
  readonly terms: Terms;
  readonly operation: string;
  readonly amount: number;
}

/** What would pay an amount: free credits in burn order, then debt. Null when they do not reach. */
export function payment(scene: Scene, { terms, operation, amount }: Charge): Paid | null {
  const draws: [string, number][] = [];
  let missing = amount;
  for (const lot of spendableLots(scene, operation)) {
    const part = Math.min(missing, free(scene.wallet, lot, scene.now));
    if (part > 0) draws.push([lot.name, part]);
    missing -= part;
  }
  return missing > room(scene, terms) ? null : { draws, postpaid: missing };
}

interface Bill extends Charge {
  /** What a hold pays. */
  readonly paid: number;
}

export function insufficient(scene: Scene, { terms, operation, amount, paid }: Bill): Answer {
  const available = paid + spendable(scene, operation) + room(scene, terms);
  return {
    kind: "insufficientCredits",
    required: amount,
    available,
    shortBy: amount - available,
    nextSupplyAt: nextSupplyAt(scene),
    packs: packs.filter((pack) => terms.sellsPacks && pack.unit === terms.unit).map(({ key }) => key),
  };
}

/** When credits arrive by themselves: a grant or a plan starts, a window gives back, a supply renews. */
export function nextSupplyAt({ wallet, customer, now }: Scene): number | null {
  const starts = wallet.lots.filter(({ started }) => !started).map(({ from }) => from);
  const suppliers = suppliersOf(wallet, customer);
  const coming = suppliers.filter(
    (stay) => stay.terms.supply !== null && statusAt(stay, now) === "SCHEDULED",
  );
  const renewal = renewsAt(suppliers, now);
  const times = [
    ...starts,
    ...returnsAhead(wallet, now).map(({ at }) => at),
    ...coming.map(({ from }) => from),
    ...(renewal === null ? [] : [renewal]),
  ];
  return times.length === 0 ? null : Math.min(...times);
}

/** The stays that fill a wallet. */
export const suppliersOf = ({ unit }: Wallet, { stays }: Customer): Stay[] =>
  stays.filter(({ terms }) => terms.unit === unit);

/** The end of the present period, unless the stay ends by then and no other goes on to fill the wallet. */
export function renewsAt(suppliers: readonly Stay[], at: number): number | null {
  const stay = countingAt(suppliers, at);
  if (stay === null || stay.terms.supply === null || statusAt(stay, at) !== "ACTIVE") return null;
  const end = periodUntil(stay, indexAt(stay, at));
  if (end === null || end !== stay.until) return end;
  const next = suppliers.find(({ from, undone }) => from === end && !undone);
  return next === undefined || next.terms.supply === null ? null : end;
}

/** What a rolling window had still to give back at a time, soonest first. */
export function returnsAhead(wallet: Wallet, at: number): { at: number; amount: number }[] {
  const ahead = wallet.returns.filter((back) => back.madeAt <= at && back.at > at && comesBack(wallet, back));
  const times = [...new Set(ahead.map((back) => back.at))].toSorted((a, b) => a - b);
  return times
    .map((time) => ({
      at: time,
      amount: total(ahead.filter((back) => back.at === time).map((b) => b.amount)),
    }))
    .filter(({ amount }) => amount > 0);
}

/** Burns grants and makes debt, and says when a rolling window gives its part back. */
export function burn({ wallet, now }: Scene, { draws, postpaid }: Paid, occurredAt: number): void {
  for (const [lot, amount] of draws) {
    wallet.moves.push({ at: now, lot, amount: 0 - amount });
    const back = windowEnd(wallet, lot, occurredAt);
    if (back !== null)
      wallet.returns.push({ at: Math.max(back, now), madeAt: now, lot, amount, entered: false });
  }
  if (postpaid > 0) wallet.moves.push({ at: now, lot: null, amount: 0 - postpaid });
}

/** When a rolling window gives back what was used at a time; null for other grants. */
export function windowEnd(wallet: Wallet, name: string, usedAt: number): number | null {
  const days = wallet.lots.find((lot) => lot.name === name)?.windowDays ?? null;
  return days === null ? null : usedAt + days * dayLong;
}

interface Pricing {
  readonly operation: string;
  readonly quantity: number;
  readonly at: number;
}

/** What the customer's billing period of a time has used of a tiered operation, and what more of it costs. */
export function priced({ wallet, customer, now, elsewhere }: Scene, { operation, quantity, at }: Pricing) {
  const stay = stayAt(customer, now);
  const countedIn: Period | null = stay && { stay: stay.name, index: indexAt(stay, at) };
  if (countedIn === null || !isTiered(operation))
    return { amount: priceOf(operation, quantity, 0), before: 0, countedIn };
  const same = [...wallet.usages, ...elsewhere].filter(
    (usage) =>
      usage.operation === operation &&
      usage.countedIn?.stay === countedIn.stay &&
      usage.countedIn.index === countedIn.index,
  );
  const before = total(same.map((usage) => usage.quantity));
  return { amount: priceOf(operation, quantity, before), before, countedIn };
}

/** Why an operation cannot be priced, if it cannot. */
export function unpriced(
  terms: Terms,
  operation: string,
  attributes: Readonly<Record<string, number>>,
): Answer | null {
  const kind = "unpricedUsage";
  if (!terms.operations.includes(operation)) return { kind, operation, reason: "OPERATION_UNKNOWN" };
  if (Object.keys(attributes).length > 0) return { kind, operation, reason: "ATTRIBUTE_UNKNOWN" };
  return null;
}

export const packCredits = (credits: number, quantity: number, bonus: number): number =>
  Math.floor((credits * quantity * million * (100 + (quantity >= 2 ? bonus : 0))) / 100);
