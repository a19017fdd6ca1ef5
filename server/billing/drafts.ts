import { zero } from "../domain/amount.js";
import { billsUsage, finalizesAt } from "../domain/billing.js";
import { advanceLines } from "../domain/fees.js";
import { periodInvoiceId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import type { Invoice, InvoiceContent, InvoiceLine } from "../domain/invoice.js";
import { usageFacts, usageLines } from "../domain/invoicing/usageLines.js";
import type { PeriodUsage } from "../domain/periodUsage.js";
import {
  hasPeriod,
  periodIndexAt,
  type SubscribedPlan,
  servedPeriod,
  subscriptionStatus,
} from "../domain/subscription.js";
import type { Account } from "../ledger/load.js";
import { type Present, readPresent } from "../ledger/present.js";
import { findSubscription } from "../ledger/subscriptions.js";
import type { Database, Tx } from "../storage/database.js";
import { composeFor } from "./issueInvoice.js";
import { loadPeriodUsage } from "./periodUsage.js";

/** What an invoice that is not final comes to by now. */
export async function withDraftContent(tx: Tx, invoice: Invoice, now: Instant): Promise<Invoice> {
  const { status, customerId, subscriptionId, periodIndex } = invoice;
  if (status !== "DRAFT" || subscriptionId === null || periodIndex === null) return invoice;
  const subscribed = await findSubscription(tx, customerId, subscriptionId);
  return {
    ...invoice,
    ...(await usageContent(tx, subscribed, { index: periodIndex, at: now })),
  };
}

interface At {
  readonly index: number;
  readonly at: Instant;
}

async function usageContent(tx: Tx, subscribed: SubscribedPlan, { index, at }: At): Promise<InvoiceContent> {
  const { customerId, id: subscriptionId } = subscribed.subscription;
  const usage = await loadPeriodUsage(tx, { customerId, subscriptionId, periodIndex: index });
  return usageInvoice(tx, subscribed, { index, at, usage });
}

/** What a period's invoice comes to if this is all that it has used. */
export function usageInvoice(
  tx: Tx,
  subscribed: SubscribedPlan,
  { index, at, usage }: At & { readonly usage: readonly PeriodUsage[] },
): Promise<InvoiceContent> {
  const { customerId, id: subscriptionId } = subscribed.subscription;
  const lines = usageLines(usageFacts(subscribed, index, usage));
  const currency = subscribed.plan.unit;
  const of = { subscriptionId, periodIndex: index, period: servedPeriod(subscribed, index) };
  return composeFor(tx, { customerId, kind: "USAGE", currency, lines, at, of, subscribed });
}

interface Needs {
  readonly database: Database;
  readonly present: Present;
}

/** What the customer will be invoiced next: what the period has used, or the fee of the next one. */
export const makeUpcomingInvoice =
  (needs: Needs) =>
  (customerId: string): Promise<Invoice | null> =>
    readPresent(needs, customerId, (tx, account) =>
      account === null ? Promise.resolve(null) : upcomingInvoice(tx, account),
    );

/** Null when nothing will be invoiced. */
export async function upcomingInvoice(
  tx: Tx,
  { current, subscriptions, now }: Account,
): Promise<Invoice | null> {
  if (current === null || subscriptionStatus(current.subscription, now) !== "ACTIVE") return null;
  if (billsUsage(current.plan)) {
    const index = periodIndexAt(current, now);
    const content = await usageContent(tx, current, { index, at: now });
    const hasEnd = servedPeriod(current, index).end !== null;
    const finalAt = hasEnd ? finalizesAt(current, index) : null;
    return { ...blank(current, index), ...content, kind: "USAGE", createdAt: now, finalizesAt: finalAt };
  }
  // Its own next fee, or that of what follows it: after a trial, or a change of plan at the period's end.
  const toCome = subscriptions.filter(({ subscription }) => subscription.startsAt > now);
  const charged = [current, ...toCome].find((one) => linesAhead(one).length > 0);
  return charged === undefined ? null : feeAhead(tx, charged, now);
}

function linesAhead(subscribed: SubscribedPlan): InvoiceLine[] {
  const index = subscribed.subscription.nextFeeIndex;
  return hasPeriod(subscribed, index) ? advanceLines(subscribed, index) : [];
}

async function feeAhead(tx: Tx, subscribed: SubscribedPlan, now: Instant): Promise<Invoice> {
  const index = subscribed.subscription.nextFeeIndex;
  const { id: subscriptionId, customerId } = subscribed.subscription;
  const period = servedPeriod(subscribed, index);
  const of = { subscriptionId, periodIndex: index, period };
  const currency = subscribed.plan.fee?.currency ?? subscribed.plan.unit;
  const kind = "SUBSCRIPTION" as const;
  const lines = linesAhead(subscribed);
  const content = await composeFor(tx, { customerId, kind, currency, lines, at: now, of, subscribed });
  return { ...blank(subscribed, index), ...content, kind, createdAt: now, finalizesAt: period.start };
}

const blank = (subscribed: SubscribedPlan, index: number) => ({
  customerId: subscribed.subscription.customerId,
  invoiceId: periodInvoiceId(
    billsUsage(subscribed.plan) ? "USAGE" : "SUBSCRIPTION",
    subscribed.subscription.id,
    index,
  ),
  number: null,
  status: "DRAFT" as const,
  subscriptionId: subscribed.subscription.id,
  periodIndex: index,
  period: servedPeriod(subscribed, index),
  parties: null,
  notes: null,
  finalizedAt: null,
  paidAt: null,
  voidedAt: null,
  voidReason: null,
  carriedOver: zero,
});
