import type { MigrationInterface, QueryRunner } from "typeorm";
import { createTable } from "./ddl.js";

/**
 * Every customer-owned table has the customer first in its primary key and unique indexes, so that the tables can be
 * spread over machines by customer (Citus) without a change.
 */
export class Foundation1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, columns, primaryKey] of tables)
      await createTable(runner, table, { columns, primaryKey });
    for (const statement of indexes) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table] of tables.toReversed()) await runner.query(`DROP TABLE ${table}`);
  }
}

const tables: readonly [table: string, columns: string, primaryKey: string][] = [
  ["units", "key text, position bigint, definition text, archived_at bigint?", "key"],
  ["operations", "key text, position bigint, definition text, archived_at bigint?", "key"],
  ["plans", "key text, position bigint, current_version bigint, archived_at bigint?", "key"],
  ["plan_versions", "plan_key text, version bigint, terms text, created_at bigint", "plan_key, version"],
  ["credit_packs", "key text, position bigint, definition text, archived_at bigint?", "key"],
  [
    "api_keys",
    "key_id text, name text, role text, secret_hash text, created_at bigint, revoked_at bigint?",
    "key_id",
  ],
  ["test_clocks", "test_clock_id text, name text?, now bigint", "test_clock_id"],
  ["document_numbers", "series text, year bigint, last bigint", "series, year"],
  [
    "customers",
    "customer_id text, name text?, email text?, metadata text, test_clock_id text?, created_at bigint",
    "customer_id",
  ],
  [
    "subscriptions",
    `customer_id text, subscription_id text, plan_key text, plan_version bigint, starts_at bigint, ends_at bigint?,
     next_period_index bigint`,
    "customer_id, subscription_id",
  ],
  [
    "wallets",
    `customer_id text, unit text, posted bigint, held bigint, postpaid bigint, sequence bigint,
     next_due_at bigint?`,
    "customer_id, unit",
  ],
  [
    "credit_grants",
    `customer_id text, grant_id text, unit text, source text, state text, amount bigint, remaining bigint,
     priority bigint, effective_at bigint, expires_at bigint?, operations text?, window_days bigint?, reason text?,
     origin_id text?`,
    "customer_id, grant_id",
  ],
  [
    "ledger_entries",
    `customer_id text, unit text, sequence bigint, type text, amount bigint, balance_after bigint, grant_id text?,
     usage_record_id text?, occurred_at bigint, recorded_at bigint`,
    "customer_id, unit, sequence",
  ],
  [
    "window_returns",
    "customer_id text, unit text, due_at bigint, grant_id text, amount bigint",
    "customer_id, unit, due_at, grant_id",
  ],
  [
    "idempotency_keys",
    "customer_id text, key text, input_hash text, result_id text, used_at bigint",
    "customer_id, key",
  ],
  [
    "usage_records",
    `customer_id text, usage_record_id text, unit text, operation text, quantity bigint, attributes text,
     amount bigint, postpaid bigint, balance_after bigint, plan_key text, plan_version bigint,
     period_quantity bigint, idempotency_key text, occurred_at bigint, recorded_at bigint`,
    "customer_id, usage_record_id",
  ],
  [
    "draws",
    "customer_id text, usage_record_id text, position bigint, grant_id text, amount bigint",
    "customer_id, usage_record_id, position",
  ],
  [
    "usage_rollups",
    `customer_id text, hour bigint, operation text, unit text, calls bigint, quantity bigint, amount bigint,
     postpaid bigint`,
    "customer_id, hour, operation, unit",
  ],
  [
    "usage_counters",
    "customer_id text, subscription_id text, operation text, period_index bigint, quantity total",
    "customer_id, subscription_id, operation, period_index",
  ],
  [
    "purchases",
    `customer_id text, purchase_id text, idempotency_key text, input_hash text, credit_pack text, quantity bigint,
     unit text, credits bigint, expires_after_days bigint?, priority bigint, status text, invoice_id text,
     grant_id text?, created_at bigint`,
    "customer_id, purchase_id",
  ],
  [
    "invoices",
    `customer_id text, invoice_id text, number text?, status text, currency text, lines text, total bigint,
     created_at bigint, finalized_at bigint?, paid_at bigint?`,
    "customer_id, invoice_id",
  ],
  [
    "payments",
    `customer_id text, payment_id text, invoice_id text, status text, amount bigint, currency text, failure text?,
     action_url text?, created_at bigint`,
    "customer_id, payment_id",
  ],
];

const indexes: readonly string[] = [
  // The hot path loads only these grants; the ended ones of years must not slow it down.
  "CREATE INDEX live_grants ON credit_grants (customer_id, unit) WHERE state <> 'ENDED'",
  "CREATE INDEX usage_records_by_time ON usage_records (customer_id, occurred_at, usage_record_id)",
  "CREATE UNIQUE INDEX purchases_by_key ON purchases (customer_id, idempotency_key)",
  "CREATE INDEX wallets_due ON wallets (next_due_at) WHERE next_due_at IS NOT NULL",
  "CREATE INDEX customers_by_test_clock ON customers (test_clock_id) WHERE test_clock_id IS NOT NULL",
  "CREATE INDEX plan_versions_in_use ON subscriptions (plan_key, plan_version)",
  "CREATE INDEX invoices_by_id ON invoices (invoice_id)",
];
