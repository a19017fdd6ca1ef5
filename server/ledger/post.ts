import type { CreditGrant } from "../domain/grant.js";
import type { Instant } from "../domain/instant.js";
import type { Subscription } from "../domain/subscription.js";
import type { WalletState } from "../domain/wallet.js";
import type { Tx } from "../storage/database.js";
import { SubscriptionRow } from "../storage/rows/customers.js";
import { CreditGrantRow, LedgerEntryRow, WalletRow, WindowReturnRow } from "../storage/rows/ledger.js";
import { writeRows } from "../storage/write.js";

/**
 * The one door to the ledger: writes what was decided on a wallet, all of it or, with the transaction, nothing. The
 * entries' primary key makes it impossible to post on top of a state that somebody else has moved on.
 */
export async function post(tx: Tx, state: WalletState, recordedAt: Instant): Promise<void> {
  const { wallet } = state;
  const { customerId, unit } = wallet;
  const entries = state.entries.map((entry) => ({ ...entry, customerId, unit, recordedAt }));
  await writeRows(tx, LedgerEntryRow, entries);
  await writeRows(tx, CreditGrantRow, [...state.changedGrants.values()].map(grantRow), { replace: true });
  await writeRows(tx, WalletRow, [wallet], { replace: true });
  await postReturns(tx, state);
  if (state.renewed && state.supplier !== null) await postSupply(tx, state.supplier.subscription);
}

const grantRow = ({ id, ...grant }: CreditGrant): CreditGrantRow => ({ ...grant, grantId: id });

async function postReturns(tx: Tx, state: WalletState): Promise<void> {
  const { customerId, unit } = state.wallet;
  if (state.returnedUntil !== null)
    await tx.query("DELETE FROM window_returns WHERE customer_id = $1 AND unit = $2 AND due_at <= $3", [
      customerId,
      unit,
      state.returnedUntil,
    ]);
  const returns = state.newReturns.map(({ grantId, at, amount }) => ({
    customerId,
    unit,
    dueAt: at,
    grantId,
    amount,
  }));
  await writeRows(tx, WindowReturnRow, returns, { add: ["amount"] });
}

/** Renewals move the subscription on in the same transaction as the supply they gave. */
async function postSupply(tx: Tx, { customerId, id, nextPeriodIndex }: Subscription): Promise<void> {
  await tx.manager.update(SubscriptionRow, { customerId, subscriptionId: id }, { nextPeriodIndex });
}
