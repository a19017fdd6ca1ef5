import type { CreditNote } from "../domain/creditNote.js";
import type { NewId } from "../domain/ids.js";
import type { Clock } from "../domain/instant.js";
import type { Invoice } from "../domain/invoice.js";
import type {
  CreditExceedsInvoice,
  CustomerNotFound,
  IdempotencyConflict,
  InvoiceNotCreditable,
  InvoiceNotFound,
  PaymentDisputed,
} from "../domain/refusal.js";
import { findEarlierUse, keepKeys, keyedInput } from "../ledger/idempotency.js";
import { type Present, presentAccount } from "../ledger/present.js";
import type { PaymentProvider } from "../payments/provider.js";
import type { Database, Tx } from "../storage/database.js";
import { loadCreditNote } from "./creditNotes.js";
import { giveBack, takeUpNote, type Wish } from "./giveBack.js";
import { findInvoice, loadInvoice } from "./invoices.js";
import { type CustomerRefund, makeSendRefund } from "./refunds.js";

export interface CreditNoteCommand extends Wish {
  readonly customerId: string;
  readonly invoiceId: string;
  readonly idempotencyKey: string;
}

interface CreditNoteCreated {
  readonly kind: "creditNoteCreated";
  readonly creditNote: CreditNote;
  readonly invoice: Invoice;
  readonly replayed: boolean;
}

export type CreateCreditNoteOutcome =
  | CreditNoteCreated
  | InvoiceNotFound
  | InvoiceNotCreditable
  | CreditExceedsInvoice
  | PaymentDisputed
  | CustomerNotFound
  | IdempotencyConflict;

interface Needs {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly present: Present;
  readonly payments: PaymentProvider;
}

/**
 * Two transactions around one refund, as with a purchase: the credit note and the pending refund are on record before
 * the provider is asked, so that a crash in between loses nothing and pays nothing twice.
 */
export const makeCreateCreditNote = (needs: Needs) => {
  const send = makeSendRefund(needs);
  return async (command: CreditNoteCommand): Promise<CreateCreditNoteOutcome> => {
    const { outcome, order } = await needs.database.transact((tx) => begin(tx, command, needs));
    if (order !== null) await send(order);
    return outcome;
  };
};

interface Begun {
  readonly outcome: CreateCreditNoteOutcome;
  readonly order: CustomerRefund | null;
}

const refused = (outcome: CreateCreditNoteOutcome): Begun => ({ outcome, order: null });

async function begin(tx: Tx, command: CreditNoteCommand, { present, newId }: Needs): Promise<Begun> {
  const keyed = keyedInput("createCreditNote", command);
  const { customerId, invoiceId } = command;
  // First, because it locks the customer: a key that is unused after that stays so.
  const account = await presentAccount(tx, customerId, present);
  const earlier = await findEarlierUse(tx, keyed);
  if (earlier.kind === "idempotencyConflict") return refused(earlier);
  if (account === null) return refused({ kind: "customerNotFound", customerId });
  const making = { now: account.now, newId };
  if (earlier.kind === "replay") {
    const creditNote = await loadCreditNote(tx, customerId, earlier.resultId);
    const order = await takeUpNote(tx, creditNote, making);
    const invoice = await loadInvoice(tx, creditNote);
    return { outcome: { kind: "creditNoteCreated", creditNote, invoice, replayed: true }, order };
  }
  const invoice = await findInvoice(tx, { customerId, invoiceId });
  if (invoice === null) return refused({ kind: "invoiceNotFound", invoiceId });
  if (invoice.status !== "PAID" || invoice.kind === "PURCHASE")
    return refused({ kind: "invoiceNotCreditable", invoice });
  const given = await giveBack(tx, invoice, { wish: command, making });
  if (given.kind !== "givenBack") return refused(given);
  const { creditNote, order } = given;
  await keepKeys(tx, [{ ...keyed, resultId: creditNote.creditNoteId, usedAt: account.now }]);
  return { outcome: { kind: "creditNoteCreated", creditNote, invoice, replayed: false }, order };
}
