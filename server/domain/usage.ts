import type { Micros } from "./amount.js";
import type { Attributes } from "./catalog.js";
import { dayMs, type Instant, minuteMs } from "./instant.js";

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

const agoMaxDays = 366;
const aheadMaxMinutes = 5;
export const occurrenceAllowed = `at most ${agoMaxDays} days ago and at most ${aheadMaxMinutes} minutes ahead`;

/**
 * When a call counts as having happened: as its caller says, or now. Clocks that run ahead are forgiven a little; null
 * when what was said is out of bounds.
 */
export function occurrenceOf(said: Instant | null, now: Instant): Instant | null {
  if (said === null) return now;
  if (said < now - agoMaxDays * dayMs || said > now + aheadMaxMinutes * minuteMs) return null;
  return said > now ? now : said;
}
