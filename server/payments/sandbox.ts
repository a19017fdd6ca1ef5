import { type Micros, micros, microsPerUnit } from "../domain/amount.js";
import type { PaymentProvider } from "./provider.js";

/** How the cents of a total decide what happens; everything else is paid at once. */
const declinedCents = 1;
const actionCents = 2;

export interface Sandbox extends PaymentProvider {
  /** What the customer does at `actionUrl`; false when no payment waits for it. */
  approve(paymentId: string): boolean;
  /** What a payment came to that has been charged since the server was started; null when there is none. */
  charged(paymentId: string): Micros | null;
}

/** A provider that needs no network and no money, for trying things out and for tests. */
export function sandboxPayments(): Sandbox {
  const waiting = new Set<string>();
  const approved = new Set<string>();
  const charged = new Map<string, Micros>();
  return {
    name: "sandbox",
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
