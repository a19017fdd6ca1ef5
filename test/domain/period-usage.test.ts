import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addTotals, type Micros, micros, zero } from "../../server/domain/amount.js";
import { billedPeriod, reversedPeriod } from "../../server/domain/billedPeriod.js";
import type { OverageTerms, Plan } from "../../server/domain/catalog.js";
import { decideConsumption } from "../../server/domain/consumption.js";
import type { CreditGrant } from "../../server/domain/grant.js";
import type { PeriodUsage } from "../../server/domain/periodUsage.js";
import { decideReversal } from "../../server/domain/reversal.js";
import type { SubscribedPlan, Subscription } from "../../server/domain/subscription.js";
import { reversedAt, type UsageRecord } from "../../server/domain/usage.js";
import type { WalletState } from "../../server/domain/wallet.js";
import { amount, plain, sold } from "./pricing.js";
import { at, grantOf, planOf, stateOf, subscribed } from "./wallets.js";

const now = at("2026-05-20T08:00:00Z");
const later = { policy: "POSTPAID", limit: null } as const;

/** Ten at 1, ten at 0.5, then 0.1; or 3 each less 15 %. */
const plan: Plan = {
  ...planOf({ supply: null, overage: later }),
  operations: {
    "image.generate": sold({
      model: "GRADUATED",
      tiers: [
        { upTo: amount("10"), unitPrice: "1" },
        { upTo: amount("20"), unitPrice: "0.5" },
        { upTo: null, unitPrice: "0.1" },
      ],
    }),
  },
};
const tailored: Plan = {
  ...planOf({ supply: null, overage: later }),
  operations: { "image.generate": sold({ model: "FLAT", unitPrice: "3" }) },
  tailored: {
    volumeDiscounts: [],
    savingsPlan: { commitment: amount("100"), percentOff: "15" },
    reserved: [{ operation: "image.generate", quantity: amount("2"), unitPrice: "1" }],
  },
};

const billed = { subscriptionId: "sub_1", periodIndex: 0, lateDay: null };

interface Made {
  readonly record: UsageRecord;
  readonly periodUsage: readonly PeriodUsage[];
  readonly state: WalletState;
}

function call(plan: Plan, grants: readonly CreditGrant[], quantity: string, before = "0"): Made {
  const facts = { state: stateOf(grants), plan, periodQuantity: amount(before), billed, now };
  const command = { usageRecordId: "usage_1", idempotencyKey: "key", attributes: {}, occurredAt: now };
  const usage = { operation: "image.generate", quantity: amount(quantity) };
  const decision = decideConsumption(facts, { ...command, ...usage });
  if (decision.kind !== "consumed") throw new Error(`It was not consumed: ${decision.kind}.`);
  return { record: decision.usageRecord, periodUsage: decision.periodUsage, state: decision.state };
}

function undo(made: Made, plan: Plan, part: Micros | null): Made {
  const facts = { state: made.state, record: made.record, billed: { ...billed, plan }, group: null, now };
  const reversalId = `reversal_${made.record.reversals.length}`;
  const decision = decideReversal(facts, { reversalId, amount: part, reason: null, idempotencyKey: "key" });
  if (decision.kind !== "usageReversed") throw new Error("It was not reversed.");
  return { record: decision.usageRecord, periodUsage: decision.periodUsage, state: decision.state };
}

/** Tier, calls, quantity, list amount, amount, and what paid it. */
const shown = (rows: readonly PeriodUsage[]) =>
  rows.map(({ tier, calls, quantity, listAmount, ...paid }) => {
    const { amount: whole, allowance, prepaid, postpaid } = paid;
    const figures = [quantity, listAmount, whole, allowance, prepaid, postpaid].map((figure) =>
      figure < 0 ? `-${plain(-Number(figure))}` : plain(Number(figure)),
    );
    return `tier ${tier}: ${calls} call, ${figures.join(" ")}`;
  });

const supply = (credits: string) => grantOf("a", credits, { source: "SUPPLY", priority: 0 });
const pack = (credits: string) => grantOf("b", credits, { priority: 100 });

