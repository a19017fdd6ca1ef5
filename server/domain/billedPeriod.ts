import type { Plan } from "./catalog.js";
import { addMs, type Instant, startOfDay } from "./instant.js";
import { byStart, periodIndexAt, type SubscribedPlan } from "./subscription.js";
import type { UsageRecord } from "./usage.js";

/** The billing period on whose invoice something is. */
export interface BilledPeriod {
  readonly subscriptionId: string;
  readonly periodIndex: number;
  /** The day on which it was used, when the invoice of its own period was final by then; else null. */
  readonly lateDay: Instant | null;
}

/** A customer's subscriptions as far as they may still have an effect, and the one that counts now. */
interface Subscribed {
  readonly current: SubscribedPlan | null;
  readonly subscriptions: readonly SubscribedPlan[];
  readonly now: Instant;
}

/** Where a call is invoiced that was priced by this plan; null when it never is. */
export function billedPeriod(subscribed: Subscribed, plan: Plan, occurredAt: Instant): BilledPeriod | null {
  if (plan.overage.policy === "BLOCK") return null;
  const open = openPeriod(subscribed, plan.unit, occurredAt);
  if (open === null) return null;
  const { subscriptionId, periodIndex, isOwn } = open;
  return { subscriptionId, periodIndex, lateDay: isOwn ? null : startOfDay(occurredAt) };
}

type Billed = Pick<UsageRecord, "subscriptionId" | "periodIndex" | "occurredAt" | "unit">;

/**
 * Where a reversal is invoiced: with its call while that period is not final, else in the present one, dated by the
 * day of the call. Null when the call itself is never invoiced, or when nothing will be any more.
 */
export function reversedPeriod(
  subscribed: Subscribed,
  { subscriptionId, periodIndex, occurredAt, unit }: Billed,
): BilledPeriod | null {
  if (subscriptionId === null || periodIndex === null) return null;
  const lateDay = startOfDay(occurredAt);
  const own = subscribed.subscriptions.find(({ subscription }) => subscription.id === subscriptionId);
  if (own !== undefined && own.subscription.nextFinalIndex <= periodIndex) {
    const wasLate = periodIndexAt(own, occurredAt) < periodIndex;
    return { subscriptionId, periodIndex, lateDay: wasLate ? lateDay : null };
  }
  const open = openPeriod(subscribed, unit, subscribed.now);
  return open && { subscriptionId: open.subscriptionId, periodIndex: open.periodIndex, lateDay };
}

interface OpenPeriod {
  readonly subscriptionId: string;
  readonly periodIndex: number;
  readonly isOwn: boolean;
}

/**
 * The first period from a time on whose invoice is not final: of the current subscription, or when that bills nothing
 * afterwards in this unit, of the last one that does.
 */
function openPeriod(
  { current, subscriptions, now }: Subscribed,
  unit: string,
  at: Instant,
): OpenPeriod | null {
  const begun = subscriptions.filter(({ subscription }) => subscription.startsAt <= now);
  for (const one of [...(current === null ? [] : [current]), ...begun.toSorted(byStart).reverse()]) {
    const { plan, subscription } = one;
    if (plan.overage.policy === "BLOCK" || plan.unit !== unit) continue;
    const { endsAt, nextFinalIndex } = subscription;
    const last = endsAt === null ? Number.POSITIVE_INFINITY : periodIndexAt(one, addMs(endsAt, -1));
    const own = Math.min(periodIndexAt(one, at), last);
    const periodIndex = Math.max(own, nextFinalIndex);
    if (periodIndex <= last)
      return { subscriptionId: subscription.id, periodIndex, isOwn: periodIndex === own };
  }
  return null;
}
