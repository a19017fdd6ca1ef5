import { isOverdue, nextAskAt } from "../domain/delivery.js";
import type { NewId } from "../domain/ids.js";
import type { Clock } from "../domain/instant.js";
import { type Present, presentAccount } from "../ledger/present.js";
import type { PaymentProvider } from "../payments/provider.js";
import type { Database, Tx } from "../storage/database.js";
import { PurchaseRow } from "../storage/rows/billing.js";
import { withdrawUnpaid } from "./delivery.js";
import { findOpenPayment } from "./payments.js";
import { makeFinishPurchase } from "./purchase.js";
import { type Attempt, attemptOn } from "./purchaseAttempt.js";

export interface PurchaseKey {
  readonly customerId: string;
  readonly purchaseId: string;
}

interface Needs {
  readonly database: Database;
  readonly clock: Clock;
  readonly present: Present;
  readonly newId: NewId;
  readonly payments: PaymentProvider;
}

/**
 * Asks after a purchase that is under way until its payment has ended: whoever began it may have died, the provider's
 * message may never arrive, and whoever has the credits already has no reason to ask. When it is overdue, credits that
 * are there and not paid for are withdrawn first, and come back should it be paid by then.
 */
export const makeAskAfterPurchase = (needs: Needs) => {
  const finish = makeFinishPurchase(needs);
  return async (key: PurchaseKey): Promise<void> => {
    const attempt = await needs.database.transact((tx) => begin(tx, key, needs));
    if (attempt !== null) await finish(attempt);
  };
};

async function begin(
  tx: Tx,
  { customerId, purchaseId }: PurchaseKey,
  { present, newId, payments }: Needs,
): Promise<Attempt | null> {
  // First, because it locks the customer: who comes second finds it asked after.
  const account = await presentAccount(tx, customerId, present);
  const purchase = await tx.manager.findOneBy(PurchaseRow, { customerId, purchaseId });
  if (account === null || purchase === null) return null;
  const { nextAttemptAt, createdAt } = purchase;
  const { now } = account;
  if (nextAttemptAt === null || nextAttemptAt > now) return null;
  // Only what may still bring money is asked after: another payment is the customer's to begin.
  const isUnderWay = (await findOpenPayment(tx, purchase)) !== null;
  const next = { nextAttemptAt: isUnderWay ? nextAskAt(createdAt, now) : null };
  await tx.manager.update(PurchaseRow, { customerId, purchaseId }, next);
  if (!isUnderWay) return null;
  if (isOverdue(createdAt, now)) await withdrawUnpaid(tx, account, purchase);
  return attemptOn(tx, purchase, { now, newId, provider: payments.name });
}
