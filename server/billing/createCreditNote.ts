import type { CreditNote } from "../domain/creditNote.js";
import type { Invoice } from "../domain/invoice.js";
import type {
  CreditExceedsInvoice,
  CustomerNotFound,
  IdempotencyConflict,
  InvoiceNotCreditable,
  InvoiceNotFound,
  PaymentDisputed,
} from "../domain/refusal.js";
import type { Tx } from "../storage/database.js";
import { giveBack } from "./giveBack.js";
import {
  type Begun,
  type MoneyBackCommand,
  type MoneyBackNeeds,
  makeMoneyBack,
  openMoneyBack,
} from "./moneyBack.js";

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

export const makeCreateCreditNote = (needs: MoneyBackNeeds) =>
  makeMoneyBack<CreateCreditNoteOutcome>(needs, (tx, command) => begin(tx, command, needs));

async function begin(
  tx: Tx,
  command: MoneyBackCommand,
  needs: MoneyBackNeeds,
): Promise<Begun<CreateCreditNoteOutcome>> {
  const refused = (outcome: CreateCreditNoteOutcome) => ({ outcome, order: null });
  const opened = await openMoneyBack(tx, "createCreditNote", command, needs);
  if (opened.kind === "repeated") {
    const { creditNote, invoice, order } = opened;
    return { outcome: { kind: "creditNoteCreated", creditNote, invoice, replayed: true }, order };
  }
  if (opened.kind !== "opened") return refused(opened);
  const { invoice, making } = opened;
  if (invoice.status !== "PAID" || invoice.kind === "PURCHASE")
    return refused({ kind: "invoiceNotCreditable", invoice });
  const given = await giveBack(tx, invoice, { wish: command, making });
  if (given.kind !== "givenBack") return refused(given);
  await opened.keep(given);
  const { creditNote, order } = given;
  return { outcome: { kind: "creditNoteCreated", creditNote, invoice, replayed: false }, order };
}
