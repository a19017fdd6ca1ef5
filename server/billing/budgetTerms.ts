import { type BudgetScope, type BudgetTerms, budgetsMax, type RunningBudget } from "../domain/budget.js";
import { badInput } from "../domain/errors.js";
import type { BudgetNotFound, BudgetSetByOperator, UnitNotFound } from "../domain/refusal.js";
import type { BudgetSetter } from "../domain/setter.js";
import type { WalletState } from "../domain/wallet.js";
import { type Account, loadWallet } from "../ledger/load.js";
import type { Tx } from "../storage/database.js";
import { ApiKeyRow } from "../storage/rows/access.js";
import { OperationRow } from "../storage/rows/catalog.js";
import { findBudget, mayChange } from "./budgets.js";
import { knownUnit } from "./units.js";

interface Asked extends BudgetTerms {
  readonly budgetId: string | null;
  readonly setBy: BudgetSetter;
  readonly unit: string | null;
}

interface Allowed {
  readonly kind: "allowed";
  readonly unit: string;
  /** Null: it is a new one. */
  readonly before: RunningBudget | null;
  readonly state: WalletState;
}

/** Whether a budget may be set as it is asked for; what is no budget at all throws. */
export async function checkTerms(
  tx: Tx,
  account: Account,
  { budgetId, setBy, ...asked }: Asked,
): Promise<Allowed | BudgetNotFound | BudgetSetByOperator | UnitNotFound> {
  const before = budgetId === null ? null : await findBudget(tx, account, budgetId);
  if (before === null && budgetId !== null) return { kind: "budgetNotFound", budgetId };
  if (before !== null && !mayChange(setBy, before)) return { kind: "budgetSetByOperator", running: before };
  const known = await knownUnit(tx, account, asked.unit ?? before?.budget.unit ?? null);
  if (known.kind === "unitNotFound") return known;
  const { unit } = known;
  if (before !== null && unit !== before.budget.unit)
    throw badInput("input.unit", `must stay ${before.budget.unit}; delete the budget and set another.`);
  if (asked.measure === "MONEY" && !known.isCurrency)
    throw badInput("input.measure", `must be CREDITS in ${unit}, in which nothing is billed.`);
  await checkScope(tx, account, asked);
  const state = await loadWallet(tx, account, unit);
  const own = state.budgets.running.filter(({ budget }) => budget.setBy === setBy).length;
  if (before === null && own >= budgetsMax[setBy]) {
    const who = setBy === "OPERATOR" ? "the operator" : "the customer";
    throw badInput("input", `is one budget too many in ${unit}: ${who} can have ${budgetsMax[setBy]}.`);
  }
  return { kind: "allowed", unit, before, state };
}

/** A name that nothing has would make a budget that never counts anything, and nobody would notice. */
async function checkScope(
  tx: Tx,
  { current }: Account,
  { operation, group, apiKeyId }: BudgetScope,
): Promise<void> {
  if (operation !== null || group !== null) {
    const rows = await tx.manager.find(OperationRow, { order: { position: "ASC" } });
    // A customer's calls are told apart by its own plan version, until it moves to one of today's catalogue.
    const pinned = Object.values(current?.plan.operations ?? {}).map((priced) => priced.operation);
    const known = [...rows.map(({ definition }) => definition), ...pinned];
    const operations = [...new Set(known.map(({ key }) => key))];
    if (operation !== null && !operations.includes(operation))
      throw badInput("input.operation", `must be one of ${operations.join(", ")}.`);
    const groups = [...new Set(known.flatMap((one) => one.group ?? []))];
    if (group !== null && !groups.includes(group))
      throw badInput(
        "input.group",
        `must be one of ${groups.join(", ") || "none: no operation has a group"}.`,
      );
  }
  if (apiKeyId !== null && (await tx.manager.findOneBy(ApiKeyRow, { keyId: apiKeyId })) === null)
    throw badInput("input.apiKeyId", "must be the id of an API key, as `scrip keys list` shows it.");
}
