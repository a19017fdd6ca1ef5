import { addMs, dayMs, hourMs, type Instant } from "./instant.js";

export const endpointStatuses = ["ENABLED", "DISABLED"] as const;
export type EndpointStatus = (typeof endpointStatuses)[number];

/** Why an endpoint was given up. FAILING: for three days; GONE: it said so itself, by status 410. */
export const endpointTroubles = ["FAILING", "GONE"] as const;
export type EndpointTrouble = (typeof endpointTroubles)[number];

/** PENDING: not tried yet. FAILING: tried, and to be tried again. */
export const deliveryStatuses = ["PENDING", "FAILING", "DELIVERED"] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** What came of sending an event once. `error` is null when the receiver has taken it. */
export interface SendResult {
  readonly statusCode: number | null;
  readonly error: string | null;
  /** The beginning of what the receiver answered. */
  readonly response: string | null;
}

/** For how long an event is tried, from the first failure on. */
export const tryingMs = 3 * dayMs;
/** However late it is: that nobody was there to try for days is not the receiver's fault. */
export const failuresMin = 8;

const firstDelayMs = 10_000;
const delayMaxMs = 8 * hourMs;
/** The part of a delay that is spread, so that what has failed together does not come back together. */
const spread = 0.2;

/**
 * After the so-many-th failure: 10 s, 30 s, 90 s … up to 8 hours, which makes 17 attempts in three days. `chance`, from
 * 0 to 1, moves it by up to a tenth either way.
 */
export function retryDelayMs(failures: number, chance: number): number {
  const delay = Math.min(firstDelayMs * 3 ** (failures - 1), delayMaxMs);
  return Math.round(delay * (1 + spread * (chance - 0.5)));
}

/** How a line of events, those of one customer for one endpoint, stands. */
export interface Lane {
  /** Failures of its first event in a row. */
  readonly failures: number;
  readonly failingSince: Instant | null;
}

export const freshLane: Lane = { failures: 0, failingSince: null };

export type LaneDecision =
  | { readonly kind: "goOn" }
  | { readonly kind: "wait"; readonly lane: Lane; readonly until: Instant }
  | {
      readonly kind: "giveUp";
      readonly lane: Lane;
      readonly trouble: EndpointTrouble;
      readonly since: Instant;
    };

interface Sent {
  readonly result: SendResult;
  readonly now: Instant;
  /** From 0 to 1. */
  readonly chance: number;
}

/** What follows from an attempt: the next event, the same one again later, or that the endpoint is given up. */
export function decideNext(lane: Lane, { result, now, chance }: Sent): LaneDecision {
  if (result.error === null) return { kind: "goOn" };
  const since = lane.failingSince ?? now;
  const failing = { failures: lane.failures + 1, failingSince: since };
  if (result.statusCode === 410) return { kind: "giveUp", lane: failing, trouble: "GONE", since };
  if (now - since >= tryingMs && failing.failures >= failuresMin)
    return { kind: "giveUp", lane: failing, trouble: "FAILING", since };
  return { kind: "wait", lane: failing, until: addMs(now, retryDelayMs(failing.failures, chance)) };
}
