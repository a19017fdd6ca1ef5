import { type Micros, subtract, zero } from "../domain/amount.js";
import { rateUsage, type Usage } from "../domain/consumption.js";
import type { PriceStep } from "../domain/price/price.js";
import type {
  CustomerNotFound,
  PlanNotFound,
  SubscriptionInactive,
  UnpricedUsage,
} from "../domain/refusal.js";
import { spendable } from "../domain/settlement.js";
import { available } from "../domain/wallet.js";
import { type Account, loadWallet } from "../ledger/load.js";
import { loadOfferedPlan, loadOfferedPlanKeys } from "../ledger/plans.js";
import { type Present, readPresent } from "../ledger/present.js";
import type { Database, Tx } from "../storage/database.js";
import { activePlan } from "./activePlan.js";
import { loadPeriodQuantity, periodCounter } from "./periodQuantity.js";

export type QuoteQuestion = Usage &
  (
    | { readonly customerId: string; readonly plan?: never }
    | {
        readonly plan: string;
        /** The customer who asks; null for whoever sees all plans. */
        readonly viewer: string | null;
        readonly customerId?: never;
      }
  );

interface Quote {
  readonly kind: "quote";
  readonly amount: Micros;
  readonly unit: string;
  readonly explanation: readonly PriceStep[];
  /** Only for a customer. */
  readonly wallet: {
    readonly available: Micros;
    readonly balanceAfter: Micros;
    readonly wouldOverdraw: boolean;
  } | null;
}

export type QuoteOutcome = Quote | UnpricedUsage | CustomerNotFound | SubscriptionInactive | PlanNotFound;

interface Needs {
  readonly database: Database;
  readonly present: Present;
}

export const makeQuote =
  (needs: Needs) =>
  (question: QuoteQuestion): Promise<QuoteOutcome> => {
    const { customerId } = question;
    return customerId === undefined
      ? needs.database.read((tx) => quoteForPlan(tx, question, question))
      : readPresent(needs, customerId, (tx, account) =>
          account === null
            ? Promise.resolve({ kind: "customerNotFound", customerId })
            : quoteForCustomer(tx, account, question),
        );
  };

interface PlanAsked {
  readonly plan: string;
  readonly viewer: string | null;
}

async function quoteForPlan(tx: Tx, { plan: key, viewer }: PlanAsked, usage: Usage): Promise<QuoteOutcome> {
  const plan = await loadOfferedPlan(tx, key, viewer);
  if (plan === null)
    return { kind: "planNotFound", plan: key, available: await loadOfferedPlanKeys(tx, viewer) };
  const rated = rateUsage(plan, usage, zero);
  if (rated.kind === "unpricedUsage") return rated;
  return { kind: "quote", amount: rated.amount, unit: plan.unit, explanation: rated.steps, wallet: null };
}

async function quoteForCustomer(tx: Tx, account: Account, usage: Usage): Promise<QuoteOutcome> {
  const active = activePlan(account);
  if ("kind" in active) return active;
  const { unit } = active.plan;
  const counter = periodCounter(active, usage.operation, account.now);
  const rated = rateUsage(active.plan, usage, await loadPeriodQuantity(tx, counter));
  if (rated.kind === "unpricedUsage") return rated;
  const state = await loadWallet(tx, account, unit);
  const before = available(state.wallet);
  const wallet = {
    available: before,
    balanceAfter: subtract(before, rated.amount),
    wouldOverdraw: rated.amount > spendable(state, usage.operation, account.now),
  };
  return { kind: "quote", amount: rated.amount, unit, explanation: rated.steps, wallet };
}
