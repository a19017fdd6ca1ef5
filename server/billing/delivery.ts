import { withNextDue } from "../domain/advance.js";
import { deliverAgain, expiryOf, withdraw } from "../domain/delivery.js";
import { type CreditGrant, newGrant } from "../domain/grant.js";
import type { NewId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import { snapshot, type WalletSnapshot } from "../domain/snapshot.js";
import { addGrant, type WalletState } from "../domain/wallet.js";
import { recordEvents } from "../events/outbox.js";
import { type Account, loadWallet } from "../ledger/load.js";
import { post } from "../ledger/post.js";
import { findGrant } from "../ledger/statement.js";
import type { Tx } from "../storage/database.js";
import { PurchaseRow } from "../storage/rows/billing.js";
import { changeBought, findBought } from "./boughtCredits.js";
import type { InvoiceKey } from "./invoices.js";

/** Credits of a purchase that are in the wallet, and the wallet with them. */
export interface DeliveredCredits {
  readonly grant: CreditGrant;
  readonly wallet: WalletSnapshot;
}

/** Delivers what a purchase has bought, as its grant. */
export async function deliver(
  tx: Tx,
  account: Account,
  purchase: PurchaseRow,
  grantId: string,
): Promise<void> {
  const { now } = account;
  const before = await loadWallet(tx, account, purchase.unit);
  const state = withNextDue(addGrant(before, packGrant(purchase, grantId, now), now));
  await post(tx, [{ state, recordedAt: now }]);
}

function packGrant(purchase: PurchaseRow, id: string, now: Instant): CreditGrant {
  const { customerId, unit, credits, priority, expiresAfterDays, purchaseId, creditPack } = purchase;
  return newGrant({
    id,
    customerId,
    unit,
    source: "PACK",
    amount: credits,
    priority,
    effectiveAt: now,
    expiresAt: expiryOf(expiresAfterDays, now),
    operations: null,
    windowDays: null,
    reason: creditPack,
    originId: purchaseId,
  });
}

/** Delivers a purchase that is paid, as far as it was not before, and tells its grant. */
export async function deliverPaid(
  tx: Tx,
  account: Account,
  purchase: PurchaseRow,
  newId: NewId,
): Promise<string> {
  const { grantId, withdrawnAt, expiresAfterDays } = purchase;
  if (grantId === null) {
    const made = newId("grant");
    await deliver(tx, account, purchase, made);
    return made;
  }
  const bought = withdrawnAt === null ? null : await findBought(tx, account, purchase);
  if (bought !== null) {
    const again = { at: account.now, expiresAt: expiryOf(expiresAfterDays, account.now) };
    await changeBought(tx, bought, (state) => deliverAgain(state, grantId, again));
  }
  return grantId;
}

/** What a purchase has delivered, as it is now, though it may not be paid; null where nothing is. */
export async function deliveredBy(
  tx: Tx,
  account: Account,
  purchase: PurchaseRow,
): Promise<DeliveredCredits | null> {
  const { customerId, grantId, unit, status, withdrawnAt } = purchase;
  if (grantId === null || (withdrawnAt !== null && status !== "PAID")) return null;
  const state: WalletState = await loadWallet(tx, account, unit);
  const stored = await findGrant(tx, customerId, grantId);
  return {
    grant: state.changedGrants.get(grantId) ?? stored,
    wallet: snapshot(state, account.now),
  };
}

/** Takes back what was delivered for an invoice that is not paid: its payment has failed, or it will never come. */
export async function withdrawUnpaid(
  tx: Tx,
  account: Account,
  { customerId, invoiceId }: InvoiceKey,
): Promise<void> {
  const purchase = await tx.manager.findOneBy(PurchaseRow, { customerId, invoiceId });
  if (purchase === null || purchase.status === "PAID" || purchase.withdrawnAt !== null) return;
  const bought = await findBought(tx, account, purchase);
  if (bought === null) return;
  const { now } = account;
  await changeBought(tx, bought, (state, { id }) => withdraw(state, id, now));
  const { purchaseId } = purchase;
  await tx.manager.update(PurchaseRow, { customerId, purchaseId }, { withdrawnAt: now });
  const data = { ...purchase, grantId: bought.grant.id };
  await recordEvents(tx, [{ customerId, type: "PURCHASE_WITHDRAWN", data, at: now }]);
}

/** Whether the customer has credits that are not paid for, or has used some that were withdrawn. */
export async function owesCredits(tx: Tx, customerId: string): Promise<boolean> {
  const rows = await tx.query(
    `SELECT u.purchase_id FROM purchases u
     JOIN credit_grants g ON g.customer_id = u.customer_id AND g.grant_id = u.grant_id
     WHERE u.customer_id = $1 AND u.status <> 'PAID' AND (u.withdrawn_at IS NULL OR g.clawback > 0) LIMIT 1`,
    [customerId],
  );
  return rows.length > 0;
}
