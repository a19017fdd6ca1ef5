import { add, type Micros, micros, negate, subtract, zero } from "../domain/amount.js";
import type { Instant } from "../domain/instant.js";
import { type Invoice, leftToPay } from "../domain/invoice.js";
import type { Chargeable } from "../payments/provider.js";
import type { Tx } from "../storage/database.js";
import { InvoiceRow } from "../storage/rows/billing.js";
import { addCredit } from "./creditBalances.js";
import { moveInvoice } from "./invoices.js";

/** As much of an amount as can be charged. */
function chargeablePart(amount: Micros, { least, step }: Chargeable): Micros {
  const whole = micros(amount - (amount % step));
  return whole < least ? zero : whole;
}

/**
 * Takes what a provider cannot charge off what is to be paid of an invoice. It is not forgiven: the customer's credit
 * balance owes it, so that the next invoice asks for it. The customer must be locked.
 */
export async function carryWhatIsTooSmall(
  tx: Tx,
  invoice: Invoice,
  { limits, now }: { limits: Chargeable; now: Instant },
): Promise<Invoice> {
  const left = leftToPay(invoice);
  const chargeable = chargeablePart(left, limits);
  if (chargeable === zero) return carryAll(tx, invoice, now);
  return chargeable === left ? invoice : carryOver(tx, invoice, subtract(left, chargeable));
}

/** So little can never be charged: nobody is asked for it, and nothing happens to the customer's plan for it. */
export async function carryAll(tx: Tx, invoice: Invoice, now: Instant): Promise<Invoice> {
  const { customerId, invoiceId } = invoice;
  await carryOver(tx, invoice, leftToPay(invoice));
  const settled = { nextAttemptAt: null, awaitedPaymentId: null };
  await tx.manager.update(InvoiceRow, { customerId, invoiceId }, settled);
  return moveInvoice(tx, { customerId, invoiceId }, { to: "PAID", at: now });
}

async function carryOver(tx: Tx, invoice: Invoice, amount: Micros): Promise<Invoice> {
  const { customerId, invoiceId, currency } = invoice;
  const carriedOver = add(invoice.carriedOver, amount);
  await tx.manager.update(InvoiceRow, { customerId, invoiceId }, { carriedOver });
  await addCredit(tx, customerId, { amount: negate(amount), currency });
  return { ...invoice, carriedOver };
}
