import type { NewId } from "../domain/ids.js";
import { type Invoice, mayMove } from "../domain/invoice.js";
import type { Payment } from "../domain/purchase.js";
import type { InvoiceNotPayable } from "../domain/refusal.js";
import { recordEvents } from "../events/outbox.js";
import { freeKey } from "../ledger/idempotency.js";
import type { Account } from "../ledger/load.js";
import type { ChargeResult } from "../payments/provider.js";
import type { Tx } from "../storage/database.js";
import { PaymentRow, PurchaseRow } from "../storage/rows/billing.js";
import { type DeliveredCredits, deliveredBy, deliverPaid, withdrawUnpaid } from "./delivery.js";
import { applyEarlierDisputes } from "./disputes.js";
import { loadInvoice, moveInvoice } from "./invoices.js";
import { recordResult } from "./payments.js";
import { returnPayment } from "./refunds.js";
import { forgetFailures, settleTopUp } from "./topUps.js";

export interface Purchased extends DeliveredCredits {
  readonly kind: "purchased";
  readonly invoice: Invoice;
  readonly replayed: boolean;
}

/** PENDING payments are `paymentRequired` too: asking again tells how they went. */
interface PaymentRequired {
  readonly kind: "paymentRequired";
  readonly invoice: Invoice;
  readonly payment: Payment;
  /** What can be used before it is paid for. */
  readonly delivered: DeliveredCredits | null;
}

interface PaymentFailed {
  readonly kind: "paymentFailed";
  readonly invoice: Invoice;
  readonly payment: Payment;
}

export type Settled = Purchased | PaymentRequired | PaymentFailed | InvoiceNotPayable;

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
  if (payment.status === "SUCCEEDED" && isOwed) return conclude(tx, purchase, { account, newId, payment });
  if (isNews) await noteUnpaid(tx, purchase, { payment, account });
  if (!isOwed) return { kind: "invoiceNotPayable", invoice };
  if (payment.status === "FAILED") return { kind: "paymentFailed", invoice, payment };
  const delivered = await deliveredBy(tx, account, purchase);
  return { kind: "paymentRequired", invoice, payment, delivered };
}

async function noteUnpaid(
  tx: Tx,
  purchase: PurchaseRow,
  { payment: { status }, account }: { payment: PaymentRow; account: Account },
): Promise<void> {
  const { customerId, purchaseId, idempotencyKey: key } = purchase;
  if (status === "SUCCEEDED") return;
  const ended = status === "FAILED" ? { nextAttemptAt: null } : {};
  await tx.manager.update(PurchaseRow, { customerId, purchaseId }, { status, ...ended });
  if (status !== "FAILED") return;
  // While money may still move the key is taken; a declined purchase is a refusal, which leaves it free.
  await freeKey(tx, { customerId, key });
  await withdrawUnpaid(tx, account, purchase);
}

/** The money has arrived: the invoice is paid and the credits are there, all at once. */
async function conclude(
  tx: Tx,
  purchase: PurchaseRow,
  { account, newId, payment }: Omit<Settlement, "result"> & { payment: PaymentRow },
): Promise<Purchased> {
  const { customerId, purchaseId, invoiceId } = purchase;
  const grantId = await deliverPaid(tx, account, purchase, newId);
  const paid = { status: "PAID", grantId, nextAttemptAt: null } as const;
  await tx.manager.update(PurchaseRow, { customerId, purchaseId }, paid);
  const { now: at } = account;
  const invoice = await moveInvoice(tx, { customerId, invoiceId }, { to: "PAID", at });
  await recordEvents(tx, [{ customerId, type: "PURCHASE_PAID", data: { ...purchase, grantId }, at }]);
  await forgetFailures(tx, purchase);
  await applyEarlierDisputes(tx, payment, { account, newId });
  return { ...(await boughtBy(tx, account, { ...purchase, ...paid })), invoice, replayed: false };
}

/** A purchase that was paid before, with the wallet as it is now. */
export async function replayPurchase(tx: Tx, purchase: PurchaseRow, account: Account): Promise<Purchased> {
  const invoice = await loadInvoice(tx, purchase);
  return { ...(await boughtBy(tx, account, purchase)), invoice, replayed: true };
}

async function boughtBy(tx: Tx, account: Account, purchase: PurchaseRow) {
  const delivered = await deliveredBy(tx, account, purchase);
  if (delivered === null) throw new Error(`Purchase ${purchase.purchaseId} is paid but has no grant.`);
  return { kind: "purchased" as const, ...delivered };
}
