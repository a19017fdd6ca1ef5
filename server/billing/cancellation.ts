import type { Cancelled } from "../domain/subscriptionChange.js";
import { recordEvents } from "../events/outbox.js";
import type { Account } from "../ledger/load.js";
import type { Tx } from "../storage/database.js";
import { catchUp } from "./catchUp.js";
import { saveSubscriptions } from "./subscriptions.js";
import { subscriptionEvent } from "./tell.js";

/** Writes that a subscription ends, whoever has decided it, and does what has fallen due by that. */
export async function carryOutCancellation(tx: Tx, account: Account, decision: Cancelled): Promise<Account> {
  const saved = await saveSubscriptions(tx, account, decision);
  await recordEvents(tx, [subscriptionEvent("SUBSCRIPTION_CANCELLED", decision.ending, account.now)]);
  return catchUp(tx, saved);
}
