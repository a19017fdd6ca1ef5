import { type Micros, micros, microsPerUnit } from "../domain/amount.js";
import { minorUnit } from "../domain/currency.js";
import type { Chargeable, PaymentProvider } from "./provider.js";

/** How the cents of a total decide what happens; everything else is paid at once. */
const declinedCents = 1;
const actionCents = 2;

export interface Sandbox extends PaymentProvider {
  /** What the customer does at `actionUrl`; false when no payment waits for it. */
  approve(paymentId: string): boolean;
  /** What a payment came to that has been charged since the server was started; null when there is none. */
  charged(paymentId: string): Micros | null;
}

/** To the sandbox nothing is too small that can be paid at all. */
const anyAmount = (currency: string): Chargeable => {
  const smallest = micros(minorUnit(currency));
  return { least: smallest, step: smallest };
};

/** A provider that needs no network and no money, for trying things out and for tests. */
export function sandboxPayments(chargeable = anyAmount): Sandbox {
  const waiting = new Set<string>();
  const approved = new Set<string>();
  const charged = new Map<string, Micros>();
  return {
    name: "sandbox",
    chargeable,
    prepare: async ({ paymentId }) => ({
      ...{ status: "PREPARED", reference: `sandbox_${paymentId}` },
      providerCustomerId: null,
    }),
    charge: async ({ paymentId, total, reference }) => {
      const cents = Math.floor(micros(total.amount % microsPerUnit) / 10_000);
      if (cents === declinedCents)
        return { status: "FAILED", reference, failure: "The sandbox declines every total that ends in .01." };
      if (cents !== actionCents || approved.has(paymentId)) {
        charged.set(paymentId, total.amount);
        return { status: "SUCCEEDED", reference };
      }
      waiting.add(paymentId);
      return { status: "ACTION_REQUIRED", reference, actionUrl: `/sandbox/payments/${paymentId}` };
    },
    cancel: async ({ paymentId, reference }) => {
      waiting.delete(paymentId);
      return charged.has(paymentId)
        ? { status: "SUCCEEDED", reference }
        : { status: "FAILED", reference, failure: "The payment was cancelled." };
    },
    refund: async () => ({ status: "SUCCEEDED" }),
    setUp: async ({ customerId }) => ({
      setupUrl: `/sandbox/payment-methods/${customerId}`,
      providerCustomerId: `sandbox_${customerId}`,
    }),
    charged: (paymentId) => charged.get(paymentId) ?? null,
    approve: (paymentId) => {
      if (!waiting.delete(paymentId)) return false;
      approved.add(paymentId);
      return true;
    },
  };
}
