import { add, least, type Micros, micros, microsPerUnit, negate, subtract, sum, zero } from "../amount.js";
import type { Money, TaxRate } from "../catalog.js";
import { type CouponPlace, type CouponRedemption, takenOff, withUse } from "../coupon.js";
import { toMinorUnit } from "../currency.js";
import {
  type BilledCustomer,
  chargedBy,
  type InvoiceContent,
  type InvoiceKind,
  type InvoiceLine,
  plainLine,
} from "../invoice.js";
import { taxesOn } from "./taxes.js";

/** What of a customer and the operator changes what an invoice comes to. */
export interface BillingFacts {
  readonly customer: BilledCustomer;
  readonly taxRates: readonly TaxRate[];
  /** In force, in the order in which they were redeemed. */
  readonly coupons: readonly CouponRedemption[];
  readonly creditBalances: readonly Money[];
}

export interface InvoiceDraft {
  readonly kind: InvoiceKind;
  readonly currency: string;
  readonly lines: readonly InvoiceLine[];
  /** The plan and the billing period it is for; null for a purchase. */
  readonly of: Omit<CouponPlace, "currency"> | null;
  readonly facts: BillingFacts;
}

export interface ComposedInvoice {
  readonly content: InvoiceContent;
  /** As they are after it. */
  readonly couponsUsed: readonly CouponRedemption[];
}

/** What an invoice comes to: its lines, then coupons, then tax, then what the customer has left from before. */
export function composeInvoice({ kind, currency, lines, of, facts }: InvoiceDraft): ComposedInvoice {
  const place = kind === "PURCHASE" || of === null ? null : { ...of, currency };
  const coupons = place === null ? noCoupons : takeOffCoupons(lines, facts.coupons, place);
  const all = [...lines, ...coupons.lines];
  const subtotal = sum(all.map(({ amount }) => amount));
  const taxes = taxesOn({ subtotal, currency }, facts.customer, facts.taxRates);
  const added = taxes.filter(({ inclusive }) => !inclusive).map(({ amount }) => amount);
  const total = add(subtotal, sum(added));
  const creditApplied = kind === "PURCHASE" ? zero : least(total, balanceIn(currency, facts));
  const amountDue = subtract(total, creditApplied);
  return {
    content: { currency, lines: all, subtotal, taxes, total, creditApplied, amountDue },
    couponsUsed: coupons.used,
  };
}

/** What is left of coupons and credit for the invoice after it. */
export function withEffect<Facts extends BillingFacts>(
  facts: Facts,
  { content, couponsUsed }: ComposedInvoice,
): Facts {
  const used = new Map(couponsUsed.map((redemption) => [redemption.redemptionId, redemption]));
  const { currency, creditApplied } = content;
  const others = facts.creditBalances.filter((balance) => balance.currency !== currency);
  const amount = subtract(balanceIn(currency, facts), creditApplied);
  return {
    ...facts,
    coupons: facts.coupons.map((redemption) => used.get(redemption.redemptionId) ?? redemption),
    creditBalances: [...others, { currency, amount }],
  };
}

/** A total below zero, of which everything is "applied", is what the balance is given. */
const balanceIn = (currency: string, { creditBalances }: BillingFacts): Micros =>
  creditBalances.find((balance) => balance.currency === currency)?.amount ?? zero;

interface CouponsTakenOff {
  readonly lines: readonly InvoiceLine[];
  readonly used: readonly CouponRedemption[];
}

const noCoupons: CouponsTakenOff = { lines: [], used: [] };

/** One after the other, each of what is left; what is given back for unused time had been paid, so it is left alone. */
function takeOffCoupons(
  lines: readonly InvoiceLine[],
  redemptions: readonly CouponRedemption[],
  place: CouponPlace,
): CouponsTakenOff {
  const couponLines: InvoiceLine[] = [];
  const used: CouponRedemption[] = [];
  let charged = chargedBy(lines);
  for (const redemption of redemptions) {
    const off = takenOff(redemption, place, charged);
    if (off === zero) continue;
    const line = couponLine(redemption, off, place.currency);
    couponLines.push(line);
    used.push(withUse(redemption, { periodStart: place.periodStart, amount: off }));
    charged = add(charged, line.amount);
  }
  return { lines: couponLines, used };
}

function couponLine({ coupon, redemptionId }: CouponRedemption, off: Micros, currency: string): InvoiceLine {
  const net = negate(off);
  return plainLine({
    kind: "COUPON",
    redemptionId,
    description: `Coupon ${coupon.key}: ${coupon.name}`,
    quantity: micros(microsPerUnit),
    unitPrice: null,
    net,
    amount: toMinorUnit(net, currency),
  });
}
