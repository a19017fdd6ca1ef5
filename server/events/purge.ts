import { addMs, type Clock, dayMs } from "../domain/instant.js";
import type { Database, Tx } from "../storage/database.js";
import { WebhookEndpointRow } from "../storage/rows/events.js";

/** Deliveries that go in one transaction. */
const batchMax = 500;

/** How long the log tells of what was delivered. */
const keptDays = 30;

interface Needs {
  readonly database: Database;
  readonly clock: Clock;
}

interface DeliveryKey {
  readonly customerId: string;
  readonly endpointId: string;
  readonly sequence: number;
}

/** Forgets a batch of deliveries that have been made long ago, and their attempts; the events themselves stay. */
export const makePurgeDeliveries =
  ({ database, clock }: Needs) =>
  async (): Promise<number> => {
    const before = addMs(clock(), -keptDays * dayMs);
    const old = await database.read((tx) =>
      tx.query<DeliveryKey>(
        `SELECT d.customer_id AS "customerId", d.endpoint_id AS "endpointId", d.sequence
         FROM webhook_endpoints e JOIN webhook_deliveries d ON d.endpoint_id = e.endpoint_id
         WHERE d.status = 'DELIVERED' AND d.created_at < $1 AND d.delivered_at < $1
         ORDER BY d.endpoint_id, d.created_at, d.customer_id, d.sequence LIMIT ${batchMax}`,
        [before],
      ),
    );
    if (old.length > 0) await database.transact((tx) => forget(tx, old, "status = 'DELIVERED'"));
    return old.length;
  };

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
  const batch = await tx.query<DeliveryKey>(
    `SELECT customer_id AS "customerId", endpoint_id AS "endpointId", sequence FROM webhook_deliveries
     WHERE endpoint_id = $1 ORDER BY created_at, customer_id, sequence LIMIT ${batchMax}`,
    [endpointId],
  );
  if (batch.length === 0) {
    await tx.manager.delete(WebhookEndpointRow, { endpointId });
    return 1;
  }
  await forget(tx, batch);
  const given = tx.dialect.given("$1", ["customer_id text", "endpoint_id text"]);
  await tx.query(
    `DELETE FROM webhook_lanes WHERE (customer_id, endpoint_id) IN
       (SELECT customer_id, endpoint_id FROM ${given} AS given)`,
    [JSON.stringify(batch.map((one) => [one.customerId, one.endpointId]))],
  );
  return batch.length;
}

/** Deliveries with their attempts; `where` keeps those that have changed since they were looked up. */
async function forget(tx: Tx, deliveries: readonly DeliveryKey[], where = "TRUE"): Promise<void> {
  const given = tx.dialect.given("$1", ["customer_id text", "endpoint_id text", "sequence bigint"]);
  const keys = (rows: readonly DeliveryKey[]) =>
    JSON.stringify(rows.map((one) => [one.customerId, one.endpointId, one.sequence]));
  const ofThem = `(customer_id, endpoint_id, sequence) IN
    (SELECT customer_id, endpoint_id, sequence FROM ${given} AS given)`;
  const gone = await tx.query<DeliveryKey>(
    `DELETE FROM webhook_deliveries WHERE ${ofThem} AND ${where}
     RETURNING customer_id AS "customerId", endpoint_id AS "endpointId", sequence`,
    [keys(deliveries)],
  );
  await tx.query(`DELETE FROM webhook_attempts WHERE ${ofThem}`, [keys(gone)]);
}
