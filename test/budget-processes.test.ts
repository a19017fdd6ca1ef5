import { afterEach, beforeEach, expect, test } from "vitest";
import { makeSetBalanceAlert } from "../server/billing/balanceAlerts.js";
import { makeBudgets, makeDeleteBudget } from "../server/billing/budgets.js";
import { makeApplyCatalog } from "../server/billing/catalog/store.js";
import { makeCreateCustomer } from "../server/billing/customers.js";
import { makeDueWork } from "../server/billing/dueWork.js";
import { makeGrantCredits } from "../server/billing/grantCredits.js";
import { makeSetBudget, type SetBudgetCommand } from "../server/billing/setBudget.js";
import { readCatalogFile } from "../server/catalogFile.js";
import { addMs, type Clock, dayMs, hourMs, type Instant, instantFrom } from "../server/domain/instant.js";
import { timeOrderedId } from "../server/ids.js";
import { makeAlerts } from "../server/ledger/alerts.js";
import { makeVerify } from "../server/ledger/verify.js";
import { makeMeter } from "../server/metering/meter.js";
import { type Database, openDatabase } from "../server/storage/database.js";
import { coreOf } from "./harness/billing.js";
import { freshDatabase } from "./harness/engine.js";
import { call, customer, gift, units } from "./ledger/book.js";

/** A process as far as budgets go. */
function processOn(database: Database, clock: Clock) {
  const core = coreOf({ database, clock, newId: timeOrderedId });
  const failed = (_: string, error: unknown): never => {
    throw new Error("What was due failed.", { cause: error });
  };
  return {
    core,
    consume: makeMeter(core).consume,
    setBudget: makeSetBudget(core),
    deleteBudget: makeDeleteBudget(core),
    budgets: makeBudgets(core),
    wallets: makeDueWork({ ...core, onFailure: failed }).wallets,
  };
}

let now: Instant;
let processes: ReturnType<typeof processOn>[];
let close: () => Promise<void>;
let alerts: ReturnType<typeof makeAlerts>;

beforeEach(async () => {
  now = instantFrom("2026-03-10T12:00:00.000Z");
  const { options, drop } = await freshDatabase();
  const first = await openDatabase(options);
  // Processes share a PostgreSQL by pools of their own; in SQLite's memory they could not share anything.
  const others =
    options.engine === "postgres" ? [await openDatabase(options), await openDatabase(options)] : [];
  // Their clocks are never quite the same.
  processes = [first, ...(others.length > 0 ? others : [first, first])].map((database, index) =>
    processOn(database, () => addMs(now, -index * 250)),
  );
  alerts = makeAlerts(first);
  const { core } = one();
  await makeApplyCatalog(core)(readCatalogFile("test/harness/budgets.yaml"));
  await makeCreateCustomer(core)(customer("acme", "basic"));
  now = addMs(now, 1_000);
  close = async () => {
    expect(await makeVerify(first)(() => undefined)).toEqual([]);
    for (const database of [...others, first]) await database.close();
    await drop();
  };
});
afterEach(() => close());

const one = () => processes[0] as ReturnType<typeof processOn>;
const other = () => processes[1] as ReturnType<typeof processOn>;

const terms = (parts: Partial<SetBudgetCommand> & { idempotencyKey: string }): SetBudgetCommand => ({
  ...{ customerId: "acme", budgetId: null, setBy: "OPERATOR", unit: null, name: "A day" },
  ...{ operation: null, group: null, apiKeyId: null, window: "DAY", days: null, measure: "CREDITS" },
  ...{ limit: units(100), thresholds: [50, 80, 100], action: "BLOCK" },
  ...parts,
});
const told = async () => {
  const { items } = await alerts({ customerId: "acme", kind: null, first: 100, after: null });
  return items.map((alert) => (alert.kind === "BUDGET_THRESHOLD" ? alert.threshold : alert.kind)).reverse();
};

test("64 callers of three processes never get 101 calls through a budget of 100, and each threshold is told once", async () => {
  await one().setBudget(terms({ idempotencyKey: "budget" }));
  const answers = await Promise.all(
    Array.from({ length: 64 }, async (_, caller) => {
      const kinds: string[] = [];
      for (const [n, { consume }] of processes.entries()) {
        const [outcome] = await consume([call("acme", "image", { idempotencyKey: `${caller}/${n}` })]);
        kinds.push(outcome?.kind ?? "none");
      }
      return kinds;
    }),
  );
  const kinds = answers.flat();
  expect(kinds.filter((kind) => kind === "consumed")).toHaveLength(100);
  expect(kinds.filter((kind) => kind === "budgetExceeded")).toHaveLength(92);
  expect(await told()).toEqual([50, 80, 100]);
});

