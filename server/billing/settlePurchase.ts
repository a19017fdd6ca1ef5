import { withNextDue } from "../domain/advance.js";
import { zero } from "../domain/amount.js";
import type { CreditGrant } from "../domain/grant.js";
import type { NewId } from "../domain/ids.js";
import { addMs, dayMs, type Instant } from "../domain/instant.js";
import { type Invoice, mayMove } from "../domain/invoice.js";
import type { Payment } from "../domain/purchase.js";
import type { InvoiceNotPayable } from "../domain/refusal.js";
import { snapshot, type WalletSnapshot } from "../domain/snapshot.js";
import { addGrant } from "../domain/wallet.js";
import { recordEvents } from "../events/outbox.js";
import { freeKey } from "../ledger/idempotency.js";
import { type Account, loadWallet } from "../ledger/load.js";
import { post } from "../ledger/post.js";
import { findGrant } from "../ledger/statement.js";
import type { ChargeResult } from "../payments/provider.js";
import type { Tx } from "../storage/database.js";
import { PaymentRow, PurchaseRow } from "../storage/rows/billing.js";
import { loadInvoice, moveInvoice } from "./invoices.js";
import { recordResult } from "./payments.js";
import { returnPayment } from "./refunds.js";
import { settleTopUp } from "./topUps.js";

export interface Purchased {
  readonly kind: "purchased";
  readonly grant: CreditGrant;
  readonly invoice: Invoice;
  readonly wallet: WalletSnapshot;
  readonly replayed: boolean;
}

/** PENDING payments are `paymentRequired` too: asking again tells how they went. */
interface Unpaid {
  readonly kind: "paymentRequired" | "paymentFailed";
  readonly invoice: Invoice;
  readonly payment: Payment;
}

export type Settled = Purchased | Unpaid | InvoiceNotPayable;

/** What is known of a payment by now, and the account of its customer, who must be locked. */
export interface Settlement {
  readonly result: ChargeResult;
  readonly account: Account;
  readonly newId: NewId;
}

/** A purchase's payment, however its end is learned: by the answer to our own request or the provider's message. */
export async function settlePurchase(tx: Tx, payment: PaymentRow, settlement: Settlement): Promise<Settled> {
  const settled = await settle(tx, payment, settlement);
  await settleTopUp(tx, settlement.account, payment);
  return settled;
}

async function settle(
  tx: Tx,
  { customerId, paymentId, invoiceId }: PaymentRow,
  { result, account, newId }: Settlement,
): Promise<Settled> {
  const purchase = await tx.manager.findOneByOrFail(PurchaseRow, { customerId, invoiceId });
  const before = await tx.manager.findOneByOrFail(PaymentRow, { customerId, paymentId });
  const payment = await recordResult(tx, before, { result, at: account.now });
  const isNews = before.status !== payment.status;
  const invoice = await loadInvoice(tx, purchase);
  // It was cancelled, or paid by another payment, meanwhile: nothing is delivered for money that arrives now.
  const isOwed = mayMove(invoice.status, "PAID");
  if (payment.status === "SUCCEEDED" && isNews && !isOwed)
    await returnPayment(tx, payment, { now: account.now, newId });
  // Another answer about the same payment, or about another one of this purchase, was first.
  if (purchase.status === "PAID") return replayPurchase(tx, purchase, account);
  if (payment.status === "SUCCEEDED" && isOwed)
    return deliver(tx, purchase, { account, grantId: newId("grant") });
  if (isNews) await noteUnpaid(tx, purchase, payment);
  return isOwed ? unpaid(payment, invoice) : { kind: "invoiceNotPayable", invoice };
}

async function noteUnpaid(tx: Tx, purchase: PurchaseRow, { status }: PaymentRow): Promise<void> {
  const { customerId, purchaseId, idempotencyKey: key } = purchase;
  if (status === "SUCCEEDED") return;
  await tx.manager.update(PurchaseRow, { customerId, purchaseId }, { status });
  // While money may still move the key is taken; a declined purchase is a refusal, which leaves it free.
  if (status === "FAILED") await freeKey(tx, { customerId, key });
}

const unpaid = (payment: PaymentRow, invoice: Invoice): Unpaid => ({
  kind: payment.status === "FAILED" ? "paymentFailed" : "paymentRequired",
  invoice,
  payment,
});

/** The money has arrived: the invoice is paid and the credits are granted, all at once. */
async function deliver(
  tx: Tx,
  purchase: PurchaseRow,
  { account, grantId }: { account: Account; grantId: string },
): Promise<Purchased> {
  const { customerId, purchaseId } = purchase;
  const { now } = account;
  const before = await loadWallet(tx, account, purchase.unit);
  const state = withNextDue(addGrant(before, packGrant(purchase, grantId, now), now));
  await post(tx, [{ state, recordedAt: now }]);
  const invoice = await moveInvoice(
    tx,
    { customerId, invoiceId: purchase.invoiceId },
    { to: "PAID", at: now },
  );
  await tx.manager.update(PurchaseRow, { customerId, purchaseId }, { status: "PAID", grantId });
  await recordEvents(tx, [{ customerId, type: "PURCHASE_PAID", data: { ...purchase, grantId }, at: now }]);
  const grant = await findGrant(tx, customerId, grantId);
  return { kind: "purchased", grant, invoice, wallet: snapshot(state, now), replayed: false };
}

function packGrant(purchase: PurchaseRow, id: string, now: Instant): CreditGrant {
  const { customerId, unit, credits, priority, expiresAfterDays, purchaseId, creditPack } = purchase;
  return {
    id,
    customerId,
    unit,
    source: "PACK",
    state: "ACTIVE",
    amount: credits,
    remaining: credits,
    held: zero,
    clawback: zero,
    priority,
    effectiveAt: now,
    expiresAt: expiresAfterDays === null ? null : addMs(now, expiresAfterDays * dayMs),
    operations: null,
    windowDays: null,
    reason: creditPack,
    originId: purchaseId,
  };
}

/** A purchase that was paid before, with the wallet as it is now. */
export async function replayPurchase(tx: Tx, purchase: PurchaseRow, account: Account): Promise<Purchased> {
  const { customerId, invoiceId, grantId } = purchase;
  if (grantId === null) throw new Error(`Purchase ${purchase.purchaseId} is paid but has no grant.`);
  const state = await loadWallet(tx, account, purchase.unit);
  const stored = await findGrant(tx, customerId, grantId);
  const invoice = await loadInvoice(tx, { customerId, invoiceId });
  const grant = state.changedGrants.get(grantId) ?? stored;
  return { kind: "purchased", grant, invoice, wallet: snapshot(state, account.now), replayed: true };
}
