import type { Attributes } from "./catalog.js";
import type { Instant } from "./instant.js";

export interface Customer {
  readonly customerId: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly metadata: Attributes;
  readonly testClockId: string | null;
  readonly createdAt: Instant;
  /** As it goes on invoices; its country decides which tax is due. */
  readonly billingAddress: Address | null;
  readonly taxId: string | null;
  readonly taxExempt: boolean;
}

export interface Address {
  readonly name: string | null;
  readonly lines: readonly string[];
  readonly postalCode: string | null;
  readonly city: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

/** A clock that stands still until it is advanced; its customers see its time as now. */
export interface TestClock {
  readonly testClockId: string;
  readonly name: string | null;
  readonly now: Instant;
}
