import { add, type Micros, subtract, zero } from "./amount.js";
import type { Instant } from "./instant.js";
import type { Turns } from "./setter.js";

/** In the order in which they are burned when priority and expiry are equal. */
export const grantSources = ["CARRY_OVER", "SUPPLY", "PROMOTION", "PACK", "ADJUSTMENT"] as const;
export type GrantSource = (typeof grantSources)[number];

/**
 * SCHEDULED grants are not in force yet and count nothing; ACTIVE ones are part of the balance; FROZEN ones too, but
 * cannot be spent, because their payment is disputed; ENDED ones have expired or been used up and are never loaded on
 * the hot path.
 */
export type GrantState = "SCHEDULED" | "ACTIVE" | "FROZEN" | "ENDED";

export interface CreditGrant {
  readonly id: string;
  readonly customerId: string;
  readonly unit: string;
  readonly source: GrantSource;
  readonly state: GrantState;
  readonly amount: Micros;
  /** Zero while scheduled, so that the sum over all grants is always the balance. */
  readonly remaining: Micros;
  /** The part of what remains that holds have reserved. */
  readonly held: Micros;
  /** Paid back although they had been used or reserved: credits that come free of the grant are voided up to this. */
  readonly clawback: Micros;
  readonly priority: number;
  readonly effectiveAt: Instant;
  readonly expiresAt: Instant | null;
  /** The only operations it pays for; null for all. */
  readonly operations: readonly string[] | null;
  /** A rolling supply gets back what was drawn after so many days. */
  readonly windowDays: number | null;
  readonly reason: string | null;
  /** The subscription whose supply it is, or the purchase that paid for it. */
  readonly originId: string | null;
  /** Who was told that it expires soon; null while nobody was. */
  readonly expiryTurns: Turns | null;
}

/** What is said of a grant when it is made: all else follows. */
type GrantTerms = Omit<CreditGrant, "state" | "remaining" | "held" | "clawback" | "expiryTurns">;

export const newGrant = (terms: GrantTerms): CreditGrant => ({
  ...terms,
  state: "ACTIVE",
  remaining: terms.amount,
  held: zero,
  clawback: zero,
  expiryTurns: null,
});

const sourceRank = (source: GrantSource): number => grantSources.indexOf(source);
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** Credits that never expire are burned after those that do. */
const expiryRank = (grant: CreditGrant): number => grant.expiresAt ?? Number.POSITIVE_INFINITY;
const byNumber = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/** The one order in which grants are burned. It is total, so that two engines and two runs always agree. */
export function compareBurnOrder(a: CreditGrant, b: CreditGrant): number {
  return (
    byNumber(a.priority, b.priority) ||
    byNumber(expiryRank(a), expiryRank(b)) ||
    byNumber(sourceRank(a.source), sourceRank(b.source)) ||
    byNumber(a.effectiveAt, b.effectiveAt) ||
    byText(a.id, b.id)
  );
}

export const hasExpired = ({ expiresAt }: CreditGrant, at: Instant): boolean =>
  expiresAt !== null && expiresAt <= at;

/** Whether a window gives back to it what it gives at a time: at its very end still, and then that expires with it. */
export const getsBack = ({ expiresAt }: CreditGrant, at: Instant): boolean =>
  expiresAt === null || at <= expiresAt;

/** Whether it has begun and not expired, be it frozen or not. */
export const isCurrent = (grant: CreditGrant, at: Instant): boolean =>
  (grant.state === "ACTIVE" || grant.state === "FROZEN") && !hasExpired(grant, at);

/** Whoever made it ACTIVE said that it has begun, perhaps by a clock that is ahead of this one. */
export const isInForce = (grant: CreditGrant, at: Instant): boolean =>
  grant.state === "ACTIVE" && !hasExpired(grant, at);

const paysFor = (grant: CreditGrant, operation: string): boolean =>
  grant.operations === null || grant.operations.includes(operation);

/** What is neither burned nor reserved. */
export const free = ({ remaining, held }: CreditGrant): Micros => subtract(remaining, held);

export const isSpendable = (grant: CreditGrant, operation: string, at: Instant): boolean =>
  free(grant) > 0 && isInForce(grant, at) && paysFor(grant, operation);

/**
 * A grant that is used up leaves the live ones, unless it is a supply, which is shown until its period ends, or frozen:
 * what comes back to it meanwhile must be frozen too.
 */
export function draw(grant: CreditGrant, amount: Micros): CreditGrant {
  const remaining = subtract(grant.remaining, amount);
  if (amount < 0 || remaining < grant.held)
    throw new RangeError(`Grant ${grant.id} cannot give ${amount} of ${free(grant)}.`);
  const usedUp = remaining === zero && grant.source !== "SUPPLY" && grant.state !== "FROZEN";
  return { ...grant, remaining, state: usedUp ? "ENDED" : grant.state };
}

/** Reserves a part of what is free, or with a negative amount gives it back. */
export function hold(grant: CreditGrant, amount: Micros): CreditGrant {
  const held = add(grant.held, amount);
  if (held < 0 || held > grant.remaining)
    throw new RangeError(`Grant ${grant.id} cannot hold ${held} of ${grant.remaining}.`);
  return { ...grant, held };
}

/** While its payment is disputed, also when it is used up. One that has expired stays so. */
export const freeze = (grant: CreditGrant, at: Instant): CreditGrant =>
  grant.state === "SCHEDULED" || hasExpired(grant, at) ? grant : { ...grant, state: "FROZEN" };

export const thaw = (grant: CreditGrant): CreditGrant =>
  grant.state === "FROZEN" ? { ...grant, state: grant.remaining === zero ? "ENDED" : "ACTIVE" } : grant;
