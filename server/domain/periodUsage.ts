import {
  add,
  addTotals,
  type Micros,
  micros,
  negate,
  portion,
  subtract,
  type Total,
  zero,
} from "./amount.js";
import type { BilledPeriod } from "./billedPeriod.js";
import type { Instant } from "./instant.js";
import type { PricePart } from "./price/price.js";
import { type Draw, reversedAt, reversedOf, type UsageRecord } from "./usage.js";
import { grantOf, type WalletState } from "./wallet.js";

/**
 * What a billing period has come to, by operation and price tier: what its invoice is made of. Always
 * `amount = allowance + prepaid + postpaid`; the list amount is above it by what was taken off the calls themselves.
 */
export interface PeriodUsage {
  readonly operation: string;
  /** Counted from 0; 0 for a price without tiers. */
  readonly tier: number;
  /** The day on which it was used, for what was told of when its own period was final; null for what belongs here. */
  readonly lateDay: Instant | null;
  /** A call that falls in several tiers is counted in the first of them. */
  readonly calls: number;
  readonly quantity: Total;
  readonly listAmount: Micros;
  readonly amount: Micros;
  /** Paid by supply, by all other credits, and by none. */
  readonly allowance: Micros;
  readonly prepaid: Micros;
  readonly postpaid: Micros;
}

interface RatedCall extends Pick<UsageRecord, "operation" | "draws"> {
  readonly parts: readonly PricePart[];
}

/** What a call adds to its billing period: its draws pay its tiers in order, and what they leave is postpaid. */
export function usedOf(call: RatedCall, state: WalletState, { lateDay }: BilledPeriod): PeriodUsage[] {
  const { operation, draws, parts } = call;
  return placed(parts).map(({ part: { tier, quantity, listAmount }, span }, index) => {
    const calls = index === 0 ? 1 : 0;
    const { amount, allowance, prepaid, postpaid } = paidWithin(span, draws, state);
    return { operation, tier, lateDay, calls, quantity, listAmount, amount, allowance, prepaid, postpaid };
  });
}

/**
 * What the last reversal of a call takes back from a billing period. Reversals take a call's amount from its end, as
 * they undo what it owed before what it drew, and of the list amount in proportion. The call itself, its quantity and
 * whatever else is left go when nothing of the amount is.
 */
export function undoneOf(
  { operation, draws, amount, reversals }: UsageRecord,
  parts: readonly PricePart[],
  state: WalletState,
  { lateDay }: BilledPeriod,
): PeriodUsage[] {
  const isGone = reversedAt({ amount, reversals }) !== null;
  const from = subtract(amount, reversedOf({ reversals }));
  const to = subtract(amount, reversedOf({ reversals: reversals.slice(0, -1) }));
  const undone = placed(parts).map(({ part, span }, index) => {
    const listAmount = subtract(
      isGone ? part.listAmount : listAfter(part, span, from),
      listAfter(part, span, to),
    );
    const paid = paidWithin(overlap(span, { from, to }), draws, state);
    return {
      operation,
      tier: part.tier,
      lateDay,
      calls: isGone && index === 0 ? -1 : 0,
      quantity: isGone ? negate(part.quantity) : zero,
      listAmount: negate(listAmount),
      amount: negate(paid.amount),
      allowance: negate(paid.allowance),
      prepaid: negate(paid.prepaid),
      postpaid: negate(paid.postpaid),
    };
  });
  return undone.filter(
    (one) => one.calls !== 0 || one.quantity !== 0 || one.listAmount !== 0 || one.amount !== 0,
  );
}

/** The sums of two, of one operation, tier and day. */
export const addPeriodUsage = (a: PeriodUsage, b: PeriodUsage): PeriodUsage => ({
  ...a,
  calls: a.calls + b.calls,
  quantity: addTotals(a.quantity, b.quantity),
  listAmount: add(a.listAmount, b.listAmount),
  amount: add(a.amount, b.amount),
  allowance: add(a.allowance, b.allowance),
  prepaid: add(a.prepaid, b.prepaid),
  postpaid: add(a.postpaid, b.postpaid),
});

/** A part of a call's amount, in the order in which it was paid. */
interface Span {
  readonly from: number;
  readonly to: number;
}

function placed(parts: readonly PricePart[]): { readonly part: PricePart; readonly span: Span }[] {
  let from = 0;
  return parts.map((part) => {
    const span = { from, to: from + part.amount };
    from = span.to;
    return { part, span };
  });
}

function overlap(a: Span, b: Span): Span {
  const from = Math.max(a.from, b.from);
  return { from, to: Math.max(from, Math.min(a.to, b.to)) };
}

/** How much of a part's list amount has been taken back when reversals have come down to here. */
function listAfter({ amount, listAmount }: PricePart, { to }: Span, reached: number): Micros {
  const taken = Math.min(amount, Math.max(0, to - reached));
  return portion(listAmount, BigInt(taken), BigInt(amount));
}

type Paid = Pick<PeriodUsage, "amount" | "allowance" | "prepaid" | "postpaid">;

function paidWithin(span: Span, draws: readonly Draw[], state: WalletState): Paid {
  const covered = { allowance: 0, prepaid: 0 };
  let from = 0;
  for (const draw of draws) {
    const part = overlap(span, { from, to: from + draw.amount });
    covered[grantOf(state, draw.grantId).source === "SUPPLY" ? "allowance" : "prepaid"] +=
      part.to - part.from;
    from += draw.amount;
  }
  const amount = micros(span.to - span.from);
  const [allowance, prepaid] = [micros(covered.allowance), micros(covered.prepaid)];
  return { amount, allowance, prepaid, postpaid: subtract(amount, add(allowance, prepaid)) };
}
