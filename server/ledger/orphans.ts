import type { EntityMetadata } from "typeorm";
import type { Tx } from "../storage/database.js";
import { CustomerRow } from "../storage/rows/customers.js";
import type { Drift, Part } from "./chainCheck.js";

const law = "what belongs to a customer belongs to one that there is";

/** Rows of customers that are gone, in whichever table. What is nobody's, such as an event of an endpoint, may be. */
export async function findOrphans(tx: Tx, { first, last }: Pick<Part, "first" | "last">): Promise<Drift[]> {
  const { entityMetadatas } = tx.manager.connection;
  const rows = await tx.query<{ customer_id: string; rows_of: string }>(
    entityMetadatas.filter(isCustomers).map(strangersIn).join(" UNION ALL "),
    [first, last],
  );
  return rows.map((row) => ({ law, row }));
}

/** The customer comes first in the key of whatever is a customer's. */
const isCustomers = ({ primaryColumns: [column], target }: EntityMetadata): boolean =>
  column?.databaseName === "customer_id" && target !== CustomerRow;

/** Looks once for each customer, not at each row: from one to the next by the primary key. */
const strangersIn = ({ tableName: table }: EntityMetadata): string => `
  SELECT found.id AS customer_id, '${table}' AS rows_of FROM (
    WITH RECURSIVE ids(id) AS (
      SELECT MIN(customer_id) FROM ${table} WHERE customer_id >= $1 AND customer_id <= $2
      UNION ALL
      SELECT (SELECT MIN(customer_id) FROM ${table} WHERE customer_id > ids.id AND customer_id <= $2)
      FROM ids WHERE ids.id IS NOT NULL)
    SELECT id FROM ids WHERE id <> '') AS found
  WHERE NOT EXISTS (SELECT 1 FROM customers c WHERE c.customer_id = found.id)`;
