import {
  type AutoTopUp,
  hasGivenUp,
  type PurchaseState,
  settledTopUp,
  usable,
  watchedBelow,
  watchFor,
  withPaidCredits,
} from "../domain/autoTopUp.js";
import type { Instant } from "../domain/instant.js";
import { mayMove } from "../domain/invoice.js";
import type { WalletState } from "../domain/wallet.js";
import { recordEvents } from "../events/outbox.js";
import { type Account, loadWallet } from "../ledger/load.js";
import { post } from "../ledger/post.js";
import type { Tx } from "../storage/database.js";
import { AutoTopUpRow, PaymentRow, PurchaseRow } from "../storage/rows/billing.js";
import { writeRows } from "../storage/write.js";
import { cancelInvoice } from "./cancelInvoice.js";
import { type InvoiceKey, loadInvoice } from "./invoices.js";

/** Which wallet is topped up: a customer has one of each unit. */
export interface TopUpKey {
  readonly customerId: string;
  readonly unit: string;
}

const topUpOf = ({ enabled, ...row }: AutoTopUpRow): AutoTopUp => ({ ...row, enabled: enabled === 1 });

export async function findTopUp(tx: Tx, { customerId, unit }: TopUpKey): Promise<AutoTopUp | null> {
  const row = await tx.manager.findOneBy(AutoTopUpRow, { customerId, unit });
  return row === null ? null : topUpOf(row);
}

/** Writes a top-up, and lets the calls on its wallet look out for the threshold, or not. */
export async function saveTopUp(
  tx: Tx,
  topUp: AutoTopUp,
  { wallet, now }: { wallet: WalletState; now: Instant },
): Promise<void> {
  const row: AutoTopUpRow = { ...topUp, enabled: topUp.enabled ? 1 : 0 };
  await writeRows(tx, AutoTopUpRow, [row], { replace: true });
  const below = watchedBelow(topUp);
  if (below !== wallet.wallet.topUpBelow)
    await post(tx, [{ state: watchFor(wallet, below), recordedAt: now }]);
}

/**
 * Tells a top-up how the purchase of this invoice stands, if it has made it. To be called in every transaction in which
 * a purchase moves on, by whatever way that is learned.
 */
export async function settleTopUp(
  tx: Tx,
  account: Account,
  { invoiceId }: { invoiceId: string },
): Promise<void> {
  const { customerId, now } = account;
  const row = await tx.manager.findOneBy(AutoTopUpRow, { customerId, invoiceId });
  if (row === null || row.status !== "BUYING") return;
  const wallet = await loadWallet(tx, account, row.unit);
  const at = { available: usable(wallet), now };
  const purchase = await purchaseState(tx, { customerId, invoiceId });
  const topUp = settledTopUp(topUpOf(row), purchase, at);
  await concludeTopUp(tx, topUp, { wallet, now });
  const hasFailed = topUp.status !== "BUYING" && purchase.status !== "PAID";
  if (hasFailed) await cancelUnpaid(tx, account, { customerId, invoiceId });
}

/** Writes what an attempt has come to, be it that there was nothing to buy, and tells of the last failure. */
export async function concludeTopUp(
  tx: Tx,
  topUp: AutoTopUp,
  present: { wallet: WalletState; now: Instant },
): Promise<void> {
  await saveTopUp(tx, topUp, present);
  if (hasGivenUp(topUp)) await tellGivenUp(tx, topUp, present.now);
}

/** Credits of this unit were paid for, so that failures are not in a row any more, whoever has bought them. */
export async function forgetFailures(tx: Tx, key: TopUpKey): Promise<void> {
  const topUp = await findTopUp(tx, key);
  if (topUp === null || topUp.failures === 0) return;
  const { failures, lastFailure } = withPaidCredits(topUp);
  const { customerId, unit } = key;
  await tx.manager.update(AutoTopUpRow, { customerId, unit }, { failures, lastFailure });
}

/** Somebody has to do something about it. */
function tellGivenUp(tx: Tx, { customerId, ...topUp }: AutoTopUp, at: Instant): Promise<void> {
  const { unit, creditPack, failures, lastFailure } = topUp;
  const data = { unit, creditPack, failures, lastFailure };
  return recordEvents(tx, [{ customerId, type: "AUTO_TOP_UP_TURNED_OFF", data, at }]);
}

/** How the purchase of an invoice stands. One whose invoice was voided will never be paid. */
export async function purchaseState(tx: Tx, key: InvoiceKey): Promise<PurchaseState> {
  const { customerId, invoiceId } = key;
  const { status } = await tx.manager.findOneByOrFail(PurchaseRow, { customerId, invoiceId });
  if (status === "PAID") return { status, failure: null };
  const invoice = await loadInvoice(tx, key);
  if (invoice.status === "VOID") return { status: "FAILED", failure: "The invoice was voided." };
  return { status, failure: status === "FAILED" ? await failureOf(tx, key) : null };
}

async function failureOf(tx: Tx, { customerId, invoiceId }: InvoiceKey): Promise<string | null> {
  const payments = await tx.manager.findBy(PaymentRow, { customerId, invoiceId, status: "FAILED" });
  return payments.at(-1)?.failure ?? null;
}

/** The next attempt has an invoice of its own, so nobody owes this one. */
async function cancelUnpaid(tx: Tx, account: Account, key: InvoiceKey): Promise<void> {
  const invoice = await loadInvoice(tx, key);
  if (!mayMove(invoice.status, "VOID")) return;
  await cancelInvoice(tx, account, invoice, "The auto top-up that made it has failed.");
}
