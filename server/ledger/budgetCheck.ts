import { add, type Micros, zero } from "../domain/amount.js";
import type { Budget, BudgetCount } from "../domain/budget.js";
import type { Instant } from "../domain/instant.js";
import type { Tx } from "../storage/database.js";
import { loadBudgets } from "./budgetDefinitions.js";
import { countOf, type StoredCounts } from "./budgets.js";
import { addHours, firstEntrySince, heldFor, reversedSince, usageIn } from "./budgetUsage.js";
import type { Drift, Part } from "./chainCheck.js";

interface BudgetedWallet {
  readonly customerId: string;
  readonly unit: string;
  readonly sequence: number;
  readonly counts: string;
}

/** Budgets whose sums are not those of the calls and holds that they count, recomputed from the rows. */
export async function findBudgetDrifts(
  tx: Tx,
  { first, last }: Pick<Part, "first" | "last">,
): Promise<Drift[]> {
  const wallets = await tx.query<BudgetedWallet>(
    `SELECT customer_id AS "customerId", unit, sequence, budget_counts AS counts FROM wallets
     WHERE customer_id >= $1 AND customer_id <= $2 AND budget_counts IS NOT NULL`,
    [first, last],
  );
  const drifts: Drift[] = [];
  for (const wallet of wallets) {
    const stored = JSON.parse(wallet.counts) as StoredCounts;
    const budgets = [...(await loadBudgets(tx, [wallet])).values()].flat();
    const counted = stored[1].length;
    if (counted !== budgets.length) {
      const row = { customer_id: wallet.customerId, unit: wallet.unit, counted, budgets: budgets.length };
      drifts.push({ law: "a wallet counts the budgets that it has", row });
    }
    for (const [position, budget] of budgets.slice(0, counted).entries())
      drifts.push(...(await driftsOf(tx, wallet, { budget, count: countOf(stored, position) })));
  }
  return drifts;
}

interface Counted {
  readonly budget: Budget;
  readonly count: BudgetCount;
}

async function driftsOf(tx: Tx, wallet: BudgetedWallet, { budget, count }: Counted): Promise<Drift[]> {
  const row = { customer_id: wallet.customerId, unit: wallet.unit, budget_id: budget.id };
  const spent = await spentOf(tx, wallet, { budget, count });
  const held = await heldFor(tx, wallet, { budget, now: null });
  const drifts: Drift[] = [];
  if (spent !== count.spent)
    drifts.push({
      law: "a budget's spending is that of its calls in the window, less what was reversed of them",
      row: { ...row, spent: count.spent, counted: spent },
    });
  if (held !== count.held)
    drifts.push({
      law: "what a budget counts as held is what its active holds reserve",
      row: { ...row, held: count.held, reserved: held },
    });
  for (const threshold of await untoldOf(tx, { budget, count }))
    drifts.push({ law: "a threshold that a budget has told has its alert", row: { ...row, threshold } });
  if (budget.window !== "ROLLING") return drifts;
  const kept = add(await keptHours(tx, { budget, count }), count.open);
  if (kept !== count.spent)
    drifts.push({
      law: "a rolling budget's spending is that of its hours",
      row: { ...row, spent: count.spent, hours: kept },
    });
  return drifts;
}

/** By the ledger's order; a rolling window, which counts each call to the hour of its own clock, by those hours. */
async function spentOf(tx: Tx, wallet: BudgetedWallet, { budget, count }: Counted): Promise<Micros> {
  const { sequence: to } = wallet;
  const isRolling = budget.window === "ROLLING";
  const since = Math.max(0, count.start) as Instant;
  const from = isRolling ? await firstEntrySince(tx, { ...wallet, last: to }, since) : count.from;
  const beginning = { since, from: isRolling ? null : from };
  const hours = new Map<Instant, Micros>();
  const stretch = { customerId: wallet.customerId, unit: wallet.unit, from, to };
  addHours(hours, budget, await usageIn(tx, { ...stretch, since: isRolling ? since : null }));
  addHours(hours, budget, await reversedSince(tx, wallet, beginning), -1);
  return [...hours.values()].reduce(add, zero);
}

async function keptHours(tx: Tx, { budget, count }: Counted): Promise<Micros> {
  const [row] = await tx.query<{ amount: Micros }>(
    `SELECT COALESCE(SUM(amount), 0) AS amount FROM budget_hours
     WHERE customer_id = $1 AND budget_id = $2 AND hour >= $3`,
    [budget.customerId, budget.id, count.start],
  );
  return row?.amount ?? zero;
}

/** The thresholds that are noted as told, and are not. */
async function untoldOf(tx: Tx, { budget, count: { raised } }: Counted): Promise<number[]> {
  if (raised.size === 0) return [];
  const alerts = await tx.query<{ data: string; at: Instant }>(
    `SELECT data, raised_at AS at FROM alerts
     WHERE customer_id = $1 AND kind = 'BUDGET_THRESHOLD' AND raised_at >= $2`,
    [budget.customerId, Math.min(...raised.values())],
  );
  const told = new Set(
    alerts.map(({ data, at }) => {
      const { budgetId, threshold } = JSON.parse(data) as { budgetId: string; threshold: number };
      return `${budgetId}/${threshold}/${at}`;
    }),
  );
  return [...raised]
    .filter(([percent, at]) => !told.has(`${budget.id}/${percent}/${at}`))
    .map(([percent]) => percent);
}