describe("what a call adds to its period", () => {
  test("is paid by the free supply, then by prepaid credits, then afterwards, tier by tier", () => {
    // 5 at 1, 10 at 0.5 and 3 at 0.1: 5 + 5 + 0.3. The supply pays 3 of the first tier, the pack the rest of it.
    const { periodUsage } = call(plan, [supply("3"), pack("4")], "18", "5");
    expect(shown(periodUsage)).toEqual([
      "tier 0: 1 call, 5 5 5 3 2 0",
      "tier 1: 0 call, 10 5 5 0 2 3",
      "tier 2: 0 call, 3 0.3 0.3 0 0 0.3",
    ]);
  });

  test("has no free allowance but the plan's own supply", () => {
    const grants = (["CARRY_OVER", "PROMOTION", "ADJUSTMENT"] as const).map((source) =>
      grantOf(source, "1", { source }),
    );
    expect(shown(call(plan, [...grants, supply("1")], "5").periodUsage)).toEqual([
      "tier 0: 1 call, 5 5 5 1 3 1",
    ]);
  });

  test("counts what is reserved as used, with its list amount and nothing to pay", () => {
    expect(shown(call(tailored, [supply("1")], "2").periodUsage)).toEqual(["tier 0: 1 call, 2 6 0 0 0 0"]);
    // Of three, two are reserved; the third costs 3 less 15 %.
    expect(shown(call(tailored, [supply("1")], "3").periodUsage)).toEqual([
      "tier 0: 1 call, 3 9 2.55 1 0 1.55",
    ]);
  });

  test("is nothing when it is never invoiced", () => {
    const facts = { state: stateOf([pack("4")]), plan, periodQuantity: zero, billed: null, now };
    const command = { usageRecordId: "usage_1", idempotencyKey: "key", attributes: {}, occurredAt: now };
    const usage = { operation: "image.generate", quantity: amount("1") };
    const decision = decideConsumption(facts, { ...command, ...usage });
    expect(decision).toMatchObject({
      periodUsage: [],
      usageRecord: { subscriptionId: null, periodIndex: null },
    });
  });
});

describe("what a reversal takes back from it", () => {
  test("comes from the end: what is owed, then the draws, last tier first", () => {
    const made = call(plan, [supply("3"), pack("4")], "18", "5");
    const first = undo(made, plan, amount("4.3"));
    expect(shown(first.periodUsage)).toEqual([
      "tier 1: 0 call, 0 -4 -4 0 -1 -3",
      "tier 2: 0 call, 0 -0.3 -0.3 0 0 -0.3",
    ]);
    const second = undo(first, plan, amount("4"));
    expect(shown(second.periodUsage)).toEqual([
      "tier 0: 0 call, 0 -3 -3 -1 -2 0",
      "tier 1: 0 call, 0 -1 -1 0 -1 0",
    ]);
    // With the last of it, the call and all of its quantity are gone.
    expect(shown(undo(second, plan, null).periodUsage)).toEqual([
      "tier 0: -1 call, -5 -2 -2 -2 0 0",
      "tier 1: 0 call, -10 0 0 0 0 0",
      "tier 2: 0 call, -3 0 0 0 0 0",
    ]);
  });

  test("of a reserved call is its list amount, its quantity and itself, as there is nothing to give back", () => {
    expect(shown(undo(call(tailored, [], "2"), tailored, null).periodUsage)).toEqual([
      "tier 0: -1 call, -2 -6 0 0 0 0",
    ]);
  });

  test("of the list amount is the same share, rounded down until the last", () => {
    const made = call(tailored, [], "3");
    const first = undo(made, tailored, amount("0.85"));
    expect(shown(first.periodUsage)).toEqual(["tier 0: 0 call, 0 -3 -0.85 0 0 -0.85"]);
    const second = undo(first, tailored, micros(1));
    expect(shown(second.periodUsage)).toEqual(["tier 0: 0 call, 0 -0.000003 -0.000001 0 0 -0.000001"]);
    expect(shown(undo(second, tailored, null).periodUsage)).toEqual([
      "tier 0: -1 call, -3 -5.999997 -1.699999 0 0 -1.699999",
    ]);
  });

  const cases = fc.record({
    plan: fc.constantFrom(plan, tailored),
    quantity: fc.integer({ min: 0, max: 40_000_000 }),
    before: fc.integer({ min: 0, max: 25_000_000 }),
    supply: fc.integer({ min: 0, max: 9_000_000 }),
    pack: fc.integer({ min: 0, max: 9_000_000 }),
    cuts: fc.array(fc.integer({ min: 1, max: 1_000 }), { maxLength: 5 }),
  });

  test("adds up to exactly what the call had added, however it is cut, and leaves no part beyond its list amount", () => {
    fc.assert(
      fc.property(cases, ({ plan: priced, cuts, ...use }) => {
        const grants = [supply(plain(use.supply)), pack(plain(use.pack))];
        let made = call(priced, grants, plain(use.quantity), plain(use.before));
        const { amount: whole } = made.record;
        const left = new Map(made.periodUsage.map((row) => [row.tier, row]));
        for (const cut of [...cuts, null]) {
          if (reversedAt(made.record) !== null) break;
          const reversible = whole - made.record.reversals.reduce((sum, one) => sum + one.amount, 0);
          made = undo(made, priced, cut === null ? null : micros(Math.floor((reversible * cut) / 1_000)));
          for (const row of made.periodUsage) left.set(row.tier, added(left.get(row.tier), row));
          for (const row of left.values()) expectSound(row);
        }
        for (const row of left.values())
          expect(shown([row])).toEqual([`tier ${row.tier}: 0 call, 0 0 0 0 0 0`]);
      }),
      { numRuns: 1_000 },
    );
  });
});

