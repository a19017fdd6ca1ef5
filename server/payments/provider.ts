import type { Money } from "../domain/catalog.js";

/** What is asked of a payment provider. `paymentId` is also the key under which it must charge at most once. */
export interface Charge {
  readonly paymentId: string;
  readonly customerId: string;
  readonly total: Money;
  readonly description: string;
}

export type ChargeResult =
  | { readonly status: "SUCCEEDED" }
  | { readonly status: "FAILED"; readonly failure: string }
  | { readonly status: "ACTION_REQUIRED"; readonly actionUrl: string };

/** The port to whoever moves the money. Charging the same payment again answers with how it stands by then. */
export interface PaymentProvider {
  charge(charge: Charge): Promise<ChargeResult>;
}
