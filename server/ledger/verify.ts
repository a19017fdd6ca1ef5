import { hourMs } from "../domain/instant.js";
import type { Database, Tx } from "../storage/database.js";

/** A law of the books, and a query for the rows of some customers that break it. */
interface Law {
  readonly name: string;
  /** $1 and $2 bound the customers: after the one, up to the other. */
  readonly broken: string;
}

const within = (table: string): string => `${table}.customer_id > $1 AND ${table}.customer_id <= $2`;

const laws: readonly Law[] = [
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
    name: "no grant holds less than nothing, or more than was granted",
    broken: `SELECT g.customer_id, g.grant_id, g.amount, g.remaining FROM credit_grants g
             WHERE ${within("g")} AND (g.remaining < 0 OR g.remaining > g.amount)`,
  },
  {
    name: "what a call burned of grants, plus what it owes, is its amount",
    broken: `SELECT u.customer_id, u.usage_record_id, u.amount, u.postpaid, COALESCE(SUM(d.amount), 0) AS drawn
             FROM usage_records u
             LEFT JOIN draws d ON d.customer_id = u.customer_id AND d.usage_record_id = u.usage_record_id
             WHERE ${within("u")} GROUP BY u.customer_id, u.usage_record_id, u.amount, u.postpaid
             HAVING COALESCE(SUM(d.amount), 0) + u.postpaid <> u.amount`,
  },
  {
    name: "every call has one ledger entry, of its amount",
    // Not a join: entries have no index by call, and a customer may have millions of both.
    broken: `SELECT * FROM (
               SELECT customer_id, usage_record_id, SUM(calls) AS calls, SUM(entries) AS entries,
                      SUM(amount) AS difference
               FROM (
                 SELECT u.customer_id, u.usage_record_id, 1 AS calls, 0 AS entries, u.amount
                 FROM usage_records u WHERE ${within("u")}
                 UNION ALL
                 SELECT e.customer_id, e.usage_record_id, 0, 1, e.amount
                 FROM ledger_entries e WHERE ${within("e")} AND e.type = 'USAGE') AS both_sides
               GROUP BY customer_id, usage_record_id) AS sums
             WHERE calls <> 1 OR entries <> 1 OR difference <> 0`,
  },
  {
    name: "the hourly sums are the sums of the calls",
    broken: `SELECT * FROM (
               SELECT customer_id, hour, operation, unit, SUM(calls) AS calls, SUM(amount) AS amount,
                      SUM(postpaid) AS postpaid
               FROM (
                 SELECT r.customer_id, r.hour, r.operation, r.unit, r.calls, r.amount, r.postpaid
                 FROM usage_rollups r WHERE ${within("r")}
                 UNION ALL
                 SELECT u.customer_id, u.occurred_at - u.occurred_at % ${hourMs}, u.operation, u.unit, -1, -u.amount,
                        -u.postpaid
                 FROM usage_records u WHERE ${within("u")}) AS both_sides
               GROUP BY customer_id, hour, operation, unit) AS differences
             WHERE calls <> 0 OR amount <> 0 OR postpaid <> 0`,
  },
];

export interface Drift {
  readonly law: string;
  /** The row that breaks it, with the figures that disagree. */
  readonly row: Readonly<Record<string, unknown>>;
}

export interface Progress {
  readonly checked: number;
  readonly customers: number;
}

const customersAtOnce = 200;

/** Recomputes the laws of the books from the stored rows, some customers at a time, and reports every drift. */
export const makeVerify =
  (database: Database) =>
  async (onProgress: (progress: Progress) => void): Promise<readonly Drift[]> => {
    const customers = await database.read(countCustomers);
    const drifts: Drift[] = [];
    let checked = 0;
    let after = "";
    for (;;) {
      const part = await database.read((tx) => verifyPart(tx, after));
      if (part === null) return drifts;
      drifts.push(...part.drifts);
      checked += part.customers;
      after = part.last;
      onProgress({ checked, customers });
    }
  };

async function countCustomers(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ customers: number }>("SELECT COUNT(*) AS customers FROM customers");
  return row?.customers ?? 0;
}

/** Each part is read in one transaction, so calls that are made meanwhile cannot look like drift. */
async function verifyPart(tx: Tx, after: string) {
  const ids = await tx.query<{ id: string }>(
    "SELECT customer_id AS id FROM customers WHERE customer_id > $1 ORDER BY customer_id LIMIT $2",
    [after, customersAtOnce],
  );
  const last = ids.at(-1)?.id;
  if (last === undefined) return null;
  const drifts: Drift[] = [];
  for (const { name, broken } of laws)
    for (const row of await tx.query<Record<string, unknown>>(broken, [after, last]))
      drifts.push({ law: name, row });
  return { drifts, last, customers: ids.length };
}
