import { add, type Micros, micros, microsPerUnit, negate, parseAmount, sum, zero } from "./amount.js";
import type { Money } from "./catalog.js";
import { toMinorUnit } from "./currency.js";
import type { Instant } from "./instant.js";
import { type InvoiceLine, plainLine, type Span } from "./invoice.js";
import { fractionOf } from "./invoicing/fraction.js";
import { type Ratio, ratio, ratioOf } from "./price/ratio.js";
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
  const period = { start: servedPeriod(subscribed, index).start, end: wholePeriod(subscribed, index).end };
  return plan.tailored.reserved.map(({ operation, quantity, unitPrice }) => {
    const net = fractionOf(quantity, ratioOf(unitPrice));
    return plainLine({
      kind: "RESERVED",
      description: `${plan.operations[operation]?.operation.name ?? operation}, reserved`,
      operation,
      period,
      quantity,
      unitPrice: parseAmount(unitPrice) ?? null,
      net,
      amount: toMinorUnit(net, plan.unit),
    });
  });
}

/** What a billing period costs in advance: less than the plan's fee where the subscription begins within the period. */
function feeLine(subscribed: SubscribedPlan, index: number): InvoiceLine | null {
  const { plan, subscription } = subscribed;
  if (plan.fee === null || subscription.trial) return null;
  const whole = wholePeriod(subscribed, index);
  const served = servedPeriod(subscribed, index);
  const period = { start: served.start, end: whole.end };
  const net = shareOf(plan.fee, whole, period);
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

/** What part of an invoice's charges its coupons have left to be paid. */
export function paidPart(lines: readonly InvoiceLine[]): Ratio {
  const amountOf = (wanted: (line: InvoiceLine) => boolean): Micros =>
    sum(lines.filter(wanted).map(({ amount }) => amount));
  const charged = amountOf(({ kind }) => kind !== "COUPON" && kind !== "UNUSED_TIME");
  const paid = add(
    charged,
    amountOf(({ kind }) => kind === "COUPON"),
  );
  return charged > 0 ? ratio(BigInt(paid), BigInt(charged)) : ratio(1n);
}

/**
 * What is given back of a period that was paid for in advance and is left at a time within it: of what was paid of
 * its fee, so that nobody is given back what a coupon had taken off. Null when nothing is, as of a period without
 * end, of which no time is a part.
 */
export function unusedTimeLine(
  subscribed: SubscribedPlan,
  index: number,
  from: Instant,
  paid: Ratio = ratio(1n),
): InvoiceLine | null {
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

/** By the second, so that two ways to leave at one time come to the same. What never ends is not divided. */
export function shareOf({ amount }: Money, whole: Span, part: Span): Micros {
  if (whole.end === null || part.end === null) return amount;
  const seconds = ({ start, end }: Span): bigint => BigInt(Math.floor(((end ?? start) - start) / 1_000));
  // Who subscribes in the last second of a calendar's period has less than one of it.
  if (seconds(whole) === 0n) return part.end === part.start ? zero : amount;
  return fractionOf(amount, ratio(seconds(part), seconds(whole)));
}
