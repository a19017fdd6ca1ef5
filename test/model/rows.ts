import type { Engine } from "./engine.js";
import type { Names } from "./names.js";
import { same } from "./same.js";
import type { ShownEntry } from "./show.js";
import { balanceOfEntries, held, owed, total } from "./sums.js";
import type { Wallet } from "./world.js";

const tables = [
  "wallets",
  "credit_grants",
  "ledger_entries",
  "holds",
  "hold_draws",
  "window_returns",
  "usage_records",
  "draws",
  "reversals",
  "reversal_draws",
  "usage_rollups",
  "usage_counters",
  "period_usage",
  "idempotency_keys",
  "subscriptions",
  "purchases",
  "invoices",
  "payments",
  "credit_notes",
  "refunds",
  "credit_balances",
  "coupon_redemptions",
  "plan_changes",
  "disputes",
  "auto_top_ups",
  "budgets",
  "budget_hours",
  "alerts",
  "events",
  "webhook_lanes",
  "webhook_deliveries",
];

/** Numbers of invoices are given in the order of all customers, which engines need not share. */
const ofTheWhole = new Set(["number"]);

type Row = Readonly<Record<string, unknown>>;

const select = (engine: Engine, sql: string, parameters: readonly unknown[]) =>
  engine.database.read((tx) => tx.query<Row>(sql, parameters));

/** Every row of some customers, hashes included, in an order that no engine's collation decides. */
export async function rowsOf(engine: Engine, customers: readonly string[]): Promise<string[]> {
  const list = customers.map((_, index) => `$${index + 1}`).join(", ");
  const lines: string[] = [];
  for (const table of tables) {
    const rows = await select(engine, `SELECT * FROM ${table} WHERE customer_id IN (${list})`, customers);
    lines.push(...rows.map((row) => `${table} ${JSON.stringify(sorted(row))}`));
  }
  return lines.toSorted();
}

const sorted = (row: Row) =>
  Object.entries(row)
    .filter(([column]) => !ofTheWhole.has(column))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));

interface Place {
  readonly engine: Engine;
  readonly names: Names;
  readonly customer: string;
  readonly unit: string;
}

interface Expected {
  readonly entries: readonly ShownEntry[];
  readonly lots: readonly unknown[];
  readonly wallet: Wallet;
  readonly now: number;
}

/** The ledger entry by entry, the grants, the balances, and what windows have yet to give back. */
export async function compareRows(
  { engine, names, customer, unit }: Place,
  { entries, lots, wallet, now }: Expected,
): Promise<void> {
  const of = (table: string) => `FROM ${table} WHERE customer_id = $1 AND unit = $2`;
  const ask = (sql: string) => select(engine, sql, [customer, unit]);
  const name = (id: unknown): string | null => (id === null ? null : names.nameOf(String(id)));

  const ledger = await ask(`SELECT * ${of("ledger_entries")} ORDER BY sequence`);
  const seen = ledger.map((row) => ({
    ...{ type: row.type, amount: row.amount, lot: name(row.grant_id), usage: name(row.usage_record_id) },
    ...{ occurredAt: row.occurred_at, recordedAt: row.recorded_at, balanceAfter: row.balance_after },
  }));
  same(seen, entries, `The ledger on ${engine.name} is another.`);

  const grants = (await ask(`SELECT * ${of("credit_grants")}`)).map((row) => ({
    ...{ name: name(row.grant_id), source: row.source, amount: row.amount, priority: row.priority },
    ...{ from: row.effective_at, until: row.expires_at, state: row.state, held: row.held },
    operations: row.operations === null ? null : JSON.parse(String(row.operations)),
    remaining: row.remaining,
  }));
  const byName = grants.toSorted((a, b) => (String(a.name) < String(b.name) ? -1 : 1));
  same(byName, lots, `The grants on ${engine.name} are others.`);

  const [balances] = await ask(`SELECT posted, held, postpaid, sequence ${of("wallets")}`);
  const expected = {
    posted: balanceOfEntries(wallet),
    held: held(wallet, now),
    postpaid: owed(wallet, now),
    sequence: entries.length,
  };
  same({ ...balances }, expected, `The balances on ${engine.name} are others.`);

  const usage = `SELECT COUNT(*) AS calls, COALESCE(SUM(amount), 0) AS amount ${of("usage_records")}`;
  const amount = total(wallet.usages.map((one) => one.amount));
  same({ ...(await ask(usage))[0] }, { calls: wallet.usages.length, amount }, "The calls are others.");
}
