import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { add, type Micros, micros, subtract, sum, zero } from "../../server/domain/amount.js";
import {
  type Budget,
  type BudgetBook,
  type BudgetedCall,
  budgetMeasures,
  countHeld,
  countSpent,
  counts,
  exceededBudget,
  giveBackSpent,
  hasReached,
  measured,
  type RunningBudget,
  type Spending,
} from "../../server/domain/budget.js";
import { freshCount, mayHaveLeft, resetsAt, runBudget, spanAt } from "../../server/domain/budgetWindow.js";
import { addMs, dayMs, hourMs, type Instant, minuteMs, startOfHour } from "../../server/domain/instant.js";
import { at, planOf, subscribed } from "./wallets.js";

const began = at("2026-01-31T10:20:30.456Z");
const subscription = subscribed(planOf({ period: { type: "ANCHOR", every: "MONTH" } }), began);
const operations = ["image", "video"] as const;
const groups = { image: "pictures", video: "films" } as const;
const keys = [null, "key_1"] as const;
const nothing: Spending = { amount: zero, postpaid: zero };

const budgetArb = fc
  .record({
    scope: fc.constantFrom(
      { operation: null, group: null, apiKeyId: null },
      { operation: "image", group: null, apiKeyId: null },
      { operation: null, group: "films", apiKeyId: null },
      { operation: null, group: null, apiKeyId: "key_1" },
      { operation: "video", group: null, apiKeyId: "key_1" },
    ),
    window: fc.constantFrom(
      { window: "DAY", days: null } as const,
      { window: "MONTH", days: null } as const,
      { window: "PERIOD", days: null } as const,
      { window: "ROLLING", days: 1 } as const,
      { window: "ROLLING", days: 3 } as const,
    ),
    measure: fc.constantFrom(...budgetMeasures),
    limit: fc.constantFrom(0, 1, 7, 20, 60),
    thresholds: fc.constantFrom([50, 80, 100], [1], [100, 150], []),
    action: fc.constantFrom("WARN" as const, "BLOCK" as const),
  })
  .map(({ scope, window, limit, ...rest }) => ({ ...scope, ...window, ...rest, limit: micros(limit) }));

const budgetOf = (terms: Parameters<typeof counts>[0] & object, index: number): Budget =>
  ({
    ...terms,
    ...{ id: `budget_${index}`, customerId: "acme", unit: "credit", name: "A budget", setBy: "OPERATOR" },
    ...{ revision: 1, createdAt: began, updatedAt: began },
  }) as Budget;

type Step =
  | {
      readonly kind: "call";
      readonly call: BudgetedCall;
      readonly spending: Spending;
      readonly asked: boolean;
    }
  | { readonly kind: "undo"; readonly which: number; readonly part: number }
  | { readonly kind: "hold"; readonly call: BudgetedCall; readonly spending: Spending }
  | { readonly kind: "capture"; readonly which: number; readonly part: number }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "look" };

const callArb = fc
  .tuple(fc.constantFrom(...operations), fc.constantFrom(...keys))
  .map(([operation, apiKeyId]) => ({ operation, apiKeyId, group: groups[operation] }));
const spendingArb = fc
  .tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }))
  .map(([amount, postpaid]) => ({ amount: micros(amount), postpaid: micros(Math.min(amount, postpaid)) }));

const stepArb: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("call" as const),
      call: callArb,
      spending: spendingArb,
      asked: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("undo" as const), which: fc.nat(50), part: fc.nat(9) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("hold" as const), call: callArb, spending: spendingArb }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("capture" as const), which: fc.nat(9), part: fc.nat(9) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      ms: fc.constantFrom(1, 20 * minuteMs, hourMs, 7 * hourMs, dayMs, 4 * dayMs, 33 * dayMs),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "look" as const }) },
);

interface Made {
  readonly call: BudgetedCall;
  readonly at: Instant;
  /** Of its ledger entry. */
  readonly sequence: number;
  spending: Spending;
}

