import {
  type Alert,
  type BalanceWatch,
  budgetAlert,
  expiryAlert,
  lowBalanceAlert,
  turnsLow,
} from "./alert.js";
import {
  type BudgetedCall,
  type Counted,
  countHeld,
  countSpent,
  giveBackSpent,
  type Spending,
  type Undone,
} from "./budget.js";
import { type CreditGrant, free } from "./grant.js";
import { dayMs, type Instant } from "./instant.js";
import { type BudgetSetter, turned, turnsOf, wasTold } from "./setter.js";
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

/** A call that was counted is undone, all of it or a part. */
export const uncountCall = (state: WalletState, call: BudgetedCall, undone: Undone): WalletState =>
  state.budgets.running.length === 0
    ? state
    : { ...state, budgets: giveBackSpent(state.budgets, call, undone) };

/** What a hold reserves has changed by so much. */
export const countHold = (state: WalletState, hold: BudgetedCall, change: Spending): WalletState =>
  state.budgets.running.length === 0 ? state : { ...state, budgets: countHeld(state.budgets, hold, change) };

/** Tells whoever watches of a balance that has become low, each of them once until a tenth more has been available. */
export function watchBalance(state: WalletState, at: Instant): WalletState {
  const { wallet } = state;
  if (wallet.watches.length === 0) return state;
  const now = available(wallet);
  if (!wallet.watches.some((watch) => turnsLow(watch, now))) return state;
  const alerts: Alert[] = [];
  const watches = wallet.watches.map((watch) => {
    if (!turnsLow(watch, now)) return watch;
    const next = { ...watch, lowTurns: watch.lowTurns + 1 };
    if (next.lowBelow !== null && wasTold(next.lowTurns))
      alerts.push(lowBalanceAlert({ ...wallet, below: next.lowBelow, available: now }, next, at));
    return next;
  });
  return { ...state, wallet: { ...wallet, watches }, alerts: [...state.alerts, ...alerts] };
}

/** Somebody who is to be told that a grant expires soon, and from when on. */
export interface Notice {
  readonly at: Instant;
  readonly grant: CreditGrant;
  readonly to: BudgetSetter;
}

export const noticesOf = ({ watches }: WalletState["wallet"], grant: CreditGrant): readonly Notice[] =>
  watches.length === 0 ? none : watches.flatMap((watch) => noticeFor(watch, grant) ?? none);

const none: readonly Notice[] = [];

function noticeFor({ setBy: to, expiryNoticeDays }: BalanceWatch, grant: CreditGrant): Notice | null {
  const { expiresAt, effectiveAt, state, expiryTurns } = grant;
  if (expiryNoticeDays === null || expiresAt === null || wasTold(turnsOf(expiryTurns, to))) return null;
  if (state !== "ACTIVE" || free(grant) <= 0) return null;
  return { at: Math.max(effectiveAt, expiresAt - expiryNoticeDays * dayMs) as Instant, grant, to };
}

export function tellExpiry(state: WalletState, { grant, to }: Notice, at: Instant): WalletState {
  const { expiresAt } = grant;
  if (expiresAt === null) throw new Error(`Grant ${grant.id} never expires.`);
  const told: CreditGrant = { ...grant, expiryTurns: turned(grant.expiryTurns, to) };
  const alert = expiryAlert(told, expiresAt, { setBy: to, raisedAt: at });
  return { ...markGrant(state, told), alerts: [...state.alerts, alert] };
}
