import { withNextDue } from "../domain/advance.js";
import type { CreditGrant } from "../domain/grant.js";
import { grantOf, type WalletState, withAtHand } from "../domain/wallet.js";
import { loadGrants } from "../ledger/grants.js";
import { type Account, loadWallet } from "../ledger/load.js";
import { post } from "../ledger/post.js";
import type { Tx } from "../storage/database.js";
import { PurchaseRow } from "../storage/rows/billing.js";
import type { InvoiceKey } from "./invoices.js";

/** The credits of a purchase, whatever has become of them, and the wallet that they are in. */
export interface BoughtCredits {
  readonly account: Account;
  readonly state: WalletState;
  readonly grant: CreditGrant;
}

/** Null when the invoice is of no purchase, or of one whose credits were never delivered. */
export async function findBought(
  tx: Tx,
  account: Account,
  { customerId, invoiceId }: InvoiceKey,
): Promise<BoughtCredits | null> {
  const purchase = await tx.manager.findOneBy(PurchaseRow, { customerId, invoiceId });
  if (purchase === null || purchase.grantId === null) return null;
  const { unit, grantId } = purchase;
  const ended = (await loadGrants(tx, [{ customerId, grantId }])).filter(({ state }) => state === "ENDED");
  const state = withAtHand(await loadWallet(tx, account, unit), [], ended);
  return { account, state, grant: grantOf(state, grantId) };
}

/** Writes what becomes of the grant, and of the wallet with it. */
export async function changeBought(
  tx: Tx,
  { account, state, grant }: BoughtCredits,
  change: (state: WalletState, grant: CreditGrant) => WalletState,
): Promise<BoughtCredits> {
  const changed = withNextDue(change(state, grant));
  await post(tx, [{ state: changed, recordedAt: account.now }]);
  return { account, state: changed, grant: grantOf(changed, grant.id) };
}
