import type { DunningPolicy } from "../domain/dunning.js";
import type { NewId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import { decideCancellation, inForce } from "../domain/subscriptionChange.js";
import { type Account, loadAccount } from "../ledger/load.js";
import type { Tx } from "../storage/database.js";
import { carryOutCancellation } from "./cancellation.js";
import { carryOut, judgePlanChange } from "./changePlan.js";
import { type InvoiceKey, moveInvoice } from "./invoices.js";
import { loadSubscriptions } from "./subscriptions.js";

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
  if (account === null || inForce(account) === null) return;
  if (policy === "BLOCK") await block(tx, account);
  else await downgrade(tx, account, { plan: policy.downgradeTo, newId });
}

async function block(tx: Tx, account: Account): Promise<void> {
  const decision = decideCancellation(await loadSubscriptions(tx, account, []), "NOW");
  if (decision.kind === "cancelled") await carryOutCancellation(tx, account, decision);
}

/** To a plan that is on offer; if it is not any more, there is none to go on with. */
async function downgrade(
  tx: Tx,
  account: Account,
  { plan, newId }: { plan: string; newId: NewId },
): Promise<void> {
  const question = { customerId: account.customerId, plan, timing: "NOW", supplyPolicy: null } as const;
  const decision = await judgePlanChange(tx, account, { question, newId: newId("sub") });
  if (decision.kind === "planNotFound") return block(tx, account);
  if (decision.kind === "planChange")
    await carryOut(tx, account, { decision, planChangeId: newId("change") });
}
