import type { Clock, Instant } from "../domain/instant.js";
import type { Database } from "../storage/database.js";

/** Since when the oldest due work of each kind has been waiting, by the name of the job that does it. */
const oldest = {
  billing: `SELECT billing_due_at AS due FROM customers WHERE billing_due_at <= $1 AND test_clock_id IS NULL
    ORDER BY billing_due_at LIMIT 1`,
  wallets: `SELECT w.next_due_at AS due FROM wallets w JOIN customers c ON c.customer_id = w.customer_id
    WHERE w.next_due_at <= $1 AND c.test_clock_id IS NULL ORDER BY w.next_due_at LIMIT 1`,
  collect: `SELECT i.next_attempt_at AS due FROM invoices i JOIN customers c ON c.customer_id = i.customer_id
    WHERE i.next_attempt_at <= $1 AND c.test_clock_id IS NULL ORDER BY i.next_attempt_at LIMIT 1`,
  "top-ups": `SELECT t.next_attempt_at AS due FROM auto_top_ups t JOIN customers c ON c.customer_id = t.customer_id
    WHERE t.next_attempt_at <= $1 AND c.test_clock_id IS NULL ORDER BY t.next_attempt_at LIMIT 1`,
  refunds: `SELECT r.next_attempt_at AS due FROM refunds r JOIN customers c ON c.customer_id = r.customer_id
    WHERE r.next_attempt_at <= $1 AND c.test_clock_id IS NULL ORDER BY r.next_attempt_at LIMIT 1`,
  purchases: `SELECT u.next_attempt_at AS due FROM purchases u JOIN customers c ON c.customer_id = u.customer_id
    WHERE u.next_attempt_at <= $1 AND c.test_clock_id IS NULL ORDER BY u.next_attempt_at LIMIT 1`,
  // The event that has waited longest of those that nobody is sending.
  webhooks: `SELECT d.created_at AS due FROM webhook_lanes l
    JOIN webhook_endpoints e ON e.endpoint_id = l.endpoint_id AND e.status = 'ENABLED' AND e.deleted_at IS NULL
    JOIN customers c ON c.customer_id = l.customer_id AND c.test_clock_id IS NULL
    JOIN webhook_deliveries d ON d.customer_id = l.customer_id AND d.endpoint_id = l.endpoint_id
      AND d.status <> 'DELIVERED'
    WHERE l.next_attempt_at <= $1 ORDER BY d.created_at LIMIT 1`,
} as const;

/** How late the jobs are, in milliseconds; null for a kind of which nothing is due. */
export const makeOldestDue =
  ({ database, clock }: { readonly database: Database; readonly clock: Clock }) =>
  (): Promise<Record<string, number | null>> =>
    database.read(async (tx) => {
      const now = clock();
      const lags: Record<string, number | null> = {};
      for (const [job, sql] of Object.entries(oldest)) {
        const [row] = await tx.query<{ due: Instant }>(sql, [now]);
        lags[job] = row === undefined ? null : now - row.due;
      }
      return lags;
    });
