import { subtract, zero } from "../domain/amount.js";
import { chargedBy, type Invoice } from "../domain/invoice.js";
import type { Account } from "../ledger/load.js";
import type { Tx } from "../storage/database.js";
import { InvoiceRow } from "../storage/rows/billing.js";
import { giveBackCoupons } from "./couponsBack.js";
import { addCredit } from "./creditBalances.js";
import { withdrawUnpaid } from "./delivery.js";
import { noteUnused } from "./giveBackUnused.js";
import { loadInvoice, moveInvoice } from "./invoices.js";

/**
 * Nobody owes the invoice any more: what the customer's credit balance has paid of it goes back there, coupons that
 * came off it can be used again, what it gave back for unused time is with the invoice that was paid for it, and credits
 * that were delivered for it are withdrawn. Money that arrives for it all the same is returned by whoever learns of it.
 */
export async function cancelInvoice(
  tx: Tx,
  account: Account,
  invoice: Invoice,
  reason: string | null,
): Promise<Invoice> {
  const { customerId, invoiceId, creditApplied: amount, currency } = invoice;
  const at = account.now;
  await withdrawUnpaid(tx, account, invoice);
  const voided = await moveInvoice(tx, { customerId, invoiceId }, { to: "VOID", at, reason });
  const { unusedOf } = await tx.manager.findOneByOrFail(InvoiceRow, { customerId, invoiceId });
  await tx.manager.update(InvoiceRow, { customerId, invoiceId }, { nextAttemptAt: null });
  if (amount !== zero) await addCredit(tx, customerId, { amount, currency });
  if (unusedOf !== null) {
    const paidFor = await loadInvoice(tx, { customerId, invoiceId: unusedOf });
    await noteUnused(tx, paidFor, subtract(invoice.subtotal, chargedBy(invoice.lines)));
  }
  await giveBackCoupons(tx, invoice);
  return voided;
}
