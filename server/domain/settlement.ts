import { add, least, type Micros, subtract, sum, zero } from "./amount.js";
import { type BudgetedCall, exceededBudget, type Promised } from "./budget.js";
import type { OverageTerms, Plan } from "./catalog.js";
import { type CreditGrant, draw, free, getsBack, isSpendable } from "./grant.js";
import { addMs, dayMs, type Instant } from "./instant.js";
import type { BudgetExceeded, InsufficientCredits } from "./refusal.js";
import { nextSupplyAt } from "./supply.js";
import type { Draw } from "./usage.js";
import { applyEntry, type CreditReturn, heldIn, type NewEntry, type WalletState } from "./wallet.js";

/** How an amount is paid. */
export interface Settlement {
  readonly draws: readonly Draw[];
  /** What no grant could pay. */
  readonly uncovered: Micros;
  /** The grants as the draws leave them. */
  readonly grants: readonly CreditGrant[];
}

/** Takes the amount from the spendable grants in burn order; the wallet must have been advanced to `at`. */
function settle(state: WalletState, operation: string, amount: Micros, at: Instant): Settlement {
  const draws: Draw[] = [];
  const grants: CreditGrant[] = [];
  let uncovered = amount;
  for (const grant of state.grants) {
    if (uncovered === zero) break;
    if (!isSpendable(grant, operation, at)) continue;
    const part = least(free(grant), uncovered);
    draws.push({ grantId: grant.id, amount: part });
    grants.push(draw(grant, part));
    uncovered = subtract(uncovered, part);
  }
  return { draws, uncovered, grants };
}

export const spendable = (state: WalletState, operation: string, at: Instant): Micros =>
  sum(state.grants.filter((grant) => isSpendable(grant, operation, at)).map(free));

/** What may still be owed under the plan's overage; null when there is no limit. */
function postpaidRoom(overage: OverageTerms, state: WalletState): Micros | null {
  if (overage.policy === "BLOCK") return zero;
  if (overage.limit === null) return null;
  const { postpaid, held } = state.wallet;
  // Whatever is held and is not in a grant is debt that a capture would make.
  const owed = add(postpaid, subtract(held, heldIn(state.grants)));
  return owed >= overage.limit ? zero : subtract(overage.limit, owed);
}

export type Short = Omit<InsufficientCredits, "creditPacks">;

interface Bill {
  readonly call: BudgetedCall;
  readonly amount: Micros;
  /** What is paid for already, by a hold. */
  readonly promised?: Promised;
}

/**
 * Finds what pays a bill: free credits in burn order, then debt as far as the plan allows. First of all its budgets
 * must allow it.
 */
export function cover(
  state: WalletState,
  plan: Plan,
  { call, amount, promised }: Bill,
  now: Instant,
): Settlement | Short | BudgetExceeded {
  const settlement = settle(state, call.operation, subtract(amount, promised?.amount ?? zero), now);
  // What no credits pay is billed only where a plan says so; elsewhere it is refused below.
  const billed = plan.overage.policy === "POSTPAID" ? settlement.uncovered : zero;
  const spending = { amount, postpaid: add(promised?.postpaid ?? zero, billed) };
  const exceeded = exceededBudget(state.budgets, call, { spending, promised: promised ?? null });
  if (exceeded !== null) return { kind: "budgetExceeded", ...exceeded };
  const room = postpaidRoom(plan.overage, state);
  if (room === null || settlement.uncovered <= room) return settlement;
  const covered = add(subtract(amount, settlement.uncovered), room);
  return {
    kind: "insufficientCredits",
    unit: plan.unit,
    required: amount,
    available: covered,
    shortBy: subtract(amount, covered),
    nextSupplyAt: nextSupplyAt(state, now),
  };
}

/** Burns what a settlement says, and notes when a rolling supply gets its part back. */
export function burn(state: WalletState, settlement: Settlement, entry: NewEntry, now: Instant): WalletState {
  const burned = applyEntry(state, entry, { grants: settlement.grants, postpaid: settlement.uncovered });
  const returns = rollingReturns(settlement, entry.occurredAt);
  if (returns.length === 0) return burned;
  const later = returns.filter((back) => back.at > now);
  const times = [state.nextReturnAt, ...later.map((back) => back.at)].filter((at) => at !== null);
  return {
    ...burned,
    // Its window is over, so it comes back now.
    dueReturns: returns.filter((back) => back.at <= now).map((back) => ({ ...back, at: now })),
    newReturns: [...burned.newReturns, ...later],
    nextReturnAt: times.length === 0 ? null : (Math.min(...times) as Instant),
  };
}

/** Credits drawn from a rolling supply at t come back at exactly t + its window, unless it has ended before. */
function rollingReturns({ draws, grants }: Settlement, occurredAt: Instant): CreditReturn[] {
  const byId = new Map(grants.map((grant) => [grant.id, grant]));
  return draws.flatMap(({ grantId, amount }) => {
    const grant = byId.get(grantId);
    const at = windowEnd(grant, occurredAt);
    return grant === undefined || at === null || !getsBack(grant, at) ? [] : [{ grantId, amount, at }];
  });
}

/** When what was drawn at a time comes back to a grant; null when it never does. */
export const windowEnd = (
  grant: Pick<CreditGrant, "windowDays"> | undefined,
  drawnAt: Instant,
): Instant | null =>
  grant === undefined || grant.windowDays === null ? null : addMs(drawnAt, grant.windowDays * dayMs);
