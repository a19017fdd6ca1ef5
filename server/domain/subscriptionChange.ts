import { advance, withNextDue } from "./advance.js";
import { badInput } from "./errors.js";
import { type CreditGrant, isInForce } from "./grant.js";
import type { Instant } from "./instant.js";
import type { NothingToResume, SubscriptionInactive } from "./refusal.js";
import {
  byStart,
  currentSubscription,
  isSamePlan,
  paidUntil,
  type SubscribedPlan,
  type Subscription,
  subscriptionStatus,
  supplyEndsWith,
} from "./subscription.js";
import { afterTrial } from "./subscriptionStart.js";
import { setExpiry, type WalletState } from "./wallet.js";

export const changeTimings = ["NOW", "PERIOD_END"] as const;
export type ChangeTiming = (typeof changeTimings)[number];

/** A customer's subscriptions that may still have an effect. */
export interface Subscriber {
  readonly customerId: string;
  readonly now: Instant;
  readonly current: SubscribedPlan | null;
  readonly subscriptions: readonly SubscribedPlan[];
}

/** The same, with the wallets, by unit, that are at hand. */
export interface Subscriptions extends Subscriber {
  readonly wallets: ReadonlyMap<string, WalletState>;
}

/** What becomes of a customer's subscriptions. */
export interface SubscriptionChange {
  /** Those that are new, go on for longer, or end. */
  readonly changed: readonly SubscribedPlan[];
  /** Those that were to come and never will: nothing needs to look at them any more. */
  readonly undone: readonly SubscribedPlan[];
}

/** A customer as loaded; loading the wallets may have moved on what supplies them. */
export function withWallets(customer: Subscriber, wallets: ReadonlyMap<string, WalletState>): Subscriptions {
  const moved = new Map(
    [...wallets.values()].flatMap(({ suppliers }) => suppliers.map((one) => [one.subscription.id, one])),
  );
  const subscriptions = customer.subscriptions.map((one) => moved.get(one.subscription.id) ?? one);
  return { ...customer, wallets, subscriptions, current: currentSubscription(subscriptions, customer.now) };
}

/** The same customer after a change: the wallets are supplied by what the subscriptions have become. */
export function changeSubscriptions(
  before: Subscriptions,
  { changed, undone }: SubscriptionChange,
): Subscriptions {
  const { now, wallets } = before;
  const gone = new Set([...changed, ...undone].map(({ subscription }) => subscription.id));
  const kept = before.subscriptions.filter(({ subscription }) => !gone.has(subscription.id));
  const after = [...kept, ...changed].sort(byStart);
  const resupplied = [...wallets].map(([unit, state]) => {
    const suppliers = after.filter(({ plan }) => plan.unit === unit);
    return [unit, advance(withNextDue({ ...state, suppliers }), now)] as const;
  });
  return withWallets({ ...before, subscriptions: after }, new Map(resupplied));
}

/** Those of a customer that have not begun. */
export const toCome = ({ subscriptions, now }: Subscriber): SubscribedPlan[] =>
  subscriptions.filter(({ subscription }) => subscriptionStatus(subscription, now) === "SCHEDULED");

/** One that was to come ends where it starts. */
export const undo = (one: SubscribedPlan, cancelledAt: Instant | null = null): SubscribedPlan =>
  altered(one, { endsAt: one.subscription.startsAt, cancelledAt });

export const altered = (
  { plan, subscription }: SubscribedPlan,
  change: Partial<Subscription>,
): SubscribedPlan => ({
  plan,
  subscription: { ...subscription, ...change },
});

export const inactive = ({ customerId, current, now }: Subscriber): SubscriptionInactive => ({
  kind: "subscriptionInactive",
  customerId,
  status: current === null ? null : subscriptionStatus(current.subscription, now),
});

/** The subscription in force; null when none is. */
export const inForce = ({ current, now }: Subscriber): SubscribedPlan | null =>
  current !== null && subscriptionStatus(current.subscription, now) === "ACTIVE" ? current : null;

/**
 * What a subscription has supplied and is in force, in the wallet that it supplies. One that has expired under a hold
 * is not: what the hold gives back of it expires, whatever becomes of the plan.
 */
