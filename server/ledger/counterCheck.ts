import type { Micros } from "../domain/amount.js";
import { countsThePeriod } from "../domain/price/discounts.js";
import type { Tx } from "../storage/database.js";
import type { Drift, Part } from "./chainCheck.js";
import { loadPlanVersion } from "./plans.js";

const law = "what is counted of an operation is what its calls used, as far as their price counts it";

/**
 * Counts of tiered and reserved operations that are not those of the calls. Whether a call counts is not stored: it
 * follows from the plan version that priced it.
 */
export async function findCounterDrifts(
  tx: Tx,
  { first, last }: Pick<Part, "first" | "last">,
): Promise<Drift[]> {
  const counting = tx.dialect.given("$3", ["plan_key text", "plan_version bigint", "operation text"]);
  const rows = await tx.query<{ customer_id: string; operation: string; counted: Micros; used: Micros }>(
    `SELECT * FROM (
       SELECT customer_id, operation, SUM(counted) AS counted, SUM(used) AS used FROM (
         SELECT c.customer_id, c.operation, c.quantity AS counted, 0 AS used FROM usage_counters c
         WHERE c.customer_id >= $1 AND c.customer_id <= $2
         UNION ALL
         SELECT u.customer_id, u.operation, 0, u.quantity FROM usage_records u JOIN ${counting} AS given
           ON given.plan_key = u.plan_key AND given.plan_version = u.plan_version
           AND given.operation = u.operation
         WHERE u.customer_id >= $1 AND u.customer_id <= $2) AS both_sides
       GROUP BY customer_id, operation) AS sums
     WHERE counted <> used`,
    [first, last, JSON.stringify(await countingOperations(tx))],
  );
  return rows.map((row) => ({ law, row }));
}

type Counting = readonly [planKey: string, version: number, operation: string];

/** Of every plan version there ever was. */
async function countingOperations(tx: Tx): Promise<Counting[]> {
  const versions = await tx.query<{ key: string; version: number }>(
    "SELECT plan_key AS key, version FROM plan_versions ORDER BY plan_key, version",
  );
  const counting: Counting[] = [];
  for (const { key, version } of versions) {
    const { operations, tailored } = await loadPlanVersion(tx, key, version);
    for (const [operation, priced] of Object.entries(operations))
      if (countsThePeriod(priced, tailored)) counting.push([key, version, operation]);
  }
  return counting;
}
