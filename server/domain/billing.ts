import type { Plan } from "./catalog.js";
import { addMs, dayMs, type Instant } from "./instant.js";
import {
  byStart,
  hasPeriod,
  isPeriod,
  isUndone,
  type SubscribedPlan,
  type Subscription,
  servedPeriod,
} from "./subscription.js";

/**
 * What falls due of billing with time. `close`: a period is over, and what it used becomes a draft. `finalize`: the
 * draft's grace is over. `fee`: a period begins that is paid in advance. `start` and `end` are the subscription's own,
 * which are told to others.
 */
export interface BillingEvent {
  readonly kind: "end" | "close" | "finalize" | "start" | "fee";
  readonly at: Instant;
  readonly subscribed: SubscribedPlan;
  readonly index: number;
}

/** At one instant the old goes before the new comes. */
const rank: Record<BillingEvent["kind"], number> = { end: 0, close: 1, finalize: 2, start: 3, fee: 4 };

/** Whether what is used is invoiced when the period is over. */
export const billsUsage = ({ overage }: Plan): boolean => overage.policy === "POSTPAID";

/** The first thing that falls due of any of these subscriptions; null when nothing ever will. */
export function nextBillingEvent(subscriptions: readonly SubscribedPlan[]): BillingEvent | null {
  let first: BillingEvent | null = null;
  for (const event of subscriptions.flatMap(eventsOf))
    if (first === null || isBefore(event, first)) first = event;
  return first;
}

const isBefore = (a: BillingEvent, b: BillingEvent): boolean =>
  a.at < b.at || (a.at === b.at && rank[a.kind] < rank[b.kind]);

const eventsOf = (subscribed: SubscribedPlan): BillingEvent[] =>
  [living(subscribed), closing(subscribed), finalizing(subscribed), charging(subscribed)].filter(
    (event) => event !== null,
  );

/** The start, and then the end, of a subscription, unless it never was in force. */
function living(subscribed: SubscribedPlan): BillingEvent | null {
  const { told, startsAt, endsAt } = subscribed.subscription;
  const index = 0;
  if (told === "NOTHING")
    return isUndone(subscribed.subscription) ? null : { kind: "start", at: startsAt, subscribed, index };
  return told === "START" && endsAt !== null ? { kind: "end", at: endsAt, subscribed, index } : null;
}

function closing(subscribed: SubscribedPlan): BillingEvent | null {
  const { subscription, plan } = subscribed;
  const index = subscription.nextCloseIndex;
  if (!billsUsage(plan)) return null;
  if (hasPeriod(subscribed, index)) {
    const { end } = servedPeriod(subscribed, index);
    return end === null ? null : { kind: "close", at: end, subscribed, index };
  }
  // A call may have been made in the instant in which a period began and the subscription was ended.
  const { endsAt } = subscription;
  const isInstant =
    endsAt !== null && isPeriod(subscribed, index) && servedPeriod(subscribed, index).start === endsAt;
  return isInstant ? { kind: "close", at: endsAt, subscribed, index } : null;
}

function finalizing(subscribed: SubscribedPlan): BillingEvent | null {
  const { nextCloseIndex, nextFinalIndex: index } = subscribed.subscription;
  return index < nextCloseIndex
    ? { kind: "finalize", at: finalizesAt(subscribed, index), subscribed, index }
    : null;
}

/** When the usage of a closed period is final: its plan's grace after its end. */
export function finalizesAt(subscribed: SubscribedPlan, index: number): Instant {
  const { end } = servedPeriod(subscribed, index);
  if (end === null) throw new Error(`Period ${index} of ${subscribed.subscription.id} never ends.`);
  return addMs(end, subscribed.plan.invoiceGraceDays * dayMs);
}

function charging(subscribed: SubscribedPlan): BillingEvent | null {
  const { subscription, plan } = subscribed;
  const index = subscription.nextFeeIndex;
  if (!chargesInAdvance(plan) || subscription.trial || !hasPeriod(subscribed, index)) return null;
  return { kind: "fee", at: servedPeriod(subscribed, index).start, subscribed, index };
}

const chargesInAdvance = ({ fee, tailored }: Plan): boolean =>
  fee !== null || (tailored !== null && tailored.reserved.length > 0);

/** A subscription after an event of it has been dealt with. */
export function afterEvent({ kind, subscribed, index }: BillingEvent): SubscribedPlan {
  return { ...subscribed, subscription: { ...subscribed.subscription, ...movedOn[kind](index) } };
}

const movedOn: Record<BillingEvent["kind"], (index: number) => Partial<Subscription>> = {
  start: () => ({ told: "START" }),
  end: () => ({ told: "END" }),
  close: (index) => ({ nextCloseIndex: index + 1 }),
  finalize: (index) => ({ nextFinalIndex: index + 1 }),
  fee: (index) => ({ nextFeeIndex: index + 1 }),
};

/** Whether nothing will ever be due of a subscription that another one has taken the place of. */
export const isSettled = (
  subscribed: SubscribedPlan,
  others: readonly SubscribedPlan[],
  at: Instant,
): boolean => {
  const { endsAt } = subscribed.subscription;
  const hasEnded = endsAt !== null && endsAt <= at;
  const isReplaced = others.some(
    (other) => byStart(subscribed, other) < 0 && other.subscription.startsAt <= at,
  );
  return hasEnded && isReplaced && eventsOf(subscribed).length === 0 && !owesSupply(subscribed);
};

/** Whether a supply of it has not been given yet, because nobody has looked at the wallet since it fell due. */
const owesSupply = (subscribed: SubscribedPlan): boolean =>
  subscribed.plan.supply !== null && hasPeriod(subscribed, subscribed.subscription.nextPeriodIndex);
