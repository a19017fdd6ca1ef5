import type { ChargeResult, ProviderEvent } from "../payments/provider.js";
import type { Tx } from "../storage/database.js";
import type { PaymentRow } from "../storage/rows/billing.js";
import { type SettleNeeds, settlePayment } from "./collect.js";
import { disputeOpened, makeDisputeClosed, type Subject } from "./disputes.js";
import { loadInvoice } from "./invoices.js";
import { mayStillBecome } from "./payments.js";
import { recordRefund } from "./refunds.js";

type EventOf<Kind extends ProviderEvent["kind"]> = Extract<ProviderEvent, { readonly kind: Kind }>;

interface Needs extends SettleNeeds {
  /** What a purchase's payment means, by whatever way its end is learned. */
  readonly settlePurchase: (
    tx: Tx,
    payment: PaymentRow,
    settlement: { result: ChargeResult; account: Subject["account"]; newId: SettleNeeds["newId"] },
  ) => Promise<unknown>;
}

/** What a provider's events do. Each may come twice and in any order, also before the answer to our own request. */
export function makeAppliers(needs: Needs) {
  return {
    paymentSucceeded: (tx: Tx, { reference }: EventOf<"paymentSucceeded">, subject: Subject) =>
      settle(tx, subject, { ...needs, result: { status: "SUCCEEDED", reference } }),
    paymentFailed: (tx: Tx, { reference, failure }: EventOf<"paymentFailed">, subject: Subject) =>
      settle(tx, subject, { ...needs, result: { status: "FAILED", failure, reference } }),
    refundChanged: (tx: Tx, { refundId, ...end }: EventOf<"refundChanged">, { payment }: Subject) =>
      recordRefund(tx, { customerId: payment.customerId, refundId }, end),
    disputeOpened,
    disputeClosed: makeDisputeClosed(needs.newId),
  };
}

async function settle(
  tx: Tx,
  { payment, account }: Subject,
  { settlePurchase, result, ...needs }: Needs & { result: ChargeResult },
): Promise<void> {
  const { newId } = needs;
  const { kind } = await loadInvoice(tx, payment);
  if (kind === "PURCHASE") await settlePurchase(tx, payment, { result, account, newId });
  else if (mayStillBecome(payment, result.status))
    await settlePayment(tx, payment, { ...needs, result, now: account.now, isPlanned: false });
}
