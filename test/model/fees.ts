import type { World } from "./model.js";
import { billNamed, inCents, issue, rounded, showBill } from "./money.js";
import { firstIndex, indexAt, periodFrom } from "./stays.js";
import { periodStart } from "./terms.js";
import type { Customer, Stay, SupplyPolicy } from "./world.js";

/** What plans cost in advance. */

const feeBillName = ({ name }: Stay, index: number): string => `fee ${index} of ${name}`;

/** When the next fee of a stay is due; null when there is none. */
export function nextFeeAt(stay: Stay): number | null {
  if (stay.terms.fee === null) return null;
  const at = periodFrom(stay, stay.nextFee);
  return at === null || (stay.until !== null && at >= stay.until) ? null : at;
}

/** Invoices the next fee of a stay. */
export function chargeFee(world: World, customer: Customer, { stay, at }: { stay: Stay; at: number }): void {
  const index = stay.nextFee;
  stay.nextFee += 1;
  const { fee } = stay.terms;
  if (fee === null) return;
  const made = { name: feeBillName(stay, index), kind: "SUBSCRIPTION", currency: fee.currency } as const;
  const charged = inCents(shareOf(stay, index, at));
  issue(world, customer, { ...made, charged, at, of: placeOf(stay, index) });
}

/** The period that a coupon would be taken off. */
export const placeOf = ({ terms, anchor, from }: Stay, index: number) => ({
  plan: terms.key,
  start: periodStart(terms, anchor, index) ?? from,
});

/** The part of a period's fee that is for the rest of the period, by whole seconds. */
function shareOf({ terms, anchor }: Stay, index: number, from: number): number {
  const { fee } = terms;
  const [start, end] = [periodStart(terms, anchor, index), periodStart(terms, anchor, index + 1)];
  if (fee === null) return 0;
  if (start === null || end === null) return fee.amount;
  const seconds = (ms: number): bigint => BigInt(Math.floor(ms / 1_000));
  const whole = seconds(end - start);
  return whole === 0n ? fee.amount : rounded(BigInt(fee.amount) * seconds(end - from), whole);
}

export interface Charge {
  readonly currency: string;
  readonly charged: number;
  readonly back: number;
}

interface Leaving {
  readonly left: Stay;
  readonly taken: Stay;
  readonly policy: SupplyPolicy;
  readonly now: number;
}

/**
 * What a change that is made at once is invoiced with: the new plan's fee, less what is left of the old one unless its
 * supply is kept. Null when that is nothing; "mixed" when the two cannot be set off.
 */
export function chargeOfChange(world: World, customer: Customer, leaving: Leaving): Charge | null | "mixed" {
  const { left, taken, policy, now } = leaving;
  const back = policy === "KEEP_AND_USE_FIRST" ? 0 : unusedFee(world, customer, { left, now });
  const ahead = shareOf(taken, firstIndex(taken), now);
  const currencies = [
    ...(back === 0 ? [] : [left.terms.fee?.currency]),
    ...(ahead === 0 ? [] : [taken.terms.fee?.currency]),
  ];
  const [currency, other = currency] = currencies;
  if (currency === undefined) return null;
  if (other !== currency) return "mixed";
  return { currency, charged: inCents(ahead), back: inCents(back) };
}

/** Only what was charged is given back, and of a period that never ends nothing is left. */
function unusedFee(world: World, { id }: Customer, { left, now }: Pick<Leaving, "left" | "now">): number {
  const index = indexAt(left, now);
  const bill = billNamed(world, id, feeBillName(left, index));
  const isCharged = bill?.status === "OPEN" || bill?.status === "PAID";
  if (!isCharged || periodStart(left.terms, left.anchor, index + 1) === null) return 0;
  const { charged, off } = bill;
  const share = shareOf(left, index, now);
  // What a coupon had taken off was never paid.
  return charged > 0 ? rounded(BigInt(share) * BigInt(charged - off), BigInt(charged)) : share;
}

export function issueChange(
  world: World,
  customer: Customer,
  { taken, charge, at }: { taken: Stay; charge: Charge; at: number },
): ReturnType<typeof showBill> {
  const name = feeBillName(taken, firstIndex(taken));
  const of = placeOf(taken, firstIndex(taken));
  return showBill(issue(world, customer, { ...charge, name, kind: "SUBSCRIPTION", at, of }));
}