/** Budgets kept as the ledger keeps them, beside a plain list of everything that was counted. */
function world(budgets: readonly Budget[]) {
  let now = addMs(began, minuteMs);
  const stored = new Map<string, RunningBudget["count"]>();
  const hours = new Map<string, Map<Instant, Micros>>(budgets.map(({ id }) => [id, new Map()]));
  const calls: Made[] = [];
  const holds: { call: BudgetedCall; spending: Spending }[] = [];
  const told: { id: string; start: Instant; percent: number; at: Instant }[] = [];
  for (const budget of budgets) {
    const span = spanAt(budget, now, subscription);
    stored.set(budget.id, freshCount(budget, span, { hours: new Map(), from: 1, held: zero }).count);
  }

  const load = (): BudgetBook => ({
    version: 1,
    running: budgets.map((budget) => {
      const count = stored.get(budget.id);
      if (count === undefined) throw new Error("It was stored.");
      const span = spanAt(budget, now, subscription);
      const kept = [...(hours.get(budget.id) ?? [])];
      const left = mayHaveLeft(budget, count, span)
        ? {
            amount: sum(kept.filter(([hour]) => hour < span.start).map(([, amount]) => amount)),
            next:
              kept
                .map(([hour]) => hour)
                .filter((hour) => hour >= span.start)
                .sort((a, b) => a - b)[0] ?? null,
          }
        : null;
      return runBudget(budget, count, span, { nextSequence: calls.length + 1, left });
    }),
  });
  const save = (book: BudgetBook): void => {
    for (const { budget, count, hours: moved, leftBefore } of book.running) {
      stored.set(budget.id, count);
      const kept = hours.get(budget.id) ?? new Map<Instant, Micros>();
      for (const [hour, amount] of moved) kept.set(hour, add(kept.get(hour) ?? zero, amount));
      for (const hour of [...kept.keys()]) if (leftBefore !== null && hour < leftBefore) kept.delete(hour);
      hours.set(budget.id, kept);
    }
  };
  const take = (book: BudgetBook, call: BudgetedCall, spending: Spending): BudgetBook => {
    const { book: counted, crossings } = countSpent(book, call, { spending, at: now });
    calls.push({ call, at: now, sequence: calls.length + 1, spending });
    for (const { running, percent } of crossings)
      told.push({ id: running.budget.id, start: running.count.start, percent, at: now });
    return counted;
  };

  const act = (step: Step): void => {
    const book = load();
    switch (step.kind) {
      case "call": {
        const { call, spending, asked } = step;
        if (asked && exceededBudget(book, call, { spending, promised: null }) !== null) return;
        save(take(book, call, spending));
        return;
      }
      case "undo": {
        const made = calls[step.which % Math.max(1, calls.length)];
        if (made === undefined) return;
        const undone = partOf(made.spending, step.part);
        const { sequence } = made;
        save(giveBackSpent(book, made.call, { spending: undone, recordedAt: made.at, sequence }));
        made.spending = rest(made.spending, undone);
        return;
      }
      case "hold": {
        const { call, spending } = step;
        if (exceededBudget(book, call, { spending, promised: null }) !== null) return;
        save(countHeld(book, call, spending));
        holds.push({ call, spending });
        return;
      }
      case "capture": {
        const [held] = holds.splice(step.which % Math.max(1, holds.length), 1);
        if (held === undefined) return;
        const freed = countHeld(book, held.call, negated(held.spending));
        save(take(freed, held.call, partOf(held.spending, step.part)));
        return;
      }
      case "wait":
        now = addMs(now, step.ms);
        return;
      case "look":
        save(book);
    }
  };
  return { act, load, told, calls, holds, now: () => now };
}

const partOf = ({ amount, postpaid }: Spending, part: number): Spending => ({
  amount: micros(Math.min(amount, part)),
  postpaid: micros(Math.min(postpaid, part)),
});
const rest = (a: Spending, b: Spending): Spending => ({
  amount: subtract(a.amount, b.amount),
  postpaid: subtract(a.postpaid, b.postpaid),
});
const negated = (a: Spending): Spending => rest(nothing, a);

const isIn = (budget: Budget, time: Instant, start: Instant): boolean =>
  (budget.window === "ROLLING" ? startOfHour(time) : time) >= start;

