import type { Instant } from "../domain/instant.js";
import { snapshot, type WalletSnapshot } from "../domain/snapshot.js";
import { type Standing, type SubscribedPlan, standings } from "../domain/subscription.js";
import { type SubscriptionChange, type Subscriptions, withWallets } from "../domain/subscriptionChange.js";
import type { WalletState } from "../domain/wallet.js";
import { type Account, loadWallets } from "../ledger/load.js";
import { post } from "../ledger/post.js";
import { saveSubscription } from "../ledger/subscriptions.js";
import type { Tx } from "../storage/database.js";
import { CustomerRow } from "../storage/rows/customers.js";

/** A customer's subscriptions with every wallet that they supply, and those in the units that are named. */
export async function loadSubscriptions(
  tx: Tx,
  account: Account,
  units: readonly string[],
): Promise<Subscriptions> {
  const supplied = account.subscriptions.map(({ plan }) => plan.unit);
  const wanted = [...new Set([...units, ...supplied])].sort();
  const wallets = await loadWallets(
    tx,
    wanted.map((unit) => ({ account, unit })),
  );
  const byUnit = new Map([...wallets.values()].map((state) => [state.wallet.unit, state]));
  return withWallets(account, byUnit);
}

/** Writes what was decided on a customer's subscriptions, and what follows from it in the wallets. */
export async function saveSubscriptions(
  tx: Tx,
  { customerId, now, wallets }: Subscriptions,
  { changed, undone }: SubscriptionChange,
): Promise<void> {
  // Before the wallets: posting a renewal moves its subscription on.
  for (const { subscription } of changed) await saveSubscription(tx, subscription);
  for (const { subscription } of undone) await saveSubscription(tx, subscription, now);
  await post(
    tx,
    [...wallets.values()].map((state) => ({ state, recordedAt: now })),
  );
  // Other periods begin and end now, so that whoever looks next has to find out what falls due when.
  await tx.manager.update(CustomerRow, { customerId }, { billingDueAt: now });
}

export function walletIn({ wallets, customerId }: Subscriptions, unit: string): WalletState {
  const state = wallets.get(unit);
  if (state === undefined) throw new Error(`The wallet of ${customerId} in ${unit} was not loaded.`);
  return state;
}

/** One of a customer's subscriptions as it stands. */
export function standingOf(all: readonly SubscribedPlan[], id: string, at: Instant): Standing {
  const standing = standings(all, at).find(({ subscribed }) => subscribed.subscription.id === id);
  if (standing === undefined) throw new Error(`Subscription ${id} is missing.`);
  return standing;
}

/** The subscription that counts, and the wallet in its unit. */
export function currentOf(after: Subscriptions): { standing: Standing; wallet: WalletSnapshot } {
  const { current, subscriptions, now, customerId } = after;
  if (current === null) throw new Error(`Customer ${customerId} has no subscription.`);
  const standing = standingOf(subscriptions, current.subscription.id, now);
  return { standing, wallet: snapshot(walletIn(after, current.plan.unit), now) };
}
