import { budgetAlert, expiryAlert, lowBalanceAlert, wasToldLow } from "./alert.js";
import type { Micros } from "./amount.js";
import {
  type BudgetedCall,
  type Counted,
  countHeld,
  countSpent,
  giveBackSpent,
  type Spending,
} from "./budget.js";
import { type CreditGrant, free } from "./grant.js";
import { dayMs, type Instant } from "./instant.js";
import { available, markGrant, type WalletState } from "./wallet.js";

/** A call was metered: budgets count it, and the thresholds that it passes are told. */
export function countCall(
  state: WalletState,
  call: BudgetedCall,
  counted: { readonly spending: Spending; readonly at: Instant },
): WalletState {
  if (state.budgets.running.length === 0) return state;
  return withCounted(state, countSpent(state.budgets, call, counted), counted.at);
}

export const withCounted = (state: WalletState, { book, crossings }: Counted, at: Instant): WalletState => ({
  ...state,
  budgets: book,
  alerts:
    crossings.length === 0
      ? state.alerts
      : [...state.alerts, ...crossings.map((crossing) => budgetAlert(crossing, at))],
});

/** A call that was counted at this time is undone, all of it or a part. */
export const uncountCall = (
  state: WalletState,
  call: BudgetedCall,
  counted: { readonly spending: Spending; readonly countedAt: Instant },
): WalletState =>
  state.budgets.running.length === 0
    ? state
    : { ...state, budgets: giveBackSpent(state.budgets, call, counted) };

/** What a hold reserves has changed by so much. */
export const countHold = (state: WalletState, hold: BudgetedCall, change: Spending): WalletState =>
  state.budgets.running.length === 0 ? state : { ...state, budgets: countHeld(state.budgets, hold, change) };

/** Tells of a balance that has become low, once until it has not been low. */
export function watchBalance(state: WalletState, at: Instant): WalletState {
  const { wallet } = state;
  const { lowBelow, lowTurns } = wallet.watch;
  if (lowBelow === null) return state;
  const isLow = available(wallet) < lowBelow;
  if (isLow === wasToldLow(wallet.watch)) return state;
  const turned = { ...wallet, watch: { ...wallet.watch, lowTurns: lowTurns + 1 } };
  return {
    ...state,
    wallet: turned,
    alerts: isLow ? [...state.alerts, low(turned, lowBelow, at)] : state.alerts,
  };
}

const low = (wallet: WalletState["wallet"], below: Micros, at: Instant) =>
  lowBalanceAlert(wallet, below, { available: available(wallet), at });

/** When it is to be told that a grant expires soon; null when it is not, or has been. */
export function noticeAt({ watch }: WalletState["wallet"], grant: CreditGrant): Instant | null {
  const { expiresAt, effectiveAt, state, expiryToldAt } = grant;
  if (watch.expiryNoticeDays === null || expiresAt === null || expiryToldAt !== null) return null;
  if (state !== "ACTIVE" || free(grant) <= 0) return null;
  return Math.max(effectiveAt, expiresAt - watch.expiryNoticeDays * dayMs) as Instant;
}

export function tellExpiry(state: WalletState, grant: CreditGrant, at: Instant): WalletState {
  const { expiresAt } = grant;
  if (expiresAt === null) throw new Error(`Grant ${grant.id} never expires.`);
  const told = markGrant(state, { ...grant, expiryToldAt: at });
  return { ...told, alerts: [...told.alerts, expiryAlert(grant, expiresAt, at)] };
}
