import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { add, type Micros, subtract, zero } from "../../server/domain/amount.js";
import {
  type AutoTopUp,
  type AutoTopUpTerms,
  begunTopUp,
  decideTopUp,
  newTopUp,
  resumedTopUp,
  settledTopUp,
  spentThisMonth,
  watchedBelow,
  withTerms,
} from "../../server/domain/autoTopUp.js";
import type { CreditPack } from "../../server/domain/catalog.js";
import { addMs, dayMs, hourMs, type Instant, minuteMs } from "../../server/domain/instant.js";
import { packCredits } from "../../server/domain/purchase.js";
import { amount } from "./pricing.js";
import { at } from "./wallets.js";

const pack: CreditPack = {
  key: "ten",
  name: "Ten",
  unit: "credit",
  credits: amount("10"),
  price: { amount: amount("1"), currency: "USD" },
  bonuses: [{ fromQuantity: 5, percent: "20" }],
  expiresAfterDays: null,
  priority: 100,
  availability: "ON_PAYMENT",
};
const wallet = { customerId: "acme", unit: "credit" };
const terms: AutoTopUpTerms = {
  creditPack: "ten",
  quantity: null,
  targetAmount: amount("100"),
  threshold: amount("50"),
  monthlyCap: amount("12"),
  currency: "USD",
  enabled: true,
};
const noon = at("2026-03-10T12:00:00Z");
const low = { available: amount("40"), now: noon };
const dueNow = newTopUp(wallet, terms, low);

describe("what is bought", () => {
  test.each([
    ["the fewest packs that reach the target", {}, "40", 5],
    ["one less where a bonus is not needed", {}, "49.999999", 5],
    ["one, when it is enough", { targetAmount: amount("50") }, "40", 1],
    ["a fixed quantity", { targetAmount: null, quantity: 3 }, "40", 3],
    ["as many as the cap allows on the way to a target", { monthlyCap: amount("4") }, "0", 4],
    ["a debt counts", { targetAmount: amount("50") }, "-10", 5],
  ])("%s", (_, change, available, quantity) => {
    const topUp = { ...dueNow, ...change };
    const decision = decideTopUp(topUp, { pack, available: amount(available), now: noon });
    expect(decision).toMatchObject({ kind: "buy", quantity });
  });

  test("a fixed quantity that does not fit under the cap is not bought in parts", () => {
    const topUp = { ...dueNow, targetAmount: null, quantity: 13 };
    const decision = decideTopUp(topUp, { ...low, pack });
    const capped = { status: "CAPPED", nextAttemptAt: at("2026-04-01T00:00:00Z") };
    expect(decision).toMatchObject({ kind: "rest", topUp: capped });
  });

  test.each([
    ["is not on sale", null, /not on sale to this customer/],
    ["holds something else now", { ...pack, unit: "token" }, /now holds token, not credit/],
    [
      "is in another currency now",
      { ...pack, price: { ...pack.price, currency: "EUR" } },
      /now costs EUR, and the monthly cap is in USD/,
    ],
  ])("nothing of a pack that %s", (_, offered, why) => {
    const decision = decideTopUp(dueNow, { ...low, pack: offered });
    expect(decision).toMatchObject({
      kind: "rest",
      topUp: { status: "BACKING_OFF", failures: 1, lastFailure: expect.stringMatching(why) },
    });
  });
});

/** So many times it is asked how it stands, and each time the answer is the same. */
function askedWhile(status: "PENDING" | "ACTION_REQUIRED", times: number) {
  let topUp = begunTopUp(dueNow, { invoiceId: "inv_1", amount: amount("5"), now: noon });
  const asked: number[] = [];
  for (let now = noon; asked.length < times; now = topUp.nextAttemptAt ?? now) {
    topUp = settledTopUp(topUp, { status, failure: null }, { ...low, now });
    asked.push(((topUp.nextAttemptAt ?? now) - noon) / hourMs);
  }
  return { topUp, asked };
}

test("what is under way is asked after as late again as it has taken, within an hour and a day", () => {
  const { topUp, asked } = askedWhile("PENDING", 8);
  expect(asked).toEqual([1, 2, 4, 8, 16, 32, 56, 80]);
  expect(topUp.status).toBe("BUYING");
});

test("what waits for its customer has failed after 3 days", () => {
  expect(askedWhile("ACTION_REQUIRED", 7)).toMatchObject({
    ...{ topUp: { status: "BUYING" }, asked: [1, 2, 4, 8, 16, 32, 56] },
  });
  const { topUp, asked } = askedWhile("ACTION_REQUIRED", 9);
  expect(asked).toEqual([1, 2, 4, 8, 16, 32, 56, 72, 73]);
  expect(topUp).toMatchObject({
    ...{ status: "BACKING_OFF", failures: 1, spent: zero },
    lastFailure: "Nobody has confirmed the payment within 3 days.",
  });
});

test("another currency's terms start to count anew, and the failures of before are forgotten", () => {
  const spent = begunTopUp(dueNow, { invoiceId: "inv_1", amount: amount("5"), now: noon });
  const failing = settledTopUp(spent, { status: "FAILED", failure: "No funds." }, low);
  expect(failing).toMatchObject({
    status: "BACKING_OFF",
    failures: 1,
    spent: zero,
    lastFailure: "No funds.",
  });
  const paid = settledTopUp(spent, { status: "PAID", failure: null }, { ...low, available: amount("100") });
  expect(withTerms(paid, { ...terms, currency: "EUR" }, low)).toMatchObject({ status: "DUE", spent: zero });
  expect(withTerms(failing, terms, low)).toMatchObject({ status: "DUE", failures: 0, lastFailure: null });
});

