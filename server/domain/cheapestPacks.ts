import { add, type Micros, micros, zero } from "./amount.js";
import type { CreditPack, Money } from "./catalog.js";
import { packCredits, packTotal, purchaseQuantityMax } from "./purchase.js";

/** One purchase of packs that would have to be made. */
export interface PlannedPurchase {
  readonly creditPack: CreditPack;
  readonly quantity: number;
  readonly credits: Micros;
  readonly price: Money;
}

interface Terms {
  /** Null: that of the first pack. */
  readonly currency?: string | null;
  /** How much of the search's bound may be used: where several are made one after the other, they share it. */
  readonly share?: number;
}

/**
 * The purchases that cover a need for the least money, with their bonuses; empty for no need, null when no packs can.
 * A search that prunes what cannot be cheaper than the best so far. Of packs of one currency it is exact as far as
 * `stepsMax` looks, which no catalogue of a few packs comes near; beyond that it is the cheapest that was found.
 */
export function cheapestPacks(
  packs: readonly CreditPack[],
  need: Micros,
  { currency = null, share = 1 }: Terms = {},
): PlannedPurchase[] | null {
  if (need <= 0) return [];
  const wanted = currency ?? packs[0]?.price.currency;
  const offers = packs.filter(({ price, credits }) => price.currency === wanted && credits > 0).map(offerOf);
  offers.sort((a, b) => compareEfficiency(a, b) || (a.pack.key < b.pack.key ? -1 : 1));
  const best = search(offers, need, Math.ceil(stepsMax * share));
  return best === null ? null : best.flatMap((count, index) => purchasesOf(offers[index], count));
}

interface Offer {
  readonly pack: CreditPack;
  /** The quantity of one purchase with the largest bonus, by which no quantity is cheaper. */
  readonly credits: bigint;
  readonly price: bigint;
  /** What so many of it hold, bought in as few purchases as may be. */
  readonly creditsOf: (count: number) => number;
}

function offerOf(pack: CreditPack): Offer {
  const quantities = [1, ...pack.bonuses.map(({ fromQuantity }) => fromQuantity)];
  const all = quantities
    .filter((quantity) => quantity <= purchaseQuantityMax)
    .map((quantity) => ({
      pack,
      credits: BigInt(packCredits(pack, quantity)),
      price: BigInt(packTotal(pack, quantity)),
      creditsOf: creditsBy(pack),
    }));
  return all.reduce((a, b) => (compareEfficiency(b, a) < 0 ? b : a));
}

/** Below zero when a credit of the first costs less. */
function compareEfficiency(a: Offer, b: Offer): number {
  const difference = a.price * b.credits - b.price * a.credits;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** A few hundredths of a second. */
const stepsMax = 50_000;

/** How many of each offer; null when there are none, or too many would be needed. */
function search(offers: readonly Offer[], need: Micros, stepsMax: number): number[] | null {
  let best: number[] | null = null;
  let bestCost: number | null = null;
  let steps = 0;
  const counts: number[] = offers.map(() => 0);
  const visit = (index: number, left: number, cost: number): void => {
    if (left <= 0) {
      if (bestCost === null || cost < bestCost) [best, bestCost] = [[...counts], cost];
      return;
    }
    const offer = offers[index];
    if (offer === undefined || isDearer(offer, left, cost)) return;
    const most = countFor(offer, left);
    if (most === null) {
      visit(index + 1, left, cost);
      return;
    }
    // Many of the cheapest first: what the first way down finds lets go of most others at once.
    for (let count = most; count >= 0 && steps < stepsMax; count -= 1) {
      steps += 1;
      counts[index] = count;
      const rest = left - offer.creditsOf(count);
      const spent = cost + offer.pack.price.amount * count;
      visit(index + 1, rest, spent);
      const following = offers[index + 1];
      // Without bonuses, fewer of it only leave more to those that cost more.
      if (
        rest > 0 &&
        offer.pack.bonuses.length === 0 &&
        (following === undefined || isDearer(following, rest, spent))
      )
        break;
    }
    counts[index] = 0;
  };
  const isDearer = (offer: Offer, left: number, cost: number): boolean =>
    bestCost !== null &&
    BigInt(cost) * offer.credits + BigInt(left) * offer.price >= BigInt(bestCost) * offer.credits;
  visit(0, need, 0);
  return best;
}

const countMax = 1_000_000;

/** The least number that covers what is left, as bonuses do not shrink; null when it is beyond all use. */
function countFor({ pack, creditsOf }: Offer, left: number): number | null {
  let [low, high] = [1, Math.ceil(left / pack.credits)];
  if (high > countMax || pack.price.amount * high > Number.MAX_SAFE_INTEGER) return null;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (creditsOf(middle) >= left) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Of the purchases that `partsOf` makes, without going through them: it is asked at every step of the search. */
function creditsBy(pack: CreditPack): (count: number) => number {
  const known = new Map<number, number>([[0, 0]]);
  const ofOne = (quantity: number): number => {
    const credits = known.get(quantity) ?? packCredits(pack, quantity);
    known.set(quantity, credits);
    return credits;
  };
  return (count) => {
    const rest = count % purchaseQuantityMax;
    const full = (count - rest) / purchaseQuantityMax;
    return ofOne(rest) + (full === 0 ? 0 : full * ofOne(purchaseQuantityMax));
  };
}

/** As few purchases as may be made of so many packs. */
const partsOf = (count: number): number[] => [
  ...Array.from({ length: Math.floor(count / purchaseQuantityMax) }, () => purchaseQuantityMax),
  ...(count % purchaseQuantityMax === 0 ? [] : [count % purchaseQuantityMax]),
];

function purchasesOf(offer: Offer | undefined, count: number): PlannedPurchase[] {
  if (offer === undefined) return [];
  const { pack } = offer;
  return partsOf(count).map((quantity) => ({
    creditPack: pack,
    quantity,
    credits: packCredits(pack, quantity),
    price: { amount: packTotal(pack, quantity), currency: pack.price.currency },
  }));
}

export const priceOf = (purchases: readonly PlannedPurchase[]): Micros =>
  purchases.reduce((total, { price }) => add(total, price.amount), zero);

export const creditsBought = (purchases: readonly PlannedPurchase[]): Micros =>
  micros(purchases.reduce((total, { credits }) => total + credits, 0));
