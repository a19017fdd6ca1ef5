import type { MigrationInterface, QueryRunner } from "typeorm";
import { addColumn, createTable, dropColumns, statements } from "./ddl.js";

/** Subscriptions change and end, periods close, and invoices are made of them, paid, corrected and refunded. */
export class Billing1700000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, columns, primaryKey] of tables)
      await createTable(runner, table, { columns, primaryKey });
    for (const [table, column, value] of columns)
      await addColumn(runner, table, value === undefined ? { column } : { column, value });
    for (const statement of backfill) await runner.query(statement);
    for (const statement of indexes) await runner.query(statement);
    await completeLines(runner);
    await completePacks(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of [
      "billing_due",
      "invoices_to_collect",
      "refunds_to_ask",
      "purchases_to_ask",
      "payments_to_cancel",
      "open_subscriptions",
      "payments_by_id",
      "credit_notes_by_id",
      "top_ups_due",
    ])
      await runner.query(`DROP INDEX ${name}`);
    for (const [table, column] of columns.toReversed()) await dropColumns(runner, table, [column]);
    for (const [table] of tables.toReversed()) await runner.query(`DROP TABLE ${table}`);
  }
}

const tables: readonly [table: string, columns: string, primaryKey: string][] = [
  ["settings", "key text, definition text", "key"],
  ["secrets", "key text, secret text", "key"],
  ["coupons", "key text, position bigint, definition text, archived_at bigint?", "key"],
  ["coupon_counts", "coupon text, redeemed bigint", "coupon"],
  ["provider_events", "event_id text, received_at bigint", "event_id"],
  [
    "period_usage",
    `customer_id text, subscription_id text, period_index bigint, operation text, tier bigint, late_day bigint,
     calls bigint, quantity total, list_amount sum, amount sum, allowance sum, prepaid sum, postpaid sum`,
    "customer_id, subscription_id, period_index, operation, tier, late_day",
  ],
  [
    "payment_accounts",
    `customer_id text, provider text, provider_customer_id text, payment_method_id text?, saved_at bigint`,
    "customer_id, provider",
  ],
  [
    "refunds",
    `customer_id text, refund_id text, payment_id text, credit_note_id text?, amount bigint, currency text,
     status text, reason text?, failure text?, created_at bigint, next_attempt_at bigint?`,
    "customer_id, refund_id",
  ],
  [
    "disputes",
    `customer_id text, dispute_id text, payment_id text, amount bigint, currency text, status text, opened_at bigint,
     closed_at bigint?`,
    "customer_id, dispute_id",
  ],
  [
    "credit_notes",
    `customer_id text, credit_note_id text, invoice_id text, invoice_number text, invoice_finalized_at bigint,
     number text, taxes text, amount bigint, currency text, settlement text, reason text?, voided bigint,
     clawback bigint, created_at bigint`,
    "customer_id, credit_note_id",
  ],
  [
    "plan_changes",
    `customer_id text, plan_change_id text, from_id text, to_id text, timing text, supply_policy text?,
     effective_at bigint, invoice_id text?, credit_note_id text?, created_at bigint`,
    "customer_id, plan_change_id",
  ],
  ["credit_balances", "customer_id text, currency text, amount bigint", "customer_id, currency"],
  [
    "coupon_redemptions",
    `customer_id text, redemption_id text, coupon text, terms text, redeemed_at bigint, uses text,
     ended_at bigint?`,
    "customer_id, redemption_id",
  ],
  [
    "auto_top_ups",
    `customer_id text, unit text, credit_pack text, quantity bigint?, target_amount bigint?, threshold bigint,
     monthly_cap bigint, currency text, enabled bigint, status text, failures bigint, last_failure text?,
     next_attempt_at bigint?, invoice_id text?, attempted_at bigint, attempt_amount bigint, month bigint,
     spent bigint`,
    "customer_id, unit",
  ],
];

