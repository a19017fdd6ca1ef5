import type { NewId } from "../domain/ids.js";
import type { Clock } from "../domain/instant.js";
import { type Invoice, mayMove } from "../domain/invoice.js";
import type { Payment } from "../domain/purchase.js";
import type {
  CustomerNotFound,
  IdempotencyConflict,
  InvoiceNotFound,
  InvoiceNotPayable,
} from "../domain/refusal.js";
import { findEarlierUse, freeKey, type KeyedInput, keepKeys, keyedInput } from "../ledger/idempotency.js";
import { loadAccount } from "../ledger/load.js";
import { type Present, presentAccount } from "../ledger/present.js";
import type { Charge, ChargeResult, PaymentProvider } from "../payments/provider.js";
import type { Database, Tx } from "../storage/database.js";
import { PaymentRow } from "../storage/rows/billing.js";
import { makeCharge } from "./charging.js";
import { chargeOf } from "./collect.js";
import { findInvoice, type InvoiceKey, loadInvoice } from "./invoices.js";
import { type SettleNeeds, settlePayment } from "./settlePayment.js";

export interface PayInvoiceCommand extends InvoiceKey {
  readonly idempotencyKey: string;
}

interface InvoicePaid {
  readonly kind: "invoicePaid";
  readonly invoice: Invoice;
  readonly replayed: boolean;
}

interface InvoiceUnpaid {
  readonly kind: "paymentRequired" | "paymentFailed";
  readonly invoice: Invoice;
  readonly payment: Payment;
}

export type PayInvoiceOutcome =
  | InvoicePaid
  | InvoiceUnpaid
  | InvoiceNotFound
  | InvoiceNotPayable
  | CustomerNotFound
  | IdempotencyConflict;

interface Needs extends SettleNeeds {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly present: Present;
  readonly payments: PaymentProvider;
}

/**
 * Collects an invoice at somebody's wish, as `collect` does by plan: an invoice has one payment at a time that may still
 * succeed, and the provider charges a payment at most once, so that the two may even meet. The key is taken while money
 * may move, and free again after a decline.
 */
export const makePayInvoice = (needs: Needs) => {
  const charge = makeCharge(needs);
  return async (command: PayInvoiceCommand): Promise<PayInvoiceOutcome> => {
    const keyed = keyedInput("payInvoice", command);
    const begun = await needs.database.transact((tx) => begin(tx, command, { ...needs, keyed }));
    if (begun.kind !== "asked") return begun;
    const result = await charge(begun.charge);
    return needs.database.transact((tx) => conclude(tx, begun.charge, { ...needs, keyed, result }));
  };
};

interface Keyed extends Needs {
  readonly keyed: KeyedInput;
}

async function begin(
  tx: Tx,
  { customerId, invoiceId }: PayInvoiceCommand,
  { keyed, present, newId, payments }: Keyed,
): Promise<PayInvoiceOutcome | { readonly kind: "asked"; readonly charge: Charge }> {
  // First, because it locks the customer: a key that is unused after that stays so.
  const account = await presentAccount(tx, customerId, present);
  const earlier = await findEarlierUse(tx, keyed);
  if (earlier.kind === "idempotencyConflict") return earlier;
  if (account === null) return { kind: "customerNotFound", customerId };
  const invoice = await findInvoice(tx, { customerId, invoiceId });
  if (invoice === null) return { kind: "invoiceNotFound", invoiceId };
  if (earlier.kind === "replay" && invoice.status === "PAID")
    return { kind: "invoicePaid", invoice, replayed: true };
  if (!isPayable(invoice)) return { kind: "invoiceNotPayable", invoice };
  const { now } = account;
  if (earlier.kind === "unused") await keepKeys(tx, [{ ...keyed, resultId: invoiceId, usedAt: now }]);
  const charge = await chargeOf(tx, invoice, { now, newId, payments });
  if (charge !== null) return { kind: "asked", charge };
  return { kind: "invoicePaid", invoice: await loadInvoice(tx, invoice), replayed: false };
}

/** Whoever pays a purchase gets credits for it, which is what `purchase` sees to. */
const isPayable = ({ kind, status, amountDue }: Invoice): boolean =>
  kind !== "PURCHASE" && status !== "DRAFT" && mayMove(status, "PAID") && amountDue > 0;

interface Answered extends Keyed {
  readonly result: ChargeResult;
}

async function conclude(
  tx: Tx,
  { customerId, paymentId }: Charge,
  { keyed, result, ...needs }: Answered,
): Promise<PayInvoiceOutcome> {
  const account = await loadAccount(tx, customerId, needs.clock);
  // The collection by plan, or a message of the provider, may have been here first.
  if (account !== null)
    await settlePayment(tx, { customerId, paymentId }, { ...needs, result, account, isPlanned: false });
  const payment = await tx.manager.findOneByOrFail(PaymentRow, { customerId, paymentId });
  const invoice = await loadInvoice(tx, payment);
  if (invoice.status === "PAID") return { kind: "invoicePaid", invoice, replayed: false };
  // It was cancelled meanwhile; if money has arrived for it, that goes back.
  if (invoice.status === "VOID") return { kind: "invoiceNotPayable", invoice };
  if (payment.status !== "FAILED") return { kind: "paymentRequired", invoice, payment };
  await freeKey(tx, keyed);
  return { kind: "paymentFailed", invoice, payment };
}