export const suppliedBy = (
  { subscription }: SubscribedPlan,
  { grants }: WalletState,
  at: Instant,
): CreditGrant[] =>
  grants.filter(
    (grant) => grant.source === "SUPPLY" && grant.originId === subscription.id && isInForce(grant, at),
  );

/** The time that an ending or a change at the period's end has; a period without end has none. */
export function periodEnd(subscribed: SubscribedPlan, now: Instant, isAskedFor: boolean): Instant | null {
  const end = paidUntil(subscribed, now);
  if (end === null && isAskedFor)
    throw badInput("input.timing", `must be NOW: the period of plan ${subscribed.plan.key} never ends.`);
  return end;
}

export interface Cancelled {
  readonly kind: "cancelled";
  readonly after: Subscriptions;
  readonly change: SubscriptionChange;
  /** The subscription that ends, as it is then. */
  readonly ending: SubscribedPlan;
}

/** Ends what is in force, and whatever was to come with it. */
export function decideCancellation(
  before: Subscriptions,
  timing: ChangeTiming | null,
): Cancelled | SubscriptionInactive {
  const { now } = before;
  const active = inForce(before);
  const undone = toCome(before).map((one) => undo(one, now));
  const [first] = undone;
  if (active === null)
    return first === undefined ? inactive(before) : cancelled(before, { changed: [], undone }, first);
  const end = timing === "NOW" ? null : periodEnd(active, now, timing === "PERIOD_END");
  const { cancelledAt } = active.subscription;
  const ending = altered(active, { endsAt: end ?? now, cancelledAt: cancelledAt ?? now });
  const left = end === null ? leaveUnpaid(before, active) : before;
  return cancelled(left, { changed: [ending], undone }, ending);
}

const cancelled = (
  before: Subscriptions,
  change: SubscriptionChange,
  { subscription }: SubscribedPlan,
): Cancelled => {
  const after = changeSubscriptions(before, change);
  const ending = [...after.subscriptions, ...change.undone].find(
    (one) => one.subscription.id === subscription.id,
  );
  if (ending === undefined) throw new Error(`Subscription ${subscription.id} is not at hand.`);
  return { kind: "cancelled", after, change, ending };
};

/** A supply that no period was paid for ends when its subscription does. */
export function leaveUnpaid(before: Subscriptions, left: SubscribedPlan): Subscriptions {
  if (!supplyEndsWith(left)) return before;
  return alterWallet(before, left.plan.unit, (state) =>
    suppliedBy(left, state, before.now).reduce((next, { id }) => setExpiry(next, id, before.now), state),
  );
}

export function alterWallet(
  before: Subscriptions,
  unit: string,
  alter: (state: WalletState) => WalletState,
): Subscriptions {
  const state = before.wallets.get(unit);
  if (state === undefined) throw new Error(`The wallet in ${unit} is not at hand.`);
  return { ...before, wallets: new Map(before.wallets).set(unit, alter(state)) };
}

interface Resumed {
  readonly kind: "resumed";
  readonly after: Subscriptions;
  readonly change: SubscriptionChange;
  /** The subscription that goes on. */
  readonly resumed: SubscribedPlan;
}

/** Takes back a cancellation, or a change of plan that was to come. */
export function decideResumption(
  before: Subscriptions,
  newId: string,
): Resumed | SubscriptionInactive | NothingToResume {
  const { current } = before;
  const active = inForce(before);
  const undone = toCome(before);
  if (active === null)
    return undone.length > 0 && undone[0] === current ? { kind: "nothingToResume" } : inactive(before);
  const { trial, endsAt } = active.subscription;
  const goesOn = trial ? undone.some(({ plan }) => isSamePlan(plan, active.plan)) : endsAt === null;
  if (goesOn || endsAt === null) return { kind: "nothingToResume" };
  const resumed = altered(active, { endsAt: trial ? endsAt : null, cancelledAt: null });
  const following = trial ? [afterTrial(active, endsAt, newId)] : [];
  const change = { changed: [resumed, ...following], undone: undone.map((one) => undo(one)) };
  return { kind: "resumed", after: changeSubscriptions(before, change), change, resumed };
}
