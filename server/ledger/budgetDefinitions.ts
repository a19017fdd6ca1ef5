import type { DataSource } from "typeorm";
import type { Micros } from "../domain/amount.js";
import type { Budget } from "../domain/budget.js";
import { walletId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import type { Tx } from "../storage/database.js";
import { BudgetRow } from "../storage/rows/budgets.js";
import { writeRows } from "../storage/write.js";
import type { Account } from "./load.js";

interface WalletKey {
  readonly customerId: string;
  readonly unit: string;
}

/** A wallet, and which version of its budgets its row speaks of. */
interface Versioned {
  readonly walletId: string;
  readonly account: Pick<Account, "customerId">;
  readonly unit: string;
  readonly stored: readonly [version: number, counts: unknown];
}

/** Wallets that had budgets lately; the bound only keeps memory small. */
const cachedMax = 10_000;
interface Cached {
  readonly version: number;
  readonly budgets: readonly Budget[];
}
const caches = new WeakMap<DataSource, Map<string, Cached>>();

/**
 * What the budgets of wallets are, in the order of the wallets given. They are read once, and again when the version
 * that came with a wallet's row says that they have changed, by whatever process.
 */
export async function budgetsOf(tx: Tx, wallets: readonly Versioned[]): Promise<(readonly Budget[])[]> {
  const cache = cacheOf(tx.manager.connection);
  const found = wallets.map(({ walletId: id, stored: [version] }) => {
    const cached = cache.get(id);
    return cached?.version === version ? cached.budgets : null;
  });
  const missing = wallets.filter((_, index) => found[index] === null);
  if (missing.length > 0) {
    const loaded = await loadBudgets(
      tx,
      missing.map(({ account: { customerId }, unit }) => ({ customerId, unit })),
    );
    if (cache.size + missing.length > cachedMax) cache.clear();
    for (const [index, { walletId: id, stored }] of wallets.entries()) {
      if (found[index] !== null) continue;
      const [version] = stored;
      const budgets = loaded.get(id) ?? [];
      cache.set(id, { version, budgets });
      found[index] = budgets;
    }
  }
  return found.map((budgets) => budgets ?? []);
}

function cacheOf(source: DataSource): Map<string, Cached> {
  const known = caches.get(source);
  if (known !== undefined) return known;
  const cache = new Map<string, Cached>();
  caches.set(source, cache);
  return cache;
}

/** By wallet id, in the order in which their wallet's row counts them. */
export async function loadBudgets(tx: Tx, wallets: readonly WalletKey[]): Promise<Map<string, Budget[]>> {
  const rows = await tx.query<StoredBudget>(
    `SELECT b.* FROM ${tx.dialect.given("$1", ["customer_id text", "unit text"])} AS given CROSS JOIN budgets b
     WHERE b.customer_id = given.customer_id AND b.unit = given.unit AND b.deleted_at IS NULL
     ORDER BY b.position`,
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
  readonly position: number;
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
  position: row.position,
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
  const { id, group, window, limit, ...rest } = budget;
  const row: BudgetRow = {
    ...rest,
    budgetId: id,
    operationGroup: group,
    spanKind: window,
    spendLimit: limit,
    deletedAt,
  };
  return writeRows(tx, BudgetRow, [row], { replace: true });
};
