import type { Instant } from "../domain/instant.js";
import type { Tx } from "../storage/database.js";

/** Everything of billing that falls due: where its time stands, and what tells it apart within its customer. */
const due = {
  billing: { table: "customers", at: "billing_due_at", id: "customer_id" },
  wallets: { table: "wallets", at: "next_due_at", id: "unit" },
  collect: { table: "invoices", at: "next_attempt_at", id: "invoice_id" },
  "top-ups": { table: "auto_top_ups", at: "next_attempt_at", id: "unit" },
  refunds: { table: "refunds", at: "next_attempt_at", id: "refund_id" },
  purchases: { table: "purchases", at: "next_attempt_at", id: "purchase_id" },
  cancellations: { table: "payments", at: "cancel_at", id: "payment_id" },
} as const;

export type DueKind = keyof typeof due;
export const dueKinds = Object.keys(due) as DueKind[];

export interface Due {
  readonly customerId: string;
  readonly id: string;
  readonly dueAt: Instant;
}

interface Wanted {
  readonly now: Instant;
  /** Goes on behind this one. */
  readonly after: Due | null;
  readonly limit: number;
}

/** What is due by the wall clock, the longest waiting first. Test clocks have theirs done when they are advanced. */
export function findDue(tx: Tx, kind: DueKind, { now, after, limit }: Wanted): Promise<Due[]> {
  const { table, at, id } = due[kind];
  return tx.query<Due>(
    `SELECT t.customer_id AS "customerId", t.${id} AS id, t.${at} AS "dueAt"
     FROM ${table} t JOIN customers c ON c.customer_id = t.customer_id
     WHERE t.${at} <= $1 AND (t.${at}, t.customer_id, t.${id}) > ($2, $3, $4) AND c.test_clock_id IS NULL
     ORDER BY t.${at}, t.customer_id, t.${id} LIMIT $5`,
    [now, after?.dueAt ?? -1, after?.customerId ?? "", after?.id ?? "", limit],
  );
}

/** What is due by a test clock. */
export function findDueOf(
  tx: Tx,
  kind: DueKind,
  { testClockId, now }: { testClockId: string; now: Instant },
): Promise<Due[]> {
  const { table, at, id } = due[kind];
  return tx.query<Due>(
    `SELECT t.customer_id AS "customerId", t.${id} AS id, t.${at} AS "dueAt"
     FROM customers c CROSS JOIN ${table} t
     WHERE c.test_clock_id = $1 AND t.customer_id = c.customer_id AND t.${at} <= $2
     ORDER BY t.${at}, t.customer_id, t.${id}`,
    [testClockId, now],
  );
}

/** When the first of these falls due for any of a test clock's customers; null when nothing ever will. */
export async function firstDue(
  tx: Tx,
  testClockId: string,
  kinds: readonly DueKind[],
): Promise<Instant | null> {
  const firsts = kinds.map((kind) => {
    const { table, at } = due[kind];
    return `SELECT MIN(t.${at}) AS at FROM customers c CROSS JOIN ${table} t
      WHERE c.test_clock_id = $1 AND t.customer_id = c.customer_id`;
  });
  const [row] = await tx.query<{ at: Instant | null }>(
    `SELECT MIN(at) AS at FROM (${firsts.join(" UNION ALL ")}) AS firsts`,
    [testClockId],
  );
  return row?.at ?? null;
}
