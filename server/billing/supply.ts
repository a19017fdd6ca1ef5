import type { Plan } from "../domain/catalog.js";
import type { NewId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import { changeSubscriptions, type Subscriptions } from "../domain/subscriptionChange.js";
import { newSubscriptions } from "../domain/subscriptionStart.js";
import type { Account } from "../ledger/load.js";
import type { Tx } from "../storage/database.js";
import { loadSubscriptions, saveSubscriptions } from "./subscriptions.js";

interface Start {
  readonly plan: Plan;
  readonly startsAt: Instant;
  /** Null: as the plan says. */
  readonly trialDays: number | null;
  readonly newId: NewId;
}

export interface StartedSubscription {
  /** The customer with the new subscription. */
  readonly after: Subscriptions;
  /** Of the subscription that begins, which may be a trial. */
  readonly id: string;
}

/** Puts a customer on a plan version and posts every supply that has fallen due by the customer's time. */
export async function startSubscription(
  tx: Tx,
  account: Account,
  { plan, startsAt, trialDays, newId }: Start,
): Promise<StartedSubscription> {
  const { customerId } = account;
  const ids = [newId("sub"), newId("sub")] as const;
  const days = trialDays ?? plan.trialDays ?? 0;
  const changed = newSubscriptions({ ids, customerId, plan, startsAt, trialDays: days });
  const change = { changed, undone: [] };
  const after = changeSubscriptions(await loadSubscriptions(tx, account, [plan.unit]), change);
  await saveSubscriptions(tx, after, change);
  return { after, id: ids[0] };
}
