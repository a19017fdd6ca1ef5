/** What is known when an attempt has failed. */
export interface FailedAttempt {
  /** Counts from 1. */
  readonly attempt: number;
  readonly attemptsMax: number;
  /** The HTTP status; null when the connection broke or no answer came in time. */
  readonly status: number | null;
  /** Whether a second arrival does no harm: true of queries, and of mutations with an idempotency key. */
  readonly repeatable: boolean;
}

export function shouldRetry({ attempt, attemptsMax, status, repeatable }: FailedAttempt): boolean {
  if (attempt >= attemptsMax || !repeatable) return false;
  // Without a status nobody knows whether the call had its effect; the key makes asking again safe.
  return status === null || status === 429 || status >= 500;
}

const firstDelayMs = 100;
const delayMaxMs = 5_000;
/** A caller rather hears that the server is busy than waits longer than this for one attempt. */
export const retryAfterMaxMs = 30_000;

interface Backoff {
  readonly attempt: number;
  /** From 0 to below 1, so that clients which failed together do not return together. */
  readonly random: number;
}

/** Doubles with each attempt, and lies between half of that and all of it. */
export function backoffMs({ attempt, random }: Backoff): number {
  const ceilingMs = Math.min(delayMaxMs, firstDelayMs * 2 ** (attempt - 1));
  return ceilingMs / 2 + (ceilingMs / 2) * random;
}

const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Reads a Retry-After header, which is either seconds or a date; null when it is absent or neither. */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000;
  // Date.parse alone would also take "-5" for a month of May.
  return httpDate.test(header) ? Math.max(0, Date.parse(header) - nowMs) : null;
}
