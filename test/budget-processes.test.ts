import { afterEach, beforeEach, expect, test } from "vitest";
import { makeSetBalanceAlert } from "../server/billing/balanceAlerts.js";
import { makeBudgets, makeDeleteBudget } from "../server/billing/budgets.js";
import { makeApplyCatalog } from "../server/billing/catalog/store.js";
import { makeCreateCustomer } from "../server/billing/customers.js";
import { makeDueWork } from "../server/billing/dueWork.js";
import { makeGrantCredits } from "../server/billing/grantCredits.js";
import { makeSetBudget, type SetBudgetCommand, type SetBudgetOutcome } from "../server/billing/setBudget.js";
import { readCatalogFile } from "../server/catalogFile.js";
import {
  addMs,
  type Clock,
  dayMs,
  hourMs,
  type Instant,
  instantFrom,
  minuteMs,
} from "../server/domain/instant.js";
import { timeOrderedId } from "../server/ids.js";
import { makeAlerts } from "../server/ledger/alerts.js";
import { makeVerify } from "../server/ledger/verify.js";
import { makeMeter } from "../server/metering/meter.js";
import { type Database, openDatabase, type Tx } from "../server/storage/database.js";
import { coreOf } from "./harness/billing.js";
import { freshDatabase } from "./harness/engine.js";
import { call, customer, gift, units } from "./ledger/book.js";

