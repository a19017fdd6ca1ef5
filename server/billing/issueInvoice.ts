import { negate } from "../domain/amount.js";
import type { Instant } from "../domain/instant.js";
import type { Invoice, InvoiceContent, InvoiceKind, InvoiceLine } from "../domain/invoice.js";
import { type BillingFacts, type ComposedInvoice, composeInvoice } from "../domain/invoicing/compose.js";
import { type SubscribedPlan, wholePeriod } from "../domain/subscription.js";
import { findSubscription } from "../ledger/subscriptions.js";
import type { Tx } from "../storage/database.js";
import { InvoiceRow } from "../storage/rows/billing.js";
import { type LoadedFacts, loadBillingFacts, saveRedemption } from "./billingFacts.js";
import { addCredit } from "./creditBalances.js";
import { closeDraft, type InvoicedPeriod, openInvoice } from "./invoices.js";

/** What an invoice is to be made of; who is billed, taxes, coupons and credit are looked up. */
export interface InvoiceOrder {
  readonly customerId: string;
  readonly invoiceId: string;
  readonly kind: InvoiceKind;
  readonly currency: string;
  readonly lines: readonly InvoiceLine[];
  readonly at: Instant;
  /** The billing period it is for. */
  readonly of: InvoicedPeriod | null;
  /** The subscription of that period, where it is at hand, or not stored yet; by default it is looked up. */
  readonly subscribed?: SubscribedPlan;
  /** The invoice whose unused time its lines give back. */
  readonly givesBackOf?: string;
}

/** What an invoice would come to if it were made now. Nothing is written. */
export const composeFor = async (tx: Tx, order: Omit<InvoiceOrder, "invoiceId">): Promise<InvoiceContent> =>
  (await compose(tx, order)).content;

/** Makes an invoice that is final at once, and has it collected if anything is due. The customer must be locked. */
export async function issueInvoice(tx: Tx, order: InvoiceOrder): Promise<Invoice> {
  const { customerId, invoiceId, kind, at, of, givesBackOf } = order;
  const composed = await compose(tx, order);
  const invoice = { customerId, invoiceId, kind, at, of, ...partiesOf(composed.facts), ...composed.content };
  await takeEffect(tx, customerId, composed);
  return openInvoice(tx, givesBackOf === undefined ? invoice : { ...invoice, givesBackOf });
}

export interface Finalization {
  readonly customerId: string;
  readonly invoiceId: string;
  readonly lines: readonly InvoiceLine[];
  readonly at: Instant;
  readonly subscribed?: SubscribedPlan;
}

/** Makes a draft final, with the lines that it has come to, and has it collected if anything is due. */
export async function finalizeInvoice(
  tx: Tx,
  { lines, at, subscribed, ...key }: Finalization,
): Promise<Invoice> {
  const draft = await tx.manager.findOneByOrFail(InvoiceRow, key);
  const { customerId, kind, currency } = draft;
  const order = { customerId, kind, currency, lines, at, of: periodOf(draft) };
  const composed = await compose(tx, subscribed === undefined ? order : { ...order, subscribed });
  await takeEffect(tx, customerId, composed);
  return closeDraft(tx, draft, { ...partiesOf(composed.facts), ...composed.content, at });
}

const periodOf = ({
  subscriptionId,
  periodIndex,
  periodStart,
  periodEnd,
}: InvoiceRow): InvoicedPeriod | null =>
  subscriptionId === null || periodIndex === null || periodStart === null
    ? null
    : { subscriptionId, periodIndex, period: { start: periodStart, end: periodEnd } };

interface Composed extends ComposedInvoice {
  readonly facts: LoadedFacts;
}

async function compose(tx: Tx, order: Omit<InvoiceOrder, "invoiceId">): Promise<Composed> {
  const facts = await loadBillingFacts(tx, order.customerId, order.at);
  return { ...(await composeWith(tx, order, facts)), facts };
}

/** What an invoice would come to with what there is of coupons and credit by then. */
export async function composeWith(
  tx: Tx,
  order: Omit<InvoiceOrder, "invoiceId" | "at">,
  facts: BillingFacts,
): Promise<ComposedInvoice> {
  const { kind, currency, lines, of } = order;
  const place = of === null || facts.coupons.length === 0 ? null : await placeOf(tx, order, of);
  return composeInvoice({ kind, currency, lines, of: place, facts });
}

async function placeOf(
  tx: Tx,
  { customerId, subscribed }: Pick<InvoiceOrder, "customerId" | "subscribed">,
  { subscriptionId, periodIndex }: InvoicedPeriod,
) {
  const found = subscribed ?? (await findSubscription(tx, customerId, subscriptionId));
  return { planKey: found.plan.key, periodStart: wholePeriod(found, periodIndex).start };
}

const partiesOf = ({ operator, customer }: LoadedFacts) => ({
  parties: { operator, customer },
  notes: operator?.notes ?? null,
});

/** What an invoice has used of coupons and credit is used up with it, or given back if it goes the other way. */
async function takeEffect(tx: Tx, customerId: string, { content, couponsUsed }: Composed): Promise<void> {
  for (const redemption of couponsUsed) await saveRedemption(tx, redemption);
  const { creditApplied, currency } = content;
  if (creditApplied !== 0) await addCredit(tx, customerId, { amount: negate(creditApplied), currency });
}