describe("whatever happens", () => {
  test("a budget's spending is the sum of what was counted in its window, however seldom anybody looks", () => {
    fc.assert(
      fc.property(
        fc.array(budgetArb, { minLength: 1, maxLength: 5 }),
        fc.array(stepArb, { maxLength: 60 }),
        (terms, steps) => {
          const budgets = terms.map(budgetOf);
          const { act, load, calls, holds, now } = world(budgets);
          for (const step of steps) {
            act(step);
            for (const { budget, count, span } of load().running) {
              const mine = calls.filter(
                ({ call, at: time }) => counts(budget, call) && isIn(budget, time, span.start),
              );
              expect(count.spent).toBe(sum(mine.map(({ spending }) => measured(budget, spending))));
              const held = holds.filter(({ call }) => counts(budget, call));
              expect(count.held).toBe(sum(held.map(({ spending }) => measured(budget, spending))));
              expect(count.start).toBe(spanAt(budget, now(), subscription).start);
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test("a budget that blocks is never passed by what it was asked about, holds included", () => {
    const asking = stepArb.map((step) => (step.kind === "call" ? { ...step, asked: true } : step));
    fc.assert(
      fc.property(
        fc.array(budgetArb, { minLength: 1, maxLength: 4 }),
        fc.array(asking, { maxLength: 60 }),
        (terms, steps) => {
          const { act, load } = world(
            terms.map((one, index) => budgetOf({ ...one, action: "BLOCK" } as never, index)),
          );
          for (const step of steps) {
            act(step);
            for (const { budget, count } of load().running)
              expect(count.spent + count.held).toBeLessThanOrEqual(budget.limit);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test("a threshold is told once in a window, by the call that reaches it, and not otherwise", () => {
    fc.assert(
      fc.property(
        fc.array(budgetArb, { minLength: 1, maxLength: 4 }),
        fc.array(stepArb, { maxLength: 60 }),
        (terms, steps) => {
          const budgets = terms.map(budgetOf);
          const { act, load, told } = world(budgets);
          const reached = new Set<string>();
          const name = (id: string, start: number, percent: number) => `${id}/${start}/${percent}`;
          for (const step of steps) {
            act(step);
            for (const { budget, count } of load().running)
              for (const percent of budget.thresholds)
                if (budget.window !== "ROLLING" && hasReached(budget.limit, count.spent, percent))
                  reached.add(name(budget.id, count.start, percent));
          }
          const fixed = told.filter(({ id }) => budgets.find((one) => one.id === id)?.window !== "ROLLING");
          const names = fixed.map(({ id, start, percent }) => name(id, start, percent));
          expect(new Set(names).size).toBe(names.length);
          expect(new Set(names)).toEqual(reached);
        },
      ),
      { numRuns: 400 },
    );
  });

  test("of a rolling budget a threshold is told at most once in any stretch as long as its window", () => {
    const rolling = budgetArb.map((terms) => ({ ...terms, window: "ROLLING" as const, days: 1 }));
    fc.assert(
      fc.property(rolling, fc.array(stepArb, { maxLength: 80 }), (terms, steps) => {
        const { act, told } = world([budgetOf(terms, 0)]);
        for (const step of steps) act(step);
        for (const percent of terms.thresholds) {
          const times = told.filter((one) => one.percent === percent).map((one) => one.at);
          for (const [index, time] of times.slice(1).entries())
            expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(dayMs);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("windows", () => {
  const running = (window: Budget["window"], days: number | null, now: string, current = subscription) => {
    const budget = budgetOf({ operation: null, group: null, apiKeyId: null, window, days } as never, 0);
    const span = spanAt(budget, at(now), current);
    return {
      budget,
      span,
      ...freshCount(budget, span, { hours: new Map(), from: 1, held: zero }),
      leftBefore: null,
    };
  };

  test.each([
    ["DAY", "2026-03-10T23:59:59.999Z", "2026-03-10T00:00:00.000Z", "2026-03-11T00:00:00.000Z"],
    ["DAY", "2026-03-11T00:00:00.000Z", "2026-03-11T00:00:00.000Z", "2026-03-12T00:00:00.000Z"],
    ["MONTH", "2026-02-28T23:59:59.999Z", "2026-02-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z"],
    // The day clamps and comes back, as everywhere.
    ["PERIOD", "2026-02-28T10:20:30.455Z", "2026-01-31T10:20:30.456Z", "2026-02-28T10:20:30.456Z"],
    ["PERIOD", "2026-02-28T10:20:30.456Z", "2026-02-28T10:20:30.456Z", "2026-03-31T10:20:30.456Z"],
  ] as const)("%s at %s begins at %s and turns at %s", (window, now, start, end) => {
    const one = running(window, null, now);
    expect({ start: one.span.start, end: resetsAt(one) }).toEqual({ start: at(start), end: at(end) });
  });

  test("a period is that of the subscription, as far as it is in force", () => {
    const ended = subscribed(planOf(), began, at("2026-02-10T00:00:00Z"));
    expect(running("PERIOD", null, "2026-02-05T00:00:00Z", ended).span).toMatchObject({
      start: at("2026-02-01T00:00:00Z"),
      end: at("2026-02-10T00:00:00Z"),
    });
    expect(running("PERIOD", null, "2026-02-10T00:00:00Z", ended).span).toMatchObject({
      start: at("2026-02-10T00:00:00Z"),
      end: null,
    });
    expect(running("PERIOD", null, "2026-01-01T00:00:00Z", ended).span.end).toBe(began);
  });

  test("a rolling window gives an hour's calls back together, so many days after the end of the hour", () => {
    const first = running("ROLLING", 2, "2026-03-10T10:30:00Z");
    expect(resetsAt(first)).toBeNull();
    const call = { operation: "image", group: null, apiKeyId: null };
    const spending = { amount: micros(3), postpaid: zero };
    const budget: Budget = { ...first.budget, measure: "CREDITS", limit: micros(10), thresholds: [] };
    const { book } = countSpent({ version: 1, running: [{ ...first, budget }] }, call, {
      spending,
      at: at("2026-03-10T10:30:00Z"),
    });
    const [counted] = book.running;
    if (counted === undefined) throw new Error("There is one.");
    expect(resetsAt(counted)).toBe(at("2026-03-12T11:00:00Z"));
    const at1059 = runBudget(budget, counted.count, spanAt(budget, at("2026-03-12T10:59:59.999Z"), null), {
      nextSequence: 2,
      left: { amount: zero, next: null },
    });
    expect(at1059.count.spent).toBe(3);
    expect([...at1059.hours]).toEqual([[at("2026-03-10T10:00:00Z"), 3]]);
    const at1100 = runBudget(budget, counted.count, spanAt(budget, at("2026-03-12T11:00:00Z"), null), {
      nextSequence: 2,
      left: { amount: zero, next: null },
    });
    expect(at1100.count).toMatchObject({ spent: 0, oldest: null });
  });

  test("a clock that is behind turns nothing back: its calls count in the window that has begun", () => {
    for (const [window, days] of [
      ["DAY", null],
      ["ROLLING", 1],
    ] as const) {
      const { budget, count } = running(window, days, "2026-03-11T00:00:00.000Z");
      const behind = spanAt(budget, at("2026-03-10T23:59:59.999Z"), null);
      const turned = runBudget(budget, { ...count, spent: micros(4) }, behind, {
        nextSequence: 9,
        left: null,
      });
      expect(turned.count).toMatchObject({ start: count.start, spent: 4 });
    }
  });
});

test("a threshold is compared exactly, however large the limit", () => {
  const huge = micros(Number.MAX_SAFE_INTEGER);
  expect(hasReached(huge, micros(huge - 1), 100)).toBe(false);
  expect(hasReached(huge, huge, 100)).toBe(true);
  expect(hasReached(huge, huge, 101)).toBe(false);
  expect(hasReached(micros(3), micros(1), 33)).toBe(true);
  expect(hasReached(micros(3), micros(1), 34)).toBe(false);
  expect([hasReached(zero, zero, 1), hasReached(zero, micros(1), 1_000)]).toEqual([false, true]);
});
