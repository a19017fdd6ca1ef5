import type { CreditNote } from "../domain/creditNote.js";
import type { CreditGrant } from "../domain/grant.js";
import type { NewId } from "../domain/ids.js";
import type { Clock } from "../domain/instant.js";
import type { Invoice } from "../domain/invoice.js";
import type {
  CreditExceedsInvoice,
  CustomerNotFound,
  IdempotencyConflict,
  InvoiceNotCreditable,
  InvoiceNotFound,
  NothingToRefund,
  PaymentDisputed,
} from "../domain/refusal.js";
import { snapshot, type WalletSnapshot } from "../domain/snapshot.js";
import { findEarlierUse, keepKeys, keyedInput } from "../ledger/idempotency.js";
import type { Account } from "../ledger/load.js";
import { type Present, presentAccount } from "../ledger/present.js";
import type { PaymentProvider } from "../payments/provider.js";
import type { Database, Tx } from "../storage/database.js";
import { type BoughtCredits, findBought } from "./boughtCredits.js";
import type { CreditNoteCommand } from "./createCreditNote.js";
import { loadCreditNote } from "./creditNotes.js";
import { giveBackPurchase, takeUpNote } from "./giveBack.js";
import { findInvoice, loadInvoice } from "./invoices.js";
import { type CustomerRefund, makeSendRefund } from "./refunds.js";

interface PurchaseRefunded {
  readonly kind: "purchaseRefunded";
  readonly creditNote: CreditNote;
  readonly invoice: Invoice;
  readonly grant: CreditGrant;
  readonly wallet: WalletSnapshot;
  readonly replayed: boolean;
}

export type RefundPurchaseOutcome =
  | PurchaseRefunded
  | InvoiceNotFound
  | InvoiceNotCreditable
  | NothingToRefund
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

/** The credits go in the transaction that records the refund: nobody can use what is being paid back. */
export const makeRefundPurchase = (needs: Needs) => {
  const send = makeSendRefund(needs);
  return async (command: CreditNoteCommand): Promise<RefundPurchaseOutcome> => {
    const { outcome, order } = await needs.database.transact((tx) => begin(tx, command, needs));
    if (order !== null) await send(order);
    return outcome;
  };
};

interface Begun {
  readonly outcome: RefundPurchaseOutcome;
  readonly order: CustomerRefund | null;
}

const refused = (outcome: RefundPurchaseOutcome): Begun => ({ outcome, order: null });

async function begin(tx: Tx, command: CreditNoteCommand, { present, newId }: Needs): Promise<Begun> {
  const keyed = keyedInput("refundPurchase", command);
  const { customerId, invoiceId } = command;
  // First, because it locks the customer: a key that is unused after that stays so.
  const account = await presentAccount(tx, customerId, present);
  const earlier = await findEarlierUse(tx, keyed);
  if (earlier.kind === "idempotencyConflict") return refused(earlier);
  if (account === null) return refused({ kind: "customerNotFound", customerId });
  const making = { now: account.now, newId };
  if (earlier.kind === "replay") return replay(tx, account, { id: earlier.resultId, newId });
  const invoice = await findInvoice(tx, { customerId, invoiceId });
  if (invoice === null) return refused({ kind: "invoiceNotFound", invoiceId });
  const bought = invoice.status === "PAID" ? await findBought(tx, account, invoice) : null;
  if (bought === null) return refused({ kind: "invoiceNotCreditable", invoice });
  const given = await giveBackPurchase(tx, invoice, { wish: command, making, bought });
  if (given.kind !== "givenBack") return refused(given);
  const { creditNote, order } = given;
  await keepKeys(tx, [{ ...keyed, resultId: creditNote.creditNoteId, usedAt: account.now }]);
  return { outcome: refunded({ creditNote, invoice, bought: given.bought, replayed: false }), order };
}

async function replay(tx: Tx, account: Account, { id, newId }: { id: string; newId: NewId }): Promise<Begun> {
  const creditNote = await loadCreditNote(tx, account.customerId, id);
  const order = await takeUpNote(tx, creditNote, { now: account.now, newId });
  const invoice = await loadInvoice(tx, creditNote);
  const bought = await findBought(tx, account, creditNote);
  if (bought === null) throw new Error(`The credits of invoice ${invoice.invoiceId} are missing.`);
  return { outcome: refunded({ creditNote, invoice, bought, replayed: true }), order };
}

interface Refunded extends Pick<PurchaseRefunded, "creditNote" | "invoice" | "replayed"> {
  readonly bought: BoughtCredits;
}

const refunded = ({ bought, ...rest }: Refunded): PurchaseRefunded => ({
  ...{ kind: "purchaseRefunded", ...rest },
  grant: bought.grant,
  wallet: snapshot(bought.state, bought.account.now),
});
