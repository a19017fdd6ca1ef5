import { disputeOpened, makeDisputeClosed } from "./disputes.js";
import type { Appliers } from "./providerEvents.js";
import { recordRefund } from "./refunds.js";
import { settleAnswer } from "./settleAnswer.js";
import type { SettleNeeds } from "./settlePayment.js";

/** What a provider's events do. Each may come twice and in any order, also before the answer to our own request. */
export const makeAppliers = ({ newId }: SettleNeeds): Appliers => ({
  paymentSucceeded: (tx, { reference }, { payment, account }) =>
    settleAnswer(tx, payment, { newId, account, result: { status: "SUCCEEDED", reference } }),
  paymentFailed: async (tx, { reference, failure }, { payment, account }) => {
    // What was prepared and then forgotten has brought no money: its end is not the end of the payment.
    if (reference !== payment.providerReference) return;
    await settleAnswer(tx, payment, { newId, account, result: { status: "FAILED", failure, reference } });
  },
  refundChanged: (tx, { refundId, status, failure }, { payment: { customerId }, account }) =>
    recordRefund(tx, { customerId, refundId }, { status, failure, at: account.now, newId }),
  disputeOpened,
  disputeClosed: makeDisputeClosed(newId),
});
