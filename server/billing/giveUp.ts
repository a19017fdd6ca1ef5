import type { DunningPolicy } from "../domain/dunning.js";
import type { NewId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import { subscriptionStatus } from "../domain/subscription.js";
import { loadAccount } from "../ledger/load.js";
import { loadOfferedPlan } from "../ledger/plans.js";
import type { Tx } from "../storage/database.js";
import { type InvoiceKey, moveInvoice } from "./invoices.js";
import { replaceSubscription } from "./supply.js";

interface Terms {
  readonly policy: DunningPolicy;
  readonly now: Instant;
  readonly newId: NewId;
}

/** The last attempt has failed: the invoice is given up, and the plan goes on, ends or becomes a smaller one. */
export async function giveUp(tx: Tx, key: InvoiceKey, { policy, now, newId }: Terms): Promise<void> {
  await moveInvoice(tx, key, { to: "UNCOLLECTIBLE", at: now });
  if (policy === "KEEP") return;
  const account = await loadAccount(tx, key.customerId, () => now);
  const current = account?.current ?? null;
  if (account === null || current === null) return;
  if (subscriptionStatus(current.subscription, now) !== "ACTIVE") return;
  const plan = policy === "BLOCK" ? null : await loadOfferedPlan(tx, policy.downgradeTo);
  await replaceSubscription(tx, account, { current, plan, id: newId("sub") });
}
