import type { DataSource } from "typeorm";
import type { Micros } from "../domain/amount.js";
import {
  type Budget,
  type BudgetBook,
  type BudgetCount,
  noBudgets,
  type RunningBudget,
} from "../domain/budget.js";
import { type BudgetSpan, type LeftHours, mayHaveLeft, runBudget, spanAt } from "../domain/budgetWindow.js";
import { walletId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import type { WalletState } from "../domain/wallet.js";
import type { Tx } from "../storage/database.js";
import { BudgetHourRow, BudgetRow } from "../storage/rows/budgets.js";
import type { StoredCounts } from "../storage/rows/ledger.js";
import { writeRows } from "../storage/write.js";
import type { WalletRef } from "./load.js";

/** A wallet whose row says that it has, or has had, budgets. */
export interface Budgeted {
  readonly ref: WalletRef;
  readonly stored: StoredCounts;
  /** The next entry of its ledger. */
  readonly nextSequence: number;
}

/**
 * The budgets of wallets as they are at their accounts' times, by wallet id. What they have come to came with the wallets'
 * rows; what they are is read once, and again when the row's version says that they have changed.
 */
export async function loadBudgetBooks(
  tx: Tx,
  wallets: readonly Budgeted[],
): Promise<Map<string, BudgetBook>> {
  const books = new Map<string, BudgetBook>();
  if (wallets.length === 0) return books;
  const counted = (await withDefinitions(tx, wallets)).map(countsOf);
  const left = await loadLeftHours(tx, counted.flat());
  for (const [index, { ref, stored }] of wallets.entries()) {
    const running = (counted[index] ?? []).map(({ budget, count, span, nextSequence }) =>
      runBudget(budget, count, { span, nextSequence, left: left.get(budget.id) ?? null }),
    );
    books.set(walletId(ref.account.customerId, ref.unit), { version: stored.version, running });
  }
  return books;
}

interface Defined extends Budgeted {
  readonly budgets: readonly Budget[];
}

interface CountedBudget {
  readonly budget: Budget;
  readonly count: BudgetCount;
  readonly span: BudgetSpan;
  readonly nextSequence: number;
}

const countsOf = ({ ref: { account }, stored, nextSequence, budgets }: Defined): CountedBudget[] =>
  budgets.map((budget) => {
    const span = spanAt(budget, account.now, account.current);
    return { budget, count: countOf(stored, budget), span, nextSequence };
  });

/** As it was when its wallet was written last. */
export function countOf({ counts }: StoredCounts, { id }: Budget): BudgetCount {
  const kept = counts[id];
  if (kept === undefined) throw new Error(`What budget ${id} has come to is not in its wallet.`);
  const [start, from, spent, held, open, oldest, raised] = kept;
  return { start, from, spent, held, open, oldest, raised: new Map(raised) };
}

/** What is to be stored of a wallet's budgets; null while it never had one. */
export const storedCounts = ({ version, running }: BudgetBook): StoredCounts | null =>
  version === 0
    ? null
    : {
        version,
        counts: Object.fromEntries(
          running.map(({ budget, count }) => {
            const { start, from, spent, held, open, oldest, raised } = count;
            return [budget.id, [start, from, spent, held, open, oldest, [...raised]]];
          }),
        ),
      };

/** Wallets that had budgets lately; the bound only keeps memory small. */
const cachedMax = 10_000;
interface Cached {
  readonly version: number;
  readonly budgets: readonly Budget[];
}
const caches = new WeakMap<DataSource, Map<string, Cached>>();

async function withDefinitions(tx: Tx, wallets: readonly Budgeted[]): Promise<Defined[]> {
  const cache = cacheOf(tx.manager.connection);
  const known = ({ ref, stored }: Budgeted): readonly Budget[] | null => {
    const cached = cache.get(walletId(ref.account.customerId, ref.unit));
    return cached?.version === stored.version ? cached.budgets : null;
  };
  const missing = wallets.filter((one) => known(one) === null);
  const refs = missing.map(({ ref: { account, unit } }) => ({ customerId: account.customerId, unit }));
  const loaded = await loadBudgets(tx, refs);
  return wallets.map((one) => {
    const id = walletId(one.ref.account.customerId, one.ref.unit);
    const budgets = known(one) ?? loaded.get(id) ?? [];
    if (cache.size >= cachedMax) cache.clear();
    cache.set(id, { version: one.stored.version, budgets });
    return { ...one, budgets };
  });
}

function cacheOf(source: DataSource): Map<string, Cached> {
  const known = caches.get(source);
  if (known !== undefined) return known;
  const cache = new Map<string, Cached>();
  caches.set(source, cache);
  return cache;
}

/** By wallet id, by age. */
export async function loadBudgets(
  tx: Tx,
  wallets: readonly { readonly customerId: string; readonly unit: string }[],
): Promise<Map<string, Budget[]>> {
  if (wallets.length === 0) return new Map();
  const rows = await tx.query<StoredBudget>(
    `SELECT b.* FROM ${tx.dialect.given("$1", ["customer_id text", "unit text"])} AS given CROSS JOIN budgets b
     WHERE b.customer_id = given.customer_id AND b.unit = given.unit AND b.deleted_at IS NULL
     ORDER BY b.created_at, b.budget_id`,
    [JSON.stringify(wallets.map(({ customerId, unit }) => [customerId, unit]))],
  );
  const byWallet = new Map<string, Budget[]>();
  for (const row of rows) {
    const id = walletId(row.customer_id, row.unit);
    const budgets = byWallet.get(id) ?? [];
    budgets.push(budgetOf(row));
    byWallet.set(id, budgets);
  }
  return byWallet;
}

interface StoredBudget {
  readonly customer_id: string;
  readonly budget_id: string;
  readonly unit: string;
  readonly name: string;
  readonly set_by: Budget["setBy"];
  readonly operation: string | null;
  readonly operation_group: string | null;
  readonly api_key_id: string | null;
  readonly span_kind: Budget["window"];
  readonly days: number | null;
  readonly measure: Budget["measure"];
  readonly spend_limit: Micros;
  readonly thresholds: string;
  readonly action: Budget["action"];
  readonly revision: number;
  readonly created_at: Instant;
  readonly updated_at: Instant;
}

const budgetOf = (row: StoredBudget): Budget => ({
  id: row.budget_id,
  customerId: row.customer_id,
  unit: row.unit,
  name: row.name,
  setBy: row.set_by,
  operation: row.operation,
  group: row.operation_group,
  apiKeyId: row.api_key_id,
  window: row.span_kind,
  days: row.days,
  measure: row.measure,
  limit: row.spend_limit,
  thresholds: JSON.parse(row.thresholds) as number[],
  action: row.action,
  revision: row.revision,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

export const saveBudget = (tx: Tx, budget: Budget, deletedAt: Instant | null): Promise<void> => {
  const { id, group, window, limit, thresholds, ...rest } = budget;
  const row: BudgetRow = {
    ...rest,
    budgetId: id,
    operationGroup: group,
    spanKind: window,
    spendLimit: limit,
    thresholds,
    deletedAt,
  };
  return writeRows(tx, BudgetRow, [row], { replace: true });
};

/** Asked for only when an hour of a rolling window has passed since its wallet was written. By budget id. */
async function loadLeftHours(tx: Tx, counted: readonly CountedBudget[]): Promise<Map<string, LeftHours>> {
  const rolled = counted.filter(({ budget, count, span }) => mayHaveLeft(budget, count, span));
  if (rolled.length === 0) return new Map();
  const given = tx.dialect.given("$1", ["customer_id text", "budget_id text", "before bigint"]);
  const ofBudget = "b.customer_id = given.customer_id AND b.budget_id = given.budget_id";
  const rows = await tx.query<{ id: string; amount: Micros; next: Instant | null }>(
    `SELECT given.budget_id AS id,
            (SELECT COALESCE(SUM(b.amount), 0) FROM budget_hours b WHERE ${ofBudget} AND b.hour < given.before) AS amount,
            (SELECT MIN(b.hour) FROM budget_hours b WHERE ${ofBudget} AND b.hour >= given.before) AS next
     FROM ${given} AS given`,
    [JSON.stringify(rolled.map(({ budget, span }) => [budget.customerId, budget.id, span.start]))],
  );
  return new Map(rows.map(({ id, amount, next }) => [id, { amount, next }]));
}

/** Keeps the hours that are over, and forgets those that have left their windows. */
export async function writeBudgetHours(tx: Tx, states: readonly WalletState[]): Promise<void> {
  const moved = states.flatMap(({ budgets }) =>
    budgets.running.filter(({ hours, leftBefore }) => hours.size > 0 || leftBefore !== null),
  );
  if (moved.length === 0) return;
  await writeRows(tx, BudgetHourRow, moved.flatMap(hourRows), { add: ["amount"] });
  await forgetHours(
    tx,
    moved.flatMap(({ budget: { customerId, id }, leftBefore }) =>
      leftBefore === null ? [] : [[customerId, id, leftBefore] as const],
    ),
  );
}

const hourRows = ({ budget: { customerId, id }, hours }: RunningBudget): BudgetHourRow[] =>
  [...hours].map(([hour, amount]) => ({ customerId, budgetId: id, hour, amount }));

export const forgetAllHours = async (tx: Tx, { customerId, id }: Budget): Promise<void> => {
  await tx.query("DELETE FROM budget_hours WHERE customer_id = $1 AND budget_id = $2", [customerId, id]);
};

/** Those before a time, of each of these budgets. */
async function forgetHours(
  tx: Tx,
  before: readonly (readonly [customerId: string, budgetId: string, before: number])[],
): Promise<void> {
  if (before.length === 0) return;
  const given = tx.dialect.given("$1", ["customer_id text", "budget_id text", "before bigint"]);
  await tx.query(
    `DELETE FROM budget_hours WHERE (customer_id, budget_id, hour) IN (
       SELECT b.customer_id, b.budget_id, b.hour FROM ${given} AS given CROSS JOIN budget_hours b
       WHERE b.customer_id = given.customer_id AND b.budget_id = given.budget_id AND b.hour < given.before)`,
    [JSON.stringify(before)],
  );
}

export const bookOf = (books: ReadonlyMap<string, BudgetBook>, id: string): BudgetBook =>
  books.get(id) ?? noBudgets;
