import { addMs, dayMs, type Instant } from "./instant.js";

/** What is done about an invoice whose payment fails. */
export interface DunningTerms {
  /** On which days after the first attempt it is tried again. */
  readonly retryAfterDays: readonly number[];
  /** What becomes of the customer's plan when the last attempt has failed. */
  readonly afterwards: DunningPolicy;
}

/** KEEP: it goes on. BLOCK: it ends. Else the customer goes on under the plan of this key. */
export type DunningPolicy = "KEEP" | "BLOCK" | { readonly downgradeTo: string };

export const defaultDunning: DunningTerms = { retryAfterDays: [1, 3, 5, 7], afterwards: "KEEP" };

interface Failure {
  readonly firstAttemptAt: Instant;
  /** How many attempts have failed by now. */
  readonly attempts: number;
  readonly now: Instant;
}

/** When to try again; null when it is given up. Attempts that are late are not made up for all at once. */
export function nextAttemptAt(
  { retryAfterDays }: DunningTerms,
  { firstAttemptAt, attempts, now }: Failure,
): Instant | null {
  const days = retryAfterDays[attempts - 1];
  if (days === undefined) return null;
  const before = attempts === 1 ? 0 : (retryAfterDays[attempts - 2] ?? 0);
  const planned = addMs(firstAttemptAt, days * dayMs);
  return planned > now ? planned : addMs(now, (days - before) * dayMs);
}
