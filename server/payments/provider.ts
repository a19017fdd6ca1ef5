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
  /** The provider's own name for the payment, once it is on record. */
  readonly reference: string | null;
}

/** A payment that its provider knows, as the records say too: only such a one is charged. */
export interface PreparedCharge extends Charge {
  readonly reference: string;
}

/** A payment that nobody owes any more. */
export type Cancellation = Pick<PreparedCharge, "paymentId" | "reference">;

/** What can be charged in a currency: no less than `least`, and multiples of `step` only. */
export interface Chargeable {
  readonly least: Micros;
  readonly step: Micros;
}

/** FAILED: the provider will never take such a payment. */
export type Prepared =
  | {
      readonly status: "PREPARED";
      readonly reference: string;
      /** Who the customer is to the provider; null when that says nothing. */
      readonly providerCustomerId: string | null;
    }
  | {
      readonly status: "FAILED";
      readonly failure: string;
      /** So little can never be charged, by whatever card. */
      readonly tooSmall: boolean;
    };

/** How a payment stands. PENDING: its webhook will tell. */
export type Standing =
  | { readonly status: "SUCCEEDED" }
  | { readonly status: "PENDING" }
  | { readonly status: "FAILED"; readonly failure: string; readonly tooSmall?: boolean }
  | { readonly status: "ACTION_REQUIRED"; readonly actionUrl: string };

/** `reference` is the provider's own name for the payment. */
export type ChargeResult = Standing & { readonly reference: string | null };

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
 * The port to whoever moves the money. A payment is prepared first, which takes nothing; when its reference is on
 * record it is charged. So it can be asked after by its reference for ever, and what is prepared twice is charged once.
 * Asking for the same payment or refund again answers with how it stands by then. A provider that cannot be asked is
 * the fault UNAVAILABLE, which says nothing of the payment.
 */
export interface PaymentProvider {
  readonly name: string;
  chargeable(currency: string): Chargeable;
  prepare(charge: Charge): Promise<Prepared>;
  charge(charge: PreparedCharge): Promise<ChargeResult>;
  /** Ends a payment, so that nothing can come of it any more, and tells how it stands: it may have been too late. */
  cancel(payment: Cancellation): Promise<ChargeResult>;
  refund(order: RefundOrder): Promise<RefundResult>;
  setUp(customer: PaymentCustomer): Promise<PaymentSetup>;
}
