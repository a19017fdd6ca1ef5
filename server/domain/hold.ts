import { add, least, type Micros, subtract, sum, zero } from "./amount.js";
import type { Attributes } from "./catalog.js";
import { addMs, type Instant } from "./instant.js";
import type { Draw } from "./usage.js";

export const holdStatuses = ["ACTIVE", "CAPTURED", "RELEASED", "EXPIRED"] as const;
export type HoldStatus = (typeof holdStatuses)[number];

/** What a hold still reserves of one grant: zero once it is captured or given back. */
interface HoldDraw extends Draw {
  /** What it reserved at first. */
  readonly reserved: Micros;
}

/** Credits reserved for a call whose end is still to come. */
export interface Hold {
  readonly id: string;
  readonly customerId: string;
  readonly unit: string;
  readonly operation: string;
  /** The operation's group, and the API key that it was reserved with: by them budgets tell it from others. */
  readonly group: string | null;
  readonly apiKeyId: string | null;
  readonly quantity: Micros;
  readonly attributes: Attributes;
  /** What was reserved at first. */
  readonly amount: Micros;
  /** What its captures have cost, anything beyond the hold included. */
  readonly captured: Micros;
  /** In burn order. */
  readonly draws: readonly HoldDraw[];
  /** What is still reserved and no grant covers. */
  readonly postpaid: Micros;
  readonly status: HoldStatus;
  readonly planKey: string;
  readonly planVersion: number;
  readonly idempotencyKey: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly endedAt: Instant | null;
}

export const holdSeconds = { min: 1, max: 86_400, default: 600 };

export const holdEnd = (now: Instant, seconds: number): Instant => addMs(now, seconds * 1_000);

/** What is still reserved. */
export const heldBy = ({ draws, postpaid }: Hold): Micros =>
  add(sum(draws.map(({ amount }) => amount)), postpaid);

interface Taken {
  /** The hold without what was taken. */
  readonly hold: Hold;
  readonly draws: readonly Draw[];
  readonly postpaid: Micros;
}

/** Takes so much out of a hold: its grants in burn order, then what no grant covers. */
export function take(hold: Hold, amount: Micros): Taken {
  let missing = amount;
  const draws = hold.draws.map(({ grantId, amount: held }) => {
    const part = least(held, missing);
    missing = subtract(missing, part);
    return { grantId, amount: part };
  });
  const postpaid = least(hold.postpaid, missing);
  if (missing !== postpaid) throw new RangeError(`Hold ${hold.id} cannot give ${amount} of ${heldBy(hold)}.`);
  const left = hold.draws.map((draw, index) => ({
    ...draw,
    amount: subtract(draw.amount, draws[index]?.amount ?? zero),
  }));
  return {
    hold: { ...hold, draws: left, postpaid: subtract(hold.postpaid, postpaid) },
    draws: draws.filter((part) => part.amount > zero),
    postpaid,
  };
}
