import fc from "fast-check";
import { advance } from "../../server/domain/advance.js";
import { micros, zero } from "../../server/domain/amount.js";
import { isSettled } from "../../server/domain/billing.js";
import type { PeriodRule, Plan } from "../../server/domain/catalog.js";
import { decideConsumption } from "../../server/domain/consumption.js";
import { Fault } from "../../server/domain/errors.js";
import { unusedTimeLine } from "../../server/domain/fees.js";
import { addMs, type Instant } from "../../server/domain/instant.js";
import {
  decidePlanChange,
  type PlanCharge,
  supplyPolicies,
  type UnusedTime,
} from "../../server/domain/planChange.js";
import {
  currentSubscription,
  hasPeriod,
  periodIndexAt,
  type SubscribedPlan,
  servedPeriod,
} from "../../server/domain/subscription.js";
import {
  altered,
  changeSubscriptions,
  changeTimings,
  decideCancellation,
  decideResumption,
  inForce,
  type Subscriptions,
  toCome,
  withWallets,
} from "../../server/domain/subscriptionChange.js";
import { newSubscriptions } from "../../server/domain/subscriptionStart.js";
import { addGrant, emptyWallet, openWallet, type WalletState } from "../../server/domain/wallet.js";
import { lapse } from "./histories.js";
import { amount } from "./pricing.js";
import { at, grantOf, planOf } from "./wallets.js";

const planIn = (key: string, rank: number, period: PeriodRule, supply: string | null): Plan => ({
  ...planOf({ period, supply }),
  key,
  rank,
  fee: rank === 0 ? null : { amount: amount(String(rank * 30)), currency: "USD" },
});

const monthly: PeriodRule = { type: "ANCHOR", every: "MONTH" };

export const plans: readonly Plan[] = [
  planIn("free", 0, monthly, "10"),
  planIn("small", 1, monthly, "100.5"),
  planIn("large", 2, monthly, "700"),
  planIn("calendar", 1, { type: "CALENDAR_MONTH" }, "300"),
  planIn("year", 2, { type: "CALENDAR_YEAR" }, "4000"),
  planIn("yearly", 2, { type: "ANCHOR", every: "YEAR" }, "5000"),
  planIn("once", 1, { type: "NONE" }, "50"),
  planIn("rolling", 0, { type: "ROLLING", days: 30 }, "77"),
  planIn("bare", 1, monthly, null),
  { ...planIn("tokens", 1, monthly, "40"), unit: "token" },
];

const plan = fc.constantFrom(...plans);
const timing = fc.constantFrom(null, null, ...changeTimings);

export const steps = fc.oneof(
  fc.record({ kind: fc.constant("wait" as const), ms: lapse(50) }),
  fc.record({ kind: fc.constant("use" as const), quantity: fc.integer({ min: 1, max: 400 }) }),
  fc.record({
    kind: fc.constant("change" as const),
    plan,
    timing,
    supplyPolicy: fc.constantFrom(null, null, ...supplyPolicies),
  }),
  fc.record({ kind: fc.constant("cancel" as const), timing }),
  fc.record({ kind: fc.constant("resume" as const) }),
  fc.record({
    kind: fc.constant("subscribe" as const),
    plan,
    trialDays: fc.constantFrom(0, 0, 7, 40),
    startsIn: fc.constantFrom(0, 0, 20 * 86_400_000),
  }),
);

export type Step = typeof steps extends fc.Arbitrary<infer One> ? One : never;

export interface Subscriber {
  readonly customer: Subscriptions;
  readonly charges: readonly PlanCharge[];
  readonly ids: number;
}

const startTimes = ["2024-01-31T10:00:00.000Z", "2025-11-20T23:59:59.999Z"].map(at);
export const startTime = fc.constantFrom(...startTimes);

/** A customer without a subscription, with a pack that never expires. */
export function newSubscriber(now: Instant): Subscriber {
  const pack = grantOf("pack", "100000", { effectiveAt: now, priority: 100 });
  const walletIn = (unit: string): WalletState =>
    openWallet({
      wallet: emptyWallet("acme", unit),
      ...{ hash: null, grants: [], suppliers: [], dueReturns: [], nextReturnAt: null, holds: new Map() },
    });
  const credits = addGrant(walletIn("credit"), pack, now);
  const wallets = new Map([
    ["credit", credits],
    ["token", walletIn("token")],
  ]);
  const customer = { customerId: "acme", now, current: null, subscriptions: [], wallets };
  return { customer, charges: [], ids: 0 };
}

