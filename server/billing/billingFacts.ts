import type { CouponRedemption } from "../domain/coupon.js";
import type { Instant } from "../domain/instant.js";
import type { BilledCustomer, Operator } from "../domain/invoice.js";
import type { BillingFacts } from "../domain/invoicing/compose.js";
import type { Tx } from "../storage/database.js";
import { CouponRedemptionRow } from "../storage/rows/billing.js";
import { CustomerRow } from "../storage/rows/customers.js";
import { loadCreditBalances } from "./creditBalances.js";
import { loadSettings } from "./settings.js";

export interface LoadedFacts extends BillingFacts {
  readonly operator: Operator | null;
}

/** All that an invoice follows from beside its lines, as it is now; of coupons, those that were redeemed by then. */
export async function loadBillingFacts(tx: Tx, customerId: string, at: Instant): Promise<LoadedFacts> {
  const customer = await tx.manager.findOneByOrFail(CustomerRow, { customerId });
  const redemptions = await loadRedemptions(tx, customerId);
  return {
    ...(await loadSettings(tx)),
    customer: billedCustomer(customer),
    // Who comes late to an invoice of long ago must not take off what was given since.
    coupons: redemptions.filter(({ redeemedAt, endedAt }) => redeemedAt <= at && (endedAt ?? at + 1) > at),
    creditBalances: await loadCreditBalances(tx, customerId),
  };
}

export const billedCustomer = (row: CustomerRow): BilledCustomer => ({
  customerId: row.customerId,
  name: row.name,
  email: row.email,
  address: row.billingAddress,
  taxId: row.taxId,
  taxExempt: row.taxExempt === 1,
});

/** In the order in which they were redeemed. */
export async function loadRedemptions(tx: Tx, customerId: string): Promise<CouponRedemption[]> {
  const rows = await tx.manager.find(CouponRedemptionRow, {
    where: { customerId },
    order: { redeemedAt: "ASC", redemptionId: "ASC" },
  });
  return rows.map(redemptionOf);
}

const redemptionOf = ({ coupon: _, terms, ...row }: CouponRedemptionRow): CouponRedemption => ({
  ...row,
  coupon: terms,
});

/** Writes what has become of a redemption. */
export async function saveRedemption(tx: Tx, { coupon, ...redemption }: CouponRedemption): Promise<void> {
  const row: CouponRedemptionRow = { ...redemption, coupon: coupon.key, terms: coupon };
  await tx.manager.upsert(CouponRedemptionRow, row, ["customerId", "redemptionId"]);
}
