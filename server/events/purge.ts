import type { Database, Tx } from "../storage/database.js";
import { WebhookEndpointRow } from "../storage/rows/events.js";

/** Deliveries of a deleted endpoint that go in one transaction. */
const batchMax = 500;

/** Forgets a batch of what was kept for endpoints that were deleted, and at last the endpoints. */
export const makePurgeEndpoints = (database: Database) => async (): Promise<number> => {
  const deleted = await database.read((tx) =>
    tx.query<{ id: string }>(
      "SELECT endpoint_id AS id FROM webhook_endpoints WHERE deleted_at IS NOT NULL ORDER BY endpoint_id",
    ),
  );
  let gone = 0;
  for (const { id } of deleted) gone += await database.transact((tx) => purge(tx, id));
  return gone;
};

async function purge(tx: Tx, endpointId: string): Promise<number> {
  const batch = await tx.query<{ customer_id: string; sequence: number }>(
    `SELECT customer_id, sequence FROM webhook_deliveries WHERE endpoint_id = $1
     ORDER BY created_at, customer_id, sequence LIMIT ${batchMax}`,
    [endpointId],
  );
  if (batch.length === 0) {
    await tx.manager.delete(WebhookEndpointRow, { endpointId });
    return 1;
  }
  const given = tx.dialect.given("$1", ["customer_id text", "endpoint_id text", "sequence bigint"]);
  const rows = JSON.stringify(batch.map((one) => [one.customer_id, endpointId, one.sequence]));
  for (const table of ["webhook_attempts", "webhook_deliveries"])
    await tx.query(
      `DELETE FROM ${table} WHERE (customer_id, endpoint_id, sequence) IN
         (SELECT customer_id, endpoint_id, sequence FROM ${given} AS given)`,
      [rows],
    );
  await tx.query(
    `DELETE FROM webhook_lanes WHERE (customer_id, endpoint_id) IN
       (SELECT customer_id, endpoint_id FROM ${given} AS given)`,
    [rows],
  );
  return batch.length;
}
