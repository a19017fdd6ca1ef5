import { expect } from "vitest";
import type { Instant } from "../../server/domain/instant.js";
import type { Database } from "../../server/storage/database.js";
import { select } from "./book.js";

/** What must never be found in the tables, each with the rows that would break it. */
const forbidden: Readonly<Record<string, string>> = {
  "a balance that is not the sum of its entries": `
    SELECT w.customer_id, w.unit, w.posted, COALESCE(SUM(e.amount), 0) AS entries
    FROM wallets w LEFT JOIN ledger_entries e ON e.customer_id = w.customer_id AND e.unit = w.unit
    GROUP BY w.customer_id, w.unit, w.posted HAVING w.posted <> COALESCE(SUM(e.amount), 0)`,
  "a balance that is not what the live grants hold less what is owed": `
    SELECT w.customer_id, w.unit, w.posted, w.postpaid, COALESCE(SUM(g.remaining), 0) AS in_grants
    FROM wallets w
    LEFT JOIN credit_grants g ON g.customer_id = w.customer_id AND g.unit = w.unit AND g.state <> 'ENDED'
    GROUP BY w.customer_id, w.unit, w.posted, w.postpaid
    HAVING w.posted <> COALESCE(SUM(g.remaining), 0) - w.postpaid`,
  "a grant below zero or above what was granted": `
    SELECT * FROM credit_grants WHERE remaining < 0 OR remaining > amount`,
  "a grant that holds credits although it has ended or not begun": `
    SELECT * FROM credit_grants WHERE state <> 'ACTIVE' AND remaining <> 0`,
  "a grant whose history does not give what remains": `
    SELECT g.*, moved.credits FROM credit_grants g
    LEFT JOIN (
      SELECT customer_id, grant_id, SUM(credits) AS credits FROM (
        SELECT customer_id, grant_id, amount AS credits FROM ledger_entries WHERE grant_id IS NOT NULL
        UNION ALL SELECT customer_id, grant_id, -amount FROM draws
      ) AS moves GROUP BY customer_id, grant_id
    ) AS moved ON moved.customer_id = g.customer_id AND moved.grant_id = g.grant_id
    WHERE g.remaining <> COALESCE(moved.credits, 0)`,
  "credits of a rolling supply that are neither there nor to come back": `
    SELECT g.customer_id, g.grant_id, g.remaining, g.amount, COALESCE(SUM(r.amount), 0) AS to_come
    FROM credit_grants g
    LEFT JOIN window_returns r ON r.customer_id = g.customer_id AND r.grant_id = g.grant_id
    WHERE g.window_days IS NOT NULL
    GROUP BY g.customer_id, g.grant_id, g.remaining, g.amount
    HAVING g.remaining + COALESCE(SUM(r.amount), 0) <> g.amount`,
  "entries with a gap between their numbers, or a balance after them that is not their running sum": `
    SELECT * FROM (
      SELECT e.*, ROW_NUMBER() OVER wallet AS place, SUM(amount) OVER wallet AS running FROM ledger_entries e
      WINDOW wallet AS (PARTITION BY customer_id, unit ORDER BY sequence)
    ) AS numbered WHERE sequence <> place OR balance_after <> running`,
  "a wallet that does not know its last entry": `
    SELECT w.* FROM wallets w WHERE sequence <> (
      SELECT COUNT(*) FROM ledger_entries e WHERE e.customer_id = w.customer_id AND e.unit = w.unit)`,
  "a usage record that its draws and its postpaid part do not pay exactly": `
    SELECT u.customer_id, u.usage_record_id, u.amount, COALESCE(SUM(d.amount), 0) AS drawn FROM usage_records u
    LEFT JOIN draws d ON d.customer_id = u.customer_id AND d.usage_record_id = u.usage_record_id
    GROUP BY u.customer_id, u.usage_record_id, u.amount, u.postpaid
    HAVING COALESCE(SUM(d.amount), 0) + u.postpaid <> u.amount`,
  "a draw of nothing or less, or a negative amount": `
    SELECT usage_record_id FROM draws WHERE amount <= 0
    UNION ALL SELECT usage_record_id FROM usage_records WHERE amount < 0 OR postpaid < 0`,
  "a debt that is not what usage records left open and no invoice has taken over": `
    SELECT w.* FROM wallets w WHERE postpaid <> (
      SELECT COALESCE(SUM(u.postpaid), 0) FROM usage_records u
      WHERE u.customer_id = w.customer_id AND u.unit = w.unit) - (
      SELECT COALESCE(SUM(e.amount), 0) FROM ledger_entries e
      WHERE e.customer_id = w.customer_id AND e.unit = w.unit AND e.type = 'INVOICE')`,
  "a usage record without its one entry": `
    SELECT u.usage_record_id, COUNT(e.sequence) AS entries FROM usage_records u
    LEFT JOIN ledger_entries e ON e.customer_id = u.customer_id AND e.usage_record_id = u.usage_record_id
      AND e.unit = u.unit AND e.type = 'USAGE' AND e.amount = -u.amount AND e.balance_after = u.balance_after
    GROUP BY u.customer_id, u.usage_record_id HAVING COUNT(e.sequence) <> 1`,
  "an entry for usage that is not on record": `
    SELECT e.* FROM ledger_entries e WHERE type = 'USAGE' AND NOT EXISTS (
      SELECT 1 FROM usage_records u
      WHERE u.customer_id = e.customer_id AND u.usage_record_id = e.usage_record_id)`,
  "a usage record whose key was not kept for it": `
    SELECT u.* FROM usage_records u WHERE NOT EXISTS (
      SELECT 1 FROM idempotency_keys k WHERE k.customer_id = u.customer_id AND k.key = u.idempotency_key
        AND k.result_id = u.usage_record_id)`,
  "a paid purchase whose key was not kept for it": `
    SELECT p.* FROM purchases p WHERE status = 'PAID' AND NOT EXISTS (
      SELECT 1 FROM idempotency_keys k WHERE k.customer_id = p.customer_id AND k.key = p.idempotency_key
        AND k.result_id = p.purchase_id)`,
  "a key that stands for two usage records": `
    SELECT customer_id, idempotency_key FROM usage_records
    GROUP BY customer_id, idempotency_key HAVING COUNT(*) > 1`,
  "a count of a tiered operation that is not what its usage records add up to": `
    SELECT c.customer_id, c.operation, counted, recorded
    FROM (SELECT customer_id, operation, SUM(quantity) AS counted FROM usage_counters GROUP BY 1, 2) AS c
    LEFT JOIN (SELECT customer_id, operation, SUM(quantity) AS recorded FROM usage_records GROUP BY 1, 2) AS u
      ON u.customer_id = c.customer_id AND u.operation = c.operation
    WHERE recorded IS NULL OR counted <> recorded`,
  "a paid purchase without its credits, or credits without a paid purchase": `
    SELECT p.purchase_id, g.grant_id FROM (SELECT * FROM purchases WHERE status = 'PAID') AS p
    FULL JOIN (SELECT * FROM credit_grants WHERE source = 'PACK') AS g
      ON g.customer_id = p.customer_id AND g.grant_id = p.grant_id AND g.amount = p.credits
    WHERE p.purchase_id IS NULL OR g.grant_id IS NULL`,
};

