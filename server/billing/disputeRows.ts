import type { Dispute } from "../domain/dispute.js";
import type { Database, Tx } from "../storage/database.js";
import { DisputeRow } from "../storage/rows/billing.js";
import type { InvoiceKey } from "./invoices.js";

/** The dispute about a payment of an invoice that its bank has not decided; null when there is none. */
export async function openDisputeOf(tx: Tx, { customerId, invoiceId }: InvoiceKey): Promise<Dispute | null> {
  const [row] = await tx.query<{ id: string }>(
    `SELECT d.dispute_id AS id FROM disputes d
     JOIN payments p ON p.customer_id = d.customer_id AND p.payment_id = d.payment_id
     WHERE d.customer_id = $1 AND p.invoice_id = $2 AND d.status = 'OPEN' ORDER BY d.dispute_id LIMIT 1`,
    [customerId, invoiceId],
  );
  if (row === undefined) return null;
  return tx.manager.findOneByOrFail(DisputeRow, { customerId, disputeId: row.id });
}

/** Oldest first. */
export const makeDisputesOf =
  (database: Database) =>
  ({ customerId, paymentId }: Pick<Dispute, "customerId" | "paymentId">): Promise<Dispute[]> =>
    database.read((tx) =>
      tx.manager.find(DisputeRow, {
        where: { customerId, paymentId },
        order: { openedAt: "ASC", disputeId: "ASC" },
      }),
    );
