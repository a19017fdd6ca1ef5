import { type CreditNote, taxesGivenBack } from "../domain/creditNote.js";
import type { Instant } from "../domain/instant.js";
import type { Invoice } from "../domain/invoice.js";
import { recordEvents } from "../events/outbox.js";
import type { Database, Tx } from "../storage/database.js";
import { type Page, pageOf } from "../storage/page.js";
import { CreditNoteRow } from "../storage/rows/billing.js";
import { addCredit } from "./creditBalances.js";
import type { InvoiceKey } from "./invoices.js";
import { takeNumber } from "./numbers.js";

export type NewCreditNote = Pick<
  CreditNote,
  "creditNoteId" | "amount" | "settlement" | "reason" | "voided" | "clawback" | "createdAt"
>;

/** Makes a credit note with the next number of its year; the customer must be locked. */
export async function issueCreditNote(tx: Tx, invoice: Invoice, made: NewCreditNote): Promise<CreditNote> {
  const { customerId, invoiceId, currency, number: invoiceNumber, finalizedAt: invoiceFinalizedAt } = invoice;
  if (invoiceNumber === null || invoiceFinalizedAt === null)
    throw new Error(`Invoice ${invoiceId} is a draft, of which nothing can be given back.`);
  const taxes = taxesGivenBack(invoice, await creditNotesOf(tx, invoice), made.amount);
  const number = await takeNumber(tx, "CREDIT_NOTE", { customerId, at: made.createdAt });
  const note: CreditNoteRow = {
    ...{ ...made, customerId, invoiceId, invoiceNumber, invoiceFinalizedAt },
    ...{ currency, number, taxes },
  };
  await tx.manager.insert(CreditNoteRow, note);
  await recordEvents(tx, [{ customerId, type: "CREDIT_NOTE_CREATED", data: note, at: note.createdAt }]);
  if (note.settlement === "BALANCE") await addCredit(tx, customerId, note);
  return note;
}

/** Oldest first. */
export const creditNotesOf = (tx: Tx, { customerId, invoiceId }: InvoiceKey): Promise<CreditNote[]> =>
  tx.manager.find(CreditNoteRow, {
    where: { customerId, invoiceId },
    order: { createdAt: "ASC", creditNoteId: "ASC" },
  });

export const loadCreditNote = (tx: Tx, customerId: string, creditNoteId: string): Promise<CreditNote> =>
  tx.manager.findOneByOrFail(CreditNoteRow, { customerId, creditNoteId });

/** Null when there is none with this id. */
export const makeFindCreditNote =
  (database: Database) =>
  (creditNoteId: string): Promise<CreditNote | null> =>
    database.read((tx) => tx.manager.findOneBy(CreditNoteRow, { creditNoteId }));

export const makeCreditNotesOf =
  (database: Database) =>
  (invoice: InvoiceKey): Promise<CreditNote[]> =>
    database.read((tx) => creditNotesOf(tx, invoice));

export interface CreditNotesQuestion {
  readonly customerId: string;
  readonly first: number;
  readonly after: { readonly createdAt: Instant; readonly id: string } | null;
}

/** Newest first. */
export const makeCreditNotes =
  (database: Database) =>
  ({ customerId, first, after }: CreditNotesQuestion): Promise<Page<CreditNote>> =>
    database.read(async (tx) => {
      const query = tx.manager.createQueryBuilder(CreditNoteRow, "note").where({ customerId });
      if (after !== null)
        query.andWhere("(note.created_at, note.credit_note_id) < (:createdAt, :id)", {
          createdAt: after.createdAt,
          id: after.id,
        });
      const notes = await query
        .orderBy("note.createdAt", "DESC")
        .addOrderBy("note.creditNoteId", "DESC")
        .limit(first + 1)
        .getMany();
      return pageOf(notes, first);
    });
