import { zero } from "../domain/amount.js";
import type { NewEvent } from "../domain/event.js";
import type { Instant } from "../domain/instant.js";
import { type Invoice, owedOf } from "../domain/invoice.js";
import { paymentMayBecome } from "../domain/purchase.js";
import { unreachable } from "../domain/unreachable.js";
import { recordEvents } from "../events/outbox.js";
import type { ChargeResult } from "../payments/provider.js";
import type { Tx } from "../storage/database.js";
import { PaymentRow } from "../storage/rows/billing.js";
import { paymentFacts } from "./tell.js";

interface NewPayment {
  readonly paymentId: string;
  readonly createdAt: Instant;
}

/** A payment that was not declined is asked after again; only a declined one is followed by a new one. */
export async function openPayment(tx: Tx, invoice: Invoice, made: () => NewPayment): Promise<PaymentRow> {
  const { customerId, invoiceId, currency } = invoice;
  const payments = await tx.manager.findBy(PaymentRow, { customerId, invoiceId });
  const open = payments.find(({ status }) => status === "PENDING" || status === "ACTION_REQUIRED");
  if (open !== undefined) return open;
  const payment: PaymentRow = {
    ...made(),
    customerId,
    invoiceId,
    amount: owedOf(invoice),
    currency,
    status: "PENDING",
    failure: null,
    actionUrl: null,
    refunded: zero,
    providerReference: null,
  };
  await tx.manager.insert(PaymentRow, payment);
  return payment;
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
