import type { Clock, Instant } from "../domain/instant.js";
import type { Database } from "../storage/database.js";

/** Since when the one that has waited longest could be sent: it has happened then, or its next attempt was due. */
const oldest = `SELECT MIN(CASE WHEN l.next_attempt_at = 0 THEN d.created_at ELSE l.next_attempt_at END) AS at
  FROM webhook_lanes l
  JOIN webhook_endpoints e ON e.endpoint_id = l.endpoint_id AND e.status = 'ENABLED' AND e.deleted_at IS NULL
  JOIN customers c ON c.customer_id = l.customer_id AND c.test_clock_id IS NULL
  JOIN webhook_deliveries d ON d.customer_id = l.customer_id AND d.endpoint_id = l.endpoint_id
    AND d.status <> 'DELIVERED'
  WHERE l.next_attempt_at <= $1`;

/** How late webhooks are, in milliseconds; null when nothing is due. */
export const makeOldestWaiting =
  ({ database, clock }: { readonly database: Database; readonly clock: Clock }) =>
  (): Promise<number | null> =>
    database.read(async (tx) => {
      const now = clock();
      const [row] = await tx.query<{ at: Instant | null }>(oldest, [now]);
      return row === undefined || row.at === null ? null : now - row.at;
    });
