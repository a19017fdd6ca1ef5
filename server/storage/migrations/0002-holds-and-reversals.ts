import type { MigrationInterface, QueryRunner } from "typeorm";
import { addColumn, createTable } from "./ddl.js";

/** Credits can be reserved, and calls be undone. */
export class HoldsAndReversals1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, columns, primaryKey] of tables)
      await createTable(runner, table, { columns, primaryKey });
    await addColumn(runner, "credit_grants", { column: "held bigint", value: 0 });
    await addColumn(runner, "wallets", { column: "next_hold_end_at bigint?" });
    await addColumn(runner, "usage_records", { column: "hold_id text?" });
    for (const statement of indexes) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DROP INDEX usage_records_by_hold");
    await runner.query("ALTER TABLE usage_records DROP COLUMN hold_id");
    await runner.query("ALTER TABLE wallets DROP COLUMN next_hold_end_at");
    await runner.query("ALTER TABLE credit_grants DROP COLUMN held");
    for (const [table] of tables.toReversed()) await runner.query(`DROP TABLE ${table}`);
  }
}

const tables: readonly [table: string, columns: string, primaryKey: string][] = [
  [
    "holds",
    `customer_id text, hold_id text, unit text, operation text, quantity bigint, attributes text, amount bigint,
     captured bigint, postpaid bigint, status text, plan_key text, plan_version bigint, idempotency_key text,
     created_at bigint, expires_at bigint, ended_at bigint?`,
    "customer_id, hold_id",
  ],
  [
    "hold_draws",
    "customer_id text, hold_id text, position bigint, grant_id text, amount bigint, reserved bigint",
    "customer_id, hold_id, position",
  ],
  [
    "reversals",
    `customer_id text, usage_record_id text, reversal_id text, amount bigint, postpaid bigint, reason text?,
     idempotency_key text, created_at bigint`,
    "customer_id, usage_record_id, reversal_id",
  ],
  [
    "reversal_draws",
    `customer_id text, usage_record_id text, reversal_id text, position bigint, grant_id text, amount bigint,
     effect text`,
    "customer_id, usage_record_id, reversal_id, position",
  ],
];

const indexes: readonly string[] = [
  // What is due is looked for on the hot path, among the active holds only.
  "CREATE INDEX active_holds ON holds (customer_id, unit, expires_at) WHERE status = 'ACTIVE'",
  "CREATE INDEX holds_by_time ON holds (customer_id, created_at, hold_id)",
  "CREATE INDEX usage_records_by_hold ON usage_records (customer_id, hold_id) WHERE hold_id IS NOT NULL",
];
