import { least, type Micros, micros, zero } from "./amount.js";
import type { Money, PeriodRule, Plan } from "./catalog.js";
import { badInput } from "./errors.js";
import { advanceLines } from "./fees.js";
import { type CreditGrant, free } from "./grant.js";
import type { Instant } from "./instant.js";
import type { InvoiceLine, Span } from "./invoice.js";
import { calendarStart, periodAt } from "./period.js";
import type { AlreadyOnPlan, SubscriptionInactive } from "./refusal.js";
import {
  firstPeriodIndex,
  isSamePlan,
  periodIndexAt,
  type SubscribedPlan,
  servedPeriod,
  wholePeriod,
} from "./subscription.js";
import {
  altered,
  alterWallet,
  type ChangeTiming,
  changeSubscriptions,
  inactive,
  inForce,
  leaveUnpaid,
  periodEnd,
  type SubscriptionChange,
  type Subscriptions,
  suppliedBy,
  toCome,
  undo,
} from "./subscriptionChange.js";
import { newSubscription } from "./subscriptionStart.js";
import { setExpiry, voidCredits, type WalletState } from "./wallet.js";

export const supplyPolicies = ["KEEP_AND_USE_FIRST", "PRORATE", "FORFEIT"] as const;
export type SupplyPolicy = (typeof supplyPolicies)[number];

export const planChangeDirections = ["UPGRADE", "DOWNGRADE", "LATERAL"] as const;
export type PlanChangeDirection = (typeof planChangeDirections)[number];

/** How a change was asked for; null is the default. */
export interface PlanChangeTerms {
  readonly timing: ChangeTiming | null;
  readonly supplyPolicy: SupplyPolicy | null;
}

export interface PlanChange {
  readonly from: Plan;
  readonly to: Plan;
  readonly timing: ChangeTiming;
  /** Null at a period's end, when nothing is left to decide. */
  readonly supplyPolicy: SupplyPolicy | null;
  readonly effectiveAt: Instant;
}

/** What a change is invoiced with, when it takes effect. */
export interface PlanCharge {
  readonly currency: string;
  readonly lines: readonly InvoiceLine[];
  readonly of: { readonly subscriptionId: string; readonly periodIndex: number; readonly period: Span };
}

export interface PlanChangeDecision {
  readonly kind: "planChange";
  readonly planChange: PlanChange;
  readonly left: SubscribedPlan;
  readonly taken: SubscribedPlan;
  readonly change: SubscriptionChange;
  /** The customer right after the decision, which is before the change where that is at the period's end. */
  readonly after: Subscriptions;
  readonly charge: PlanCharge | null;
  /** What of the old plan is given back; null when nothing is. */
  readonly givenBack: UnusedTime | null;
}

interface PlanChangeFacts {
  /** With the wallets of both plans. */
  readonly before: Subscriptions;
  readonly plan: Plan;
  /** Of the subscription to the new plan. */
  readonly newId: string;
  /** What leaving the present period now gives back of what was charged for it; null when nothing is. */
  readonly unused: UnusedTime | null;
}

/** What was paid in advance for a period that is left, and is given back. */
export interface UnusedTime {
  /** The invoice that had charged for it. */
  readonly invoiceId: string;
  /** What of it the change's invoice gives back, because it has been paid. */
  readonly lines: readonly InvoiceLine[];
  /** What comes off that invoice itself, with its tax, because it has not. */
  readonly setOff: Money;
}

export const directionOf = ({ from, to }: Pick<PlanChange, "from" | "to">): PlanChangeDirection =>
  to.rank > from.rank ? "UPGRADE" : to.rank < from.rank ? "DOWNGRADE" : "LATERAL";

/**
 * Moves a customer to another plan version: the subscription in force ends and another begins where it does. What was
 * to come, be it the end or another change, makes way for it.
 */
export function decidePlanChange(
  { before, plan, newId, unused }: PlanChangeFacts,
  terms: PlanChangeTerms,
): PlanChangeDecision | SubscriptionInactive | AlreadyOnPlan {
  const left = inForce(before);
  if (left === null) return inactive(before);
  const planChange = changeOf(before, { left, plan, terms });
  const { effectiveAt, supplyPolicy: policy } = planChange;
  // To pay for a plan before its trial is over is a change, though the plan is the same.
  const isOnPlan = isSamePlan(left.plan, plan) && !(left.subscription.trial && policy !== null);
  if (isOnPlan) return { kind: "alreadyOnPlan", plan };
  const taken = takenSubscription(left, { plan, newId, policy, effectiveAt });
  const givenBack = policy !== null && givesBack(policy) ? unused : null;
  const charge = chargeOf(taken, givenBack?.lines ?? [], left.plan);
  const ended = altered(left, { endsAt: effectiveAt, cancelledAt: null });
  const change = { changed: [ended, taken], undone: toCome(before).map((one) => undo(one)) };
  const leaving = policy === null ? before : leaveSupply(before, left, policy);
  const after = changeSubscriptions(leaving, change);
  return { kind: "planChange", planChange, left, taken, change, after, charge, givenBack };
}

/** Who keeps the old supply has it for what was paid. */
export const givesBack = (policy: SupplyPolicy): boolean => policy !== "KEEP_AND_USE_FIRST";

interface Wanted {
  readonly left: SubscribedPlan;
  readonly plan: Plan;
  readonly terms: PlanChangeTerms;
}

