import { least, type Micros, micros, subtract, zero } from "./amount.js";
import { floorToMinorUnit } from "./currency.js";
import { type CreditGrant, free } from "./grant.js";
import type { Instant } from "./instant.js";

/** FAILED is final: what is tried again is another refund. One that has succeeded may turn out to have failed. */
const refundMoves = {
  PENDING: ["SUCCEEDED", "FAILED"],
  SUCCEEDED: ["FAILED"],
  FAILED: [],
} as const satisfies Record<string, readonly string[]>;

export type RefundStatus = keyof typeof refundMoves;

/** What is told of a refund may come late and more than once. */
export const refundMayBecome = (from: RefundStatus, to: RefundStatus): boolean =>
  (refundMoves[from] as readonly RefundStatus[]).includes(to);

/** One attempt to pay money back. */
export interface Refund {
  readonly customerId: string;
  readonly refundId: string;
  readonly paymentId: string;
  /** Null where money had arrived that nobody owed. */
  readonly creditNoteId: string | null;
  readonly status: RefundStatus;
  readonly amount: Micros;
  readonly currency: string;
  readonly reason: string | null;
  readonly failure: string | null;
  readonly createdAt: Instant;
}

/** A purchase as its refund sees it. */
interface PaidPurchase {
  /** What was paid for all of it; above zero. */
  readonly paid: Micros;
  readonly currency: string;
  /** The most that can still be given back. */
  readonly creditable: Micros;
  readonly grant: CreditGrant;
}

/** What is paid back, and what that costs in credits: those that are free at once, the others when they come free. */
export interface RefundDecision {
  readonly amount: Micros;
  readonly voided: Micros;
  readonly clawback: Micros;
}

/** What the unused credits are worth, rounded down to what can be paid. */
const worthOf = ({ paid, currency, grant }: PaidPurchase): Micros =>
  floorToMinorUnit(portion(paid, free(grant), grant.amount).floor, currency);

/** As much of that as can be given back. */
export const unusedValue = (purchase: PaidPurchase): Micros => least(worthOf(purchase), purchase.creditable);

/**
 * Nobody keeps unused credits that were paid back: of the credits, at least the part that is paid back of the price is
 * taken. Without an amount it is all that is unused, also where that is worth a little more than can be paid.
 */
export function decideRefund(purchase: PaidPurchase, asked: Micros | null): RefundDecision {
  const { paid, grant } = purchase;
  const unused = free(grant);
  const amount = asked ?? unusedValue(purchase);
  const owed = portion(grant.amount, amount, paid).ceiling;
  const isAll = asked === null && amount === worthOf(purchase);
  const voided = isAll ? unused : least(unused, owed);
  return { amount, voided, clawback: owed > voided ? subtract(owed, voided) : zero };
}

/** `whole × part / of`, exactly, and then rounded: the products of two amounts are beyond safe integers. */
function portion(whole: Micros, part: Micros, of: Micros): { floor: Micros; ceiling: Micros } {
  const product = BigInt(whole) * BigInt(part);
  const floor = product / BigInt(of);
  const ceiling = floor * BigInt(of) === product ? floor : floor + 1n;
  return { floor: micros(Number(floor)), ceiling: micros(Number(ceiling)) };
}
