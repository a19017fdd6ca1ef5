import type { MigrationInterface, QueryRunner } from "typeorm";
import { addColumn, createTable, dropColumns } from "./ddl.js";

/** What happens is told: events wait in an outbox, and usage records know the API key that called. */
export class Events1700000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, "events", {
      columns: "customer_id text, sequence bigint, event_id text, type text, data text, created_at bigint",
      primaryKey: "customer_id, sequence",
    });
    await addColumn(runner, "usage_records", { column: "api_key_id text?" });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumns(runner, "usage_records", ["api_key_id"]);
    await runner.query("DROP TABLE events");
  }
}