const columns: readonly [table: string, column: string, value?: number | string][] = [
  ["customers", "billing_due_at bigint?"],
  ["customers", "billing_address text?"],
  ["customers", "tax_id text?"],
  ["customers", "tax_exempt bigint", 0],
  ["wallets", "top_up_below bigint?"],
  ["subscriptions", "anchor_at bigint", 0],
  ["subscriptions", "trial bigint", 0],
  ["subscriptions", "first_supply bigint?"],
  ["subscriptions", "next_fee_index bigint", 0],
  ["subscriptions", "next_close_index bigint", 0],
  ["subscriptions", "next_final_index bigint", 0],
  ["subscriptions", "settled_at bigint?"],
  ["subscriptions", "cancelled_at bigint?"],
  ["usage_records", "subscription_id text?"],
  ["usage_records", "period_index bigint?"],
  ["reversals", "subscription_id text?"],
  ["reversals", "period_index bigint?"],
  ["invoices", "kind text", "PURCHASE"],
  ["invoices", "subscription_id text?"],
  ["invoices", "period_index bigint?"],
  ["invoices", "period_start bigint?"],
  ["invoices", "period_end bigint?"],
  ["invoices", "subtotal bigint", 0],
  ["invoices", "taxes text", "[]"],
  ["invoices", "credit_applied bigint", 0],
  ["invoices", "amount_due bigint", 0],
  ["invoices", "carried_over bigint", 0],
  ["invoices", "parties text?"],
  ["invoices", "notes text?"],
  ["invoices", "finalizes_at bigint?"],
  ["invoices", "attempts bigint", 0],
  ["invoices", "next_attempt_at bigint?"],
  ["invoices", "awaited_payment_id text?"],
  ["invoices", "voided_at bigint?"],
  ["invoices", "void_reason text?"],
  ["invoices", "set_off bigint", 0],
  ["invoices", "charged bigint", 0],
  ["invoices", "unused bigint", 0],
  ["invoices", "unused_of text?"],
  ["credit_grants", "clawback bigint", 0],
  ["purchases", "availability text", "ON_PAYMENT"],
  ["purchases", "withdrawn_at bigint?"],
  ["purchases", "next_attempt_at bigint?"],
  ["payments", "refunded bigint", 0],
  ["payments", "provider_reference text?"],
  ["payments", "cancel_at bigint?"],
];

/** Lines of before were all of credit packs, and said less. */
async function completeLines(runner: QueryRunner): Promise<void> {
  const run = statements(runner);
  const invoices = await run<{ customer_id: string; invoice_id: string; lines: string }>(
    "SELECT customer_id, invoice_id, lines FROM invoices",
  );
  for (const { customer_id, invoice_id, lines } of invoices) {
    const complete = (JSON.parse(lines) as { amount: number }[]).map((line) => ({
      ...{ kind: "CREDIT_PACK", operation: null, tier: null, period: null },
      ...{ listAmount: line.amount, discount: 0, allowance: 0, prepaid: 0, net: line.amount },
      ...line,
    }));
    await run("UPDATE invoices SET lines = $3 WHERE customer_id = $1 AND invoice_id = $2", [
      customer_id,
      invoice_id,
      JSON.stringify(complete),
    ]);
  }
}

/** Until now the credits of every pack were there once they were paid for. */
async function completePacks(runner: QueryRunner): Promise<void> {
  const run = statements(runner);
  const packs = await run<{ key: string; definition: string }>("SELECT key, definition FROM credit_packs");
  for (const { key, definition } of packs) {
    const complete = { availability: "ON_PAYMENT", ...(JSON.parse(definition) as object) };
    await run("UPDATE credit_packs SET definition = $2 WHERE key = $1", [key, JSON.stringify(complete)]);
  }
}

const backfill: readonly string[] = [
  // Until now every subscription began its periods when it started, and nobody was charged for a plan.
  `UPDATE subscriptions SET anchor_at = starts_at, next_fee_index = next_period_index`,
  `UPDATE invoices SET subtotal = total, amount_due = total, charged = total`,
];

const indexes: readonly string[] = [
  "CREATE INDEX billing_due ON customers (billing_due_at) WHERE billing_due_at IS NOT NULL",
  "CREATE INDEX invoices_to_collect ON invoices (next_attempt_at) WHERE next_attempt_at IS NOT NULL",
  "CREATE INDEX refunds_to_ask ON refunds (next_attempt_at) WHERE next_attempt_at IS NOT NULL",
  "CREATE INDEX purchases_to_ask ON purchases (next_attempt_at) WHERE next_attempt_at IS NOT NULL",
  "CREATE INDEX payments_to_cancel ON payments (cancel_at) WHERE cancel_at IS NOT NULL",
  "CREATE INDEX open_subscriptions ON subscriptions (customer_id, subscription_id) WHERE settled_at IS NULL",
  "CREATE INDEX payments_by_id ON payments (payment_id)",
  "CREATE INDEX credit_notes_by_id ON credit_notes (credit_note_id)",
  "CREATE INDEX top_ups_due ON auto_top_ups (next_attempt_at) WHERE next_attempt_at IS NOT NULL",
];