const figures = ["quantity", "listAmount", "amount", "allowance", "prepaid", "postpaid"] as const;

function added(row: PeriodUsage | undefined, more: PeriodUsage): PeriodUsage {
  if (row === undefined) throw new Error("A reversal took back from a tier that the call was not in.");
  const sums = figures.map((figure) => [figure, addTotals(row[figure], more[figure])]);
  return { ...row, ...Object.fromEntries(sums), calls: row.calls + more.calls };
}

function expectSound(row: PeriodUsage): void {
  for (const figure of figures) expect(row[figure]).toBeGreaterThanOrEqual(0);
  expect(row.allowance + row.prepaid + row.postpaid).toBe(row.amount);
  expect(row.listAmount).toBeGreaterThanOrEqual(row.amount);
}

describe("what was invoiced and is reversed then", () => {
  const limit: OverageTerms = { policy: "POSTPAID", limit: amount("10") };
  const capped = { ...plan, overage: limit };

  test("is owed to the customer, who may use so much more before the limit", () => {
    const made = call(capped, [], "10");
    // As an invoice leaves it.
    const wallet = { ...made.state.wallet, posted: zero, postpaid: zero };
    const undone = undo({ ...made, state: { ...made.state, wallet } }, capped, null);
    expect(undone.state.wallet).toMatchObject({ posted: amount("10"), postpaid: amount("-10") });
    const command = { usageRecordId: "usage_2", idempotencyKey: "key", attributes: {}, occurredAt: now };
    const facts = { state: undone.state, plan: capped, periodQuantity: zero, billed, now };
    const use = (quantity: string) =>
      decideConsumption(facts, { ...command, operation: "image.generate", quantity: amount(quantity) });
    // 10 at 1, 10 at 0.5 and 50 at 0.1: what is owed to the customer, and the limit.
    expect(use("70")).toMatchObject({ kind: "consumed", state: { wallet: { postpaid: amount("10") } } });
    expect(use("71")).toMatchObject({ kind: "insufficientCredits", available: amount("20") });
  });
});

