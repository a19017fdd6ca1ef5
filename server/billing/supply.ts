import { advance, withNextDue } from "../domain/advance.js";
import type { Micros } from "../domain/amount.js";
import type { Plan } from "../domain/catalog.js";
import type { Instant } from "../domain/instant.js";
import { firstPeriodIndex, type SubscribedPlan, type Subscription } from "../domain/subscription.js";
import type { WalletState } from "../domain/wallet.js";
import { type Account, loadWallet, withSubscriptions } from "../ledger/load.js";
import { post } from "../ledger/post.js";
import { addSubscription } from "../ledger/subscriptions.js";
import type { Tx } from "../storage/database.js";
import { catchUp, inStep, saveBilling } from "./catchUp.js";

export interface SubscriptionStart {
  readonly id: string;
  readonly customerId: string;
  readonly plan: Plan;
  readonly startsAt: Instant;
  /** Default: its start. */
  readonly anchorAt?: Instant;
  readonly endsAt?: Instant | null;
  readonly trial?: boolean;
  readonly firstSupply?: Micros | null;
}

/** A subscription at its very beginning, before anything of it has been granted or charged. */
export function newSubscription(start: SubscriptionStart): SubscribedPlan {
  const { id, customerId, plan, startsAt } = start;
  const { anchorAt = startsAt, endsAt = null, trial = false, firstSupply = null } = start;
  const subscription: Subscription = {
    id,
    customerId,
    planKey: plan.key,
    planVersion: plan.version,
    startsAt,
    anchorAt,
    endsAt,
    trial,
    firstSupply,
    nextPeriodIndex: 0,
    nextFeeIndex: 0,
    nextCloseIndex: 0,
    nextFinalIndex: 0,
  };
  const first = firstPeriodIndex({ subscription, plan });
  return {
    plan,
    subscription: {
      ...subscription,
      nextPeriodIndex: first,
      nextFeeIndex: first,
      nextCloseIndex: first,
      nextFinalIndex: first,
    },
  };
}

export interface StartedSubscription {
  readonly subscription: Subscription;
  readonly wallet: WalletState;
}

/** Puts a customer on a plan version, and does all that has fallen due of it by the customer's time. */
export async function startSubscription(
  tx: Tx,
  account: Account,
  start: SubscriptionStart,
): Promise<StartedSubscription> {
  const subscribed = newSubscription(start);
  const { id } = subscribed.subscription;
  await addSubscription(tx, subscribed.subscription);
  const { unit } = start.plan;
  const supplied = await supply(tx, withSubscriptions(account, [...account.subscriptions, subscribed]), unit);
  const billed = await catchUp(tx, supplied);
  const after = billed.subscriptions.find(({ subscription }) => subscription.id === id) ?? subscribed;
  return { subscription: after.subscription, wallet: await loadWallet(tx, billed, unit) };
}

/** Posts every supply that is due, and notes when the next one is. */
async function supply(tx: Tx, account: Account, unit: string): Promise<Account> {
  const state = advance(withNextDue(await loadWallet(tx, account, unit)), account.now);
  await post(tx, [{ state, recordedAt: account.now }]);
  return withSubscriptions(account, inStep(account.subscriptions, state.suppliers));
}

interface Replacement {
  readonly current: SubscribedPlan;
  /** Null: nothing comes in its place. */
  readonly plan: Plan | null;
  readonly id: string;
}

/** Ends a subscription now and puts another one in its place. */
export async function replaceSubscription(
  tx: Tx,
  account: Account,
  { current, plan, id }: Replacement,
): Promise<void> {
  const { customerId, now } = account;
  const ended = { ...current, subscription: { ...current.subscription, endsAt: now } };
  const rest = account.subscriptions.filter((one) => one !== current);
  const changed = new Set([current.subscription.id]);
  const left = await saveBilling(tx, withSubscriptions(account, [...rest, ended]), changed);
  if (plan === null) await catchUp(tx, left);
  else await startSubscription(tx, left, { id, customerId, plan, startsAt: now });
}
