import type { Micros } from "./amount.js";
import type { Instant } from "./instant.js";

/** What a billing period has come to for one operation and price tier. */
export interface PeriodUsage {
  readonly operation: string;
  /** The index of the price's tier; 0 when it has none. */
  readonly tier: number;
  /** The day on which it was used, where its own period had been invoiced before it was told of. */
  readonly lateDay: Instant | null;
  readonly calls: number;
  readonly quantity: Micros;
  readonly listAmount: Micros;
  /** What the calls came to: the list amount less what was taken off at the time of the calls. */
  readonly amount: Micros;
  readonly allowance: Micros;
  readonly prepaid: Micros;
  readonly postpaid: Micros;
}
