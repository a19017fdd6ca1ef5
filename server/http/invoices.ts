import { invoiceDocument } from "../documents/invoiceDocument.js";
import { type InvoiceHistory, invoiceJson } from "../documents/json.js";
import type { Invoice } from "../domain/invoice.js";
import type { Services } from "../graphql/services.js";
import { withRefunds } from "./creditNotes.js";
import type { FindShown } from "./documents.js";

type Needs = Pick<
  Services,
  "invoice" | "partiesOf" | "paymentsOf" | "refundsOf" | "disputesOf" | "creditNotesOf"
>;

/** Invoices to look at. */
export const shownInvoice =
  (services: Needs): FindShown =>
  async (id) => {
    const invoice = await services.invoice(id);
    if (invoice === null) return null;
    return {
      customerId: invoice.customerId,
      document: invoiceDocument(invoice, await services.partiesOf(invoice)),
      json: async () => invoiceJson(invoice, await historyOf(invoice, services)),
    };
  };

async function historyOf(invoice: Invoice, services: Needs): Promise<InvoiceHistory> {
  const payments = (await services.paymentsOf(invoice)).map(async (payment) => {
    const { customerId, paymentId } = payment;
    return {
      ...payment,
      refunds: await services.refundsOf({ customerId, paymentId }),
      disputes: await services.disputesOf(payment),
    };
  });
  const creditNotes = (await services.creditNotesOf(invoice)).map((note) => withRefunds(note, services));
  return { payments: await Promise.all(payments), creditNotes: await Promise.all(creditNotes) };
}
