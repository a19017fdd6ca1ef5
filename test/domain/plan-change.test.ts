import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { negate, sum } from "../../server/domain/amount.js";
import { isSettled } from "../../server/domain/billing.js";
import { addMs, dayMs, type Instant } from "../../server/domain/instant.js";
import { decidePlanChange } from "../../server/domain/planChange.js";
import { byStart, standings, subscriptionStatus } from "../../server/domain/subscription.js";
import { newSubscription } from "../../server/domain/subscriptionStart.js";
import { nextSupplyAt } from "../../server/domain/supply.js";
import { lapse } from "./histories.js";
import {
  happen,
  lookAt,
  newSubscriber,
  plans,
  type Step,
  type Subscriber,
  startTime,
  steps,
} from "./subscribers.js";
import { at, planOf, stateOf, subscribed } from "./wallets.js";

const histories = fc.array(steps, { maxLength: 25, size: "max" });
const stops = fc.array(lapse(60), { maxLength: 8 });

interface Manner {
  readonly settles?: boolean;
  /** Looks in between, which must not matter. */
  readonly looks?: readonly number[];
}

function play(startsAt: Instant, history: readonly Step[], { settles = false, looks = [] }: Manner = {}) {
  let subscriber = newSubscriber(startsAt);
  const seen: Subscriber[] = [];
  for (const step of history) {
    if (step.kind === "wait") {
      const { now } = subscriber.customer;
      for (const ms of looks.filter((look) => look < step.ms).toSorted((a, b) => a - b))
        subscriber = lookAt(subscriber, addMs(now, ms), settles);
      const rest = now + step.ms - subscriber.customer.now;
      subscriber = happen(subscriber, { kind: "wait", ms: rest }, settles);
    } else subscriber = happen(subscriber, step, settles);
    seen.push(subscriber);
  }
  return { end: lookAt(subscriber, subscriber.customer.now, settles), seen };
}

/** All that must be the same however often somebody looked. */
function booksOf({ customer, charges }: Subscriber) {
  const wallets = [...customer.wallets.values()].map(({ wallet, grants, entries }) => ({
    wallet,
    grants,
    entries,
  }));
  return { wallets, charges };
}

