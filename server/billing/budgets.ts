import { bookWith, type RunningBudget } from "../domain/budget.js";
import type {
  BudgetNotFound,
  BudgetSetByOperator,
  CustomerNotFound,
  IdempotencyConflict,
} from "../domain/refusal.js";
import type { BudgetSetter } from "../domain/setter.js";
import { saveBudget } from "../ledger/budgetDefinitions.js";
import { forgetAllHours } from "../ledger/budgets.js";
import { findEarlierUse, keepKeys, keyedInput } from "../ledger/idempotency.js";
import { type Account, loadWallet } from "../ledger/load.js";
import { post } from "../ledger/post.js";
import { type Present, presentAccount, readPresent } from "../ledger/present.js";
import type { Database, Tx } from "../storage/database.js";
import { BudgetRow } from "../storage/rows/budgets.js";

interface Needs {
  readonly database: Database;
  readonly present: Present;
}

/** A budget as it is now; null when there is none with this id, or no more. */
export async function findBudget(tx: Tx, account: Account, budgetId: string): Promise<RunningBudget | null> {
  const row = await tx.manager.findOneBy(BudgetRow, { customerId: account.customerId, budgetId });
  if (row === null || row.deletedAt !== null) return null;
  const { budgets } = await loadWallet(tx, account, row.unit);
  return budgets.running.find(({ budget }) => budget.id === budgetId) ?? null;
}

/** A customer's budgets by age, as they are now. */
export const makeBudgets =
  (needs: Needs) =>
  (customerId: string): Promise<RunningBudget[]> =>
    readPresent(needs, customerId, async (tx, account) => {
      if (account === null) return [];
      const units = await tx.query<{ unit: string }>(
        "SELECT DISTINCT unit FROM budgets WHERE customer_id = $1 AND deleted_at IS NULL ORDER BY unit",
        [customerId],
      );
      const all: RunningBudget[] = [];
      for (const { unit } of units) all.push(...(await loadWallet(tx, account, unit)).budgets.running);
      return all.sort(byAge);
    });

const byAge = ({ budget: a }: RunningBudget, { budget: b }: RunningBudget): number =>
  a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);

export interface DeleteBudgetCommand {
  readonly customerId: string;
  readonly budgetId: string;
  /** On whose behalf. */
  readonly setBy: BudgetSetter;
  readonly idempotencyKey: string;
}

interface BudgetDeleted {
  readonly kind: "budgetDeleted";
  readonly budgetId: string;
  readonly replayed: boolean;
}

export type DeleteBudgetOutcome =
  | BudgetDeleted
  | BudgetNotFound
  | BudgetSetByOperator
  | CustomerNotFound
  | IdempotencyConflict;

export const makeDeleteBudget =
  ({ database, present }: Needs) =>
  (command: DeleteBudgetCommand): Promise<DeleteBudgetOutcome> =>
    database.transact(async (tx) => {
      const { customerId, budgetId, setBy } = command;
      const keyed = keyedInput("deleteBudget", command);
      // First, because it locks the customer: a key that is unused after that stays so.
      const account = await presentAccount(tx, customerId, present);
      const earlier = await findEarlierUse(tx, keyed);
      if (earlier.kind === "idempotencyConflict") return earlier;
      if (account === null) return { kind: "customerNotFound", customerId };
      if (earlier.kind === "replay") return { kind: "budgetDeleted", budgetId, replayed: true };
      const running = await findBudget(tx, account, budgetId);
      if (running === null) return { kind: "budgetNotFound", budgetId };
      if (!mayChange(setBy, running)) return { kind: "budgetSetByOperator", running };
      await remove(tx, account, running);
      await keepKeys(tx, [{ ...keyed, resultId: budgetId, usedAt: account.now }]);
      return { kind: "budgetDeleted", budgetId, replayed: false };
    });

async function remove(tx: Tx, account: Account, { budget }: RunningBudget): Promise<void> {
  const state = await loadWallet(tx, account, budget.unit);
  const others = state.budgets.running.filter((one) => one.budget.id !== budget.id);
  await saveBudget(tx, budget, account.now);
  await post(tx, [
    { state: { ...state, budgets: bookWith(state.budgets, others) }, recordedAt: account.now },
  ]);
  await forgetAllHours(tx, budget);
}

/** The operator may change whatever anybody has set. */
export const mayChange = (who: BudgetSetter, { budget }: RunningBudget): boolean =>
  who === "OPERATOR" || budget.setBy === who;
