import { paidPart, unusedTimeLine } from "../domain/fees.js";
import type { Instant } from "../domain/instant.js";
import type { InvoiceLine } from "../domain/invoice.js";
import type { SubscribedPlan } from "../domain/subscription.js";
import type { Tx } from "../storage/database.js";
import { InvoiceRow } from "../storage/rows/billing.js";

/**
 * What leaving a period early gives back of its fee: a share of what the customer was charged for it, after coupons.
 * Null where nothing was charged, be it that the fee is not invoiced, or that its invoice was void or given up.
 */
export async function unusedTime(
  tx: Tx,
  subscribed: SubscribedPlan,
  index: number,
  from: Instant,
): Promise<InvoiceLine | null> {
  const { customerId, id: subscriptionId } = subscribed.subscription;
  const of = { customerId, subscriptionId, periodIndex: index, kind: "SUBSCRIPTION" as const };
  const invoices = await tx.manager.findBy(InvoiceRow, of);
  const lines = invoices
    .filter(({ status }) => status === "OPEN" || status === "PAID")
    .flatMap((invoice) => invoice.lines);
  return lines.some(({ kind }) => kind === "PLAN_FEE")
    ? unusedTimeLine(subscribed, index, from, paidPart(lines))
    : null;
}
