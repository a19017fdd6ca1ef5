import { microsPerUnit, parseAmount, subtract, sum } from "../amount.js";
import type { Plan, Price } from "../catalog.js";
import { toMinorUnit } from "../currency.js";
import { addMs, dayMs } from "../instant.js";
import type { InvoiceLine, Span } from "../invoice.js";
import { calendarStart } from "../period.js";
import type { PeriodUsage } from "../periodUsage.js";
import { type SubscribedPlan, servedPeriod, wholePeriod } from "../subscription.js";
import { wholePeriodLines } from "./wholePeriodLines.js";
import { dayText, tierText } from "./words.js";

export interface UsageFacts {
  readonly plan: Plan;
  /** The billing period, as far as the subscription was in force in it. */
  readonly period: Span;
  /** The billing period that commitments and minimums are agreed for; by default the same. */
  readonly whole?: Span;
  /** A trial is held to no commitment and no minimum. */
  readonly isTrial?: boolean;
  readonly usage: readonly PeriodUsage[];
}

/** What of a subscription and one of its periods an invoice for usage follows from. */
export const usageFacts = (
  subscribed: SubscribedPlan,
  index: number,
  usage: readonly PeriodUsage[],
): UsageFacts => ({
  plan: subscribed.plan,
  period: servedPeriod(subscribed, index),
  whole: agreedPeriod(subscribed, index),
  isTrial: subscribed.subscription.trial,
  usage,
});

/** The calendar's own month or year also where the plan's first one begins later: what is agreed by time is shared by it. */
function agreedPeriod(subscribed: SubscribedPlan, index: number): Span {
  const { start, end } = wholePeriod(subscribed, index);
  return { start: calendarStart(subscribed.plan.period, start) ?? start, end };
}

/**
 * What a billing period has used, by operation and tier; then what came late, by its day; then what depends on the
 * period as a whole. The nets of the calls' lines add up to what the calls have left unpaid, to the millionth.
 */
export function usageLines(facts: UsageFacts): InvoiceLine[] {
  const { plan, period } = facts;
  const usage = facts.usage.filter(isSomething).toSorted(asPlanned(plan));
  const calls = usage.flatMap((one) => (one.lateDay === null ? [callsLine(plan, one, period)] : []));
  const late = usage.flatMap((one) =>
    one.lateDay === null
      ? []
      : [callsLine(plan, one, { start: one.lateDay, end: addMs(one.lateDay, dayMs) })],
  );
  return [...calls, ...late, ...wholePeriodLines(facts, { calls, late })];
}

/** What was reversed in full has left its row behind. */
const isSomething = ({ quantity, listAmount, allowance, prepaid, postpaid }: PeriodUsage): boolean =>
  [quantity, listAmount, allowance, prepaid, postpaid].some((figure) => figure !== 0);

/** By day if they came late, then in the plan's order; what another plan had priced comes last. */
function asPlanned({ operations }: Plan): (a: PeriodUsage, b: PeriodUsage) => number {
  const places = new Map(Object.keys(operations).map((key, place) => [key, place]));
  const placeOf = ({ operation }: PeriodUsage) => places.get(operation) ?? places.size;
  return (a, b) =>
    (a.lateDay ?? 0) - (b.lateDay ?? 0) ||
    placeOf(a) - placeOf(b) ||
    (a.operation === b.operation ? a.tier - b.tier : a.operation < b.operation ? -1 : 1);
}

function callsLine(plan: Plan, usage: PeriodUsage, period: Span): InvoiceLine {
  const { operation, tier, lateDay, quantity, listAmount, allowance, prepaid, postpaid } = usage;
  // A hold that was made under the plan before this one may be captured under this one.
  const priced = plan.operations[operation];
  const name = priced?.operation.name ?? operation;
  return {
    kind: lateDay === null ? "USAGE" : "LATE_USAGE",
    description: lateDay === null ? name : `${name} on ${dayText(lateDay)}`,
    operation,
    tier: priced === undefined ? null : tierText(priced.price, tier),
    period,
    quantity,
    unitPrice: priced === undefined ? null : unitPrice(priced.price, usage),
    listAmount,
    discount: subtract(listAmount, sum([allowance, prepaid, postpaid])),
    allowance,
    prepaid,
    net: postpaid,
    amount: toMinorUnit(postpaid, plan.unit),
  };
}

/** The price of one, where all of them had it: no multiplier, no rounding and no attribute has made another of it. */
function unitPrice(price: Price, { tier, quantity, listAmount }: PeriodUsage): InvoiceLine["unitPrice"] {
  const rate = parseAmount(rateOf(price, tier) ?? "");
  if (rate === undefined || quantity === 0) return null;
  return BigInt(rate) * BigInt(quantity) === BigInt(listAmount) * BigInt(microsPerUnit) ? rate : null;
}

function rateOf(price: Price, tier: number): string | undefined {
  if (price.model === "FLAT") return price.unitPrice;
  return price.model === "GRADUATED" || price.model === "VOLUME" ? price.tiers[tier]?.unitPrice : undefined;
}
