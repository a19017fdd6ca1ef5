import { dayMs } from "../domain/instant.js";
import { type Law, within } from "./law.js";

/** Supplies that a window gives back to, as long as they are in force. */
const liveRolling = "g.window_days IS NOT NULL AND g.state <> 'ENDED'";

/** Of a trial, which knows its end: what was used so late that its window would be over after that. */
const neverBack = (amount: string, table: "draws" | "reversal_draws"): string =>
  `SELECT g.customer_id, g.unit, g.grant_id, 0, 0, 0, ${amount}, 0
   FROM credit_grants g
   JOIN ${table} d ON d.customer_id = g.customer_id AND d.grant_id = g.grant_id
   JOIN usage_records u ON u.customer_id = d.customer_id AND u.usage_record_id = d.usage_record_id
   WHERE ${within("g")} AND ${within("d")} AND ${liveRolling} AND g.expires_at IS NOT NULL
     AND u.occurred_at + g.window_days * ${dayMs} > g.expires_at`;

/** What a key stands for: ids tell what they name. */
const stands = (prefix: string): string => `substr(k.result_id, 1, ${prefix.length}) = '${prefix}'`;

/** Keys that stand for something which is not there. */
const keysWithout = (table: string, id: string, prefix: string): string =>
  `SELECT k.customer_id, k.key, k.result_id FROM idempotency_keys k
   LEFT JOIN ${table} t ON t.customer_id = k.customer_id AND t.${id} = k.result_id
   WHERE ${within("k")} AND ${stands(prefix)} AND t.${id} IS NULL`;

/** Things that were done without keeping the key they were asked for with. */
const withoutKey = (table: string, id: string): string =>
  `SELECT t.customer_id, t.${id} AS id, t.idempotency_key AS key, k.result_id FROM ${table} t
   LEFT JOIN idempotency_keys k ON k.customer_id = t.customer_id AND k.key = t.idempotency_key
   WHERE ${within("t")} AND (k.result_id IS NULL OR k.result_id <> t.${id})`;

const withGap = (table: string): string =>
  `SELECT t.customer_id, '${table}' AS rows_of, COUNT(*) AS stored, MAX(t.sequence) AS last FROM ${table} t
   WHERE ${within("t")} GROUP BY t.customer_id HAVING COUNT(*) <> MAX(t.sequence) OR MIN(t.sequence) <> 1`;

/** Laws of rows that tell of each other: none is there alone, and none that others tell of is missing. */
export const wholenessLaws: readonly Law[] = [
  {
    name: "grants and holds are those of a wallet that there is",
    broken: `SELECT t.customer_id, t.unit, t.id FROM (
               SELECT customer_id, unit, grant_id AS id FROM credit_grants WHERE ${within("credit_grants")}
               UNION ALL
               SELECT customer_id, unit, hold_id FROM holds WHERE ${within("holds")}) AS t
             LEFT JOIN wallets w ON w.customer_id = t.customer_id AND w.unit = t.unit
             WHERE w.unit IS NULL`,
  },
  {
    name: "what remains of a grant is what its entries gave and took, less what calls drew and nobody undid",
    broken: `SELECT * FROM (
               SELECT customer_id, grant_id, SUM(remaining) AS remaining, SUM(moved) AS moved FROM (
                 SELECT g.customer_id, g.grant_id, g.remaining, 0 AS moved FROM credit_grants g
                 WHERE ${within("g")}
                 UNION ALL
                 SELECT e.customer_id, e.grant_id, 0, e.amount FROM ledger_entries e
                 WHERE ${within("e")} AND e.grant_id IS NOT NULL
                 UNION ALL
                 SELECT d.customer_id, d.grant_id, 0, -d.amount FROM draws d WHERE ${within("d")}
                 UNION ALL
                 SELECT d.customer_id, d.grant_id, 0, d.amount FROM reversal_draws d
                 WHERE ${within("d")} AND d.effect <> 'RETURNED') AS moves
               GROUP BY customer_id, grant_id) AS sums
             WHERE remaining <> moved`,
  },
  {
    name: "what a live rolling supply has left and is to get back is what it began with, and no other gets any back",
    // One that has ended and is kept by holds has nothing but what they reserve.
    broken: `SELECT * FROM (
               SELECT customer_id, unit, grant_id, SUM(amount) AS amount, SUM(remaining) AS remaining,
                      SUM(to_come) AS to_come, SUM(never) AS never, SUM(only_held) AS only_held
               FROM (
                 SELECT g.customer_id, g.unit, g.grant_id, g.amount, g.remaining, 0 AS to_come, 0 AS never,
                        CASE WHEN g.expires_at IS NOT NULL AND g.remaining = g.held THEN 1 ELSE 0 END AS only_held
                 FROM credit_grants g WHERE ${within("g")} AND ${liveRolling}
                 UNION ALL
                 SELECT r.customer_id, r.unit, r.grant_id, 0, 0, r.amount, 0, 0 FROM window_returns r
                 WHERE ${within("r")}
                 UNION ALL
                 ${neverBack("d.amount", "draws")}
                 UNION ALL
                 ${neverBack("-d.amount", "reversal_draws")}) AS parts
               GROUP BY customer_id, unit, grant_id) AS sums
             WHERE amount <> remaining + to_come + never AND (only_held = 0 OR to_come <> 0)`,
  },
  {
    name: "every call has one key that stands for it, and every such key one call",
    // Not a join, as there may be millions of both.
    broken: `SELECT * FROM (
               SELECT customer_id, usage_record_id, SUM(calls) AS calls, SUM(keys) AS keys, MIN(key) AS key,
                      MAX(key) AS other_key
               FROM (
                 SELECT u.customer_id, u.usage_record_id, u.idempotency_key AS key, 1 AS calls, 0 AS keys
                 FROM usage_records u WHERE ${within("u")}
                 UNION ALL
                 SELECT k.customer_id, k.result_id, k.key, 0, 1 FROM idempotency_keys k
                 WHERE ${within("k")} AND ${stands("usage_")}) AS both_sides
               GROUP BY customer_id, usage_record_id) AS sums
             WHERE calls <> 1 OR keys <> 1 OR key <> other_key`,
  },
  { name: "the key of every hold stands for it", broken: withoutKey("holds", "hold_id") },
  { name: "the key of every reversal stands for it", broken: withoutKey("reversals", "reversal_id") },
  {
    name: "the hold or reversal that a key stands for is there",
    broken: [
      keysWithout("holds", "hold_id", "hold_"),
      keysWithout("reversals", "reversal_id", "reversal_"),
    ].join(" UNION ALL "),
  },
  { name: "a customer's events are numbered without a gap", broken: withGap("events") },
  { name: "a customer's alerts are numbered without a gap", broken: withGap("alerts") },
];
