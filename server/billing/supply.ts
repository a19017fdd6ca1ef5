import type { Plan } from "../domain/catalog.js";
import type { NewId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import { changeSubscriptions } from "../domain/subscriptionChange.js";
import { newSubscriptions } from "../domain/subscriptionStart.js";
import type { Account } from "../ledger/load.js";
import type { Tx } from "../storage/database.js";
import { catchUp } from "./catchUp.js";
import { loadSubscriptions, saveSubscriptions } from "./subscriptions.js";

interface Start {
  readonly plan: Plan;
  readonly startsAt: Instant;
  /** Default: as the plan says. */
  readonly trialDays?: number;
  readonly newId: NewId;
}

export interface StartedSubscription {
  /** Of the subscription that begins, which may be a trial. */
  readonly id: string;
  /** With nothing left to do of what has fallen due. */
  readonly account: Account;
}

/** Puts a customer on a plan version, and does all that has fallen due of it by the customer's time. */
export async function startSubscription(
  tx: Tx,
  account: Account,
  { plan, startsAt, trialDays = plan.trialDays ?? 0, newId }: Start,
): Promise<StartedSubscription> {
  const { customerId } = account;
  const ids = [newId("sub"), newId("sub")] as const;
  const changed = newSubscriptions({ ids, customerId, plan, startsAt, trialDays });
  const change = { changed, undone: [] };
  const after = changeSubscriptions(await loadSubscriptions(tx, account, [plan.unit]), change);
  const started = await saveSubscriptions(tx, account, { after, change });
  return { id: ids[0], account: await catchUp(tx, started) };
}