function changeOf({ now }: Subscriptions, { left, plan, terms }: Wanted): PlanChange {
  const change = { from: left.plan, to: plan };
  const wanted = terms.timing ?? (directionOf(change) === "DOWNGRADE" ? "PERIOD_END" : "NOW");
  const end = wanted === "NOW" ? null : periodEnd(left, now, terms.timing !== null);
  if (end === null)
    return {
      ...change,
      timing: "NOW",
      supplyPolicy: terms.supplyPolicy ?? "KEEP_AND_USE_FIRST",
      effectiveAt: now,
    };
  if (terms.supplyPolicy !== null)
    throw badInput(
      "input.supplyPolicy",
      "belongs to a change with timing NOW; this one takes effect at the period's end, when nothing is left to decide.",
    );
  return { ...change, timing: "PERIOD_END", supplyPolicy: null, effectiveAt: end };
}

interface Taking {
  readonly plan: Plan;
  readonly newId: string;
  readonly policy: SupplyPolicy | null;
  readonly effectiveAt: Instant;
}

function takenSubscription(
  left: SubscribedPlan,
  { plan, newId, policy, effectiveAt: startsAt }: Taking,
): SubscribedPlan {
  const { customerId } = left.subscription;
  const anchorAt = anchorOf(left, { rule: plan.period, policy, at: startsAt });
  const start = { id: newId, customerId, plan, startsAt, anchorAt };
  const taken = newSubscription(start);
  if (policy === null) return taken;
  const first = firstPeriodIndex(taken);
  const { subscription } = newSubscription({ ...start, firstSupply: firstSupply(taken, first) });
  // The change is invoiced together with the first period's fee, so the next fee is that of the second.
  return { plan, subscription: { ...subscription, nextFeeIndex: first + 1 } };
}

interface Anchoring {
  readonly rule: PeriodRule;
  readonly policy: SupplyPolicy | null;
  readonly at: Instant;
}

/** From where the new plan counts its periods. */
function anchorOf(left: SubscribedPlan, { rule, policy, at }: Anchoring): Instant {
  const { anchorAt } = left.subscription;
  const present = wholePeriod(left, periodIndexAt(left, at));
  // Where a period of the old one ends and one of the new begins, its days go on: the 31st stays the 31st.
  if (policy === null) return periodAt(rule, anchorAt, at).start === at ? anchorAt : at;
  if (policy !== "PRORATE" || present.end === null) return at;
  if (isSameRule(left.plan.period, rule)) return anchorAt;
  return calendarStart(rule, at) ?? present.start;
}

const isSameRule = (a: PeriodRule, b: PeriodRule): boolean =>
  a.type === b.type && (a.type !== "ANCHOR" || b.type !== "ANCHOR" || a.every === b.every);

/** The part of the supply that belongs to what is left of the period; null when that is all of it. */
function firstSupply(taken: SubscribedPlan, index: number): Micros | null {
  const { subscription, plan } = taken;
  const whole = wholePeriod(taken, index);
  if (plan.supply === null || whole.start === subscription.startsAt) return null;
  return partOf(plan.supply.amount, whole, subscription.startsAt);
}

/** The part of an amount that belongs to the rest of a span, by the millisecond and rounded down. */
function partOf(amount: Micros, { start, end }: Span, from: Instant): Micros | null {
  if (end === null) return null;
  return micros(Number((BigInt(amount) * BigInt(end - from)) / BigInt(end - start)));
}

function leaveSupply(before: Subscriptions, left: SubscribedPlan, policy: SupplyPolicy): Subscriptions {
  const leaving = leaveUnpaid(before, left);
  if (leaving !== before || policy === "KEEP_AND_USE_FIRST") return leaving;
  const leave = policy === "FORFEIT" ? forfeit : prorate;
  return alterWallet(before, left.plan.unit, (state) =>
    suppliedBy(left, state, before.now).reduce((next, grant) => leave(next, grant, before.now), state),
  );
}

/** What is reserved stays until its holds end, as when a grant expires. */
const forfeit = (state: WalletState, grant: CreditGrant, at: Instant): WalletState =>
  setExpiry(voidCredits(state, grant, { amount: free(grant), at }), grant.id, at);

function prorate(state: WalletState, grant: CreditGrant, at: Instant): WalletState {
  const unused = partOf(grant.amount, { start: grant.effectiveAt, end: grant.expiresAt }, at) ?? zero;
  return voidCredits(state, grant, { amount: least(free(grant), unused), at });
}

/** One invoice has one currency. */
function chargeOf(taken: SubscribedPlan, back: readonly InvoiceLine[], left: Plan): PlanCharge | null {
  const periodIndex = firstPeriodIndex(taken);
  const ahead = advanceLines(taken, periodIndex).filter(({ net }) => net !== zero);
  const currencies = [
    ...(back.length > 0 ? [left.fee?.currency ?? left.unit] : []),
    ...(ahead.length > 0 ? [taken.plan.fee?.currency ?? taken.plan.unit] : []),
  ];
  const [currency, other = currency] = currencies;
  if (currency === undefined) return null;
  if (other !== currency)
    throw badInput(
      "input.supplyPolicy",
      `must be KEEP_AND_USE_FIRST: the old fee is in ${currency} and the new one in ${other}, so they cannot be set off.`,
    );
  const { id: subscriptionId } = taken.subscription;
  const of = { subscriptionId, periodIndex, period: servedPeriod(taken, periodIndex) };
  return { currency, lines: [...back, ...ahead], of };
}
