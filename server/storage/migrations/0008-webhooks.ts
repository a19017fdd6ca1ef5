import type { MigrationInterface, QueryRunner } from "typeorm";
import { addColumn, createTable, dropColumns } from "./ddl.js";

/** Events are sent to webhook endpoints, and subscriptions know what of them has been told. */
export class Webhooks1700000000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, "webhook_endpoints", {
      columns: `endpoint_id text, url text, description text?, event_types text?, status text, disabled_at bigint?,
        trouble text?, secret text, old_secrets text, created_at bigint,
        deleted_at bigint?, replay_from bigint?, replay_started_at bigint?, replay_finished_at bigint?,
        replayed bigint, replay_customer_id text, replay_sequence bigint`,
      primaryKey: "endpoint_id",
    });
    await createTable(runner, "webhook_lanes", {
      columns:
        "customer_id text, endpoint_id text, next_attempt_at bigint?, failures bigint, failing_since bigint?",
      primaryKey: "customer_id, endpoint_id",
    });
    await createTable(runner, "webhook_deliveries", {
      columns: `customer_id text, endpoint_id text, sequence bigint, status text, attempts bigint, created_at bigint,
        delivered_at bigint?`,
      primaryKey: "customer_id, endpoint_id, sequence",
    });
    await createTable(runner, "webhook_attempts", {
      columns: `customer_id text, endpoint_id text, sequence bigint, attempt bigint, started_at bigint,
        duration_ms bigint, status_code bigint?, error text?, response text?`,
      primaryKey: "customer_id, endpoint_id, sequence, attempt",
    });
    for (const index of indexes) await runner.query(`CREATE INDEX ${index}`);
    // What there is of subscriptions that may still have an effect is told when they are next looked at, which is soon.
    await addColumn(runner, "subscriptions", { column: "told text", value: "NOTHING" });
    await runner.query("UPDATE subscriptions SET told = 'END' WHERE settled_at IS NOT NULL");
    await runner.query(
      `UPDATE customers SET billing_due_at = 0
       WHERE customer_id IN (SELECT customer_id FROM subscriptions WHERE settled_at IS NULL)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumns(runner, "subscriptions", ["told"]);
    for (const table of ["attempts", "deliveries", "lanes", "endpoints"])
      await runner.query(`DROP TABLE webhook_${table}`);
  }
}

const indexes = [
  "webhook_lanes_due ON webhook_lanes (endpoint_id, next_attempt_at, customer_id) WHERE next_attempt_at IS NOT NULL",
  "webhook_lanes_failing ON webhook_lanes (endpoint_id, failing_since) WHERE failing_since IS NOT NULL",
  // What is waiting is little, however long the log has become.
  "webhook_deliveries_waiting ON webhook_deliveries (customer_id, endpoint_id, sequence) WHERE status <> 'DELIVERED'",
  "webhook_deliveries_log ON webhook_deliveries (endpoint_id, created_at, customer_id, sequence)",
  "webhook_deliveries_by_status ON webhook_deliveries (endpoint_id, status, created_at, customer_id, sequence)",
];