/** A process as far as budgets go. */
function processOn(database: Database, clock: Clock) {
  const core = coreOf({ database, clock, newId: timeOrderedId });
  const failed = (_: string, error: unknown): never => {
    throw new Error("What was due failed.", { cause: error });
  };
  const { consume, reserve, reverseUsage } = makeMeter(core);
  return {
    ...{ core, consume, reserve, reverseUsage },
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

test("what a late clock has counted past midnight is given back, and counts in a budget that is set later", async () => {
  await one().setBudget(terms({ idempotencyKey: "day" }));
  now = instantFrom("2026-03-11T00:00:00.100Z");
  const ids: string[] = [];
  for (const [n, { consume }] of [other(), one(), other(), one(), other()].entries()) {
    const [outcome] = await consume([
      call("acme", "image", { quantity: units(n + 1), idempotencyKey: `${n}` }),
    ]);
    if (outcome?.kind !== "consumed") throw new Error("It was consumed.");
    ids.push(outcome.usageRecord.id);
  }
  // The first of them, before anybody's midnight, is yesterday's.
  const spent = async () => (await one().budgets("acme")).map(({ count }) => count.spent);
  expect(await spent()).toEqual([units(14)]);
  await one().setBudget(terms({ idempotencyKey: "later" }));
  expect(await spent()).toEqual([units(14), units(14)]);
  const undo = {
    customerId: "acme",
    usageRecordId: ids[2] ?? "",
    amount: null,
    reason: null,
    idempotencyKey: "undo",
  };
  expect((await one().reverseUsage(undo)).kind).toBe("usageReversed");
  await one().setBudget(terms({ idempotencyKey: "last" }));
  expect(await spent()).toEqual([units(11), units(11), units(11)]);
});

/** How the calls of a stretch are asked for. */
const isStretch = (sql: string): boolean => /FROM ledger_entries e\s+JOIN usage_records u/.test(sql);

/** A database that notes which stretches of a ledger its transactions and its reads have counted. */
function noting(inner: Database) {
  const stretches: { readonly within: "read" | "transaction"; readonly from: number; readonly to: number }[] =
    [];
  const noted = (tx: Tx, within: "read" | "transaction"): Tx => ({
    ...tx,
    query: (sql, parameters = []) => {
      if (isStretch(sql)) stretches.push({ within, from: Number(parameters[2]), to: Number(parameters[3]) });
      return tx.query(sql, parameters);
    },
  });
  const database: Database = {
    ...inner,
    read: (work) => inner.read((tx) => work(noted(tx, "read"))),
    transact: (work) => inner.transact((tx) => work(noted(tx, "transaction"))),
  };
  return { database, stretches };
}

/** Counts for new budgets in stretches of 4 entries, while before each of them so much time goes by. */
function inStretches(goesByMs = 0) {
  const { database, stretches } = noting(one().core.database);
  const clock = () => {
    now = addMs(now, goesByMs);
    return now;
  };
  const core = coreOf({ database, clock, newId: timeOrderedId });
  return { stretches, setBudget: makeSetBudget({ ...core, stretchMax: 4 }) };
}

/** One call of 1, 2, 3, … units after the other, so much time apart; the times, and what they have cost. */
async function callsEvery(ms: number, count: number) {
  const calls: { at: Instant; amount: number }[] = [];
  for (let n = 1; n <= count; n += 1) {
    now = addMs(now, ms);
    await one().consume([call("acme", "image", { quantity: units(n), idempotencyKey: `call ${n}` })]);
    calls.push({ at: now, amount: units(n) });
  }
  return (since: Instant) =>
    calls.filter(({ at }) => at >= since).reduce((sum, { amount }) => sum + amount, 0);
}

const spentBy = (outcome: SetBudgetOutcome) =>
  outcome.kind === "budgetSet" ? outcome.running.count.spent : outcome;

test("what was used before is counted ahead, in several stretches, each entry once, and the transaction counts the rest", async () => {
  const since = await callsEvery(20 * minuteMs, 30);
  const { setBudget, stretches } = inStretches();
  for (const [idempotencyKey, window, start] of [
    ["month", "MONTH", "2026-03-01T00:00:00.000Z"],
    ["day", "DAY", "2026-03-10T00:00:00.000Z"],
  ] as const) {
    stretches.splice(0);
    const outcome = await setBudget(terms({ idempotencyKey, window, limit: units(10_000) }));
    expect(spentBy(outcome)).toBe(since(instantFrom(start)));
    expect(stretches.length).toBeGreaterThan(6);
    expect(stretches.map(({ within }) => within).indexOf("transaction")).toBe(stretches.length - 1);
    for (const [n, { from, to }] of stretches.entries()) {
      if (n > 0) expect(from).toBe((stretches[n - 1]?.to ?? 0) + 1);
      expect(to - from).toBeLessThan(8);
    }
  }
});

test("hours that leave a rolling window while it is counted ahead are dropped, and the others are not counted again", async () => {
  const since = await callsEvery(2 * hourMs, 40);
  const { setBudget, stretches } = inStretches(15 * minuteMs);
  const asked = now;
  const rolling = { window: "ROLLING", days: 3, limit: units(10_000) } as const;
  const outcome = await setBudget(terms({ idempotencyKey: "rolling", ...rolling }));
  expect(now - asked).toBeGreaterThan(2 * hourMs);
  expect(spentBy(outcome)).toBe(since(addMs(now, -(now % hourMs) - 3 * dayMs)));
  const last = stretches.at(-1) ?? { from: 0, to: 0 };
  expect(last.to - last.from).toBeLessThan(8);
});

test("a window that turns while it is counted ahead is counted anew", async () => {
  now = instantFrom("2026-03-10T20:00:00.000Z");
  const since = await callsEvery(10 * minuteMs, 20);
  const { setBudget } = inStretches(15 * minuteMs);
  const outcome = await setBudget(terms({ idempotencyKey: "day" }));
  expect(new Date(now).toISOString() > "2026-03-11T00:00:00.000Z").toBe(true);
  expect(spentBy(outcome)).toBe(since(instantFrom("2026-03-11T00:00:00.000Z")));
});

test("what is refused, or was done before, is not counted for", async () => {
  await callsEvery(minuteMs, 20);
  const { setBudget, stretches } = inStretches();
  const { kind } = await setBudget(terms({ idempotencyKey: "day", setBy: "OPERATOR" }));
  expect(kind).toBe("budgetSet");
  const [ours] = await one().budgets("acme");
  stretches.splice(0);
  const kinds: string[] = [];
  for (const refused of [
    terms({ idempotencyKey: "day" }),
    terms({ idempotencyKey: "day", limit: units(5) }),
    terms({ idempotencyKey: "a", customerId: "nobody" }),
    terms({ idempotencyKey: "b", budgetId: "budget_0", window: "MONTH" }),
    terms({ idempotencyKey: "c", budgetId: ours?.budget.id ?? "", window: "MONTH", setBy: "CUSTOMER" }),
    terms({ idempotencyKey: "d", unit: "EUR" }),
  ])
    kinds.push((await setBudget(refused)).kind);
  expect(kinds).toEqual([
    ...["budgetSet", "idempotencyConflict", "customerNotFound", "budgetNotFound", "budgetSetByOperator"],
    "unitNotFound",
  ]);
  await expect(setBudget(terms({ idempotencyKey: "e", group: "films" }))).rejects.toThrow("must be one of");
  await expect(setBudget(terms({ idempotencyKey: "f", measure: "MONEY" }))).rejects.toThrow(
    "must be CREDITS",
  );
  expect(stretches).toEqual([]);
});

test("an alert of a call that cannot be committed is not raised, and once when the call is sent again", async () => {
  await one().setBudget(terms({ idempotencyKey: "day", limit: units(2), thresholds: [50] }));
  const { database } = one().core;
  let failing = true;
  const faulty: Database = {
    ...database,
    transact: (work) =>
      database.transact(async (tx) => {
        const done = await work(tx);
        if (failing) throw new Error("COMMIT has failed.");
        return done;
      }),
  };
  const { consume } = makeMeter(coreOf({ database: faulty, clock: () => now, newId: timeOrderedId }));
  const asked = call("acme", "image", { idempotencyKey: "call" });
  await expect(consume([asked])).rejects.toThrow("COMMIT has failed.");
  const events = () =>
    database.read((tx) => tx.query("SELECT event_id FROM events WHERE type = 'ALERT_RAISED'"));
  expect(await told()).toEqual([]);
  expect(await events()).toEqual([]);
  expect((await one().budgets("acme")).map(({ count }) => [count.spent, count.raised.size])).toEqual([
    [0, 0],
  ]);
  failing = false;
  for (const replayed of [false, true]) {
    const [outcome] = await consume([asked]);
    expect(outcome).toMatchObject({ kind: "consumed", replayed });
  }
  expect(await told()).toEqual([50]);
  expect(await events()).toHaveLength(1);
});

test("a hold that is over holds nothing of a budget that is set then, though nobody has written its end", async () => {
  const wish = { customerId: "acme", operation: "image", attributes: {}, idempotencyKey: "hold" };
  const held = await one().reserve({ ...wish, quantity: units(5), expiresInSeconds: 60 });
  expect(held.kind).toBe("reserved");
  const heldBy = async (idempotencyKey: string) => {
    const outcome = await one().setBudget(terms({ idempotencyKey }));
    return outcome.kind === "budgetSet" ? outcome.running.count.held : outcome;
  };
  expect(await heldBy("before")).toBe(units(5));
  now = addMs(now, minuteMs);
  expect(await heldBy("after")).toBe(0);
  expect((await one().budgets("acme")).map(({ count }) => count.held)).toEqual([0, 0]);
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
