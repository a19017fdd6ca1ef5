import type { Micros } from "./amount.js";
import type { Attributes } from "./catalog.js";
import type { Instant } from "./instant.js";

/** How much of one grant a call burned. */
export interface Draw {
  readonly grantId: string;
  readonly amount: Micros;
}

/** One priced and settled call. */
export interface UsageRecord {
  readonly id: string;
  readonly customerId: string;
  readonly unit: string;
  readonly operation: string;
  readonly quantity: Micros;
  readonly attributes: Attributes;
  readonly amount: Micros;
  readonly postpaid: Micros;
  readonly balanceAfter: Micros;
  readonly planKey: string;
  readonly planVersion: number;
  /** What the billing period had used of the operation before: with the plan version it explains a tiered price. */
  readonly periodQuantity: Micros;
  readonly idempotencyKey: string;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly draws: readonly Draw[];
}
