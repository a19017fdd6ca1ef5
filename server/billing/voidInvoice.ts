import { type Invoice, mayMove } from "../domain/invoice.js";
import type {
  CustomerNotFound,
  IdempotencyConflict,
  InvoiceNotFound,
  InvoiceNotVoidable,
} from "../domain/refusal.js";
import { findEarlierUse, keepKeys, keyedInput } from "../ledger/idempotency.js";
import { type Present, presentAccount } from "../ledger/present.js";
import type { Database } from "../storage/database.js";
import { cancelInvoice } from "./cancelInvoice.js";
import { findInvoice, loadInvoice } from "./invoices.js";
import { settleTopUp } from "./topUps.js";

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
        const earlierOne = await loadInvoice(tx, { customerId, invoiceId: earlier.resultId });
        return { kind: "invoiceVoided", invoice: earlierOne, replayed: true };
      }
      const invoice = await findInvoice(tx, { customerId, invoiceId });
      if (invoice === null) return { kind: "invoiceNotFound", invoiceId };
      if (!isVoidable(invoice)) return { kind: "invoiceNotVoidable", invoice };
      const voided = await cancelInvoice(tx, account, invoice, reason);
      if (invoice.kind === "PURCHASE") await settleTopUp(tx, account, invoice);
      await keepKeys(tx, [{ ...keyed, resultId: invoiceId, usedAt: account.now }]);
      return { kind: "invoiceVoided", invoice: voided, replayed: false };
    });

/** A draft is not anybody's yet: it becomes what its period comes to. */
const isVoidable = ({ status }: Invoice): boolean => status !== "DRAFT" && mayMove(status, "VOID");
