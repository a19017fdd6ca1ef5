import { add, least, type Micros, subtract, zero } from "./amount.js";
import type { Coupon } from "./catalog.js";
import { addMs, dayMs, type Instant, instantFrom } from "./instant.js";
import { fractionOf, percentage } from "./invoicing/fraction.js";

/** A coupon that a customer has redeemed, on the terms that it had then. */
export interface CouponRedemption {
  readonly customerId: string;
  readonly redemptionId: string;
  readonly coupon: Coupon;
  readonly redeemedAt: Instant;
  /** The billing periods that it was taken off, and how much it was of each. */
  readonly uses: readonly CouponUse[];
  /** When it was taken back from the customer. */
  readonly endedAt: Instant | null;
}

export interface CouponUse {
  /** The first instant of the period. */
  readonly periodStart: Instant;
  readonly amount: Micros;
}

/** Where a redeemed coupon may be taken off. */
export interface CouponPlace {
  readonly planKey: string;
  readonly currency: string;
  /** Of the whole billing period, so that both its invoices, in advance and for usage, are of one period. */
  readonly periodStart: Instant;
}

/** What a coupon takes off what is charged; zero where it is not for that. */
export function takenOff({ coupon, uses }: CouponRedemption, place: CouponPlace, charged: Micros): Micros {
  const { off, plans, periods } = coupon;
  const known = uses.find(({ periodStart }) => periodStart === place.periodStart);
  if (known === undefined && periods !== null && uses.length >= periods) return zero;
  if (plans !== null && !plans.includes(place.planKey)) return zero;
  // What is given back of calls that it was taken off is not given back in full.
  if ("percent" in off)
    return charged > 0 || uses.length > 0 ? fractionOf(charged, percentage(off.percent)) : zero;
  if (off.currency !== place.currency || charged <= 0) return zero;
  return least(charged, subtract(off.amount, known?.amount ?? zero));
}

/** Of a coupon for ever, enough is kept to know the periods that may still get an invoice. */
const usesKeptMax = 24;

export function withUse(redemption: CouponRedemption, { periodStart, amount }: CouponUse): CouponRedemption {
  const { uses, coupon } = redemption;
  const known = uses.find((use) => use.periodStart === periodStart);
  const use = { periodStart, amount: add(known?.amount ?? zero, amount) };
  const others = uses.filter((one) => one !== known);
  const kept = coupon.periods === null ? others.slice(1 - usesKeptMax) : others;
  return { ...redemption, uses: [...kept, use] };
}

/** As if it had not come off: a period of which nothing is taken off any more is free for another one. */
export function withoutUse(
  redemption: CouponRedemption,
  { periodStart, amount }: CouponUse,
): CouponRedemption {
  const uses = redemption.uses.flatMap((use) => {
    if (use.periodStart !== periodStart) return [use];
    const left = subtract(use.amount, amount);
    return left === zero ? [] : [{ periodStart, amount: left }];
  });
  return { ...redemption, uses };
}

/** For how many billing periods more; null for ever. */
export const periodsLeft = ({ coupon, uses }: CouponRedemption): number | null =>
  coupon.periods === null ? null : Math.max(0, coupon.periods - uses.length);

/** The first instant at which it can no longer be redeemed; null when it always can. */
export const redeemableUntil = ({ redeemBy }: Coupon): Instant | null =>
  redeemBy === null ? null : addMs(instantFrom(redeemBy), dayMs);
