import { formatAmount } from "../domain/amount.js";
import { type CreditNote, creditedBy, subtotalOf } from "../domain/creditNote.js";
import type { Dispute } from "../domain/dispute.js";
import { type Instant, toIso } from "../domain/instant.js";
import {
  type Invoice,
  type InvoiceLine,
  type InvoiceParties,
  type InvoiceTax,
  roundedBy,
  type Span,
} from "../domain/invoice.js";
import type { Payment } from "../domain/purchase.js";
import type { Refund } from "../domain/refund.js";

/** What has become of an invoice since it was made. */
export interface InvoiceHistory {
  readonly payments: readonly (Payment & {
    readonly refunds: readonly Refund[];
    readonly disputes: readonly Dispute[];
  })[];
  readonly creditNotes: readonly CreditNoteHistory[];
}

export interface CreditNoteHistory extends CreditNote {
  readonly refunds: readonly Refund[];
}

/** An invoice in the words of the API's `Invoice`, amounts as decimal texts; without the links, as this is what they open. */
export const invoiceJson = (invoice: Invoice, { payments, creditNotes }: InvoiceHistory): string =>
  JSON.stringify(
    {
      id: invoice.invoiceId,
      customerId: invoice.customerId,
      number: invoice.number,
      kind: invoice.kind,
      status: invoice.status,
      currency: invoice.currency,
      period: periodJson(invoice.period),
      lines: invoice.lines.map(lineJson),
      subtotal: formatAmount(invoice.subtotal),
      taxes: invoice.taxes.map(taxJson),
      total: formatAmount(invoice.total),
      creditApplied: formatAmount(invoice.creditApplied),
      amountDue: formatAmount(invoice.amountDue),
      setOff: formatAmount(invoice.setOff),
      carriedOver: formatAmount(invoice.carriedOver),
      parties: partiesJson(invoice.parties),
      notes: invoice.notes,
      createdAt: toIso(invoice.createdAt),
      finalizesAt: timeJson(invoice.finalizesAt),
      finalizedAt: timeJson(invoice.finalizedAt),
      paidAt: timeJson(invoice.paidAt),
      voidedAt: timeJson(invoice.voidedAt),
      voidReason: invoice.voidReason,
      payments: payments.map(paymentJson),
      credited: formatAmount(creditedBy(creditNotes)),
      creditNotes: creditNotes.map(creditNoteJson),
    },
    null,
    2,
  );

/** A credit note likewise, and the parties of its invoice. */
export const creditNoteFile = (note: CreditNoteHistory, parties: InvoiceParties): string =>
  JSON.stringify({ ...creditNoteJson(note), parties: partiesJson(parties) }, null, 2);

const timeJson = (at: Instant | null): string | null => (at === null ? null : toIso(at));

const periodJson = (period: Span | null) =>
  period === null ? null : { start: toIso(period.start), end: timeJson(period.end) };

const lineJson = (line: InvoiceLine) => ({
  kind: line.kind,
  description: line.description,
  operation: line.operation,
  tier: line.tier,
  period: periodJson(line.period),
  quantity: formatAmount(line.quantity),
  unitPrice: line.unitPrice === null ? null : formatAmount(line.unitPrice),
  listAmount: formatAmount(line.listAmount),
  discount: formatAmount(line.discount),
  allowance: formatAmount(line.allowance),
  prepaid: formatAmount(line.prepaid),
  net: formatAmount(line.net),
  amount: formatAmount(line.amount),
  rounding: formatAmount(roundedBy(line)),
});

const taxJson = ({ name, country, percent, inclusive, taxable, amount }: InvoiceTax) => ({
  ...{ name, country, percent: formatAmount(percent), inclusive },
  ...{ taxable: formatAmount(taxable), amount: formatAmount(amount) },
});

function partiesJson(parties: InvoiceParties | null) {
  if (parties === null) return null;
  const { operator, customer } = parties;
  if (operator === null) return { operator, customer };
  // The notes are the invoice's own.
  const { notes: _, ...named } = operator;
  return { operator: named, customer };
}

const paymentJson = (payment: InvoiceHistory["payments"][number]) => {
  const { paymentId: id, status, amount, currency, failure, actionUrl, createdAt, refunded } = payment;
  return {
    ...{ id, status, amount: formatAmount(amount), currency, failure, actionUrl },
    ...{ createdAt: toIso(createdAt), refunded: formatAmount(refunded) },
    refunds: payment.refunds.map(refundJson),
    disputes: payment.disputes.map(disputeJson),
  };
};

const refundJson = ({ refundId: id, status, amount, currency, failure, createdAt }: Refund) => ({
  ...{ id, status, amount: formatAmount(amount), currency, failure, createdAt: toIso(createdAt) },
});

const disputeJson = ({ disputeId: id, status, amount, currency, openedAt, closedAt }: Dispute) => ({
  ...{ id, status, amount: formatAmount(amount), currency },
  ...{ openedAt: toIso(openedAt), closedAt: timeJson(closedAt) },
});

const creditNoteJson = (note: CreditNoteHistory) => {
  const { creditNoteId: id, customerId, invoiceId, number, currency, settlement, reason } = note;
  return {
    ...{ id, customerId, invoiceId, invoiceNumber: note.invoiceNumber },
    ...{ invoiceFinalizedAt: toIso(note.invoiceFinalizedAt), number },
    ...{ subtotal: formatAmount(subtotalOf(note)), taxes: note.taxes.map(taxJson) },
    ...{ amount: formatAmount(note.amount), currency, settlement, reason },
    ...{ voided: formatAmount(note.voided), clawback: formatAmount(note.clawback) },
    refunds: note.refunds.map(refundJson),
    createdAt: toIso(note.createdAt),
  };
};
