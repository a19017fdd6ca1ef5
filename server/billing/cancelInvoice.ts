import { zero } from "../domain/amount.js";
import type { Instant } from "../domain/instant.js";
import type { Invoice } from "../domain/invoice.js";
import type { Tx } from "../storage/database.js";
import { InvoiceRow } from "../storage/rows/billing.js";
import { addCredit } from "./creditBalances.js";
import { moveInvoice } from "./invoices.js";

/**
 * Nobody owes the invoice any more, and what the customer's credit balance has paid of it goes back there. Money that
 * arrives for it all the same is returned by whoever learns of it. The customer must be locked.
 */
export async function cancelInvoice(
  tx: Tx,
  invoice: Invoice,
  { at, reason }: { at: Instant; reason: string | null },
): Promise<Invoice> {
  const { customerId, invoiceId, creditApplied: amount, currency } = invoice;
  const voided = await moveInvoice(tx, { customerId, invoiceId }, { to: "VOID", at, reason });
  await tx.manager.update(InvoiceRow, { customerId, invoiceId }, { nextAttemptAt: null });
  if (amount !== zero) await addCredit(tx, customerId, { amount, currency });
  return voided;
}
