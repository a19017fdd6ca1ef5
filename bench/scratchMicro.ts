import { performance } from "node:perf_hooks";
import { micros, zero } from "../server/domain/amount.js";
import { type Budget, type BudgetBook, countSpent, exceededBudget } from "../server/domain/budget.js";
import { freshCount, runBudget, spanAt } from "../server/domain/budgetWindow.js";
import { instant } from "../server/domain/instant.js";
import { storedCounts } from "../server/ledger/budgets.js";
import { five } from "./budgets.js";

const now = instant(Date.now());
const budgets = five.map(
  (k, i) =>
    ({
      ...k,
      apiKeyId: null,
      id: `budget_0199ff8ebec572a0b5115f9c9c6f6a0${i}`,
      customerId: "c",
      unit: "USD",
      setBy: "OPERATOR",
      name: "n",
      limit: micros(1e12),
      thresholds: [50, 80, 100],
      revision: 1,
      createdAt: now,
      updatedAt: now,
    }) as Budget,
);
const sub = {
  subscription: {
    id: "s",
    customerId: "c",
    planKey: "p",
    planVersion: 1,
    startsAt: now,
    anchorAt: now,
    endsAt: null,
    cancelledAt: null,
    trial: false,
    firstSupply: null,
    nextPeriodIndex: 1,
    nextFeeIndex: 0,
    nextCloseIndex: 0,
    nextFinalIndex: 0,
  },
  plan: { period: { type: "CALENDAR_MONTH" } },
} as never;
const book: BudgetBook = {
  version: 1,
  running: budgets.map((budget) => {
    const span = spanAt(budget, now, sub);
    return {
      budget,
      span,
      leftBefore: null,
      ...freshCount(budget, span, { hours: new Map(), from: 1, held: zero }),
    };
  }),
};
const call = { operation: "image.generate", group: "Generation", apiKeyId: null };
const spending = { amount: micros(32000), postpaid: zero };
const nothing = { amount: zero, postpaid: zero };
const time = (name: string, f: () => void) => {
  for (let i = 0; i < 20000; i += 1) f();
  let best = 1e9;
  for (let r = 0; r < 7; r += 1) {
    const t = performance.now();
    for (let i = 0; i < 20000; i += 1) f();
    best = Math.min(best, (performance.now() - t) / 20);
  }
  console.log(name, best.toFixed(3), "µs");
};
time("exceeded", () => void exceededBudget(book, call, { spending, promised: nothing }));
time("countSpent", () => void countSpent(book, call, { spending, at: now }));
time("spans", () => {
  for (const b of budgets) spanAt(b, now, sub);
});
for (const b of budgets) time(`span ${b.window}`, () => void spanAt(b, now, sub));
const text = storedCounts(book) ?? "";
console.log(text.length, text);
time("stringify", () => void storedCounts(book));
time("parse", () => void JSON.parse(text));
time("run", () => {
  for (const r of book.running) runBudget(r.budget, r.count, { span: r.span, nextSequence: 1, left: null });
});
