import type { Instant } from "../domain/instant.js";
import { snapshot, type WalletSnapshot } from "../domain/snapshot.js";
import { type Standing, type SubscribedPlan, standings } from "../domain/subscription.js";
import { type SubscriptionChange, type Subscriptions, withWallets } from "../domain/subscriptionChange.js";
import type { WalletState } from "../domain/wallet.js";
import { type Account, loadWallets, withSubscriptions } from "../ledger/load.js";
import { post } from "../ledger/post.js";
import { addSubscription, loadAllSubscriptions, saveBillingState } from "../ledger/subscriptions.js";
import type { Tx } from "../storage/database.js";

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

/**
 * Writes what was decided on a customer's subscriptions, and what follows from it in the wallets. What follows for
 * invoices is for `catchUp` to find: other periods begin and end now.
 */
export async function saveSubscriptions(
  tx: Tx,
  account: Account,
  { after, change }: { after: Subscriptions; change: SubscriptionChange },
): Promise<Account> {
  const { now } = account;
  const known = new Set(account.subscriptions.map(({ subscription }) => subscription.id));
  // Before the wallets: posting a renewal moves its subscription on.
  for (const { subscription } of change.changed)
    await (known.has(subscription.id)
      ? saveBillingState(tx, subscription, null)
      : addSubscription(tx, subscription));
  for (const { subscription } of change.undone) await saveBillingState(tx, subscription, now);
  await post(
    tx,
    [...after.wallets.values()].map((state) => ({ state, recordedAt: now })),
  );
  return withSubscriptions(account, after.subscriptions);
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

/** Whatever has become of it. */
export const findStanding = async (tx: Tx, { customerId, now }: Account, id: string): Promise<Standing> =>
  standingOf(await loadAllSubscriptions(tx, customerId), id, now);

interface Present {
  readonly standing: Standing;
  readonly wallet: WalletSnapshot;
}

/** The subscription that counts, and the wallet in its unit. */
export async function loadCurrent(tx: Tx, account: Account): Promise<Present> {
  const { current, customerId, subscriptions, now } = account;
  if (current === null) throw new Error(`Customer ${customerId} has no subscription.`);
  const { unit } = current.plan;
  const loaded = await loadSubscriptions(tx, account, [unit]);
  const standing = standingOf(subscriptions, current.subscription.id, now);
  return { standing, wallet: snapshot(walletIn(loaded, unit), now) };
}
