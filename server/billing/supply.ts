import { advance, withNextDue } from "../domain/advance.js";
import type { Plan } from "../domain/catalog.js";
import type { Instant } from "../domain/instant.js";
import type { Subscription } from "../domain/subscription.js";
import type { WalletState } from "../domain/wallet.js";
import { type Account, loadWallet } from "../ledger/load.js";
import { post } from "../ledger/post.js";
import type { Tx } from "../storage/database.js";
import { SubscriptionRow } from "../storage/rows/customers.js";

export interface SubscriptionStart {
  readonly id: string;
  readonly plan: Plan;
  readonly startsAt: Instant;
}

export interface StartedSubscription {
  readonly subscription: Subscription;
  readonly wallet: WalletState;
}

/** Puts a customer on a plan version and posts every supply that has fallen due by the customer's time. */
export async function startSubscription(
  tx: Tx,
  account: Account,
  { id, plan, startsAt }: SubscriptionStart,
): Promise<StartedSubscription> {
  const { customerId, now } = account;
  const subscription: Subscription = {
    id,
    customerId,
    planKey: plan.key,
    planVersion: plan.version,
    startsAt,
    endsAt: null,
    nextPeriodIndex: 0,
  };
  const { id: subscriptionId, ...row } = subscription;
  await tx.manager.insert(SubscriptionRow, { ...row, subscriptionId });
  const supplied: Account = { ...account, supplier: { subscription, plan } };
  const state = advance(withNextDue(await loadWallet(tx, supplied, plan.unit)), now);
  await post(tx, [{ state, recordedAt: now }]);
  return { subscription: state.supplier?.subscription ?? subscription, wallet: state };
}