test("what one process sets, changes and deletes holds for the other's next call", async () => {
  const kindOf = async (idempotencyKey: string) =>
    (await other().consume([call("acme", "image", { idempotencyKey })]))[0]?.kind;
  expect(await kindOf("a")).toBe("consumed");
  const set = await one().setBudget(terms({ idempotencyKey: "set", limit: units(1) }));
  if (set.kind !== "budgetSet") throw new Error("It was set.");
  expect(await kindOf("b")).toBe("budgetExceeded");
  const budgetId = set.running.budget.id;
  await one().setBudget(terms({ idempotencyKey: "change", budgetId, limit: units(2) }));
  expect(await kindOf("b")).toBe("consumed");
  expect(await kindOf("c")).toBe("budgetExceeded");
  const away = { customerId: "acme", budgetId, setBy: "OPERATOR", idempotencyKey: "away" } as const;
  expect((await one().deleteBudget(away)).kind).toBe("budgetDeleted");
  expect(await kindOf("c")).toBe("consumed");
});

test("at midnight, processes whose clocks differ count on in the window that has begun", async () => {
  await one().setBudget(terms({ idempotencyKey: "day", limit: units(3) }));
  await one().setBudget(terms({ idempotencyKey: "rolling", window: "ROLLING", days: 1 }));
  now = instantFrom("2026-03-11T00:00:00.100Z");
  const kinds: (string | undefined)[] = [];
  for (const [n, { consume }] of [...processes, ...processes].entries())
    kinds.push((await consume([call("acme", "image", { idempotencyKey: `call ${n}` })]))[0]?.kind);
  expect(kinds).toEqual([...Array(3).fill("consumed"), ...Array(3).fill("budgetExceeded")]);
  expect((await one().budgets("acme")).map(({ count }) => count.spent)).toEqual([units(3), units(3)]);
});

test("a rolling budget is right after weeks of calls, and of hours in which nobody called", async () => {
  await one().setBudget(terms({ idempotencyKey: "r", window: "ROLLING", days: 2, action: "WARN" }));
  const made: { at: Instant; amount: number }[] = [];
  for (let n = 0; n < 60; n += 1) {
    now = addMs(now, [hourMs / 3, hourMs, 5 * hourMs, 0, dayMs, 3 * dayMs][(n * 7) % 6] ?? 0);
    const process = n % 2 === 0 ? one() : other();
    const quantity = units((n % 4) + 1);
    await process.consume([call("acme", "image", { quantity, idempotencyKey: `call ${n}` })]);
    made.push({ at: n % 2 === 0 ? now : addMs(now, -250), amount: quantity });
    const [budget] = await one().budgets("acme");
    const since = now - (now % hourMs) - 2 * dayMs;
    const expected = made.filter(({ at }) => at >= since).reduce((sum, { amount }) => sum + amount, 0);
    expect(budget?.count.spent).toBe(expected);
  }
});

test("credits that expire soon are told by the job, once, however many processes run it", async () => {
  const { core } = one();
  await makeGrantCredits(core)(
    gift("acme", units(5), { idempotencyKey: "gift", expiresAt: addMs(now, 30 * dayMs) }),
  );
  const watch = {
    customerId: "acme",
    setBy: "OPERATOR",
    unit: null,
    below: null,
    daysBeforeExpiry: 7,
    idempotencyKey: "watch",
  } as const;
  await makeSetBalanceAlert(core)(watch);
  const job = () => Promise.all(processes.map(({ wallets }) => wallets()));
  await job();
  expect(await told()).toEqual([]);
  now = addMs(now, 23 * dayMs);
  await job();
  await job();
  const { items } = await alerts({ customerId: "acme", kind: "CREDITS_EXPIRING", first: 10, after: null });
  // The supply of March has been told of in the meantime.
  expect(items.map(({ raisedAt }) => new Date(raisedAt).toISOString())).toEqual(
    expect.arrayContaining(["2026-04-02T12:00:01.000Z"]),
  );
  const grants = items.map((alert) => (alert.kind === "CREDITS_EXPIRING" ? alert.grantId : ""));
  expect(new Set(grants).size).toBe(grants.length);
});
