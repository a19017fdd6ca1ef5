import { add, type Micros, negate, sum, zero } from "../domain/amount.js";
import type { Plan } from "../domain/catalog.js";
import type { CreditNote } from "../domain/creditNote.js";
import { type Invoice, leftToPay } from "../domain/invoice.js";
import type { UnusedTime } from "../domain/planChange.js";
import type { Account } from "../ledger/load.js";
import type { Tx } from "../storage/database.js";
import { InvoiceRow } from "../storage/rows/billing.js";
import { issueCreditNote } from "./creditNotes.js";
import type { Making } from "./giveBack.js";
import { loadInvoice, moveInvoice } from "./invoices.js";
import { cancelSoon } from "./payments.js";

interface Leaving extends Making {
  /** The plan that is left. */
  readonly plan: Plan;
}

/**
 * Notes on the invoice that had charged for a period what of it is given back. What nobody had paid yet comes off the
 * invoice itself, by a credit note: money that may never come is not handed out. One of which nothing is left to pay is
 * paid.
 */
export async function giveBackUnused(
  tx: Tx,
  { customerId }: Pick<Account, "customerId">,
  { invoiceId, lines, setOff }: UnusedTime,
  { now, newId, plan }: Leaving,
): Promise<CreditNote | null> {
  const key = { customerId, invoiceId };
  const invoice = await loadInvoice(tx, key);
  await noteUnused(tx, invoice, negate(sum(lines.map(({ amount }) => amount))));
  if (setOff.amount === zero) return null;
  await tx.manager.update(InvoiceRow, key, { setOff: add(invoice.setOff, setOff.amount) });
  const creditNote = await issueCreditNote(tx, invoice, {
    ...{ creditNoteId: newId("cn"), amount: setOff.amount, settlement: "INVOICE", createdAt: now },
    ...{ reason: `Unused time on ${plan.name}`, voided: zero, clawback: zero },
  });
  if (leftToPay(invoice) !== setOff.amount) return creditNote;
  await moveInvoice(tx, key, { to: "PAID", at: now });
  await tx.manager.update(InvoiceRow, key, { nextAttemptAt: null, awaitedPaymentId: null });
  await cancelSoon(tx, invoice, now);
  return creditNote;
}

/** An invoice knows what another one gives back of it, so that nobody gives it back once more. */
export async function noteUnused(
  tx: Tx,
  { customerId, invoiceId, unused }: Pick<Invoice, "customerId" | "invoiceId" | "unused">,
  more: Micros,
): Promise<void> {
  if (more !== zero)
    await tx.manager.update(InvoiceRow, { customerId, invoiceId }, { unused: add(unused, more) });
}
