import type { DunningPolicy } from "../domain/dunning.js";
import { type NewId, periodInvoiceId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import { chargedBy } from "../domain/invoice.js";
import { leadsTo, paidUntil, periodIndexAt, type SubscribedPlan } from "../domain/subscription.js";
import { type ChangeTiming, decideCancellation, inForce } from "../domain/subscriptionChange.js";
import { type Account, loadAccount } from "../ledger/load.js";
import { loadAllSubscriptions } from "../ledger/subscriptions.js";
import type { Tx } from "../storage/database.js";
import { carryOutCancellation } from "./cancellation.js";
import { carryOut, judgePlanChange } from "./changePlan.js";
import { findInvoice, type InvoiceKey, moveInvoice } from "./invoices.js";
import { loadSubscriptions } from "./subscriptions.js";

interface Terms {
  readonly policy: DunningPolicy;
  readonly now: Instant;
  readonly newId: NewId;
}

/**
 * The last attempt has failed: the invoice is given up, and the plan goes on, ends or becomes a smaller one. That is
 * the plan that was not paid, or the one that it has led to: nobody owes for one plan and goes on with another. A plan
 * that somebody has begun anew since is no part of it.
 */
export async function giveUp(tx: Tx, key: InvoiceKey, { policy, now, newId }: Terms): Promise<void> {
  const { subscriptionId } = await moveInvoice(tx, key, { to: "UNCOLLECTIBLE", at: now });
  if (policy === "KEEP" || subscriptionId === null) return;
  const account = await loadAccount(tx, key.customerId, () => now);
  const active = account === null ? null : inForce(account);
  if (account === null || active === null) return;
  const all = await loadAllSubscriptions(tx, key.customerId);
  if (!leadsTo(all, subscriptionId, active.subscription.id)) return;
  // Whoever has moved on keeps what was paid for since, as long as that is.
  const isPaid = active.subscription.id !== subscriptionId && (await isPaidFor(tx, active, now));
  const timing = isPaid ? "PERIOD_END" : "NOW";
  if (policy === "BLOCK") await block(tx, account, timing);
  else await downgrade(tx, account, { plan: policy.downgradeTo, timing, newId });
}

/** Whether money has been paid for the present period of a plan, which will end. */
async function isPaidFor(tx: Tx, active: SubscribedPlan, now: Instant): Promise<boolean> {
  const { customerId, id } = active.subscription;
  const index = periodIndexAt(active, now);
  if (paidUntil(active, now) === null) return false;
  const invoice = await findInvoice(tx, {
    customerId,
    invoiceId: periodInvoiceId("SUBSCRIPTION", id, index),
  });
  return invoice !== null && invoice.status === "PAID" && chargedBy(invoice.lines) > 0;
}

async function block(tx: Tx, account: Account, timing: ChangeTiming): Promise<void> {
  const decision = decideCancellation(await loadSubscriptions(tx, account, []), timing);
  if (decision.kind === "cancelled") await carryOutCancellation(tx, account, decision);
}

/** To a plan that is on offer; if it is not any more, there is none to go on with. */
async function downgrade(
  tx: Tx,
  account: Account,
  { plan, timing, newId }: { plan: string; timing: ChangeTiming; newId: NewId },
): Promise<void> {
  const question = { customerId: account.customerId, plan, timing, supplyPolicy: null };
  const decision = await judgePlanChange(tx, account, { question, newId: newId("sub") });
  if (decision.kind === "planNotFound") return block(tx, account, timing);
  if (decision.kind === "planChange") await carryOut(tx, account, { decision, newId });
}
