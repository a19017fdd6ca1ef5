import type { CreditNote } from "../domain/creditNote.js";
import type { NewId } from "../domain/ids.js";
import type { Clock } from "../domain/instant.js";
import type { Invoice } from "../domain/invoice.js";
import type { CustomerNotFound, IdempotencyConflict, InvoiceNotFound } from "../domain/refusal.js";
import { findEarlierUse, keepKeys, keyedInput } from "../ledger/idempotency.js";
import type { Account } from "../ledger/load.js";
import { type Present, presentAccount } from "../ledger/present.js";
import type { PaymentProvider } from "../payments/provider.js";
import type { Database, Tx } from "../storage/database.js";
import { loadCreditNote } from "./creditNotes.js";
import { type GivenBack, type Making, takeUpNote, type Wish } from "./giveBack.js";
import { findInvoice, loadInvoice } from "./invoices.js";
import { type CustomerRefund, makeSendRefund } from "./refunds.js";

export interface MoneyBackCommand extends Wish {
  readonly customerId: string;
  readonly invoiceId: string;
  readonly idempotencyKey: string;
}

export interface MoneyBackNeeds {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly present: Present;
  readonly payments: PaymentProvider;
}

/** What was decided, and what is to be asked of the provider once that is on record. */
export interface Begun<Outcome> {
  readonly outcome: Outcome;
  readonly order: CustomerRefund | null;
}

/**
 * Two transactions around one refund, as with a purchase: the credit note and the pending refund are on record before
 * the provider is asked, so that a crash in between loses nothing and pays nothing twice.
 */
export const makeMoneyBack = <Outcome>(
  needs: MoneyBackNeeds,
  begin: (tx: Tx, command: MoneyBackCommand) => Promise<Begun<Outcome>>,
) => {
  const send = makeSendRefund(needs);
  return async (command: MoneyBackCommand): Promise<Outcome> => {
    const { outcome, order } = await needs.database.transact((tx) => begin(tx, command));
    if (order !== null) await send(order);
    return outcome;
  };
};

interface Repeated {
  readonly kind: "repeated";
  readonly account: Account;
  readonly creditNote: CreditNote;
  readonly invoice: Invoice;
  readonly order: CustomerRefund | null;
}

interface Opened {
  readonly kind: "opened";
  readonly account: Account;
  readonly invoice: Invoice;
  readonly making: Making;
  /** Lets the key stand for what was given. */
  keep(given: GivenBack): Promise<void>;
}

/** What both ways of giving back start with: the customer, the key, the invoice. */
export async function openMoneyBack(
  tx: Tx,
  mutation: string,
  command: MoneyBackCommand,
  { present, newId }: MoneyBackNeeds,
): Promise<Opened | Repeated | CustomerNotFound | IdempotencyConflict | InvoiceNotFound> {
  const keyed = keyedInput(mutation, command);
  const { customerId, invoiceId } = command;
  // First, because it locks the customer: a key that is unused after that stays so.
  const account = await presentAccount(tx, customerId, present);
  const earlier = await findEarlierUse(tx, keyed);
  if (earlier.kind === "idempotencyConflict") return earlier;
  if (account === null) return { kind: "customerNotFound", customerId };
  const making = { now: account.now, newId };
  if (earlier.kind === "replay") {
    const creditNote = await loadCreditNote(tx, customerId, earlier.resultId);
    const order = await takeUpNote(tx, creditNote, making);
    return { kind: "repeated", account, creditNote, invoice: await loadInvoice(tx, creditNote), order };
  }
  const invoice = await findInvoice(tx, { customerId, invoiceId });
  if (invoice === null) return { kind: "invoiceNotFound", invoiceId };
  const keep = ({ creditNote: { creditNoteId: resultId } }: GivenBack) =>
    keepKeys(tx, [{ ...keyed, resultId, usedAt: account.now }]);
  return { kind: "opened", account, invoice, making, keep };
}
