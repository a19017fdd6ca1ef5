import { afterEach, beforeEach, expect, test } from "vitest";
import { makeApplyCatalog } from "../server/billing/catalog/store.js";
import { makeCreateCustomer } from "../server/billing/customers.js";
import { makeDueWork } from "../server/billing/dueWork.js";
import { makePurchase } from "../server/billing/purchase.js";
import { makeFindAutoTopUp, makeSetAutoTopUp } from "../server/billing/setAutoTopUp.js";
import { readCatalogFile } from "../server/catalogFile.js";
import { addMs, type Clock, hourMs, type Instant, instantFrom, minuteMs } from "../server/domain/instant.js";
import { timeOrderedId } from "../server/ids.js";
import { makeWallet } from "../server/ledger/statement.js";
import { makeVerify } from "../server/ledger/verify.js";
import { makeMeter } from "../server/metering/meter.js";
import type { PaymentProvider } from "../server/payments/provider.js";
import { sandboxPayments } from "../server/payments/sandbox.js";
import { type Database, openDatabase } from "../server/storage/database.js";
import { coreOf } from "./harness/billing.js";
import { freshDatabase } from "./harness/engine.js";
import { call, customer, units } from "./ledger/book.js";

/** Takes money once for a payment, however often it is asked, and may then not answer. */
function till() {
  const taken: string[] = [];
  let afterwards: "answer" | "break" | "hang" = "answer";
  const provider: PaymentProvider = {
    ...sandboxPayments(),
    charge: async ({ paymentId }) => {
      if (!taken.includes(paymentId)) taken.push(paymentId);
      if (afterwards === "break") throw new Error("The connection broke after the money had been taken.");
      if (afterwards === "hang") await new Promise(() => undefined);
      return { status: "SUCCEEDED", reference: `till_${paymentId}` };
    },
  };
  return {
    taken,
    provider,
    afterwards: (what: typeof afterwards) => {
      afterwards = what;
    },
  };
}

interface Running {
  readonly database: Database;
  readonly clock: Clock;
  readonly provider: PaymentProvider;
}

/** A process as far as top-ups go: the calls it serves tell nobody, as if it had died right after their commit. */
function processOn({ database, clock, provider }: Running) {
  const failures: unknown[] = [];
  const core = coreOf({ database, clock, newId: timeOrderedId, payments: provider });
  const { consume } = makeMeter(core);
  return {
    failures,
    core,
    consume,
    purchase: makePurchase(core),
    /** What jobs do: each run goes on where the last one stopped. */
    job: makeDueWork({ ...core, onFailure: (_, error) => failures.push(error) })["top-ups"],
  };
}

let now: Instant;
let money: ReturnType<typeof till>;
let one: ReturnType<typeof processOn>;
let other: ReturnType<typeof processOn>;
let close: () => Promise<void>;

beforeEach(async () => {
  now = instantFrom("2026-03-10T12:00:00.000Z");
  money = till();
  const { options, drop } = await freshDatabase();
  const first = await openDatabase(options);
  // Processes share a PostgreSQL by pools of their own; in SQLite's memory they could not share anything.
  const second = options.engine === "postgres" ? await openDatabase(options) : first;
  const running = { clock: () => now, provider: money.provider };
  one = processOn({ ...running, database: first });
  other = processOn({ ...running, database: second });
  await makeApplyCatalog(one.core)(readCatalogFile("test/harness/top-ups.yaml"));
  await makeCreateCustomer(one.core)(customer("acme", "basic"));
  const size = { creditPack: "hundred", quantity: 1, targetAmount: null, enabled: true };
  const limits = { threshold: units(50), monthlyCap: units(100), idempotencyKey: "terms" };
  await makeSetAutoTopUp(one.core)({ customerId: "acme", ...size, ...limits });
  close = async () => {
    expect(await makeVerify(first)(() => undefined)).toEqual([]);
    if (second !== first) await second.close();
    await first.close();
    await drop();
  };
});
afterEach(() => close());

const useUp = (credits: number) =>
  one.consume([call("acme", "call", { quantity: units(credits), idempotencyKey: `use ${credits}` })]);
const available = async () => {
  const found = await makeWallet(one.core)("acme", "credit");
  return found === null ? null : found.wallet.posted / 1_000_000;
};
const topUp = async () => (await makeFindAutoTopUp(one.core)({ customerId: "acme", unit: "credit" }))?.topUp;

test("a process that dies between the call and the purchase leaves it to another one's job, which makes it once", async () => {
  await useUp(60);
  expect(await topUp()).toMatchObject({ status: "DUE", nextAttemptAt: now });
  expect(await available()).toBe(40);
  expect(await other.job()).toBe(1);
  expect(await available()).toBe(140);
  expect(await topUp()).toMatchObject({ status: "READY", nextAttemptAt: null });
  expect([await one.job(), await other.job(), money.taken.length]).toEqual([0, 0, 1]);
});

test("jobs and calls of two processes at once buy once", async () => {
  await useUp(60);
  const key = { customerId: "acme", unit: "credit" };
  const attempts = [one, other].flatMap(({ core, job }) => [job(), job(), core.topUp(key), core.topUp(key)]);
  await Promise.all(attempts);
  expect(await available()).toBe(140);
  expect(money.taken).toHaveLength(1);
});

test("a process that dies after the charge leaves a purchase that is asked after, and paid for once", async () => {
  await useUp(60);
  money.afterwards("hang");
  void one.job();
  await expect.poll(() => money.taken.length).toBe(1);
  expect(await topUp()).toMatchObject({ status: "BUYING", nextAttemptAt: addMs(now, hourMs) });
  money.afterwards("answer");
  // Whoever made the attempt may still be waiting for an answer.
  expect(await other.job()).toBe(0);
  now = addMs(now, hourMs);
  expect(await other.job()).toBe(1);
  expect(await available()).toBe(140);
  expect(money.taken).toHaveLength(1);
  expect(await topUp()).toMatchObject({ status: "READY", spent: units(10) });
});

test("a provider that cannot be reached is asked again soon, and that is no failure of the customer's", async () => {
  await useUp(60);
  money.afterwards("break");
  expect(await one.job()).toBe(0);
  expect(one.failures).toHaveLength(1);
  expect(await topUp()).toMatchObject({ status: "BUYING", failures: 0, spent: units(10) });
  money.afterwards("answer");
  expect(await one.job()).toBe(0);
  now = addMs(now, 5 * minuteMs);
  expect(await one.job()).toBe(1);
  expect(await available()).toBe(140);
  expect(money.taken).toHaveLength(1);
});

test("what is bought by hand before the job comes is not bought again", async () => {
  await useUp(60);
  const bought = await other.purchase({
    ...{ customerId: "acme", creditPack: "hundred", quantity: 1, idempotencyKey: "by hand" },
  });
  expect(bought.kind).toBe("purchased");
  await other.job();
  expect(await topUp()).toMatchObject({ status: "READY", spent: 0 });
  expect(money.taken).toHaveLength(1);
});

test("a call that lets the threshold alone marks nothing, and one that passes it marks once", async () => {
  await useUp(50);
  expect(await topUp()).toMatchObject({ status: "READY", nextAttemptAt: null });
  await useUp(1);
  const marked = await topUp();
  now = addMs(now, hourMs);
  await useUp(2);
  expect(marked).toMatchObject({ status: "DUE" });
  expect(await topUp()).toEqual(marked);
});
