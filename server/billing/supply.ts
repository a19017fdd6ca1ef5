import { advance, withNextDue } from "../domain/advance.js";
import type { Micros } from "../domain/amount.js";
import type { Plan } from "../domain/catalog.js";
import type { Instant } from "../domain/instant.js";
import { firstPeriodIndex, type SubscribedPlan, type Subscription } from "../domain/subscription.js";
import type { WalletState } from "../domain/wallet.js";
import { type Account, loadWallet, withSubscriptions } from "../ledger/load.js";
import { post } from "../ledger/post.js";
import { saveSubscription } from "../ledger/subscriptions.js";
import type { Tx } from "../storage/database.js";

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

/** Puts a customer on a plan version and posts every supply that has fallen due by the customer's time. */
export async function startSubscription(
  tx: Tx,
  account: Account,
  start: SubscriptionStart,
): Promise<StartedSubscription> {
  const { now } = account;
  const subscribed = newSubscription(start);
  const { id } = subscribed.subscription;
  await saveSubscription(tx, subscribed.subscription);
  const supplied = withSubscriptions(account, [...account.subscriptions, subscribed]);
  const state = advance(withNextDue(await loadWallet(tx, supplied, start.plan.unit)), now);
  await post(tx, [{ state, recordedAt: now }]);
  const after = state.suppliers.find((one) => one.subscription.id === id) ?? subscribed;
  return { subscription: after.subscription, wallet: state };
}
