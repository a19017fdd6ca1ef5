import type { Micros } from "./amount.js";
import { type BudgetAction, type BudgetMeasure, type Crossing, leftOf } from "./budget.js";
import { resetsAt } from "./budgetWindow.js";
import type { CreditGrant } from "./grant.js";
import { free } from "./grant.js";
import type { Instant } from "./instant.js";
import { type BudgetSetter, turnsOf, wasTold } from "./setter.js";

export const alertKinds = ["BUDGET_THRESHOLD", "LOW_BALANCE", "CREDITS_EXPIRING"] as const;
export type AlertKind = (typeof alertKinds)[number];

interface Raised {
  readonly customerId: string;
  readonly unit: string;
  /** Among all alerts of its customer. Derived from what it is about, so that nothing can be told twice. */
  readonly key: string;
  /** Who has set the budget, or asked to be told of the balance. */
  readonly setBy: BudgetSetter;
  readonly raisedAt: Instant;
}

/** A budget's spending has passed one of its thresholds. */
export interface BudgetAlert extends Raised {
  readonly kind: "BUDGET_THRESHOLD";
  readonly budgetId: string;
  readonly budgetName: string;
  readonly measure: BudgetMeasure;
  readonly action: BudgetAction;
  readonly threshold: number;
  readonly limit: Micros;
  readonly spent: Micros;
  readonly remaining: Micros;
  readonly windowStart: Instant;
  readonly resetsAt: Instant | null;
}

/** Less is available than somebody wants to be told of. */
export interface LowBalanceAlert extends Raised {
  readonly kind: "LOW_BALANCE";
  readonly below: Micros;
  readonly available: Micros;
}

/** Credits of a grant will soon expire unless they are used. */
export interface ExpiryAlert extends Raised {
  readonly kind: "CREDITS_EXPIRING";
  readonly grantId: string;
  readonly amount: Micros;
  readonly expiresAt: Instant;
}

export type Alert = BudgetAlert | LowBalanceAlert | ExpiryAlert;

export function budgetAlert({ running, percent }: Crossing, raisedAt: Instant): BudgetAlert {
  const { budget, count } = running;
  const { id, customerId, unit, revision, name, setBy, measure, action, limit } = budget;
  // Of a rolling budget, whose window has no turn, it is the moment that tells one passing from the next.
  const window = budget.window === "ROLLING" ? raisedAt : count.start;
  return {
    kind: "BUDGET_THRESHOLD",
    ...{ customerId, unit, measure, action, limit, setBy, raisedAt },
    key: `${id}/${revision}/${window}/${percent}`,
    budgetId: id,
    budgetName: name,
    threshold: percent,
    spent: count.spent,
    remaining: leftOf(running),
    windowStart: count.start,
    resetsAt: resetsAt(running),
  };
}

/** What of a wallet somebody wants to be told: the operator and the customer each say it for themselves. */
export interface BalanceWatch {
  readonly setBy: BudgetSetter;
  /** With less available than this; null: nobody. */
  readonly lowBelow: Micros | null;
  /** Odd from when a low balance is told until that may be told again. */
  readonly lowTurns: number;
  /** So many days before credits expire; null: nobody. */
  readonly expiryNoticeDays: number | null;
}

/** One for all wallets that nobody watches, which are to pay nothing for it. */
export const unwatched: readonly BalanceWatch[] = [];

export const watchOf = (watches: readonly BalanceWatch[], setBy: BudgetSetter): BalanceWatch =>
  watches.find((watch) => watch.setBy === setBy) ?? {
    setBy,
    lowBelow: null,
    lowTurns: 0,
    expiryNoticeDays: null,
  };

export const noticeDays = { min: 1, max: 366 };

/** A tenth. Holds come and go: a balance that hovers about its threshold would be told of without end. */
const rearmedByOneIn = 10;

/** Whether a low balance is to be told, or may be told again. */
export function turnsLow({ lowBelow, lowTurns }: BalanceWatch, available: Micros): boolean {
  if (lowBelow === null) return false;
  if (!wasTold(lowTurns)) return available < lowBelow;
  return available >= lowBelow + Math.abs(lowBelow) / rearmedByOneIn;
}

interface LowBalance extends Pick<Raised, "customerId" | "unit"> {
  readonly below: Micros;
  readonly available: Micros;
}

/** As told to one who watches; the turn is the one that it has just taken. */
export const lowBalanceAlert = (
  { customerId, unit, below, available }: LowBalance,
  { setBy, lowTurns }: BalanceWatch,
  raisedAt: Instant,
): LowBalanceAlert => ({
  kind: "LOW_BALANCE",
  ...{ customerId, unit, below, available, setBy, raisedAt },
  key: `low/${unit}/${setBy}/${lowTurns}`,
});

/** Likewise. */
export const expiryAlert = (
  grant: CreditGrant,
  expiresAt: Instant,
  { setBy, raisedAt }: Pick<Raised, "setBy" | "raisedAt">,
): ExpiryAlert => ({
  kind: "CREDITS_EXPIRING",
  customerId: grant.customerId,
  unit: grant.unit,
  key: `expiry/${grant.id}/${setBy}/${turnsOf(grant.expiryTurns, setBy)}`,
  setBy,
  grantId: grant.id,
  amount: free(grant),
  expiresAt,
  raisedAt,
});

/** What an alert of any kind can tell. */
export interface WholeAlert extends Pick<Raised, "unit" | "setBy"> {
  readonly alertId: string;
  readonly kind: AlertKind;
  readonly budgetId: string | null;
  readonly budgetName: string | null;
  readonly measure: BudgetMeasure | null;
  readonly action: BudgetAction | null;
  readonly threshold: number | null;
  readonly limit: Micros | null;
  readonly spent: Micros | null;
  readonly remaining: Micros | null;
  readonly windowStart: Instant | null;
  readonly resetsAt: Instant | null;
  readonly below: Micros | null;
  readonly available: Micros | null;
  readonly grantId: string | null;
  readonly amount: Micros | null;
  readonly expiresAt: Instant | null;
}

const untold = {
  ...{
    budgetId: null,
    budgetName: null,
    measure: null,
    action: null,
    threshold: null,
    limit: null,
    spent: null,
  },
  ...{ remaining: null, windowStart: null, resetsAt: null, below: null, available: null, grantId: null },
  ...{ amount: null, expiresAt: null },
};

/** An alert with everything that one can tell; what its kind does not tell is null. */
export const wholeAlert = (alert: Alert, alertId: string): WholeAlert => ({ ...untold, ...alert, alertId });
