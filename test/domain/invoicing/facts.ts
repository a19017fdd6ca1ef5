import { formatAmount, type Micros, parseAmount, sum } from "../../../server/domain/amount.js";
import type { Coupon, Plan } from "../../../server/domain/catalog.js";
import type { CouponRedemption } from "../../../server/domain/coupon.js";
import { instantFrom } from "../../../server/domain/instant.js";
import type { InvoiceLine } from "../../../server/domain/invoice.js";
import type { BillingFacts } from "../../../server/domain/invoicing/compose.js";
import type { PeriodUsage } from "../../../server/domain/periodUsage.js";
import { planOf, shipped } from "../../catalog/shipped.js";

export const money = (text: string): Micros => {
  const amount = parseAmount(text);
  if (amount === undefined) throw new Error(`${text} is no amount.`);
  return amount;
};

export const july = {
  start: instantFrom("2026-07-01T00:00:00Z"),
  end: instantFrom("2026-08-01T00:00:00Z"),
};

export const scenarioPlan = (key: string): Plan => ({ ...planOf(shipped("scenario-payg"), key), version: 1 });

interface Used {
  readonly quantity: string;
  readonly list: string;
  /** Default: the list price. */
  readonly amount?: string;
  readonly allowance?: string;
  readonly prepaid?: string;
  readonly tier?: number;
  readonly on?: string;
}

/** A row of what a period has used; what no credits have paid is postpaid. */
export function used(operation: string, { quantity, list, ...rest }: Used): PeriodUsage {
  const { amount = list, allowance = "0", prepaid = "0", tier = 0, on } = rest;
  return {
    operation,
    tier,
    lateDay: on === undefined ? null : instantFrom(`${on}T00:00:00Z`),
    calls: 1,
    quantity: money(quantity),
    listAmount: money(list),
    amount: money(amount),
    allowance: money(allowance),
    prepaid: money(prepaid),
    postpaid: (money(amount) - money(allowance) - money(prepaid)) as Micros,
  };
}

export const sumOf = (lines: readonly InvoiceLine[], field: "net" | "amount"): string =>
  formatAmount(sum(lines.map((line) => line[field])));

/** As a person would read them off the invoice. */
export const readOff = (lines: readonly InvoiceLine[]): string[] =>
  lines.map(({ kind, description, tier, net, amount }) =>
    [kind, description, tier, formatAmount(net), formatAmount(amount)]
      .filter((part) => part !== null)
      .join(" | "),
  );

const nobody = { customerId: "acme", name: null, email: null, address: null, taxId: null, taxExempt: false };

export const customerIn = (country: string | null, taxExempt = false): BillingFacts["customer"] => ({
  ...nobody,
  address: country === null ? null : { name: null, lines: [], postalCode: null, city: null, country },
  taxExempt,
});

export const noFacts: BillingFacts = {
  customer: customerIn(null),
  taxRates: [],
  coupons: [],
  creditBalances: [],
};

export const coupon = (key: string, off: Coupon["off"], more: Partial<Coupon> = {}): Coupon => ({
  ...{ key, name: "A gift", off, periods: 1, maxRedemptions: null, redeemBy: null, plans: null },
  ...more,
});

export const redeemed = (terms: Coupon, more: Partial<CouponRedemption> = {}): CouponRedemption => ({
  ...{ customerId: "acme", redemptionId: `redemption_${terms.key}`, coupon: terms },
  ...{ redeemedAt: july.start, uses: [], endedAt: null },
  ...more,
});
