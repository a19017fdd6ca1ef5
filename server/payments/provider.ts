import type { Micros } from "../domain/amount.js";
import type { Money } from "../domain/catalog.js";
import type { Instant } from "../domain/instant.js";

/** A customer as the provider knows it. */
export interface PaymentAccount {
  readonly providerCustomerId: string;
  /** What can be charged without the customer being there; null while there is nothing. */
  readonly paymentMethodId: string | null;
}

/** What is asked of a payment provider. `paymentId` is also the key under which it must charge at most once. */
export interface Charge {
  readonly paymentId: string;
  readonly customerId: string;
  readonly account: PaymentAccount | null;
  readonly total: Money;
  readonly description: string;
}

/** `reference` is the provider's own name for the payment. PENDING: its webhook will tell. */
export type ChargeResult = (
  | { readonly status: "SUCCEEDED" }
  | { readonly status: "PENDING" }
  | { readonly status: "FAILED"; readonly failure: string }
  | { readonly status: "ACTION_REQUIRED"; readonly actionUrl: string }
) & { readonly reference: string | null };

/** Money to be given back. `refundId` is the key under which it must be given back at most once. */
export interface RefundOrder {
  readonly refundId: string;
  readonly paymentId: string;
  readonly reference: string | null;
  readonly amount: Money;
  readonly reason: string | null;
}

export type RefundResult =
  | { readonly status: "SUCCEEDED" }
  | { readonly status: "PENDING" }
  | { readonly status: "FAILED"; readonly failure: string };

/** Somebody whose payment method is to be saved. */
export interface PaymentCustomer {
  readonly customerId: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly account: PaymentAccount | null;
}

/** Where the customer saves a payment method, and who the provider takes them to be. */
export interface PaymentSetup {
  readonly setupUrl: string;
  readonly providerCustomerId: string;
}

/** What a provider tells by itself, later and perhaps more than once or in another order than it happened. */
export type ProviderEvent = { readonly eventId: string; readonly occurredAt: Instant } & (
  | {
      readonly kind: "paymentSucceeded";
      readonly paymentId: string;
      readonly reference: string;
      /** What the customer has let be saved while paying. */
      readonly account: PaymentAccount | null;
    }
  | {
      readonly kind: "paymentFailed";
      readonly paymentId: string;
      readonly reference: string;
      readonly failure: string;
    }
  | {
      readonly kind: "refundChanged";
      readonly paymentId: string;
      readonly refundId: string;
      readonly status: "SUCCEEDED" | "FAILED";
      readonly failure: string | null;
    }
  | {
      readonly kind: "disputeOpened";
      readonly paymentId: string;
      readonly disputeId: string;
      readonly reference: string;
      readonly amount: Micros;
    }
  | {
      readonly kind: "disputeClosed";
      readonly paymentId: string;
      readonly disputeId: string;
      readonly reference: string;
      readonly amount: Micros;
      readonly won: boolean;
    }
  | {
      readonly kind: "paymentMethodSaved";
      readonly customerId: string;
      readonly providerCustomerId: string;
      readonly paymentMethodId: string;
    }
);

/**
 * The port to whoever moves the money. Asking for the same payment or refund again answers with how it stands by then.
 */
export interface PaymentProvider {
  readonly name: string;
  charge(charge: Charge): Promise<ChargeResult>;
  refund(order: RefundOrder): Promise<RefundResult>;
  setUp(customer: PaymentCustomer): Promise<PaymentSetup>;
}
