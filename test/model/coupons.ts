import { command, refused } from "./changes.js";
import type { World } from "./model.js";
import { inCents, rounded } from "./money.js";
import { total } from "./sums.js";
import type { Answer, SentOf } from "./world.js";

/** What `plans.yaml` says of coupons, once more. */
interface Coupon {
  readonly key: string;
  /** Thousandths of what is charged, or so much money. */
  readonly off: { readonly thousandths: number } | { readonly amount: number; readonly currency: string };
  /** For how many billing periods, and for which plans; null for all. */
  readonly periods: number | null;
  readonly plans: readonly string[] | null;
}

export const coupons: readonly Coupon[] = [
  { key: "EIGHTH", off: { thousandths: 125 }, periods: 2, plans: null },
  { key: "ALWAYS", off: { thousandths: 33 }, periods: null, plans: ["monthly", "owing", "capped"] },
  { key: "FIVER", off: { amount: 5_000_000, currency: "EUR" }, periods: 1, plans: null },
];

export interface Redeemed {
  readonly customer: string;
  readonly coupon: Coupon;
  readonly at: number;
  /** The periods that it was taken off, by their beginnings, and how much that was. */
  readonly uses: { readonly start: number; readonly amount: number; readonly bill: string }[];
}

/** Where a coupon may be taken off: what is charged there, and which period of which plan it is for. */
export interface Place {
  readonly plan: string;
  readonly start: number;
  readonly currency: string;
  readonly charged: number;
  readonly at: number;
  /** Whose charges they are. */
  readonly bill: string;
}

/** Takes a customer's coupons off what is charged, one after the other, and answers with how much that is. */
export function takeOff({ redeemed }: World, customer: string, place: Place): number {
  let off = 0;
  for (const one of redeemed.filter((each) => each.customer === customer && each.at <= place.at)) {
    const amount = offOf(one, { ...place, charged: place.charged - off });
    if (amount === 0) continue;
    one.uses.push({ start: place.start, amount, bill: place.bill });
    off += inCents(amount);
  }
  return off;
}

/** Of a bill that nobody owes, coupons can come off another one. */
export function putBack({ redeemed }: World, customer: string, bill: string): void {
  for (const one of redeemed.filter((each) => each.customer === customer)) {
    const kept = one.uses.filter((use) => use.bill !== bill);
    one.uses.splice(0, one.uses.length, ...kept);
  }
}

function offOf({ coupon, uses }: Redeemed, { plan, start, currency, charged }: Place): number {
  const { off, periods, plans } = coupon;
  const here = uses.filter((use) => use.start === start);
  const others = new Set(uses.filter((use) => use.start !== start).map((use) => use.start));
  if (here.length === 0 && periods !== null && others.size >= periods) return 0;
  if (plans !== null && !plans.includes(plan)) return 0;
  // Calls that are given back later are given back at what was paid for them.
  if ("thousandths" in off)
    return charged <= 0 && uses.length === 0 ? 0 : rounded(BigInt(charged) * BigInt(off.thousandths), 1_000n);
  if (off.currency !== currency || charged <= 0) return 0;
  return Math.min(charged, off.amount - total(here.map(({ amount }) => amount)));
}

export function redeemCoupon(world: World, sent: SentOf<"redeemCoupon">): Answer {
  const kind = "couponRedeemed";
  const { code } = sent;
  return command(world, sent, {
    act: ({ customer, now }) => {
      const coupon = coupons.find(({ key }) => key === code);
      if (coupon === undefined) return refused({ kind: "couponNotFound", coupon: code });
      if (world.redeemed.some((one) => one.customer === customer.id && one.coupon.key === code))
        return refused({ kind: "couponNotRedeemable", coupon: code, reason: "ALREADY_REDEEMED" });
      world.redeemed.push({ customer: customer.id, coupon, at: now, uses: [] });
      return { answer: { kind, coupon: code }, result: code };
    },
    again: () => ({ kind, coupon: code }),
  });
}
