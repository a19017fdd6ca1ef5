import {
  type Budget,
  type BudgetBook,
  type BudgetTerms,
  bookWith,
  countsAlike,
  hasReached,
  passedBy,
  type RunningBudget,
  raise,
} from "../domain/budget.js";
import { freshCount, spanAt } from "../domain/budgetWindow.js";
import type { NewId } from "../domain/ids.js";
import type {
  BudgetNotFound,
  BudgetSetByOperator,
  CustomerNotFound,
  IdempotencyConflict,
  UnitNotFound,
} from "../domain/refusal.js";
import type { BudgetSetter } from "../domain/setter.js";
import type { WalletState } from "../domain/wallet.js";
import { withCounted } from "../domain/watching.js";
import { saveBudget } from "../ledger/budgetDefinitions.js";
import { forgetAllHours } from "../ledger/budgets.js";
import { heldFor } from "../ledger/budgetUsage.js";
import { findEarlierUse, keepKeys, keyedInput } from "../ledger/idempotency.js";
import { type Account, loadAccount } from "../ledger/load.js";
import { post } from "../ledger/post.js";
import { type Present, presentAccount } from "../ledger/present.js";
import type { Database, Tx } from "../storage/database.js";
import { findBudget } from "./budgets.js";
import { type Ahead, countAhead, countedHours } from "./budgetsSoFar.js";
import { checkTerms } from "./budgetTerms.js";

export interface SetBudgetCommand extends BudgetTerms {
  readonly customerId: string;
  /** Null: a new one. */
  readonly budgetId: string | null;
  /** On whose behalf. */
  readonly setBy: BudgetSetter;
  /** Null: the budget's own, or that of the customer's plan. */
  readonly unit: string | null;
  readonly idempotencyKey: string;
}

interface BudgetSet {
  readonly kind: "budgetSet";
  readonly running: RunningBudget;
  readonly replayed: boolean;
}

export type SetBudgetOutcome =
  | BudgetSet
  | BudgetNotFound
  | BudgetSetByOperator
  | UnitNotFound
  | CustomerNotFound
  | IdempotencyConflict;

interface Needs {
  readonly database: Database;
  readonly present: Present;
  readonly newId: NewId;
  /** How many ledger entries are counted at once. */
  readonly stretchMax?: number;
}

/**
 * Sets a budget or changes it. What it counts may have been used before, in a window that has begun long ago: most of
 * that is counted ahead, a stretch at a time, so that no transaction keeps others waiting for all of it.
 */
export const makeSetBudget =
  (needs: Needs) =>
  async (command: SetBudgetCommand): Promise<SetBudgetOutcome> => {
    const isNews = await needs.database.read((tx) => mayBeSet(tx, command, needs));
    const ahead = isNews ? await countAhead(needs, command) : null;
    return needs.database.transact((tx) => set(tx, command, { ...needs, ahead }));
  };

/** What will be refused, or was done before, is not worth counting for. */
async function mayBeSet(tx: Tx, command: SetBudgetCommand, { present }: Needs): Promise<boolean> {
  const account = await loadAccount(tx, command.customerId, present.clock);
  const earlier = await findEarlierUse(tx, keyedInput("setBudget", command));
  if (account === null || earlier.kind !== "unused") return false;
  return (await checkTerms(tx, account, command)).kind === "allowed";
}

interface Context extends Needs {
  readonly ahead: Ahead | null;
}

async function set(tx: Tx, command: SetBudgetCommand, context: Context): Promise<SetBudgetOutcome> {
  const { customerId } = command;
  const keyed = keyedInput("setBudget", command);
  // First, because it locks the customer: a key that is unused after that stays so.
  const account = await presentAccount(tx, customerId, context.present);
  const earlier = await findEarlierUse(tx, keyed);
  if (earlier.kind === "idempotencyConflict") return earlier;
  if (account === null) return { kind: "customerNotFound", customerId };
  if (earlier.kind === "replay") return replay(tx, account, earlier.resultId);
  const allowed = await checkTerms(tx, account, command);
  if (allowed.kind !== "allowed") return allowed;
  const { unit, before, state } = allowed;
  const position = (state.budgets.running.at(-1)?.budget.position ?? 0) + 1;
  const place = { id: context.newId("budget"), position };
  const budget = definedBy(command, { account, unit, before, place });
  const running = await started(tx, budget, { account, state, before, ahead: context.ahead });
  await keep(tx, running, { account, state });
  await keepKeys(tx, [{ ...keyed, resultId: budget.id, usedAt: account.now }]);
  return { kind: "budgetSet", running, replayed: false };
}

interface Definition {
  readonly account: Account;
  readonly unit: string;
  readonly before: RunningBudget | null;
  /** For a new one. */
  readonly place: Pick<Budget, "id" | "position">;
}

function definedBy(command: SetBudgetCommand, { account, unit, before, place }: Definition): Budget {
  const { customerId, setBy, idempotencyKey: _, budgetId: __, unit: ___, ...terms } = command;
  const { now } = account;
  if (before === null)
    return { ...terms, ...place, customerId, unit, setBy, revision: 1, createdAt: now, updatedAt: now };
  return { ...before.budget, ...terms, revision: before.budget.revision + 1, updatedAt: now };
}

interface Start {
  readonly account: Account;
  readonly state: WalletState;
  readonly before: RunningBudget | null;
  readonly ahead: Ahead | null;
}

/** With what it has come to by now, and the thresholds that it has reached by that. */
async function started(
  tx: Tx,
  budget: Budget,
  { account, state, before, ahead }: Start,
): Promise<RunningBudget> {
  if (before !== null && countsAlike(before.budget, budget))
    return { ...before, budget, count: rearmed(before, budget) };
  const { customerId, now, current } = account;
  const key = { customerId, unit: budget.unit };
  const span = spanAt(budget, now, current);
  const { hours, from } = await countedHours(
    tx,
    { ...key, span, ahead, last: state.wallet.sequence },
    budget,
  );
  const held = await heldFor(tx, key, { budget, now });
  if (before !== null) await forgetAllHours(tx, budget);
  return { budget, span, leftBefore: null, ...freshCount(budget, span, { hours, from, held }) };
}

/** A threshold that was passed is told again if it lies ahead now. */
function rearmed({ count }: RunningBudget, { limit, thresholds }: Budget): RunningBudget["count"] {
  const stillPassed = [...count.raised].filter(
    ([percent]) => thresholds.includes(percent) && hasReached(limit, count.spent, percent),
  );
  return { ...count, raised: new Map(stillPassed) };
}

async function keep(
  tx: Tx,
  running: RunningBudget,
  { account, state }: { account: Account; state: WalletState },
): Promise<void> {
  const { now } = account;
  const others = state.budgets.running.filter(({ budget }) => budget.id !== running.budget.id);
  const isNew = others.length === state.budgets.running.length;
  const { running: noted, crossings } = raise(running, passedBy(running) ?? [], now);
  const book = bookWith(state.budgets, isNew ? [...others, noted] : replaced(state.budgets, noted));
  await saveBudget(tx, running.budget, null);
  await post(tx, [{ state: withCounted(state, { book, crossings }, now), recordedAt: now }]);
}

const replaced = ({ running }: BudgetBook, by: RunningBudget): RunningBudget[] =>
  running.map((one) => (one.budget.id === by.budget.id ? by : one));

async function replay(tx: Tx, account: Account, budgetId: string): Promise<BudgetSet | BudgetNotFound> {
  const running = await findBudget(tx, account, budgetId);
  return running === null
    ? { kind: "budgetNotFound", budgetId }
    : { kind: "budgetSet", running, replayed: true };
}
