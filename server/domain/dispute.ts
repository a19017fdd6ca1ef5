import type { Micros } from "./amount.js";
import type { Instant } from "./instant.js";

export const disputeStatuses = ["OPEN", "WON", "LOST"] as const;
export type DisputeStatus = (typeof disputeStatuses)[number];

/** A payment that its customer contests at their bank. */
export interface Dispute {
  readonly customerId: string;
  /** The provider's own. */
  readonly disputeId: string;
  readonly paymentId: string;
  readonly amount: Micros;
  readonly currency: string;
  readonly status: DisputeStatus;
  readonly openedAt: Instant;
  readonly closedAt: Instant | null;
}
