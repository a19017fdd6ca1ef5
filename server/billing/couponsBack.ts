import { negate } from "../domain/amount.js";
import { withoutUse } from "../domain/coupon.js";
import type { Invoice } from "../domain/invoice.js";
import { wholePeriod } from "../domain/subscription.js";
import { findSubscription } from "../ledger/subscriptions.js";
import type { Tx } from "../storage/database.js";
import { loadRedemptions, saveRedemption } from "./billingFacts.js";

/** Coupons that came off an invoice that nobody owes any more can come off another one. */
export async function giveBackCoupons(
  tx: Tx,
  { customerId, subscriptionId, periodIndex, lines }: Invoice,
): Promise<void> {
  const taken = new Map(lines.map(({ redemptionId, net }) => [redemptionId, net]));
  if (subscriptionId === null || periodIndex === null) return;
  const subscribed = await findSubscription(tx, customerId, subscriptionId);
  const periodStart = wholePeriod(subscribed, periodIndex).start;
  for (const redemption of await loadRedemptions(tx, customerId)) {
    const net = taken.get(redemption.redemptionId);
    if (net !== undefined)
      await saveRedemption(tx, withoutUse(redemption, { periodStart, amount: negate(net) }));
  }
}
