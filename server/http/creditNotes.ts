import { creditNoteDocument } from "../documents/creditNoteDocument.js";
import { type CreditNoteHistory, creditNoteFile } from "../documents/json.js";
import type { CreditNote } from "../domain/creditNote.js";
import type { Services } from "../graphql/services.js";
import type { FindShown } from "./documents.js";

/** Credit notes to look at, each with the parties of its invoice. */
export const shownCreditNote =
  (services: Pick<Services, "creditNote" | "invoice" | "partiesOf" | "refundsOf">): FindShown =>
  async (id) => {
    const note = await services.creditNote(id);
    const invoice = note === null ? null : await services.invoice(note.invoiceId);
    if (note === null || invoice === null) return null;
    const parties = await services.partiesOf(invoice);
    return {
      customerId: note.customerId,
      document: creditNoteDocument(note, { invoice, parties }),
      json: async () => creditNoteFile(await withRefunds(note, services), parties),
    };
  };

export async function withRefunds(
  note: CreditNote,
  { refundsOf }: Pick<Services, "refundsOf">,
): Promise<CreditNoteHistory> {
  const { customerId, creditNoteId } = note;
  return { ...note, refunds: await refundsOf({ customerId, creditNoteId }) };
}
