import { zero } from "../domain/amount.js";
import type { Instant } from "../domain/instant.js";
import type { Invoice } from "../domain/invoice.js";
import type { PaymentStatus } from "../domain/purchase.js";
import type { ChargeResult } from "../payments/provider.js";
import type { Tx } from "../storage/database.js";
import { PaymentRow } from "../storage/rows/billing.js";

interface NewPayment {
  readonly paymentId: string;
  readonly createdAt: Instant;
}

/** A payment that was not declined is asked after again; only a declined one is followed by a new one. */
export async function openPayment(tx: Tx, invoice: Invoice, made: () => NewPayment): Promise<PaymentRow> {
  const { customerId, invoiceId, amountDue: amount, currency } = invoice;
  const payments = await tx.manager.findBy(PaymentRow, { customerId, invoiceId });
  const open = payments.find(({ status }) => status === "PENDING" || status === "ACTION_REQUIRED");
  if (open !== undefined) return open;
  const payment: PaymentRow = {
    ...made(),
    customerId,
    invoiceId,
    amount,
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

/** Answers may come late, twice or in another order: only money that arrives says more than a decline. */
export const mayStillBecome = ({ status }: Pick<PaymentRow, "status">, to: PaymentStatus): boolean =>
  status === "FAILED" ? to === "SUCCEEDED" : status !== "SUCCEEDED";

/** Notes what the provider has said of a payment. */
export async function recordResult(tx: Tx, payment: PaymentRow, result: ChargeResult): Promise<PaymentRow> {
  const change = {
    status: result.status,
    failure: result.status === "FAILED" ? result.failure : null,
    actionUrl: result.status === "ACTION_REQUIRED" ? result.actionUrl : null,
    providerReference: result.reference ?? payment.providerReference,
  };
  const { customerId, paymentId } = payment;
  await tx.manager.update(PaymentRow, { customerId, paymentId }, change);
  return { ...payment, ...change };
}
