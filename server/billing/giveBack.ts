import { formatAmount, type Micros, micros, zero } from "../domain/amount.js";
import { takeBack } from "../domain/clawback.js";
import { type CreditNote, type CreditSettlement, creditable } from "../domain/creditNote.js";
import { isWholeMinorUnits, minorUnit } from "../domain/currency.js";
import { badInput } from "../domain/errors.js";
import type { NewId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import type { Invoice } from "../domain/invoice.js";
import { decideRefund, unusedValue } from "../domain/refund.js";
import type { CreditExceedsInvoice, NothingToRefund, PaymentDisputed } from "../domain/refusal.js";
import type { Tx } from "../storage/database.js";
import { PaymentRow } from "../storage/rows/billing.js";
import { type BoughtCredits, changeBought } from "./boughtCredits.js";
import { creditNotesOf, issueCreditNote } from "./creditNotes.js";
import { openDisputeOf } from "./disputeRows.js";
import type { InvoiceKey } from "./invoices.js";
import { type CustomerRefund, openRefund, orderOf, refundLease, refundsOfNote } from "./refunds.js";

/** What is to be given back of an invoice. */
export interface Wish {
  readonly amount: Micros | null;
  readonly settlement: Exclude<CreditSettlement, "DISPUTE">;
  readonly reason: string | null;
}

export interface Making {
  readonly now: Instant;
  readonly newId: NewId;
}

/** A credit note, and what is to be asked of the provider for it once that is on record. */
export interface GivenBack {
  readonly kind: "givenBack";
  readonly creditNote: CreditNote;
  readonly order: CustomerRefund | null;
}

/** How much can be given back, unless a bank is deciding about it. */
async function limitOf(
  tx: Tx,
  invoice: Invoice,
  { amount, settlement }: Wish,
): Promise<{ readonly kind: "limit"; readonly creditable: Micros } | CreditExceedsInvoice | PaymentDisputed> {
  const { currency } = invoice;
  if (amount !== null && !isWholeMinorUnits(amount, currency)) {
    const smallest = formatAmount(micros(minorUnit(currency)));
    throw badInput(
      "input.amount",
      `must be a multiple of ${smallest} ${currency}, got ${formatAmount(amount)}.`,
    );
  }
  const dispute = await openDisputeOf(tx, invoice);
  if (dispute !== null) return { kind: "paymentDisputed", dispute };
  const left = creditable(invoice, await creditNotesOf(tx, invoice), settlement);
  return left === zero || (amount !== null && amount > left)
    ? { kind: "creditExceedsInvoice", amount, currency, creditable: left }
    : { kind: "limit", creditable: left };
}

/** Gives back money, and no credits go for it. */
export async function giveBack(
  tx: Tx,
  invoice: Invoice,
  { wish, making }: { wish: Wish; making: Making },
): Promise<GivenBack | CreditExceedsInvoice | PaymentDisputed> {
  const limit = await limitOf(tx, invoice, wish);
  if (limit.kind !== "limit") return limit;
  const amount = wish.amount ?? limit.creditable;
  return record(tx, invoice, { wish, making, amount, voided: zero, clawback: zero });
}

/** Gives back a purchase: its credits go first. */
export async function giveBackPurchase(
  tx: Tx,
  invoice: Invoice,
  { wish, making, bought }: { wish: Wish; making: Making; bought: BoughtCredits },
): Promise<
  (GivenBack & { bought: BoughtCredits }) | CreditExceedsInvoice | NothingToRefund | PaymentDisputed
> {
  const limit = await limitOf(tx, invoice, wish);
  if (limit.kind !== "limit") return limit;
  const { total: paid, currency } = invoice;
  const purchase = { paid, currency, creditable: limit.creditable, grant: bought.grant };
  if (wish.amount === null && unusedValue(purchase) === zero)
    return { kind: "nothingToRefund", currency, creditable: limit.creditable };
  const decision = decideRefund(purchase, wish.amount);
  const left = await changeBought(tx, bought, (state, grant) =>
    takeBack(state, grant.id, { ...decision, at: making.now }),
  );
  return { ...(await record(tx, invoice, { wish, making, ...decision })), bought: left };
}

interface Decided {
  readonly wish: Wish;
  readonly making: Making;
  readonly amount: Micros;
  readonly voided: Micros;
  readonly clawback: Micros;
}

async function record(tx: Tx, invoice: Invoice, { wish, making, ...decided }: Decided): Promise<GivenBack> {
  const { settlement, reason } = wish;
  const { now, newId } = making;
  const made = { ...decided, settlement, reason, creditNoteId: newId("cn"), createdAt: now };
  const creditNote = await issueCreditNote(tx, invoice, made);
  const order = settlement === "REFUND" ? await refundFor(tx, creditNote, making) : null;
  return { kind: "givenBack", creditNote, order };
}

async function refundFor(tx: Tx, note: CreditNote, { now, newId }: Making): Promise<CustomerRefund> {
  const { creditNoteId, amount, reason } = note;
  const payment = await paymentOf(tx, note);
  const made = { refundId: newId("refund"), creditNoteId, amount, reason };
  return orderOf(tx, await openRefund(tx, payment, { ...made, now, nextAttemptAt: refundLease(now) }));
}

/** The payment that has paid an invoice; money that arrived for it besides was sent back. */
async function paymentOf(tx: Tx, { customerId, invoiceId }: InvoiceKey): Promise<PaymentRow> {
  const [row] = await tx.query<{ id: string }>(
    `SELECT p.payment_id AS id FROM payments p
     WHERE p.customer_id = $1 AND p.invoice_id = $2 AND p.status = 'SUCCEEDED' AND NOT EXISTS (
       SELECT 1 FROM refunds r WHERE r.customer_id = p.customer_id AND r.payment_id = p.payment_id
         AND r.credit_note_id IS NULL)
     ORDER BY p.payment_id LIMIT 1`,
    [customerId, invoiceId],
  );
  if (row === undefined) throw new Error(`Invoice ${invoiceId} is paid, but by no payment.`);
  return tx.manager.findOneByOrFail(PaymentRow, { customerId, paymentId: row.id });
}

/** The same wish once more: a refund that nobody has answered is asked after, and one that has failed is made anew. */
export async function takeUpNote(
  tx: Tx,
  creditNote: CreditNote,
  making: Making,
): Promise<CustomerRefund | null> {
  if (creditNote.settlement !== "REFUND") return null;
  const last = (await refundsOfNote(tx, creditNote)).at(-1);
  if (last === undefined || last.status === "SUCCEEDED") return null;
  if (last.status === "PENDING") return orderOf(tx, last);
  // The bank may have taken the money in the meantime.
  return (await openDisputeOf(tx, creditNote)) === null ? refundFor(tx, creditNote, making) : null;
}
