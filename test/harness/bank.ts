import type { PaymentProvider, RefundOrder } from "../../server/payments/provider.js";
import { sandboxPayments } from "../../server/payments/sandbox.js";

/** What happens to the next request: nothing arrives, or it is done and the answer is lost. */
export type Fault = "lost" | "answer lost";

/**
 * A payment provider of our own, which keeps books and fails when it is told to: what it has moved is what counts,
 * whatever the server believes.
 */
export function openBank() {
  const charged = new Map<string, number>();
  const refunded = new Map<string, number>();
  const faults: Fault[] = [];
  let card: "works" | "declines" | "asks" = "works";
  let refunds: "work" | "fail" | "wait" = "work";
  const failing = async <Result>(work: () => Result): Promise<Result> => {
    const fault = faults.shift();
    if (fault === "lost") throw new Error("The connection to the bank broke.");
    const result = work();
    if (fault === "answer lost") throw new Error("The connection to the bank broke.");
    return result;
  };
  const provider: PaymentProvider = {
    name: "bank",
    chargeable: sandboxPayments().chargeable,
    prepare: async ({ paymentId }) => ({
      ...{ status: "PREPARED", reference: `bank_${paymentId}`, providerCustomerId: null },
    }),
    charge: ({ paymentId, total }) =>
      failing(() => {
        const reference = `bank_${paymentId}`;
        if (charged.has(paymentId)) return { status: "SUCCEEDED", reference };
        if (card === "declines") return { status: "FAILED", reference, failure: "The card is empty." };
        if (card === "asks") return { status: "ACTION_REQUIRED", reference, actionUrl: "https://bank/3ds" };
        charged.set(paymentId, total.amount);
        return { status: "SUCCEEDED", reference };
      }),
    cancel: async ({ paymentId, reference }) =>
      charged.has(paymentId)
        ? { status: "SUCCEEDED", reference }
        : { status: "FAILED", reference, failure: "It was cancelled." },
    refund: ({ refundId, amount }: RefundOrder) =>
      failing(() => {
        if (refunded.has(refundId)) return { status: "SUCCEEDED" };
        if (refunds === "wait") return { status: "PENDING" };
        if (refunds === "fail") return { status: "FAILED", failure: "The card is closed." };
        refunded.set(refundId, amount.amount);
        return { status: "SUCCEEDED" };
      }),
    setUp: async ({ customerId }) => ({
      setupUrl: "https://bank/setup",
      providerCustomerId: `bank_${customerId}`,
    }),
  };
  const sum = (amounts: Map<string, number>) =>
    [...amounts.values()].reduce((total, amount) => total + amount, 0) / 1e6;
  return {
    provider,
    /** What it has taken from customers and given back to them, and how often. */
    taken: () => ({ total: sum(charged), times: charged.size }),
    givenBack: () => ({ total: sum(refunded), times: refunded.size }),
    fail: (...next: Fault[]) => {
      faults.push(...next);
    },
    heal: () => {
      faults.length = 0;
    },
    /** The customer has paid in another way: on the bank's own page, after a while. */
    arrive: (paymentId: string, amount: number) => {
      charged.set(paymentId, amount);
    },
    charges: () => [...charged.keys()],
    /** A refund has ended, or has come back. */
    endRefund: (refundId: string, amount: number | null) => {
      if (amount === null) refunded.delete(refundId);
      else refunded.set(refundId, amount);
    },
    card: (does: typeof card) => {
      card = does;
    },
    refunds: (does: typeof refunds) => {
      refunds = does;
    },
  };
}
