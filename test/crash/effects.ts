import type { CallKind } from "./commands.js";

/** A kind of row that a call leaves behind exactly once, by the call's key. */
export interface Effect {
  readonly what: string;
  /** Rows of `key`, `count`, and `id`, which is the answered one or null. */
  readonly sql: string;
}

const keptKey = (prefix: string): Effect => ({
  what: "kept key",
  sql: `SELECT key, COUNT(*) AS count, NULL AS id FROM idempotency_keys
        WHERE key LIKE '${prefix}%' GROUP BY key`,
});

const keyed = (what: string, id: string, from: string): Effect => ({
  what,
  sql: `SELECT u.idempotency_key AS key, COUNT(*) AS count, MIN(${id}) AS id FROM ${from} GROUP BY u.idempotency_key`,
});

const charged = (kind: "consume" | "capture"): readonly Effect[] => [
  keptKey(kind),
  keyed("usage record", "u.usage_record_id", "usage_records u"),
  keyed(
    "ledger entry",
    "e.usage_record_id",
    `usage_records u JOIN ledger_entries e
       ON e.customer_id = u.customer_id AND e.usage_record_id = u.usage_record_id AND e.type = 'USAGE'
         AND e.amount = -u.amount`,
  ),
];

/** What follows from calls by itself, and must be there as a whole or not at all, each once; the rows that are not. */
export const consequences: Readonly<Record<string, string>> = {
  "an alert that was not told of exactly once": `
    SELECT a.customer_id, a.alert_id AS id, COUNT(e.sequence) AS times FROM alerts a
    LEFT JOIN events e ON e.customer_id = a.customer_id AND e.type = 'ALERT_RAISED'
      AND e.data LIKE '%"' || a.alert_id || '"%'
    GROUP BY a.customer_id, a.alert_id HAVING COUNT(e.sequence) <> 1`,
  "an event of an alert that was not raised": `
    SELECT e.customer_id, e.sequence AS id, COUNT(a.alert_id) AS times FROM events e
    LEFT JOIN alerts a ON a.customer_id = e.customer_id AND e.data LIKE '%"' || a.alert_id || '"%'
    WHERE e.type = 'ALERT_RAISED' GROUP BY e.customer_id, e.sequence HAVING COUNT(a.alert_id) <> 1`,
  "credits that were not told of exactly once": `
    SELECT l.customer_id, l.grant_id AS id, COUNT(e.sequence) AS times FROM ledger_entries l
    LEFT JOIN events e ON e.customer_id = l.customer_id AND e.type = 'CREDITS_GRANTED'
      AND e.data LIKE '%"' || l.grant_id || '"%'
    WHERE l.type = 'GRANT' GROUP BY l.customer_id, l.grant_id HAVING COUNT(e.sequence) <> 1`,
  "an event that is not in line for the endpoint": `
    SELECT e.customer_id, e.sequence AS id, 0 AS times FROM events e CROSS JOIN webhook_endpoints w
    LEFT JOIN webhook_deliveries d ON d.customer_id = e.customer_id AND d.endpoint_id = w.endpoint_id
      AND d.sequence = e.sequence
    WHERE d.sequence IS NULL`,
  "a delivery of an event that is not there": `
    SELECT d.customer_id, d.sequence AS id, 0 AS times FROM webhook_deliveries d
    LEFT JOIN events e ON e.customer_id = d.customer_id AND e.sequence = d.sequence WHERE e.sequence IS NULL`,
  "a customer with waiting deliveries and no lane": `
    SELECT d.customer_id, MIN(d.sequence) AS id, 0 AS times FROM webhook_deliveries d
    LEFT JOIN webhook_lanes l ON l.customer_id = d.customer_id AND l.endpoint_id = d.endpoint_id
      AND l.next_attempt_at IS NOT NULL
    WHERE d.status <> 'DELIVERED' AND l.customer_id IS NULL GROUP BY d.customer_id`,
};