/** The customer at a later time: what was due has happened, fees are charged, and what is settled is let go of. */
export function lookAt(subscriber: Subscriber, now: Instant, settles: boolean): Subscriber {
  const { customer } = subscriber;
  const wallets = new Map([...customer.wallets].map(([unit, state]) => [unit, advance(state, now)] as const));
  const seen = withWallets({ ...customer, now }, wallets);
  const charged = seen.subscriptions.map((one) => chargedUntil(one, now));
  const kept = charged.filter((one) => !settles || !isSettled(one, charged, now));
  const current = currentSubscription(kept, now);
  const after = { ...seen, subscriptions: kept, current };
  return { ...subscriber, customer: changeSubscriptions(after, { changed: [], undone: [] }) };
}

function chargedUntil(subscribed: SubscribedPlan, now: Instant): SubscribedPlan {
  let { nextFeeIndex } = subscribed.subscription;
  while (hasPeriod(subscribed, nextFeeIndex) && servedPeriod(subscribed, nextFeeIndex).start <= now)
    nextFeeIndex += 1;
  const { startsAt, endsAt } = subscribed.subscription;
  const told = endsAt !== null && endsAt <= now ? "END" : startsAt <= now ? "START" : "NOTHING";
  return altered(subscribed, { nextFeeIndex, told });
}

/** Lets one thing happen; what is refused changes nothing. */
export function happen(subscriber: Subscriber, step: Step, settles: boolean): Subscriber {
  const { customer, ids } = subscriber;
  const newId = `sub_${String(ids).padStart(4, "0")}`;
  const becomes = (after: Subscriptions, charge: PlanCharge | null = null): Subscriber => ({
    customer: after,
    charges: charge === null ? subscriber.charges : [...subscriber.charges, charge],
    ids: ids + 2,
  });
  try {
    switch (step.kind) {
      case "wait":
        return lookAt(subscriber, addMs(customer.now, step.ms), settles);
      case "use":
        return { ...subscriber, customer: use(customer, step.quantity) };
      case "change": {
        const facts = { before: customer, plan: step.plan, newId, unused: unusedBy(customer) };
        const decision = decidePlanChange(facts, step);
        if (decision.kind !== "planChange") return subscriber;
        const isNow = decision.planChange.timing === "NOW";
        return becomes(decision.after, isNow ? decision.charge : null);
      }
      case "cancel": {
        const decision = decideCancellation(customer, step.timing);
        return decision.kind === "cancelled" ? becomes(decision.after) : subscriber;
      }
      case "resume": {
        const decision = decideResumption(customer, newId);
        return decision.kind === "resumed" ? becomes(decision.after) : subscriber;
      }
      case "subscribe": {
        if (inForce(customer) !== null || toCome(customer).length > 0) return subscriber;
        const startsAt = addMs(customer.now, step.startsIn);
        const start = { customerId: "acme", plan: step.plan, startsAt, trialDays: step.trialDays };
        const changed = newSubscriptions({ ...start, ids: [newId, `${newId}b`] });
        return becomes(changeSubscriptions(customer, { changed, undone: [] }));
      }
    }
  } catch (error) {
    if (error instanceof Fault) return subscriber;
    throw error;
  }
}

/** What was charged for the present period is what its fee comes to. */
function unusedBy(customer: Subscriptions): UnusedTime | null {
  const active = inForce(customer);
  if (active === null) return null;
  const index = periodIndexAt(active, customer.now);
  if (index >= active.subscription.nextFeeIndex) return null;
  const line = unusedTimeLine({ subscribed: active, index, from: customer.now });
  const setOff = { amount: micros(0), currency: active.plan.fee?.currency ?? active.plan.unit };
  return line === null || line.net === 0 ? null : { invoiceId: "inv", lines: [line], setOff };
}

function use(customer: Subscriptions, quantity: number): Subscriptions {
  const active = inForce(customer);
  const state = active === null ? undefined : customer.wallets.get(active.plan.unit);
  if (active === null || state === undefined) return customer;
  const call = { operation: "image", quantity: micros(quantity * 1_000_000), attributes: {} };
  const ids = { usageRecordId: `usage_${state.entries.length}`, idempotencyKey: "key" };
  const facts = { state, plan: active.plan, periodQuantity: zero, billed: null, now: customer.now };
  const decision = decideConsumption(facts, { ...call, ...ids, occurredAt: customer.now });
  // A rolling window's returns are told of elsewhere.
  if (decision.kind !== "consumed" || active.plan.period.type === "ROLLING") return customer;
  const wallets = new Map(customer.wallets).set(active.plan.unit, decision.state);
  return withWallets(customer, wallets);
}