describe("any history of subscriptions", () => {
  test("comes to the same, however late somebody looks", () =>
    fc.assert(
      fc.property(startTime, histories, stops, (start, history, looks) => {
        const late = play(start, history).end;
        const prompt = play(start, history, { looks }).end;
        expect(booksOf(prompt)).toEqual(booksOf(late));
        expect(prompt.customer.subscriptions).toEqual(late.customer.subscriptions);
      }),
      { numRuns: 300 },
    ));

  test("comes to the same when what is settled is never looked at again", () =>
    fc.assert(
      fc.property(startTime, histories, (start, history) => {
        const settled = play(start, history, { settles: true }).end;
        const all = play(start, history).end;
        expect(booksOf(settled)).toEqual(booksOf(all));
        expect(settled.customer.current).toEqual(all.customer.current);
        const { now } = settled.customer;
        const begun = settled.customer.subscriptions.filter(
          ({ subscription }) => subscription.startsAt <= now,
        );
        // Nobody pays for usage afterwards here, so of all that have begun only one is left.
        expect(begun.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    ));

  test("keeps the books: entries are what the grants hold, and a pack is touched by calls alone", () =>
    fc.assert(
      fc.property(startTime, histories, (start, history) => {
        for (const { wallet, entries, grants } of play(start, history).end.customer.wallets.values()) {
          expect(sum(entries.map((entry) => entry.amount))).toBe(wallet.posted);
          expect(sum(grants.map(({ remaining }) => remaining))).toBe(wallet.posted);
          const ofPack = entries.filter(({ grantId }) => grantId === "pack").map(({ type }) => type);
          expect(ofPack.filter((type) => type !== "GRANT")).toEqual([]);
          const voided = entries.filter(({ type }) => type === "VOID");
          expect(voided.every((entry) => entry.amount < 0)).toBe(true);
        }
      }),
      { numRuns: 300 },
    ));

  test("has one subscription in force at a time, and each that was changed goes on without a gap", () =>
    fc.assert(
      fc.property(startTime, histories, (start, history) => {
        for (const { customer } of play(start, history).seen) {
          const { subscriptions, now } = customer;
          const times = subscriptions.flatMap(({ subscription }) => [
            subscription.startsAt,
            ...(subscription.endsAt === null ? [] : [subscription.endsAt]),
          ]);
          for (const time of [now, ...times])
            expect(
              subscriptions.filter(({ subscription }) => subscriptionStatus(subscription, time) === "ACTIVE")
                .length,
            ).toBeLessThanOrEqual(1);
          for (const { subscribed: one, next } of standings(subscriptions, now))
            if (next !== null && subscriptionStatus(one.subscription, now) === "ACTIVE")
              expect(next.subscription.startsAt).toBe(one.subscription.endsAt);
        }
      }),
      { numRuns: 200 },
    ));

  test("gives back no more than was charged for it, and credits no more than a period's supply", () =>
    fc.assert(
      fc.property(startTime, histories, (start, history) => {
        const { charges, customer } = play(start, history).end;
        for (const { lines } of charges)
          for (const { kind, net } of lines) {
            if (kind === "UNUSED_TIME") expect(negate(net)).toBeLessThanOrEqual(60_000_000);
            if (kind === "PLAN_FEE") expect(net).toBeGreaterThan(0);
          }
        const most = Math.max(...plans.map(({ supply }) => supply?.amount ?? 0));
        for (const { grants } of customer.wallets.values())
          for (const { source, amount } of grants)
            if (source === "SUPPLY") expect(amount).toBeLessThanOrEqual(most);
      }),
      { numRuns: 200 },
    ));
});

test("prorated there and back at once, money comes out even", () =>
  fc.assert(
    fc.property(
      fc.constantFrom("small", "large"),
      lapse(400),
      fc.constantFrom(true, false),
      (key, ms, withYear) => {
        const planOfKey = (wanted: string) => plans.find((one) => one.key === wanted) ?? planOf();
        const other = withYear ? "yearly" : key === "small" ? "large" : "small";
        const begin: Step = { kind: "subscribe", plan: planOfKey(key), trialDays: 0, startsIn: 0 };
        const now = happen(newSubscriber(at("2024-01-31T10:00:00Z")), begin, false);
        const then = lookAt(now, addMs(now.customer.now, ms), false);
        const prorated = { kind: "change", timing: "NOW", supplyPolicy: "PRORATE" } as const;
        const there = happen(then, { ...prorated, plan: planOfKey(other) }, false);
        const back = happen(there, { ...prorated, plan: planOfKey(key) }, false);
        const totals = back.charges.flatMap(({ lines }) => lines.map(({ amount }) => amount));
        // Between a month and a year the billing day stays, but a year's rest is not a month's.
        if (!withYear) expect(sum(totals)).toBe(0);
        expect(back.charges).toHaveLength(2);
      },
    ),
    { numRuns: 100 },
  ));

describe("a subscription is settled", () => {
  const start = at("2026-01-15T00:00:00Z");
  const change = at("2026-03-15T00:00:00Z");
  const monthly = { type: "ANCHOR", every: "MONTH" } as const;
  const old = subscribed(planOf({ period: monthly }), start, change);
  const done = { ...old, subscription: { ...old.subscription, nextPeriodIndex: 2 } };
  const next = newSubscription({ id: "sub_2", customerId: "acme", plan: planOf(), startsAt: change });

  const later = newSubscription({
    id: "sub_3",
    customerId: "acme",
    plan: planOf(),
    startsAt: addMs(change, dayMs),
  });

  test.each([
    ["when it has ended and another has begun", { of: done, among: [next], at: change }, true],
    ["not before it has ended", { of: done, among: [next], at: addMs(change, -1) }, false],
    ["not while it is the last", { of: done, among: [], at: change }, false],
    ["not before another has begun", { of: done, among: [later], at: change }, false],
    ["not while a supply has not been granted", { of: old, among: [next], at: change }, false],
  ])("%s", (_, { of, among, at: now }, expected) => {
    expect(isSettled(of, [of, ...among].sort(byStart), now)).toBe(expected);
  });

  test("not while a fee has not been charged, nor usage invoiced", () => {
    const plan = {
      ...planOf({ period: monthly, overage: { policy: "POSTPAID", limit: null } }),
      fee: { amount: sum([]), currency: "USD" },
    };
    const owing = (pointers: object) => ({ plan, subscription: { ...done.subscription, ...pointers } });
    const settled = (pointers: object) => isSettled(owing(pointers), [next], change);
    // Two months, and the instant in which the third began and the subscription ended.
    const invoiced = { nextCloseIndex: 3, nextFinalIndex: 3 };
    expect(settled({ nextFeeIndex: 2, ...invoiced })).toBe(true);
    expect(settled({ nextFeeIndex: 1, ...invoiced })).toBe(false);
    expect(settled({ nextFeeIndex: 2, nextCloseIndex: 3, nextFinalIndex: 2 })).toBe(false);
    expect(settled({ nextFeeIndex: 2, nextCloseIndex: 2, nextFinalIndex: 2 })).toBe(false);
    expect(settled({ nextFeeIndex: 0, ...invoiced, trial: true })).toBe(true);
  });
});

test("what was not charged is not given back", () => {
  const [, small, large] = plans;
  if (small === undefined || large === undefined) throw new Error("There are three plans.");
  const begun: Step = { kind: "subscribe", plan: small, trialDays: 0, startsIn: 0 };
  const { customer } = happen(newSubscriber(at("2026-04-15T00:00:00Z")), begun, false);
  const terms = { timing: "NOW", supplyPolicy: "FORFEIT" } as const;
  const decision = decidePlanChange({ before: customer, plan: large, newId: "sub_9", unused: null }, terms);
  expect(decision.kind === "planChange" && decision.charge?.lines.map(({ kind }) => kind)).toEqual([
    "PLAN_FEE",
  ]);
});

test("a calendar's period of which less than a second is left is paid in full, once", () => {
  const calendar = plans.find(({ key }) => key === "calendar") ?? planOf();
  const late = at("2026-01-31T23:59:59.999Z");
  const begin: Step = { kind: "subscribe", plan: calendar, trialDays: 0, startsIn: 0 };
  const customer = lookAt(happen(newSubscriber(late), begin, false), late, false);
  const forfeit = { timing: "NOW", supplyPolicy: "FORFEIT" } as const;
  const next = plans.find(({ key }) => key === "year") ?? planOf();
  const { charges } = happen(customer, { kind: "change", plan: next, ...forfeit }, false);
  expect(charges[0]?.lines.map(({ amount }) => amount)).toEqual([-30_000_000, 60_000_000]);
});

test("credits arrive next when a plan that gives some follows one that gives none", () => {
  const start = at("2026-01-15T00:00:00Z");
  const change = at("2026-02-15T00:00:00Z");
  const monthly = { type: "ANCHOR", every: "MONTH" } as const;
  const supplyAfter = (supply: string | null) => {
    const bare = subscribed(planOf({ period: monthly, supply: null }), start, change);
    const plan = planOf({ period: monthly, supply });
    const next = newSubscription({ id: "sub_2", customerId: "acme", plan, startsAt: change });
    return nextSupplyAt({ ...stateOf([]), suppliers: [bare, next] }, start);
  };
  expect(supplyAfter("10")).toBe(change);
  expect(supplyAfter(null)).toBeNull();
});
