import { zero } from "../domain/amount.js";
import type { NewEvent } from "../domain/event.js";
import type { Instant } from "../domain/instant.js";
import { type Invoice, leftToPay } from "../domain/invoice.js";
import { isOpen, paymentMayBecome } from "../domain/purchase.js";
import { unreachable } from "../domain/unreachable.js";
import { recordEvents } from "../events/outbox.js";
import type { ChargeResult } from "../payments/provider.js";
import type { Tx } from "../storage/database.js";
import { PaymentRow } from "../storage/rows/billing.js";
import type { InvoiceKey } from "./invoices.js";
import { paymentFacts } from "./tell.js";

interface NewPayment {
  readonly paymentId: string;
  readonly createdAt: Instant;
}

/** Which payment, of whom. */
export interface PaymentKey {
  readonly customerId: string;
  readonly paymentId: string;
}

/** A payment that was not declined is asked after again; only a declined one is followed by a new one. */
export async function findOpenPayment(
  tx: Tx,
  { customerId, invoiceId }: InvoiceKey,
): Promise<PaymentRow | null> {
  const payments = await tx.manager.findBy(PaymentRow, { customerId, invoiceId });
  return payments.find(({ status }) => isOpen(status)) ?? null;
}

/** Puts a payment of all that is left to be paid on record, before anybody is asked for it. */
export async function openPayment(tx: Tx, invoice: Invoice, made: NewPayment): Promise<PaymentRow> {
  const { customerId, invoiceId, currency } = invoice;
  const payment: PaymentRow = {
    ...made,
    customerId,
    invoiceId,
    amount: leftToPay(invoice),
    currency,
    status: "PENDING",
    failure: null,
    actionUrl: null,
    refunded: zero,
    providerReference: null,
    cancelAt: null,
  };
  await tx.manager.insert(PaymentRow, payment);
  return payment;
}

/** Nobody owes an invoice any more, so what waits of its payments is to be ended at the provider. */
export async function cancelSoon(tx: Tx, invoice: InvoiceKey, at: Instant): Promise<void> {
  const open = await findOpenPayment(tx, invoice);
  if (open === null) return;
  const { customerId, paymentId } = open;
  await tx.manager.update(PaymentRow, { customerId, paymentId }, { cancelAt: at });
}

/** Notes what the provider has said of a payment, unless something later has been said before. */
export async function recordResult(
  tx: Tx,
  payment: PaymentRow,
  { result, at }: { result: ChargeResult; at: Instant },
): Promise<PaymentRow> {
  if (!paymentMayBecome(payment.status, result.status)) return payment;
  const change = {
    status: result.status,
    failure: result.status === "FAILED" ? result.failure : null,
    actionUrl: result.status === "ACTION_REQUIRED" ? result.actionUrl : null,
    providerReference: result.reference ?? payment.providerReference,
    cancelAt: isOpen(result.status) ? payment.cancelAt : null,
  };
  const { customerId, paymentId } = payment;
  await tx.manager.update(PaymentRow, { customerId, paymentId }, change);
  const changed = { ...payment, ...change };
  if (changed.status !== payment.status) await recordEvents(tx, paymentEvents(changed, at));
  return changed;
}

function paymentEvents(payment: PaymentRow, at: Instant): NewEvent[] {
  const { customerId, status, failure, actionUrl } = payment;
  const told = { customerId, at };
  const data = paymentFacts(payment);
  switch (status) {
    case "PENDING":
      return [];
    case "SUCCEEDED":
      return [{ ...told, type: "PAYMENT_SUCCEEDED", data }];
    case "FAILED":
      return [{ ...told, type: "PAYMENT_FAILED", data: { ...data, failure } }];
    case "ACTION_REQUIRED":
      return [{ ...told, type: "PAYMENT_ACTION_REQUIRED", data: { ...data, actionUrl } }];
    default:
      return unreachable(status);
  }
}