describe("the period that a call is billed to", () => {
  const postpaid = planOf({ overage: later });
  const from = (id: string, plan: Plan, startsAt: string, parts: Partial<Subscription> = {}) => {
    const one = subscribed(plan, at(startsAt));
    return { ...one, subscription: { ...one.subscription, id, ...parts } };
  };
  const may = (parts: Partial<Subscription> = {}) => from("sub_1", postpaid, "2026-03-10T00:00:00Z", parts);
  const account = (current: SubscribedPlan, ...others: SubscribedPlan[]) => ({
    current,
    subscriptions: [...others, current],
    now,
  });
  const day = at("2026-04-28T00:00:00Z");
  const april = at("2026-04-28T23:59:59.999Z");

  test.each([
    ["is that in which it happened", {}, april, { periodIndex: 1, lateDay: null }],
    ["is the present one when it happens now", { nextFinalIndex: 2 }, now, { periodIndex: 2, lateDay: null }],
    [
      "while its own is closed but not final",
      { nextCloseIndex: 2 },
      april,
      { periodIndex: 1, lateDay: null },
    ],
    [
      "is the first that is not final, with its day",
      { nextFinalIndex: 2 },
      april,
      { periodIndex: 2, lateDay: day },
    ],
    [
      "is the subscription's first for what was before it",
      {},
      at("2026-01-01T00:00:00Z"),
      { periodIndex: 0, lateDay: null },
    ],
    [
      "is the last when the subscription has ended since",
      { endsAt: at("2026-04-15T00:00:00Z") },
      now,
      { periodIndex: 1, lateDay: null },
    ],
  ])("%s", (_, parts, occurredAt, expected) =>
    expect(billedPeriod(account(may(parts)), postpaid, occurredAt)).toEqual({
      subscriptionId: "sub_1",
      ...expected,
    }),
  );

  test("is none for a plan that blocks, and none after the last invoice of a subscription that has ended", () => {
    expect(billedPeriod(account(may()), planOf(), now)).toBeNull();
    const ended = may({ endsAt: at("2026-04-01T00:00:00Z"), nextFinalIndex: 1 });
    expect(billedPeriod(account(ended), postpaid, now)).toBeNull();
  });

  test("of a hold's capture is the old plan's when the new one bills nothing afterwards, or in another unit", () => {
    const old = may({ endsAt: at("2026-05-15T00:00:00Z") });
    for (const plan of [planOf(), { ...postpaid, unit: "EUR" }]) {
      const current = from("sub_2", plan, "2026-05-15T00:00:00Z");
      expect(billedPeriod(account(current, old), postpaid, now)).toMatchObject({
        subscriptionId: "sub_1",
        periodIndex: 2,
      });
    }
    const next = from("sub_2", postpaid, "2026-05-15T00:00:00Z");
    expect(billedPeriod(account(next, old), postpaid, now)).toMatchObject({ subscriptionId: "sub_2" });
  });

  describe("lowered by a reversal", () => {
    const record = {
      subscriptionId: "sub_1",
      periodIndex: 1,
      occurredAt: at("2026-04-28T12:00:00Z"),
      unit: "credit",
    };

    test.each([
      ["is that of the call while that is not final", {}, { periodIndex: 1, lateDay: null }],
      [
        "is that of the call when only the one before is",
        { nextFinalIndex: 1 },
        { periodIndex: 1, lateDay: null },
      ],
      ["is the present one afterwards", { nextFinalIndex: 2 }, { periodIndex: 2, lateDay: day }],
    ])("%s", (_, parts, expected) =>
      expect(reversedPeriod(account(may(parts)), record)).toEqual({ subscriptionId: "sub_1", ...expected }),
    );

    test("is with its call also when that was late", () => {
      const late = { ...record, periodIndex: 2 };
      expect(reversedPeriod(account(may({ nextFinalIndex: 2 })), late)).toEqual({
        subscriptionId: "sub_1",
        periodIndex: 2,
        lateDay: day,
      });
    });

    test("is the new subscription's when nothing is left to be done for the old one", () => {
      const current = from("sub_2", postpaid, "2026-05-01T00:00:00Z");
      const expected = { subscriptionId: "sub_2", periodIndex: 0, lateDay: day };
      expect(reversedPeriod(account(current), record)).toEqual(expected);
    });

    test("is none when the call is on no invoice, or when none will come", () => {
      const unbilled = { ...record, subscriptionId: null, periodIndex: null };
      expect(reversedPeriod(account(may()), unbilled)).toBeNull();
      expect(reversedPeriod(account(from("sub_2", planOf(), "2026-05-01T00:00:00Z")), record)).toBeNull();
    });
  });
});
