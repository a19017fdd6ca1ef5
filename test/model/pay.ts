import { nextRenewal } from "./due.js";
import { free, inBurnOrder, inForce, owed, total, wouldOwe } from "./sums.js";
import { dayLong, isTiered, million, packs, periodIndex, priceOf } from "./terms.js";
import type { Answer, Customer, Draws, Lot, Wallet } from "./world.js";

/** A customer's wallet in which something is tried, at the customer's time. */
export interface Scene {
  readonly wallet: Wallet;
  readonly customer: Customer;
  readonly now: number;
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
export function room({ wallet, customer, now }: Scene): number {
  const left = (customer.terms?.mayOwe ?? 0) - owed(wallet, now) - wouldOwe(wallet, now);
  return left > 0 ? left : 0;
}

export interface Paid {
  readonly draws: Draws;
  readonly postpaid: number;
}

/** What would pay an amount: free credits in burn order, then debt. Null when they do not reach. */
export function payment(scene: Scene, operation: string, amount: number): Paid | null {
  const draws: [string, number][] = [];
  let missing = amount;
  for (const lot of spendableLots(scene, operation)) {
    const part = Math.min(missing, free(scene.wallet, lot, scene.now));
    if (part > 0) draws.push([lot.name, part]);
    missing -= part;
  }
  return missing > room(scene) ? null : { draws, postpaid: missing };
}

interface Bill {
  readonly operation: string;
  readonly amount: number;
  /** What a hold pays. */
  readonly paid: number;
}

export function insufficient(scene: Scene, { operation, amount, paid }: Bill): Answer {
  const available = paid + spendable(scene, operation) + room(scene);
  const { terms } = scene.customer;
  return {
    kind: "insufficientCredits",
    required: amount,
    available,
    shortBy: amount - available,
    nextSupplyAt: nextSupplyAt(scene),
    packs: packs.filter((pack) => terms?.sellsPacks && pack.unit === terms.unit).map(({ key }) => key),
  };
}

/** When credits arrive by themselves: a grant starts, a window gives back, a supply renews. */
export function nextSupplyAt({ wallet, customer, now }: Scene): number | null {
  const starts = wallet.lots.filter(({ started }) => !started).map(({ from }) => from);
  const renewal = nextRenewal(wallet, customer);
  const times = [...starts, ...returnsAhead(wallet, now).map(({ at }) => at)];
  if (renewal !== null) times.push(renewal);
  return times.length === 0 ? null : Math.min(...times);
}

/** What a rolling window had still to give back at a time, soonest first. */
export function returnsAhead(wallet: Wallet, at: number): { at: number; amount: number }[] {
  const ahead = wallet.returns.filter((back) => back.madeAt <= at && back.at > at);
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

/** What the billing period of a time has used of a tiered operation, or why there is no price. */
export function priced(
  { wallet, customer }: Scene,
  operation: string,
  { quantity, at }: { quantity: number; at: number },
): { amount: number; before: number } {
  const { terms, startsAt } = customer;
  if (terms === null || !isTiered(operation)) return { amount: priceOf(operation, quantity, 0), before: 0 };
  const index = periodIndex(terms, startsAt, at);
  const same = wallet.usages.filter(
    (usage) => usage.operation === operation && periodIndex(terms, startsAt, usage.occurredAt) === index,
  );
  const before = total(same.map((usage) => usage.quantity));
  return { amount: priceOf(operation, quantity, before), before };
}

/** Why an operation cannot be priced, if it cannot. */
export function unpriced(
  { terms }: Customer,
  operation: string,
  attributes: Readonly<Record<string, number>>,
): Answer | null {
  const kind = "unpricedUsage";
  if (!terms?.operations.includes(operation)) return { kind, operation, reason: "OPERATION_UNKNOWN" };
  if (Object.keys(attributes).length > 0) return { kind, operation, reason: "ATTRIBUTE_UNKNOWN" };
  return null;
}

export const packCredits = (credits: number, quantity: number, bonus: number): number =>
  Math.floor((credits * quantity * million * (100 + (quantity >= 2 ? bonus : 0))) / 100);
