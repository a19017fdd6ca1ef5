import { zero } from "../domain/amount.js";
import type { Instant } from "../domain/instant.js";
import {
  contentOf,
  type Invoice,
  type InvoiceContent,
  type InvoiceKind,
  type InvoiceLine,
  type InvoiceStatus,
  invoiceNumber,
  mayMove,
  type Span,
} from "../domain/invoice.js";
import type { Payment } from "../domain/purchase.js";
import type { Database, Tx } from "../storage/database.js";
import { type Page, pageOf } from "../storage/page.js";
import { InvoiceRow, PaymentRow } from "../storage/rows/billing.js";

export interface NewInvoice extends InvoiceContent {
  readonly customerId: string;
  readonly invoiceId: string;
  readonly kind: InvoiceKind;
  readonly at: Instant;
  /** The billing period it is for. */
  readonly of: InvoicedPeriod | null;
}

export interface InvoicedPeriod {
  readonly subscriptionId: string;
  readonly periodIndex: number;
  readonly period: Span;
}

/** Creates an invoice that is finalized at once, with the next number of its year. */
export async function openInvoice(tx: Tx, { at, of, ...invoice }: NewInvoice): Promise<Invoice> {
  const row: InvoiceRow = {
    ...invoice,
    number: await nextNumber(tx, at),
    status: "OPEN",
    createdAt: at,
    finalizedAt: at,
    paidAt: null,
    subscriptionId: of?.subscriptionId ?? null,
    periodIndex: of?.periodIndex ?? null,
    periodStart: of?.period.start ?? null,
    periodEnd: of?.period.end ?? null,
    parties: null,
    notes: null,
    finalizesAt: null,
    voidedAt: null,
    voidReason: null,
    attempts: 0,
    // A purchase is paid, or not, while its customer waits; everything else is collected.
    nextAttemptAt: invoice.kind === "PURCHASE" || invoice.amountDue <= 0 ? null : at,
  };
  await tx.manager.insert(InvoiceRow, row);
  return invoiceOf(row);
}

export interface NewDraft {
  readonly customerId: string;
  readonly invoiceId: string;
  readonly currency: string;
  readonly at: Instant;
  readonly finalizesAt: Instant;
  readonly of: InvoicedPeriod;
}

/** A draft holds its place only: what is on it follows from the period's usage until it is final. */
export async function openDraft(tx: Tx, { at, of, ...draft }: NewDraft): Promise<void> {
  const row: InvoiceRow = {
    ...draft,
    kind: "USAGE",
    number: null,
    status: "DRAFT",
    ...{ lines: [], subtotal: zero, taxes: [], total: zero, creditApplied: zero, amountDue: zero },
    createdAt: at,
    finalizedAt: null,
    paidAt: null,
    subscriptionId: of.subscriptionId,
    periodIndex: of.periodIndex,
    periodStart: of.period.start,
    periodEnd: of.period.end,
    parties: null,
    notes: null,
    voidedAt: null,
    voidReason: null,
    attempts: 0,
    nextAttemptAt: null,
  };
  await tx.manager.insert(InvoiceRow, row);
}

export async function finalizeInvoice(
  tx: Tx,
  { customerId, invoiceId, lines, at }: InvoiceKey & { lines: readonly InvoiceLine[]; at: Instant },
): Promise<Invoice> {
  const draft = await loadInvoice(tx, { customerId, invoiceId });
  const content = contentOf(draft.currency, lines);
  const change = {
    ...content,
    number: await nextNumber(tx, at),
    status: content.amountDue <= 0 ? ("PAID" as const) : ("OPEN" as const),
    finalizedAt: at,
    paidAt: content.amountDue <= 0 ? at : null,
    nextAttemptAt: content.amountDue <= 0 ? null : at,
  };
  await tx.manager.update(InvoiceRow, { customerId, invoiceId }, change);
  return loadInvoice(tx, { customerId, invoiceId });
}

export const invoiceOf = ({
  periodStart,
  periodEnd,
  attempts: _,
  nextAttemptAt: __,
  ...row
}: InvoiceRow): Invoice => ({
  ...row,
  period: periodStart === null ? null : { start: periodStart, end: periodEnd },
});

/** Taken in the finalizing transaction: one that fails gives its number back, so there are no gaps. */
async function nextNumber(tx: Tx, at: Instant): Promise<string> {
  const year = new Date(at).getUTCFullYear();
  const [row] = await tx.query<{ last: number }>(
    `INSERT INTO invoice_numbers (year, last) VALUES ($1, 1)
     ON CONFLICT (year) DO UPDATE SET last = invoice_numbers.last + 1 RETURNING last`,
    [year],
  );
  if (row === undefined) throw new Error(`No invoice number could be taken for ${year}.`);
  return invoiceNumber(year, row.last);
}

export interface InvoiceKey {
  readonly customerId: string;
  readonly invoiceId: string;
}

export const loadInvoice = async (tx: Tx, { customerId, invoiceId }: InvoiceKey): Promise<Invoice> =>
  invoiceOf(await tx.manager.findOneByOrFail(InvoiceRow, { customerId, invoiceId }));

/** Null when the customer has no invoice with this id. */
export async function findInvoice(tx: Tx, { customerId, invoiceId }: InvoiceKey): Promise<Invoice | null> {
  const row = await tx.manager.findOneBy(InvoiceRow, { customerId, invoiceId });
  return row === null ? null : invoiceOf(row);
}

export async function moveInvoice(
  tx: Tx,
  { customerId, invoiceId }: InvoiceKey,
  { to, at }: { to: InvoiceStatus; at: Instant },
): Promise<Invoice> {
  const invoice = await loadInvoice(tx, { customerId, invoiceId });
  if (!mayMove(invoice.status, to))
    throw new Error(`Invoice ${invoiceId} cannot go from ${invoice.status} to ${to}.`);
  const change = { status: to, paidAt: to === "PAID" ? at : invoice.paidAt };
  await tx.manager.update(InvoiceRow, { customerId, invoiceId }, change);
  return { ...invoice, ...change };
}

export const makeFindInvoice =
  (database: Database) =>
  (invoiceId: string): Promise<Invoice | null> =>
    database.read(async (tx) => {
      const row = await tx.manager.findOneBy(InvoiceRow, { invoiceId });
      return row === null ? null : invoiceOf(row);
    });

export const makePaymentsOf =
  (database: Database) =>
  ({ customerId, invoiceId }: Invoice): Promise<Payment[]> =>
    database.read((tx) =>
      tx.manager.find(PaymentRow, { where: { customerId, invoiceId }, order: { paymentId: "ASC" } }),
    );

export interface InvoicesQuestion {
  readonly customerId: string;
  readonly first: number;
  readonly after: { readonly createdAt: Instant; readonly id: string } | null;
}

/** Newest first. */
export const makeInvoices =
  (database: Database) =>
  ({ customerId, first, after }: InvoicesQuestion): Promise<Page<Invoice>> =>
    database.read(async (tx) => {
      const query = tx.manager.createQueryBuilder(InvoiceRow, "invoice").where({ customerId });
      if (after !== null)
        query.andWhere("(invoice.created_at, invoice.invoice_id) < (:createdAt, :id)", {
          createdAt: after.createdAt,
          id: after.id,
        });
      const rows = await query
        .orderBy("invoice.createdAt", "DESC")
        .addOrderBy("invoice.invoiceId", "DESC")
        .limit(first + 1)
        .getMany();
      return pageOf(rows.map(invoiceOf), first);
    });
