import { hourMs } from "../domain/instant.js";
import { budgetLaws } from "./budgetLaws.js";
import { type Law, within } from "./law.js";
import { moneyLaws } from "./moneyLaws.js";
import { wholenessLaws } from "./wholenessLaws.js";

/** What of a draw the free supply paid, or what other credits did. */
const drawnFrom = (source: "SUPPLY" | "OTHERS", amount: string): string =>
  `CASE WHEN g.source ${source === "SUPPLY" ? "=" : "<>"} 'SUPPLY' THEN ${amount} ELSE 0 END`;

/** Which hourly sum a usage record is part of. */
const hourlySum = `u.customer_id, u.occurred_at - u.occurred_at % ${hourMs}, u.operation, u.unit, u.plan_key,
                        COALESCE(u.api_key_id, ''), u.reported_attributes`;

const creditLaws: readonly Law[] = [
  {
    name: "the sum of a wallet's ledger entries is its posted balance, and none is missing",
    broken: `SELECT w.customer_id, w.unit, w.posted, w.sequence, COUNT(e.sequence) AS entries,
                    COALESCE(SUM(e.amount), 0) AS sum
             FROM wallets w LEFT JOIN ledger_entries e ON e.customer_id = w.customer_id AND e.unit = w.unit
             WHERE ${within("w")} GROUP BY w.customer_id, w.unit, w.posted, w.sequence
             HAVING COALESCE(SUM(e.amount), 0) <> w.posted OR COUNT(e.sequence) <> w.sequence
                 OR COALESCE(MAX(e.sequence), 0) <> w.sequence`,
  },
  {
    name: "each entry's balance is the one before it plus its amount",
    broken: `SELECT * FROM (
               SELECT e.customer_id, e.unit, e.sequence, e.balance_after,
                      SUM(e.amount) OVER (PARTITION BY e.customer_id, e.unit ORDER BY e.sequence) AS running
               FROM ledger_entries e WHERE ${within("e")}) AS entries
             WHERE balance_after <> running`,
  },
  {
    name: "a wallet's grants, less what it owes, are its posted balance",
    broken: `SELECT w.customer_id, w.unit, w.posted, w.postpaid, COALESCE(SUM(g.remaining), 0) AS remaining
             FROM wallets w LEFT JOIN credit_grants g ON g.customer_id = w.customer_id AND g.unit = w.unit
             WHERE ${within("w")} GROUP BY w.customer_id, w.unit, w.posted, w.postpaid
             HAVING COALESCE(SUM(g.remaining), 0) - w.postpaid <> w.posted`,
  },
  {
    name: "no grant has less than nothing left, or more than was granted",
    broken: `SELECT g.customer_id, g.unit, g.grant_id, g.amount, g.remaining FROM credit_grants g
             WHERE ${within("g")} AND (g.remaining < 0 OR g.remaining > g.amount)`,
  },
  {
    name: "a grant's active holds reserve what it says is held, and no more than remains",
    broken: `SELECT g.customer_id, g.unit, g.grant_id, g.remaining, g.held, COALESCE(SUM(d.amount), 0) AS reserved
             FROM credit_grants g
             LEFT JOIN (SELECT d.customer_id, d.grant_id, d.amount FROM hold_draws d
                        JOIN holds h ON h.customer_id = d.customer_id AND h.hold_id = d.hold_id
                        WHERE ${within("h")} AND h.status = 'ACTIVE') AS d
               ON d.customer_id = g.customer_id AND d.grant_id = g.grant_id
             WHERE ${within("g")} GROUP BY g.customer_id, g.unit, g.grant_id, g.remaining, g.held
             HAVING COALESCE(SUM(d.amount), 0) <> g.held OR g.held < 0 OR g.held > g.remaining`,
  },
  {
    name: "a wallet holds what its grants hold and what its active holds would owe",
    broken: `SELECT w.customer_id, w.unit, w.held, COALESCE(g.held, 0) AS in_grants,
                    COALESCE(h.postpaid, 0) AS would_owe
             FROM wallets w
             LEFT JOIN (SELECT customer_id, unit, SUM(held) AS held FROM credit_grants
                        WHERE ${within("credit_grants")} GROUP BY customer_id, unit) AS g
               ON g.customer_id = w.customer_id AND g.unit = w.unit
             LEFT JOIN (SELECT customer_id, unit, SUM(postpaid) AS postpaid FROM holds
                        WHERE ${within("holds")} AND status = 'ACTIVE'
                        GROUP BY customer_id, unit) AS h
               ON h.customer_id = w.customer_id AND h.unit = w.unit
             WHERE ${within("w")} AND w.held <> COALESCE(g.held, 0) + COALESCE(h.postpaid, 0)`,
  },
  {
    name: "no hold reserves less than nothing or more than at first, and an ended one reserves nothing",
    broken: `SELECT * FROM (
               SELECT h.customer_id, h.unit, h.hold_id, h.status, h.amount, h.postpaid,
                      COALESCE(SUM(d.amount), 0) AS reserved, COALESCE(MIN(d.amount), 0) AS least
               FROM holds h LEFT JOIN hold_draws d ON d.customer_id = h.customer_id AND d.hold_id = h.hold_id
               WHERE ${within("h")} GROUP BY h.customer_id, h.unit, h.hold_id, h.status, h.amount, h.postpaid) AS sums
             WHERE least < 0 OR postpaid < 0 OR reserved + postpaid > amount
                OR (status <> 'ACTIVE' AND reserved + postpaid <> 0)`,
  },
  {
    name: "a hold's captures are what it says was captured",
    broken: `SELECT h.customer_id, h.unit, h.hold_id, h.captured, COALESCE(SUM(u.amount), 0) AS recorded
             FROM holds h LEFT JOIN usage_records u ON u.customer_id = h.customer_id AND u.hold_id = h.hold_id
             WHERE ${within("h")} GROUP BY h.customer_id, h.unit, h.hold_id, h.captured
             HAVING COALESCE(SUM(u.amount), 0) <> h.captured`,
  },
  {
    name: "no call is reversed beyond its amount, its debt or its draws",
    broken: `SELECT u.customer_id, u.unit, u.usage_record_id, u.amount, u.postpaid, r.amount AS reversed,
                    r.postpaid AS reversed_postpaid
             FROM usage_records u
             JOIN (SELECT customer_id, usage_record_id, SUM(amount) AS amount, SUM(postpaid) AS postpaid
                   FROM reversals WHERE ${within("reversals")} GROUP BY customer_id, usage_record_id) AS r
               ON r.customer_id = u.customer_id AND r.usage_record_id = u.usage_record_id
             WHERE ${within("u")} AND (r.amount > u.amount OR r.postpaid > u.postpaid)
             UNION ALL
             SELECT d.customer_id, u.unit, d.usage_record_id, d.amount, 0, r.amount, 0
             FROM (SELECT customer_id, usage_record_id, position, SUM(amount) AS amount
                   FROM reversal_draws WHERE ${within("reversal_draws")}
                   GROUP BY customer_id, usage_record_id, position) AS r
             JOIN draws d ON d.customer_id = r.customer_id AND d.usage_record_id = r.usage_record_id
               AND d.position = r.position
             JOIN usage_records u ON u.customer_id = d.customer_id AND u.usage_record_id = d.usage_record_id
             WHERE ${within("d")} AND r.amount > d.amount`,
  },
  {
    name: "what a reversal gives back, to grants and of debt, is its amount",
    broken: `SELECT r.customer_id, r.usage_record_id, r.reversal_id, r.amount, r.postpaid,
                    COALESCE(SUM(d.amount), 0) AS given_back
             FROM reversals r
             LEFT JOIN reversal_draws d ON d.customer_id = r.customer_id AND d.usage_record_id = r.usage_record_id
               AND d.reversal_id = r.reversal_id
             WHERE ${within("r")}
             GROUP BY r.customer_id, r.usage_record_id, r.reversal_id, r.amount, r.postpaid
             HAVING COALESCE(SUM(d.amount), 0) + r.postpaid <> r.amount`,
  },
  {
    name: "a call's reversals are in the ledger, as far as they changed the balance",
    broken: `SELECT * FROM (
               SELECT customer_id, usage_record_id, SUM(amount) AS difference FROM (
                 SELECT e.customer_id, e.usage_record_id, e.amount FROM ledger_entries e
                 WHERE ${within("e")} AND e.type = 'REVERSAL'
                 UNION ALL
                 SELECT r.customer_id, r.usage_record_id, -r.postpaid FROM reversals r WHERE ${within("r")}
                 UNION ALL
                 SELECT d.customer_id, d.usage_record_id, -d.amount FROM reversal_draws d
                 WHERE ${within("d")} AND d.effect <> 'RETURNED') AS both_sides
               GROUP BY customer_id, usage_record_id) AS differences
             WHERE difference <> 0`,
  },
  {
    name: "what a call burned of grants, plus what it owes, is its amount",
    broken: `SELECT u.customer_id, u.unit, u.usage_record_id, u.amount, u.postpaid, COALESCE(SUM(d.amount), 0) AS drawn
             FROM usage_records u
             LEFT JOIN draws d ON d.customer_id = u.customer_id AND d.usage_record_id = u.usage_record_id
             WHERE ${within("u")} GROUP BY u.customer_id, u.unit, u.usage_record_id, u.amount, u.postpaid
             HAVING COALESCE(SUM(d.amount), 0) + u.postpaid <> u.amount`,
  },
  {
    name: "every call has one ledger entry, of its amount, and knows its place",
    // Not a join: entries have no index by call, and a customer may have millions of both.
    broken: `SELECT * FROM (
               SELECT customer_id, unit, usage_record_id, SUM(calls) AS calls, SUM(entries) AS entries,
                      SUM(amount) AS difference, SUM(sequence) AS apart
               FROM (
                 SELECT u.customer_id, u.unit, u.usage_record_id, 1 AS calls, 0 AS entries, u.amount, u.sequence
                 FROM usage_records u WHERE ${within("u")}
                 UNION ALL
                 SELECT e.customer_id, e.unit, e.usage_record_id, 0, 1, e.amount, -e.sequence
                 FROM ledger_entries e WHERE ${within("e")} AND e.type = 'USAGE') AS both_sides
               GROUP BY customer_id, unit, usage_record_id) AS sums
             WHERE calls <> 1 OR entries <> 1 OR difference <> 0 OR apart <> 0`,
  },
  {
    name: "the hourly sums are the sums of the calls, less what was reversed of them",
    broken: `SELECT * FROM (
               SELECT customer_id, hour, operation, unit, plan_key, api_key_id, attributes, SUM(calls) AS calls,
                      SUM(quantity) AS quantity, SUM(amount) AS amount, SUM(allowance) AS allowance,
                      SUM(postpaid) AS postpaid, SUM(reversed) AS reversed
               FROM (
                 SELECT r.customer_id, r.hour, r.operation, r.unit, r.plan_key, r.api_key_id, r.attributes, r.calls,
                        r.quantity, r.amount, r.allowance, r.postpaid, r.reversed
                 FROM usage_rollups r WHERE ${within("r")}
                 UNION ALL
                 SELECT ${hourlySum}, -1, -u.quantity, -u.amount, 0, -u.postpaid, 0
                 FROM usage_records u WHERE ${within("u")}
                 UNION ALL
                 SELECT ${hourlySum}, 0, 0, 0, ${drawnFrom("SUPPLY", "-d.amount")}, 0, 0
                 FROM usage_records u
                 JOIN draws d ON d.customer_id = u.customer_id AND d.usage_record_id = u.usage_record_id
                 JOIN credit_grants g ON g.customer_id = d.customer_id AND g.grant_id = d.grant_id
                 WHERE ${within("u")}
                 UNION ALL
                 SELECT ${hourlySum}, 0, 0, r.amount, 0, r.postpaid, -r.amount
                 FROM reversals r JOIN usage_records u ON u.customer_id = r.customer_id
                   AND u.usage_record_id = r.usage_record_id
                 WHERE ${within("r")}
                 UNION ALL
                 SELECT ${hourlySum}, 0, 0, 0, ${drawnFrom("SUPPLY", "d.amount")}, 0, 0
                 FROM reversal_draws d
                 JOIN usage_records u ON u.customer_id = d.customer_id AND u.usage_record_id = d.usage_record_id
                 JOIN credit_grants g ON g.customer_id = d.customer_id AND g.grant_id = d.grant_id
                 WHERE ${within("d")}) AS both_sides
               GROUP BY customer_id, hour, operation, unit, plan_key, api_key_id, attributes) AS differences
             WHERE calls <> 0 OR quantity <> 0 OR amount <> 0 OR allowance <> 0 OR postpaid <> 0 OR reversed <> 0`,
  },
  {
    name: "a billing period's sums are those of the calls billed to it, less what was reversed of them",
    broken: `SELECT * FROM (
               SELECT customer_id, subscription_id, period_index, operation, SUM(calls) AS calls,
                      SUM(quantity) AS quantity, SUM(amount) AS amount, SUM(allowance) AS allowance,
                      SUM(prepaid) AS prepaid, SUM(postpaid) AS postpaid
               FROM (
                 SELECT p.customer_id, p.subscription_id, p.period_index, p.operation, p.calls, p.quantity, p.amount,
                        p.allowance, p.prepaid, p.postpaid
                 FROM period_usage p WHERE ${within("p")}
                 UNION ALL
                 SELECT u.customer_id, u.subscription_id, u.period_index, u.operation, -1, -u.quantity, -u.amount, 0,
                        0, -u.postpaid
                 FROM usage_records u WHERE ${within("u")} AND u.subscription_id IS NOT NULL
                 UNION ALL
                 SELECT u.customer_id, u.subscription_id, u.period_index, u.operation, 0, 0, 0,
                        ${drawnFrom("SUPPLY", "-d.amount")}, ${drawnFrom("OTHERS", "-d.amount")}, 0
                 FROM usage_records u
                 JOIN draws d ON d.customer_id = u.customer_id AND d.usage_record_id = u.usage_record_id
                 JOIN credit_grants g ON g.customer_id = d.customer_id AND g.grant_id = d.grant_id
                 WHERE ${within("u")} AND u.subscription_id IS NOT NULL
                 UNION ALL
                 SELECT r.customer_id, r.subscription_id, r.period_index, u.operation,
                        CASE WHEN place = 1 AND reversed = u.amount THEN 1 ELSE 0 END,
                        CASE WHEN place = 1 AND reversed = u.amount THEN u.quantity ELSE 0 END, r.amount, 0, 0,
                        r.postpaid
                 FROM (SELECT reversals.*, SUM(amount) OVER (PARTITION BY customer_id, usage_record_id) AS reversed,
                              ROW_NUMBER() OVER (PARTITION BY customer_id, usage_record_id
                                                 ORDER BY created_at DESC, reversal_id DESC) AS place
                       FROM reversals WHERE ${within("reversals")}) AS r
                 JOIN usage_records u ON u.customer_id = r.customer_id AND u.usage_record_id = r.usage_record_id
                 WHERE r.subscription_id IS NOT NULL
                 UNION ALL
                 SELECT r.customer_id, r.subscription_id, r.period_index, u.operation, 0, 0, 0,
                        ${drawnFrom("SUPPLY", "d.amount")}, ${drawnFrom("OTHERS", "d.amount")}, 0
                 FROM reversals r
                 JOIN usage_records u ON u.customer_id = r.customer_id AND u.usage_record_id = r.usage_record_id
                 JOIN reversal_draws d ON d.customer_id = r.customer_id AND d.usage_record_id = r.usage_record_id
                   AND d.reversal_id = r.reversal_id
                 JOIN credit_grants g ON g.customer_id = d.customer_id AND g.grant_id = d.grant_id
                 WHERE ${within("r")} AND r.subscription_id IS NOT NULL) AS both_sides
               GROUP BY customer_id, subscription_id, period_index, operation) AS differences
             WHERE calls <> 0 OR quantity <> 0 OR amount <> 0 OR allowance <> 0 OR prepaid <> 0 OR postpaid <> 0`,
  },
  {
    name: "what a wallet owes is what its calls left open, less what was undone of it and what invoices took over",
    broken: `SELECT * FROM (
               SELECT customer_id, unit, SUM(owed) AS difference FROM (
                 SELECT w.customer_id, w.unit, w.postpaid AS owed FROM wallets w WHERE ${within("w")}
                 UNION ALL
                 SELECT u.customer_id, u.unit, -u.postpaid FROM usage_records u WHERE ${within("u")}
                 UNION ALL
                 SELECT r.customer_id, u.unit, r.postpaid FROM reversals r JOIN usage_records u
                   ON u.customer_id = r.customer_id AND u.usage_record_id = r.usage_record_id
                 WHERE ${within("r")}
                 UNION ALL
                 SELECT e.customer_id, e.unit, e.amount FROM ledger_entries e
                 WHERE ${within("e")} AND e.type = 'INVOICE') AS both_sides
               GROUP BY customer_id, unit) AS differences
             WHERE difference <> 0`,
  },
  {
    name: "invoices took over what their periods left open, once each",
    broken: `SELECT * FROM (
               SELECT customer_id, SUM(taken) AS difference FROM (
                 SELECT e.customer_id, e.amount AS taken FROM ledger_entries e
                 WHERE ${within("e")} AND e.type = 'INVOICE'
                 UNION ALL
                 SELECT p.customer_id, -p.postpaid FROM period_usage p JOIN subscriptions s
                   ON s.customer_id = p.customer_id AND s.subscription_id = p.subscription_id
                 WHERE ${within("p")} AND p.period_index < s.next_final_index) AS both_sides
               GROUP BY customer_id) AS differences
             WHERE difference <> 0`,
  },
  {
    name: "each part of a billing period's usage is paid by allowance, by prepaid credits, or afterwards",
    broken: `SELECT p.customer_id, p.subscription_id, p.period_index, p.operation, p.tier, p.late_day, p.amount,
                    p.allowance, p.prepaid, p.postpaid
             FROM period_usage p WHERE ${within("p")} AND p.amount <> p.allowance + p.prepaid + p.postpaid`,
  },
];

export const laws: readonly Law[] = [...creditLaws, ...wholenessLaws, ...moneyLaws, ...budgetLaws];
