import { zero } from "../domain/amount.js";
import type { Instant } from "../domain/instant.js";
import { type Invoice, mayMove } from "../domain/invoice.js";
import type {
  CustomerNotFound,
  IdempotencyConflict,
  InvoiceNotFound,
  InvoiceNotVoidable,
} from "../domain/refusal.js";
import { findEarlierUse, keepKeys, keyedInput } from "../ledger/idempotency.js";
import { type Present, presentAccount } from "../ledger/present.js";
import type { Database, Tx } from "../storage/database.js";
import { InvoiceRow } from "../storage/rows/billing.js";
import { addCredit } from "./creditBalances.js";
import { findInvoice, loadInvoice, moveInvoice } from "./invoices.js";

export interface VoidInvoiceCommand {
  readonly customerId: string;
  readonly invoiceId: string;
  readonly reason: string | null;
  readonly idempotencyKey: string;
}

interface InvoiceVoided {
  readonly kind: "invoiceVoided";
  readonly invoice: Invoice;
  readonly replayed: boolean;
}

export type VoidInvoiceOutcome =
  | InvoiceVoided
  | InvoiceNotFound
  | InvoiceNotVoidable
  | CustomerNotFound
  | IdempotencyConflict;

interface Needs {
  readonly database: Database;
  readonly present: Present;
}

/** Cancels an invoice. A payment of it may still be on its way: should its money arrive, it is sent back. */
export const makeVoidInvoice =
  ({ database, present }: Needs) =>
  (command: VoidInvoiceCommand): Promise<VoidInvoiceOutcome> =>
    database.transact(async (tx) => {
      const keyed = keyedInput("voidInvoice", command);
      const { customerId, invoiceId, reason } = command;
      // First, because it locks the customer: a key that is unused after that stays so.
      const account = await presentAccount(tx, customerId, present);
      const earlier = await findEarlierUse(tx, keyed);
      if (earlier.kind === "idempotencyConflict") return earlier;
      if (account === null) return { kind: "customerNotFound", customerId };
      if (earlier.kind === "replay") {
        const voided = await loadInvoice(tx, { customerId, invoiceId: earlier.resultId });
        return { kind: "invoiceVoided", invoice: voided, replayed: true };
      }
      const invoice = await findInvoice(tx, { customerId, invoiceId });
      if (invoice === null) return { kind: "invoiceNotFound", invoiceId };
      if (!isVoidable(invoice)) return { kind: "invoiceNotVoidable", invoice };
      await cancel(tx, invoice, { at: account.now, reason });
      await keepKeys(tx, [{ ...keyed, resultId: invoiceId, usedAt: account.now }]);
      return { kind: "invoiceVoided", invoice: await loadInvoice(tx, invoice), replayed: false };
    });

/** A draft is not anybody's yet: it becomes what its period comes to. */
const isVoidable = ({ status }: Invoice): boolean => status !== "DRAFT" && mayMove(status, "VOID");

async function cancel(
  tx: Tx,
  invoice: Invoice,
  { at, reason }: { at: Instant; reason: string | null },
): Promise<void> {
  const { customerId, invoiceId, creditApplied: amount, currency } = invoice;
  await moveInvoice(tx, { customerId, invoiceId }, { to: "VOID", at });
  const change = { voidedAt: at, voidReason: reason, nextAttemptAt: null };
  await tx.manager.update(InvoiceRow, { customerId, invoiceId }, change);
  if (amount !== zero) await addCredit(tx, customerId, { amount, currency });
}
