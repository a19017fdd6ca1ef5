import { afterEvent, type BillingEvent, nextBillingEvent } from "../domain/billing.js";
import { advanceLines } from "../domain/fees.js";
import { periodInvoiceId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import type { InvoiceContent, InvoiceLine } from "../domain/invoice.js";
import { withEffect } from "../domain/invoicing/compose.js";
import { usageFacts, usageLines } from "../domain/invoicing/usageLines.js";
import { servedPeriod } from "../domain/subscription.js";
import { altered } from "../domain/subscriptionChange.js";
import type { Account } from "../ledger/load.js";
import type { Tx } from "../storage/database.js";
import { type LoadedFacts, loadBillingFacts } from "./billingFacts.js";
import { composeWith } from "./issueInvoice.js";
import { loadPeriodUsage } from "./periodUsage.js";

/** An invoice that is to come: what makes it, and what it comes to. */
export interface Foreseen {
  readonly event: BillingEvent;
  readonly content: InvoiceContent;
}

interface Ahead {
  readonly until: Instant;
  /** Whether periods that are not over come to what closing them now would bill. */
  readonly asIfClosed?: boolean;
}

interface Foresight {
  readonly invoices: readonly Foreseen[];
  /** What they leave of coupons and credit. */
  readonly facts: LoadedFacts;
}

/**
 * The invoices that time alone will make of a customer, in their order, were nothing used any more: each with what
 * those before it leave of coupons and credit. One without lines will not be made. Nothing is written.
 */
export async function foresee(
  tx: Tx,
  { customerId, now, ...account }: Pick<Account, "customerId" | "now" | "subscriptions">,
  { until, asIfClosed = false }: Ahead,
): Promise<Foresight> {
  let facts = await loadBillingFacts(tx, customerId, now);
  let subscriptions = account.subscriptions;
  const invoices: Foreseen[] = [];
  for (let event = nextBillingEvent(subscriptions); event !== null && event.at <= until; ) {
    if (event.kind === "fee" || event.kind === "finalize") {
      const lines = await linesOf(tx, event, asIfClosed ? now : null);
      const composed = await composeWith(tx, orderOf(event, lines), facts);
      facts = withEffect(facts, composed);
      invoices.push({ event, content: composed.content });
    }
    const moved = afterEvent(event);
    const { id } = moved.subscription;
    subscriptions = subscriptions.map((one) => (one.subscription.id === id ? moved : one));
    event = nextBillingEvent(subscriptions);
  }
  return { invoices, facts };
}

/** What an invoice charges: a period in full, or as far as it has come if it were closed by then. */
export async function linesOf(
  tx: Tx,
  { kind, subscribed, index }: InvoicedEvent,
  closedAt: Instant | null,
): Promise<InvoiceLine[]> {
  if (kind === "fee") return advanceLines(subscribed, index);
  const { customerId, id: subscriptionId } = subscribed.subscription;
  const usage = await loadPeriodUsage(tx, { customerId, subscriptionId, periodIndex: index });
  const { end } = servedPeriod(subscribed, index);
  const isOver = closedAt === null || (end !== null && end <= closedAt);
  const closed = isOver ? subscribed : altered(subscribed, { endsAt: closedAt });
  return usageLines(usageFacts(closed, index, usage));
}

/** The invoice that an event makes. */
export const idOf = ({ kind, subscribed, index }: InvoicedEvent): string =>
  periodInvoiceId(kind === "fee" ? "SUBSCRIPTION" : "USAGE", subscribed.subscription.id, index);

export type InvoicedEvent = Pick<BillingEvent, "kind" | "subscribed" | "index">;

export function orderOf({ kind, subscribed, index }: InvoicedEvent, lines: readonly InvoiceLine[]) {
  const { customerId, id: subscriptionId } = subscribed.subscription;
  const of = { subscriptionId, periodIndex: index, period: servedPeriod(subscribed, index) };
  const isFee = kind === "fee";
  return {
    ...{ customerId, of, lines, subscribed, kind: isFee ? ("SUBSCRIPTION" as const) : ("USAGE" as const) },
    currency: (isFee ? subscribed.plan.fee?.currency : undefined) ?? subscribed.plan.unit,
  };
}