/** Keys begin with the name of their kind, which tells whose kept keys are whose. */
export const effects: Readonly<Record<CallKind, readonly Effect[]>> = {
  consume: charged("consume"),
  capture: [
    ...charged("capture"),
    keyed("record of its hold", "u.usage_record_id", "usage_records u JOIN holds h ON h.hold_id = u.hold_id"),
  ],
  reserve: [keptKey("reserve"), keyed("hold", "u.hold_id", "holds u")],
  release: [
    keptKey("release"),
    {
      what: "released hold",
      sql: `SELECT k.key, COUNT(*) AS count, MIN(h.hold_id) AS id
            FROM idempotency_keys k JOIN holds h ON h.customer_id = k.customer_id AND h.hold_id = k.result_id
              AND h.status = 'RELEASED'
            WHERE k.key LIKE 'release%' GROUP BY k.key`,
    },
  ],
  reverseUsage: [
    keptKey("reverseUsage"),
    keyed("reversal", "u.reversal_id", "reversals u"),
    keyed(
      "ledger entry of the reversal",
      "u.reversal_id",
      // Undoing a call that was free changes no balance, so it has no entry.
      `reversals u LEFT JOIN ledger_entries e
         ON e.customer_id = u.customer_id AND e.usage_record_id = u.usage_record_id AND e.type = 'REVERSAL'
           AND e.amount = u.amount
       WHERE e.sequence IS NOT NULL OR u.amount = 0`,
    ),
  ],
  purchase: [
    keptKey("purchase"),
    keyed("purchase", "u.grant_id", "purchases u"),
    keyed(
      "grant of the pack",
      "g.grant_id",
      "purchases u JOIN credit_grants g ON g.customer_id = u.customer_id AND g.origin_id = u.purchase_id",
    ),
    keyed(
      "ledger entry of the pack",
      "e.grant_id",
      `purchases u JOIN credit_grants g ON g.customer_id = u.customer_id AND g.origin_id = u.purchase_id
         JOIN ledger_entries e
           ON e.customer_id = g.customer_id AND e.grant_id = g.grant_id AND e.amount = g.amount`,
    ),
    keyed(
      "payment that succeeded",
      "u.grant_id",
      `purchases u JOIN payments p
         ON p.customer_id = u.customer_id AND p.invoice_id = u.invoice_id AND p.status = 'SUCCEEDED'`,
    ),
  ],
  grantCredits: [
    keptKey("grantCredits"),
    {
      what: "grant",
      sql: `SELECT reason AS key, COUNT(*) AS count, MIN(grant_id) AS id FROM credit_grants
            WHERE source = 'PROMOTION' GROUP BY reason`,
    },
    {
      what: "ledger entry of the grant",
      sql: `SELECT g.reason AS key, COUNT(*) AS count, MIN(g.grant_id) AS id
            FROM credit_grants g JOIN ledger_entries e
              ON e.customer_id = g.customer_id AND e.grant_id = g.grant_id AND e.amount = g.amount
            WHERE g.source = 'PROMOTION' GROUP BY g.reason`,
    },
  ],
  setBudget: [
    keptKey("setBudget"),
    {
      what: "budget",
      sql: "SELECT name AS key, COUNT(*) AS count, MIN(budget_id) AS id FROM budgets GROUP BY name",
    },
  ],
  createCustomer: [
    keptKey("createCustomer"),
    {
      what: "customer",
      sql: "SELECT name AS key, COUNT(*) AS count, MIN(customer_id) AS id FROM customers GROUP BY name",
    },
  ],
  subscribe: [
    keptKey("subscribe"),
    {
      what: "subscription of a customer",
      sql: `SELECT k.key, COUNT(*) AS count, MIN(s.subscription_id) AS id
            FROM idempotency_keys k JOIN subscriptions s ON s.customer_id = k.customer_id
            WHERE k.key LIKE 'subscribe%' GROUP BY k.key`,
    },
    {
      what: "first supply",
      sql: `SELECT k.key, COUNT(*) AS count, MIN(k.result_id) AS id
            FROM idempotency_keys k JOIN ledger_entries e ON e.customer_id = k.customer_id AND e.type = 'GRANT'
              JOIN credit_grants g ON g.customer_id = e.customer_id AND g.grant_id = e.grant_id
                AND g.origin_id = k.result_id
            WHERE k.key LIKE 'subscribe%' GROUP BY k.key`,
    },
  ],
};
