import type { Instant } from "../domain/instant.js";
import type { Invoice } from "../domain/invoice.js";
import type { LedgerEntryType } from "../domain/wallet.js";
import type { Database, Tx } from "../storage/database.js";
import { InvoiceRow } from "../storage/rows/billing.js";
import { invoiceOf } from "./invoices.js";

/** What of a ledger entry tells its invoice. */
export interface InvoicedEntry {
  readonly type: LedgerEntryType;
  readonly unit: string;
  readonly grantId: string | null;
  readonly occurredAt: Instant;
}

/** The invoices that a customer's entries belong to, in their order; null for those that belong to none. */
export const makeInvoicesOfEntries =
  (database: Database) =>
  (customerId: string, entries: readonly InvoicedEntry[]): Promise<(Invoice | null)[]> =>
    database.read(async (tx) => {
      const ids: (string | null)[] = [];
      const bought = await boughtWith(tx, customerId, entries);
      for (const entry of entries)
        ids.push(
          entry.type === "INVOICE"
            ? await periodInvoice(tx, customerId, entry)
            : (bought.get(entry.grantId ?? "") ?? null),
        );
      const found = new Map<string, Invoice>();
      for (const invoiceId of new Set(ids.filter((id) => id !== null))) {
        const row = await tx.manager.findOneBy(InvoiceRow, { customerId, invoiceId });
        if (row !== null) found.set(invoiceId, invoiceOf(row));
      }
      return ids.map((id) => (id === null ? null : (found.get(id) ?? null)));
    });

/** Invoices by the grants that were bought with them. */
async function boughtWith(
  tx: Tx,
  customerId: string,
  entries: readonly InvoicedEntry[],
): Promise<Map<string, string>> {
  const grants = new Set(entries.flatMap(({ grantId }) => (grantId === null ? [] : [grantId])));
  if (grants.size === 0) return new Map();
  const rows = await tx.query<{ grantId: string; invoiceId: string }>(
    `SELECT p.grant_id AS "grantId", p.invoice_id AS "invoiceId"
     FROM ${tx.dialect.given("$2", ["grant_id text"])} AS given CROSS JOIN purchases p
     WHERE p.customer_id = $1 AND p.grant_id = given.grant_id`,
    [customerId, JSON.stringify([...grants].map((id) => [id]))],
  );
  return new Map(rows.map(({ grantId, invoiceId }) => [grantId, invoiceId]));
}

/** The debt is moved when the period's invoice is finalized; null when two were at that instant. */
async function periodInvoice(
  tx: Tx,
  customerId: string,
  { unit, occurredAt }: InvoicedEntry,
): Promise<string | null> {
  const rows = await tx.query<{ id: string }>(
    `SELECT invoice_id AS id FROM invoices
     WHERE customer_id = $1 AND kind = 'USAGE' AND currency = $2 AND finalized_at = $3`,
    [customerId, unit, occurredAt],
  );
  return rows.length === 1 ? (rows[0]?.id ?? null) : null;
}
