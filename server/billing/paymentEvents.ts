import type { ChargeResult } from "../payments/provider.js";
import type { Tx } from "../storage/database.js";
import { type SettleNeeds, settlePayment } from "./collect.js";
import { disputeOpened, makeDisputeClosed } from "./disputes.js";
import { loadInvoice } from "./invoices.js";
import type { Appliers, Subject } from "./providerEvents.js";
import { recordRefund } from "./refunds.js";
import { settlePurchase } from "./settlePurchase.js";

/** What a provider's events do. Each may come twice and in any order, also before the answer to our own request. */
export const makeAppliers = (needs: SettleNeeds): Appliers => ({
  paymentSucceeded: (tx, { reference }, subject) =>
    settle(tx, subject, { ...needs, result: { status: "SUCCEEDED", reference } }),
  paymentFailed: (tx, { reference, failure }, subject) =>
    settle(tx, subject, { ...needs, result: { status: "FAILED", failure, reference } }),
  refundChanged: (tx, { refundId, status, failure }, { payment: { customerId }, account }) =>
    recordRefund(tx, { customerId, refundId }, { status, failure, at: account.now }),
  disputeOpened,
  disputeClosed: makeDisputeClosed(needs.newId),
});

async function settle(
  tx: Tx,
  { payment, account }: Subject,
  { result, ...needs }: SettleNeeds & { result: ChargeResult },
): Promise<void> {
  const { kind } = await loadInvoice(tx, payment);
  if (kind === "PURCHASE") await settlePurchase(tx, payment, { result, account, newId: needs.newId });
  else await settlePayment(tx, payment, { ...needs, result, now: account.now, isPlanned: false });
}