const hour = 3_600_000;
const rollups = `
  SELECT customer_id, hour, operation, unit, plan_key, api_key_id, attributes, calls, quantity, amount, postpaid
  FROM usage_rollups`;
const recounted = `
  SELECT customer_id, occurred_at - occurred_at % ${hour} AS hour, operation, unit, plan_key,
    COALESCE(api_key_id, '') AS api_key_id, reported_attributes AS attributes, COUNT(*) AS calls,
    SUM(quantity) AS quantity, SUM(amount) AS amount, SUM(postpaid) AS postpaid
  FROM usage_records GROUP BY 1, 2, 3, 4, 5, 6, 7`;

/** Checks the stored rows with SQL of its own, so that a mistake in the code is not repeated here. */
export async function expectLawsToHold(database: Database): Promise<void> {
  for (const [law, sql] of Object.entries(forbidden))
    expect(await select(database, sql), `There is ${law}.`).toEqual([]);
  const inOrder = " ORDER BY 1, 2, 3, 4, 5, 6, 7";
  expect(await select(database, rollups + inOrder), "The hourly sums are those of the records.").toEqual(
    await select(database, recounted + inOrder),
  );
}

/** Once everything has been posted up to now, nothing may be left that has fallen due. */
export async function expectNothingOverdue(database: Database, now: Instant): Promise<void> {
  const overdue = `
    SELECT customer_id, grant_id FROM credit_grants WHERE state = 'SCHEDULED' AND effective_at <= $1
    UNION ALL SELECT customer_id, grant_id FROM credit_grants WHERE state <> 'ENDED' AND expires_at <= $1
    UNION ALL SELECT customer_id, grant_id FROM window_returns WHERE due_at <= $1
    UNION ALL SELECT customer_id, unit FROM wallets WHERE next_due_at <= $1`;
  expect(await select(database, overdue, [now]), "Something is overdue.").toEqual([]);
}
