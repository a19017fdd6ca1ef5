import type { MigrationInterface, QueryRunner } from "typeorm";
import { addColumn, createTable, dropColumns } from "./ddl.js";

/** Budgets, the alerts that they raise, and alerts about balances. */
export class Budgets1700000000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, columns, primaryKey] of tables)
      await createTable(runner, table, { columns, primaryKey });
    for (const [table, column, value] of columns)
      await addColumn(runner, table, value === undefined ? { column } : { column, value });
    await runner.query("CREATE UNIQUE INDEX alerts_in_order ON alerts (customer_id, sequence)");
    await runner.query("CREATE INDEX reversals_by_time ON reversals (customer_id, created_at)");
    // A reversal asks for the place of its call in the ledger, where nothing finds it by the call.
    await runner.query(
      `UPDATE usage_records SET sequence = e.sequence FROM ledger_entries e
       WHERE e.customer_id = usage_records.customer_id AND e.usage_record_id = usage_records.usage_record_id
         AND e.type = 'USAGE'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DROP INDEX reversals_by_time");
    for (const [table, column] of columns) await dropColumns(runner, table, [column]);
    for (const [table] of tables) await runner.query(`DROP TABLE ${table}`);
  }
}

const tables: readonly [table: string, columns: string, primaryKey: string][] = [
  [
    "budgets",
    `customer_id text, budget_id text, unit text, position bigint, name text, set_by text, operation text?, operation_group text?,
     api_key_id text?, span_kind text, days bigint?, measure text, spend_limit bigint, thresholds text, action text,
     revision bigint, created_at bigint, updated_at bigint, deleted_at bigint?`,
    "customer_id, budget_id",
  ],
  [
    "budget_hours",
    "customer_id text, budget_id text, hour bigint, amount bigint",
    "customer_id, budget_id, hour",
  ],
  [
    "alerts",
    "customer_id text, alert_id text, sequence bigint, kind text, unit text, data text, raised_at bigint",
    "customer_id, alert_id",
  ],
];

const columns: readonly [table: string, column: string, value?: number][] = [
  ["wallets", "watches text?"],
  ["wallets", "budget_counts text?"],
  ["credit_grants", "expiry_turns text?"],
  ["holds", "operation_group text?"],
  ["holds", "api_key_id text?"],
  ["usage_records", "sequence bigint", 0],
];