/** What may happen to a top-up, in any order and at any time. */
type Step =
  | { readonly do: "use"; readonly credits: number }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "attempt" }
  | { readonly do: "answer"; readonly status: "PAID" | "FAILED" | "PENDING" | "ACTION_REQUIRED" }
  | { readonly do: "set"; readonly enabled: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("use" as const), credits: fc.nat(60) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.constantFrom(0, minuteMs, hourMs, 6 * hourMs, dayMs, 20 * dayMs),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ do: "attempt" as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("answer" as const),
      status: fc.constantFrom("PAID" as const, "FAILED", "PENDING", "ACTION_REQUIRED"),
    }),
  },
  fc.record({ do: fc.constant("set" as const), enabled: fc.boolean() }),
);

const size = fc.oneof(
  fc.record({ quantity: fc.integer({ min: 1, max: 12 }), targetAmount: fc.constant(null) }),
  fc.record({
    quantity: fc.constant(null),
    targetAmount: fc.integer({ min: 50, max: 300 }).map((n) => amount(`${n}`)),
  }),
);

interface Play {
  topUp: AutoTopUp;
  available: Micros;
  now: Instant;
  /** Purchases that have begun and not ended. */
  readonly underWay: { at: Instant; month: string; price: Micros; credits: Micros }[];
  /** What was paid for, or still may be, by the month in which it was bought. */
  readonly spent: Map<string, Micros>;
}

const monthAt = (now: Instant): string => new Date(now).toISOString().slice(0, 7);

function playStep(play: Play, action: Step, chosen: AutoTopUpTerms): void {
  const { topUp, available, now } = play;
  if (action.do === "wait") play.now = addMs(now, action.ms);
  if (action.do === "use") {
    play.available = subtract(available, amount(`${action.credits}`));
    const below = watchedBelow(topUp);
    if (below !== null && play.available < below)
      play.topUp = { ...topUp, status: "DUE", nextAttemptAt: now };
  }
  if (action.do === "set")
    play.topUp = withTerms(topUp, { ...chosen, enabled: action.enabled }, { available, now });
  if (action.do === "attempt") attempt(play);
  if (action.do === "answer") answer(play, action.status);
}

function attempt(play: Play): void {
  const { topUp, available, now } = play;
  if (topUp.nextAttemptAt === null || topUp.nextAttemptAt > now) return;
  if (topUp.status === "BUYING") {
    play.topUp = resumedTopUp(topUp, now);
    return;
  }
  const decision = decideTopUp(topUp, { pack, available, now });
  if (decision.kind === "rest") {
    play.topUp = decision.topUp;
    return;
  }
  const month = monthAt(now);
  play.underWay.push({
    at: now,
    month,
    price: decision.amount,
    credits: packCredits(pack, decision.quantity),
  });
  play.spent.set(month, add(play.spent.get(month) ?? zero, decision.amount));
  play.topUp = begunTopUp(topUp, { invoiceId: "inv", amount: decision.amount, now });
}

function answer(play: Play, status: "PAID" | "FAILED" | "PENDING" | "ACTION_REQUIRED"): void {
  const [purchase] = play.underWay;
  if (purchase === undefined) return;
  const { now } = play;
  const hasFailed = status === "FAILED" || (status === "ACTION_REQUIRED" && now >= purchase.at + 3 * dayMs);
  if (status === "PAID") play.available = add(play.available, purchase.credits);
  if (hasFailed)
    play.spent.set(purchase.month, subtract(play.spent.get(purchase.month) ?? zero, purchase.price));
  if (status === "PAID" || hasFailed) play.underWay.pop();
  play.topUp = settledTopUp(play.topUp, { status, failure: null }, { available: play.available, now });
}

test("whatever happens, there is never more than one purchase under way, and no month costs more than its cap", () => {
  fc.assert(
    fc.property(
      size,
      fc.integer({ min: 12, max: 60 }),
      fc.array(step, { maxLength: 80 }),
      (of, cap, steps) => {
        const chosen = { ...terms, ...of, monthlyCap: amount(`${cap}`) };
        const start = { available: amount("100"), now: noon };
        const topUp = newTopUp(wallet, chosen, start);
        const play: Play = { topUp, ...start, underWay: [], spent: new Map() };
        for (const action of steps) {
          playStep(play, action, chosen);
          expect(play.underWay.length).toBe(play.topUp.status === "BUYING" ? 1 : 0);
          for (const spent of play.spent.values()) expect(spent).toBeLessThanOrEqual(chosen.monthlyCap);
          expect(spentThisMonth(play.topUp, play.now)).toBe(play.spent.get(monthAt(play.now)) ?? zero);
          expect(play.topUp.failures).toBeLessThanOrEqual(3);
          // Whoever waits knows until when, and who is off does not wait.
          const waits = !["READY", "OFF"].includes(play.topUp.status);
          expect(play.topUp.nextAttemptAt !== null).toBe(waits);
        }
      },
    ),
    { numRuns: 500 },
  );
});
