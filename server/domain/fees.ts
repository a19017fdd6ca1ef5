import { Decimal } from "decimal.js";
import { type Micros, micros, microsPerUnit, negate } from "./amount.js";
import type { Money } from "./catalog.js";
import { toMinorUnit } from "./currency.js";
import type { Instant } from "./instant.js";
import { type InvoiceLine, plainLine, type Span } from "./invoice.js";
import { type SubscribedPlan, servedPeriod, wholePeriod } from "./subscription.js";

const one = micros(microsPerUnit);

/** What a billing period costs in advance: less than the plan's fee where the subscription begins within the period. */
export function feeLine(subscribed: SubscribedPlan, index: number): InvoiceLine | null {
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

/** Everything that is charged for when a billing period begins. */
export function feesInAdvance(subscribed: SubscribedPlan, index: number): InvoiceLine[] {
  const fee = feeLine(subscribed, index);
  return fee === null ? [] : [fee];
}

/**
 * What is given back of a period that was paid for in advance and is left at a time within it; null when nothing is,
 * as of a period without end, of which no time is a part.
 */
export function unusedTimeLine(subscribed: SubscribedPlan, index: number, from: Instant): InvoiceLine | null {
  const { plan, subscription } = subscribed;
  if (plan.fee === null || subscription.trial) return null;
  const whole = wholePeriod(subscribed, index);
  if (whole.end === null) return null;
  const period = { start: from, end: whole.end };
  const net = negate(shareOf(plan.fee, whole, period));
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
function shareOf({ amount }: Money, whole: Span, part: Span): Micros {
  if (whole.end === null || part.end === null) return amount;
  const seconds = (span: Span): number => Math.floor(((span.end ?? span.start) - span.start) / 1_000);
  // Who subscribes in the last second of a calendar's period has less than one of it.
  if (seconds(whole) === 0) return amount;
  const share = new Decimal(amount).times(seconds(part)).dividedBy(seconds(whole));
  return micros(share.toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toNumber());
}
