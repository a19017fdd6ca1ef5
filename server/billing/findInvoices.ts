import type { Instant } from "../domain/instant.js";
import type { Invoice } from "../domain/invoice.js";
import type { Payment } from "../domain/purchase.js";
import { type Present, readPresent } from "../ledger/present.js";
import type { Database } from "../storage/database.js";
import { type Page, pageOf } from "../storage/page.js";
import { InvoiceRow, PaymentRow } from "../storage/rows/billing.js";
import { withDraftContents } from "./drafts.js";
import { invoiceOf } from "./invoices.js";

interface Needs {
  readonly database: Database;
  readonly present: Present;
}

export const makeFindInvoice =
  (needs: Needs) =>
  async (invoiceId: string): Promise<Invoice | null> => {
    const found = await needs.database.read((tx) => tx.manager.findOneBy(InvoiceRow, { invoiceId }));
    if (found === null) return null;
    // By now it may have been finalized.
    return readPresent(needs, found.customerId, async (tx, account) => {
      const row = await tx.manager.findOneBy(InvoiceRow, { invoiceId });
      if (row === null || account === null) return null;
      const [invoice = null] = await withDraftContents(tx, account, [invoiceOf(row)]);
      return invoice;
    });
  };

export const makePaymentsOf =
  (database: Database) =>
  ({ customerId, invoiceId }: Invoice): Promise<Payment[]> =>
    database.read((tx) =>
      tx.manager.find(PaymentRow, { where: { customerId, invoiceId }, order: { paymentId: "ASC" } }),
    );

export interface InvoicesQuestion {
  readonly customerId: string;
  readonly first: number;
  readonly after: { readonly createdAt: Instant; readonly id: string } | null;
}

/** Newest first. */
export const makeInvoices =
  (needs: Needs) =>
  ({ customerId, first, after }: InvoicesQuestion): Promise<Page<Invoice>> =>
    readPresent(needs, customerId, async (tx, account) => {
      if (account === null) return { items: [], hasNextPage: false };
      const query = tx.manager.createQueryBuilder(InvoiceRow, "invoice").where({ customerId });
      if (after !== null)
        query.andWhere("(invoice.created_at, invoice.invoice_id) < (:createdAt, :id)", {
          createdAt: after.createdAt,
          id: after.id,
        });
      const rows = await query
        .orderBy("invoice.createdAt", "DESC")
        .addOrderBy("invoice.invoiceId", "DESC")
        .limit(first + 1)
        .getMany();
      const page = pageOf(rows.map(invoiceOf), first);
      return { ...page, items: await withDraftContents(tx, account, page.items) };
    });
