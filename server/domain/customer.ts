import type { Attributes } from "./catalog.js";
import type { Instant } from "./instant.js";

export interface Customer {
  readonly customerId: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly metadata: Attributes;
  readonly testClockId: string | null;
  readonly createdAt: Instant;
}

/** A clock that stands still until it is advanced; its customers see its time as now. */
export interface TestClock {
  readonly testClockId: string;
  readonly name: string | null;
  readonly now: Instant;
}
