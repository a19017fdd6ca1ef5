import { zero } from "../domain/amount.js";
import type { NewEvent } from "../domain/event.js";
import type { Instant } from "../domain/instant.js";
import {
  chargedBy,
  type Invoice,
  type InvoiceContent,
  type InvoiceKind,
  type InvoiceParties,
  type InvoiceStatus,
  mayMove,
  type Span,
} from "../domain/invoice.js";
import { unreachable } from "../domain/unreachable.js";
import { recordEvents } from "../events/outbox.js";
import type { Tx } from "../storage/database.js";
import { InvoiceRow } from "../storage/rows/billing.js";
import { takeNumber } from "./numbers.js";
import { invoiceFacts } from "./tell.js";

export interface NewInvoice extends InvoiceContent {
  readonly customerId: string;
  readonly invoiceId: string;
  readonly kind: InvoiceKind;
  readonly at: Instant;
  readonly parties: InvoiceParties;
  readonly notes: string | null;
  /** The billing period it is for. */
  readonly of: InvoicedPeriod | null;
  /** The invoice whose unused time its lines give back. */
  readonly givesBackOf?: string;
}

export interface InvoicedPeriod {
  readonly subscriptionId: string;
  readonly periodIndex: number;
  readonly period: Span;
}

/** Creates an invoice that is finalized at once, with the next number of its year. */
export async function openInvoice(tx: Tx, { at, of, givesBackOf, ...invoice }: NewInvoice): Promise<Invoice> {
  const row: InvoiceRow = {
    ...invoice,
    ...(await finalState(tx, invoice, at)),
    charged: chargedBy(invoice.lines),
    createdAt: at,
    subscriptionId: of?.subscriptionId ?? null,
    periodIndex: of?.periodIndex ?? null,
    periodStart: of?.period.start ?? null,
    periodEnd: of?.period.end ?? null,
    voidedAt: null,
    voidReason: null,
    attempts: 0,
    ...{ setOff: zero, carriedOver: zero, unused: zero, unusedOf: givesBackOf ?? null },
    awaitedPaymentId: null,
  };
  await tx.manager.insert(InvoiceRow, row);
  return tellOfFinal(tx, invoiceOf(row), at);
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
    ...{ setOff: zero, carriedOver: zero, charged: zero, unused: zero, unusedOf: null },
    awaitedPaymentId: null,
  };
  await tx.manager.insert(InvoiceRow, row);
}

/** A draft becomes an invoice like any other: it gets its number, and what stands on it stays. */
export async function closeDraft(
  tx: Tx,
  draft: InvoiceRow,
  { at, ...final }: Pick<NewInvoice, "parties" | "notes" | "at"> & InvoiceContent,
): Promise<Invoice> {
  const { customerId, invoiceId, kind, status } = draft;
  if (status !== "DRAFT") throw new Error(`Invoice ${invoiceId} is ${status} and no draft any more.`);
  const state = await finalState(tx, { customerId, kind, ...final }, at);
  const change = { ...final, ...state, charged: chargedBy(final.lines) };
  await tx.manager.update(InvoiceRow, { customerId, invoiceId }, change);
  return tellOfFinal(tx, invoiceOf({ ...draft, ...change }), at);
}

async function tellOfFinal(tx: Tx, invoice: Invoice, at: Instant): Promise<Invoice> {
  const told = { customerId: invoice.customerId, data: invoiceFacts(invoice), at };
  const paid = invoice.status === "PAID" ? [{ ...told, type: "INVOICE_PAID" } as const] : [];
  await recordEvents(tx, [{ ...told, type: "INVOICE_OPENED" }, ...paid]);
  return invoice;
}

/** An invoice that asks for nothing is paid; a purchase is, once its pack is delivered. */
async function finalState(
  tx: Tx,
  { customerId, kind, amountDue }: Pick<Invoice, "customerId" | "kind" | "amountDue">,
  at: Instant,
) {
  const isPaid = amountDue === 0 && kind !== "PURCHASE";
  return {
    number: await takeNumber(tx, "INVOICE", { customerId, at }),
    status: isPaid ? ("PAID" as const) : ("OPEN" as const),
    finalizesAt: null,
    finalizedAt: at,
    paidAt: isPaid ? at : null,
    // A purchase is paid, or not, while its customer waits; everything else is collected.
    nextAttemptAt: isPaid || kind === "PURCHASE" ? null : at,
  };
}

export const invoiceOf = ({
  periodStart,
  periodEnd,
  attempts: _,
  nextAttemptAt: __,
  awaitedPaymentId: ___,
  charged: ____,
  unusedOf: _____,
  ...row
}: InvoiceRow): Invoice => ({
  ...row,
  period: periodStart === null ? null : { start: periodStart, end: periodEnd },
});

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

interface Move {
  readonly to: Exclude<InvoiceStatus, "DRAFT" | "OPEN">;
  readonly at: Instant;
  /** Why it is voided. */
  readonly reason?: string | null;
}

export async function moveInvoice(
  tx: Tx,
  { customerId, invoiceId }: InvoiceKey,
  { to, at, reason = null }: Move,
): Promise<Invoice> {
  const invoice = await loadInvoice(tx, { customerId, invoiceId });
  if (!mayMove(invoice.status, to))
    throw new Error(`Invoice ${invoiceId} cannot go from ${invoice.status} to ${to}.`);
  const change = {
    status: to,
    ...(to === "PAID" ? { paidAt: at } : {}),
    ...(to === "VOID" ? { voidedAt: at, voidReason: reason } : {}),
  };
  await tx.manager.update(InvoiceRow, { customerId, invoiceId }, change);
  const moved = { ...invoice, ...change };
  await recordEvents(tx, [moveEvent(moved, { to, at, reason })]);
  return moved;
}

function moveEvent(invoice: Invoice, { to, at, reason = null }: Move): NewEvent {
  const told = { customerId: invoice.customerId, at };
  const data = invoiceFacts(invoice);
  switch (to) {
    case "PAID":
      return { ...told, type: "INVOICE_PAID", data };
    case "VOID":
      return { ...told, type: "INVOICE_VOIDED", data: { ...data, reason } };
    case "UNCOLLECTIBLE":
      return { ...told, type: "INVOICE_UNCOLLECTIBLE", data };
    default:
      return unreachable(to);
  }
}
