import {
  least,
  type Micros,
  micros,
  microsPerUnit,
  negate,
  parseAmount,
  subtract,
  sum,
  zero,
} from "./amount.js";
import type { Money, Plan } from "./catalog.js";
import { toMinorUnit } from "./currency.js";
import type { Instant } from "./instant.js";
import { chargedBy, type Invoice, type InvoiceLine, plainLine, type Span } from "./invoice.js";
import { fractionOf } from "./invoicing/fraction.js";
import { type Ratio, ratio, ratioOf, times } from "./price/ratio.js";
import { type SubscribedPlan, servedPeriod, wholePeriod } from "./subscription.js";

const one = micros(microsPerUnit);

/** What a billing period costs before it begins: the plan's fee, and what is reserved in it. */
export function advanceLines(subscribed: SubscribedPlan, index: number): InvoiceLine[] {
  const fee = feeLine(subscribed, index);
  return [...(fee === null ? [] : [fee]), ...reservedLines(subscribed, index)];
}

/** In full also where the period is not: so is what may be used of it. */
function reservedLines(subscribed: SubscribedPlan, index: number): InvoiceLine[] {
  const { plan, subscription } = subscribed;
  if (plan.tailored === null || subscription.trial) return [];
  const period = chargedPeriod(subscribed, index);
  return plan.tailored.reserved.map(({ operation, quantity, unitPrice }) => {
    const net = fractionOf(quantity, ratioOf(unitPrice));
    return plainLine({
      kind: "RESERVED",
      description: reservedName(plan, operation),
      operation,
      period,
      quantity,
      unitPrice: parseAmount(unitPrice) ?? null,
      net,
      amount: toMinorUnit(net, plan.unit),
    });
  });
}

/** What a period is paid for in advance: from where the subscription begins in it to its end. */
const chargedPeriod = (subscribed: SubscribedPlan, index: number): Span => ({
  start: servedPeriod(subscribed, index).start,
  end: wholePeriod(subscribed, index).end,
});

const reservedName = ({ operations }: Plan, operation: string): string =>
  `${operations[operation]?.operation.name ?? operation}, reserved`;

/** What a billing period costs in advance: less than the plan's fee where the subscription begins within the period. */
function feeLine(subscribed: SubscribedPlan, index: number): InvoiceLine | null {
  const { plan, subscription } = subscribed;
  if (plan.fee === null || subscription.trial) return null;
  const period = chargedPeriod(subscribed, index);
  const net = shareOf(plan.fee, wholePeriod(subscribed, index), period);
  const isWhole = net === plan.fee.amount;
  return plainLine({
    kind: "PLAN_FEE",
    description: isWhole ? plan.name : `${plan.name}, part of a period`,
    period,
    quantity: one,
    unitPrice: isWhole ? net : null,
    net,
    amount: toMinorUnit(net, plan.fee.currency),
  });
}

interface Paying extends Pick<Invoice, "lines" | "subtotal" | "total"> {
  /** What credit notes have given back of the total. */
  readonly credited: Micros;
}

/** What part of an invoice's charges is paid for and not given back: coupons and credit notes have left it. */
export function paidPart({ lines, subtotal, total, credited }: Paying): Ratio {
  const charged = sum(lines.filter(isCharge).map(({ amount }) => amount));
  if (charged <= 0) return ratio(1n);
  const paid = BigInt(chargedBy(lines));
  if (credited === zero) return ratio(paid, BigInt(charged));
  // Without the taxes that went with it.
  return ratio(paid * BigInt(total) - BigInt(credited) * BigInt(subtotal), BigInt(charged) * BigInt(total));
}

const isCharge = ({ kind }: InvoiceLine): boolean => kind !== "COUPON" && kind !== "UNUSED_TIME";

export interface Leaving {
  readonly subscribed: SubscribedPlan;
  readonly index: number;
  readonly from: Instant;
  /** What part of the charges is given back by their time: what a coupon had taken off, say, is not. */
  readonly paid?: Ratio;
}

/**
 * What is given back of a fee that was paid in advance, by the time that is left of its period. Null when nothing is,
 * as of a period without end, of which no time is a part.
 */
export function unusedTimeLine({ subscribed, index, from, paid = ratio(1n) }: Leaving): InvoiceLine | null {
  const { plan, subscription } = subscribed;
  if (plan.fee === null || subscription.trial) return null;
  const whole = wholePeriod(subscribed, index);
  if (whole.end === null) return null;
  const period = { start: from, end: whole.end };
  const net = negate(fractionOf(shareOf(plan.fee, whole, period), paid));
  return plainLine({
    kind: "UNUSED_TIME",
    description: `Unused time on ${plan.name}`,
    period,
    quantity: one,
    unitPrice: null,
    net,
    amount: toMinorUnit(net, plan.fee.currency),
  });
}

/**
 * What is given back of what was reserved and paid in advance: what has not been used of it, and no more than belongs
 * to the time that is left of what was paid for.
 */
export function unusedReservedLines(
  { subscribed, index, from, paid = ratio(1n) }: Leaving,
  used: ReadonlyMap<string, Micros>,
): InvoiceLine[] {
  const { plan, subscription } = subscribed;
  const charged = chargedPeriod(subscribed, index);
  if (plan.tailored === null || subscription.trial || charged.end === null) return [];
  const period = { start: from, end: charged.end };
  return plan.tailored.reserved.map(({ operation, quantity, unitPrice }) => {
    const byTime = shareOf({ amount: quantity, currency: plan.unit }, charged, period);
    const unused = least(byTime, subtract(quantity, least(quantity, used.get(operation) ?? zero)));
    const net = negate(fractionOf(unused, times(ratioOf(unitPrice), paid)));
    return plainLine({
      kind: "UNUSED_TIME",
      description: `${reservedName(plan, operation)} and unused`,
      operation,
      period,
      quantity: unused,
      unitPrice: null,
      net,
      amount: toMinorUnit(net, plan.unit),
    });
  });
}

/** By the second, so that two ways to leave at one time come to the same. What never ends is not divided. */
export function shareOf({ amount }: Money, whole: Span, part: Span): Micros {
  if (whole.end === null || part.end === null) return amount;
  const seconds = ({ start, end }: Span): bigint => BigInt(Math.floor(((end ?? start) - start) / 1_000));
  // Who subscribes in the last second of a calendar's period has less than one of it.
  if (seconds(whole) === 0n) return part.end === part.start ? zero : amount;
  return fractionOf(amount, ratio(seconds(part), seconds(whole)));
}
