import { type Micros, sum } from "./amount.js";
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
  /** Of its entry in the wallet's ledger. */
  readonly sequence: number;
  readonly planKey: string;
  readonly planVersion: number;
  /** What the billing period had used of the operation before: with the plan version it explains a tiered price. */
  readonly periodQuantity: Micros;
  /** The billing period whose invoice it is on; null when it can never be on one, as its plan's overage is BLOCK. */
  readonly subscriptionId: string | null;
  readonly periodIndex: number | null;
  /** The hold that it captured. */
  readonly holdId: string | null;
  readonly idempotencyKey: string;
  /** The API key that it was called with; null for the bootstrap key. */
  readonly apiKeyId: string | null;
  /** What of its attributes reports tell apart, as `reportedAttributes` writes it. */
  readonly reportedAttributes: string;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly draws: readonly Draw[];
  /** Oldest first. */
  readonly reversals: readonly Reversal[];
}

/** RETURNED: a rolling window had given the credits back before, so they cannot be given back again. */
export const reversalEffects = ["RESTORED", "EXPIRED", "RETURNED"] as const;
export type ReversalEffect = (typeof reversalEffects)[number];

export interface ReversedDraw {
  /** Which draw of the record, from 0. */
  readonly position: number;
  readonly grantId: string;
  readonly amount: Micros;
  readonly effect: ReversalEffect;
}

/** A part of a usage record that was undone. */
export interface Reversal {
  readonly id: string;
  readonly customerId: string;
  readonly usageRecordId: string;
  /** Draws and postpaid part together. */
  readonly amount: Micros;
  readonly postpaid: Micros;
  /** Last burned first. */
  readonly draws: readonly ReversedDraw[];
  /** The billing period that it lowers; null when there is none. */
  readonly subscriptionId: string | null;
  readonly periodIndex: number | null;
  readonly reason: string | null;
  readonly idempotencyKey: string;
  readonly createdAt: Instant;
}

export const reversedOf = ({ reversals }: Pick<UsageRecord, "reversals">): Micros =>
  sum(reversals.map(({ amount }) => amount));

/** When the last of a record was undone; null while any of it stands. */
export function reversedAt(record: Pick<UsageRecord, "amount" | "reversals">): Instant | null {
  const last = record.reversals.at(-1);
  return last !== undefined && reversedOf(record) === record.amount ? last.createdAt : null;
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
