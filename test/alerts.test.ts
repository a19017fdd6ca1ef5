import { type BudgetSetter, expectResult, iterate, type ScripClient } from "@scrip/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeVerify } from "../server/ledger/verify.js";
import { eventDrifts } from "./harness/eventLaws.js";
import { startReceiver } from "./harness/receiver.js";
import { type RunningScrip, startScrip } from "./harness/scenario.js";

let scrip: RunningScrip;
let sdk: ScripClient;
beforeEach(async () => {
  scrip = await startScrip("test/harness/budgets.yaml", { webhooks: { allowPrivate: true } });
  sdk = scrip.sdk;
});
afterEach(async () => {
  expect(await makeVerify(scrip.database)(() => undefined)).toEqual([]);
  expect(await eventDrifts(scrip.database)).toEqual([]);
  await scrip.close();
});

const start = "2026-03-10T12:00:00.000Z";
const customerId = "acme";

async function acme(plan = "bare", credits: string | null = "100"): Promise<(to: string) => Promise<void>> {
  const { id } = await sdk.createTestClock({ now: start });
  expectResult(await sdk.createCustomer({ id: customerId, plan, testClockId: id }), "CustomerCreated");
  if (credits !== null) await gift(credits);
  return async (to) => void (await sdk.advanceTestClock({ id, to }));
}

const gift = async (amount: string, expiresAt?: string, effectiveAt?: string) =>
  expectResult(
    await sdk.grantCredits({
      ...{ customerId, amount },
      ...(expiresAt && { expiresAt }),
      ...(effectiveAt && { effectiveAt }),
    }),
    "CreditsGranted",
  ).grant;
interface Watch {
  readonly below?: string;
  readonly daysBeforeExpiry?: number;
  readonly unit?: string;
  readonly setBy?: BudgetSetter;
}
const watch = async (terms: Watch) =>
  expectResult(await sdk.setBalanceAlert({ customerId, ...terms }), "BalanceAlertSet").balanceAlert;
const spend = async (quantity: string) =>
  expectResult(await sdk.consume({ customerId, operation: "image", quantity }), "Consumed").usageRecord;
const alerts = async () => {
  const { nodes } = await sdk.alerts({ customerId });
  return nodes.toReversed();
};
const balanceAlerts = async () => (await sdk.wallet({ customerId, unit: "credit" }))?.balanceAlerts;

interface Told {
  readonly sequence: number;
  readonly type: string;
  readonly data: string;
}
/** What the outbox holds for others to be told. */
const events = async () => {
  const rows = await scrip.database.read((tx) =>
    tx.query<Told>("SELECT sequence, type, data FROM events WHERE type = 'ALERT_RAISED' ORDER BY sequence"),
  );
  return rows.map(({ data }) => JSON.parse(data) as Record<string, unknown>);
};

describe("a low balance", () => {
  test("is told once, and again after it has not been low", async () => {
    await acme();
    expect(await balanceAlerts()).toEqual([]);
    expect(await watch({ below: "50" })).toEqual({
      ...{ unit: "credit", setBy: "OPERATOR", below: "50", low: false, daysBeforeExpiry: null },
    });
    await spend("50");
    expect(await alerts()).toEqual([]);
    await spend("1");
    await spend("10");
    expect(await alerts()).toMatchObject([
      {
        ...{
          __typename: "LowBalanceAlert",
          kind: "LOW_BALANCE",
          customerId,
          unit: "credit",
          raisedAt: start,
        },
        ...{ below: "50", available: "49", message: "49 credit are available, which is less than 50." },
      },
    ]);
    expect(await balanceAlerts()).toMatchObject([{ low: true }]);
    await gift("20");
    expect(await balanceAlerts()).toMatchObject([{ low: false }]);
    await spend("10");
    expect((await alerts()).map((one) => ("available" in one ? one.available : null))).toEqual(["49", "49"]);
    expect(await events()).toMatchObject([
      {
        ...{ kind: "LOW_BALANCE", unit: "credit", setBy: "OPERATOR", below: "50", available: "49" },
        ...{ budgetId: null, measure: null, action: null, grantId: null },
      },
      { kind: "LOW_BALANCE" },
    ]);
  });

  test("is told at once when it is low already, and of another threshold anew", async () => {
    await acme();
    await watch({ below: "200" });
    await watch({ below: "200" });
    expect(await alerts()).toHaveLength(1);
    await watch({ below: "150" });
    expect(await alerts()).toHaveLength(2);
    await watch({});
    expect(await balanceAlerts()).toEqual([]);
    await watch({ below: "50" });
    await spend("60");
    expect(await alerts()).toHaveLength(3);
  });

  test("counts what is held, and comes back with it", async () => {
    await acme();
    await watch({ below: "50" });
    const hold = async () =>
      expectResult(await sdk.reserve({ customerId, operation: "image", quantity: "60" }), "Reserved").hold.id;
    const holdId = await hold();
    expect(await alerts()).toHaveLength(1);
    expectResult(await sdk.release({ customerId, holdId }), "Released");
    await hold();
    // The ledger has not moved, and yet it was low twice.
    expect(await alerts()).toHaveLength(2);
  });

  test("is told when it was, however late anybody looks, even if it is not low any more", async () => {
    const goTo = await acme("bare", null);
    await gift("100", "2026-04-01T00:00:00.000Z");
    await gift("100", undefined, "2026-05-01T00:00:00.000Z");
    await watch({ below: "50" });
    await goTo("2026-07-01T00:00:00.000Z");
    expect(await alerts()).toMatchObject([{ available: "0", raisedAt: "2026-04-01T00:00:00.000Z" }]);
    expect(await balanceAlerts()).toMatchObject([{ low: false }]);
    await spend("60");
    expect(await alerts()).toHaveLength(2);
  });

  test("of a plan that is billed may be below zero: so much is owed", async () => {
    await acme("payg", null);
    await watch({ below: "-20", unit: "USD" });
    const undone = await spend("30");
    expect(await alerts()).toEqual([]);
    await spend("1");
    expect(await alerts()).toMatchObject([{ below: "-20", available: "-21", unit: "USD" }]);
    const undo = async (amount: string) =>
      expectResult(await sdk.reverseUsage({ customerId, usageRecordId: undone.id, amount }), "UsageReversed");
    // A tenth of it is 2.
    for (const amount of ["2.9", "3"]) {
      await undo(amount);
      await spend(amount);
    }
    expect(await alerts()).toHaveLength(2);
  });

  test("is not told when a supply expires in the instant in which the next one comes", async () => {
    const goTo = await acme("basic", null);
    await watch({ below: "50" });
    await spend("1000");
    await goTo("2026-06-15T00:00:00.000Z");
    expect(await alerts()).toEqual([]);
    expect(await balanceAlerts()).toMatchObject([{ low: false }]);
  });

  test("is not told when a trial becomes paid, nor when a supply is forfeited for another plan's", async () => {
    const { id } = await sdk.createTestClock({ now: start });
    expectResult(await sdk.createCustomer({ id: customerId, testClockId: id }), "CustomerCreated");
    expectResult(await sdk.subscribe({ customerId, plan: "yours", trialDays: 5 }), "Subscribed");
    await watch({ below: "50" });
    await sdk.advanceTestClock({ id, to: "2026-03-20T00:00:00.000Z" });
    expect((await sdk.wallet({ customerId }))?.grants).toMatchObject([
      { effectiveAt: "2026-03-15T12:00:00.000Z" },
    ]);
    const change = { customerId, plan: "basic", timing: "NOW", supplyPolicy: "FORFEIT" } as const;
    expectResult(await sdk.changePlan(change), "PlanChanged");
    expect((await sdk.wallet({ customerId }))?.grants).toHaveLength(1);
    expect(await alerts()).toEqual([]);
  });

  test("is told when a supply expires and none comes", async () => {
    const goTo = await acme("basic", null);
    await watch({ below: "50" });
    expectResult(await sdk.cancelSubscription({ customerId }), "SubscriptionCancelled");
    await goTo("2026-04-15T00:00:00.000Z");
    expect(await alerts()).toMatchObject([{ available: "0", raisedAt: "2026-04-01T00:00:00.000Z" }]);
  });

  test("is told once while holds swing about it, and again after a tenth more has been available", async () => {
    await acme("bare", "55");
    await watch({ below: "50" });
    for (let n = 0; n < 3; n += 1) {
      const held = await sdk.reserve({ customerId, operation: "image", quantity: "10" });
      const { id: holdId } = expectResult(held, "Reserved").hold;
      expectResult(await sdk.capture({ customerId, holdId, quantity: "0.000001" }), "Captured");
    }
    // 54.999997 is more than 50, and less than a tenth more.
    expect(await alerts()).toMatchObject([{ available: "45" }]);
    expect(await balanceAlerts()).toMatchObject([{ low: true }]);
    await gift("0.000003");
    expect(await balanceAlerts()).toMatchObject([{ low: false }]);
    await spend("6");
    expect(await alerts()).toMatchObject([{ available: "45" }, { available: "49" }]);
  });

  test("is told to the operator and to the customer, each as asked, and neither turns the other's off", async () => {
    await acme();
    await watch({ below: "50", daysBeforeExpiry: 7 });
    expect(await watch({ below: "80", setBy: "CUSTOMER" })).toMatchObject({ setBy: "CUSTOMER", below: "80" });
    expect(await balanceAlerts()).toMatchObject([
      { setBy: "OPERATOR", below: "50", daysBeforeExpiry: 7 },
      { setBy: "CUSTOMER", below: "80", daysBeforeExpiry: null },
    ]);
    await spend("30");
    expect(await alerts()).toMatchObject([{ setBy: "CUSTOMER", below: "80", available: "70" }]);
    await watch({ setBy: "CUSTOMER" });
    expect(await balanceAlerts()).toMatchObject([{ setBy: "OPERATOR", low: false }]);
    await spend("30");
    expect(await alerts()).toMatchObject([{ setBy: "CUSTOMER" }, { setBy: "OPERATOR", available: "40" }]);
    // Both at once have alerts of their own.
    await watch({ below: "90", setBy: "CUSTOMER" });
    await gift("60");
    await spend("70");
    expect((await events()).map(({ setBy, available }) => `${setBy} ${available}`)).toEqual([
      ...["CUSTOMER 70", "OPERATOR 40", "CUSTOMER 40", "OPERATOR 30", "CUSTOMER 30"],
    ]);
  });
});

describe("credits that expire soon", () => {
  test("are told so many days before, once for each grant", async () => {
    const goTo = await acme("bare", null);
    const soon = await gift("10", "2026-03-25T00:00:00.000Z");
    const later = await gift("20", "2026-05-01T00:00:00.000Z");
    await gift("30");
    expect(await watch({ daysBeforeExpiry: 7 })).toMatchObject({
      below: null,
      low: false,
      daysBeforeExpiry: 7,
    });
    await goTo("2026-03-17T23:59:59.999Z");
    expect(await alerts()).toEqual([]);
    await goTo("2026-03-18T00:00:00.000Z");
    expect(await alerts()).toMatchObject([
      {
        ...{ __typename: "ExpiryAlert", kind: "CREDITS_EXPIRING", grantId: soon.id, amount: "10" },
        ...{ expiresAt: "2026-03-25T00:00:00.000Z", raisedAt: "2026-03-18T00:00:00.000Z" },
        message: "10 credit will expire at 2026-03-25T00:00:00.000Z.",
      },
    ]);
    await spend("3");
    await goTo("2026-06-01T00:00:00.000Z");
    expect(await alerts()).toMatchObject([
      { grantId: soon.id },
      { grantId: later.id, raisedAt: "2026-04-24T00:00:00.000Z" },
    ]);
    expect((await events()).map(({ grantId }) => grantId)).toEqual([soon.id, later.id]);
  });

  test("are told by the call that comes first, or else when the clock gets there, and once by both", async () => {
    const goTo = await acme("bare", null);
    await gift("10", "2026-03-25T00:00:00.000Z");
    await watch({ daysBeforeExpiry: 30 });
    expect(await alerts()).toMatchObject([{ raisedAt: start }]);
    await watch({ daysBeforeExpiry: 10 });
    await goTo("2026-03-20T00:00:00.000Z");
    await spend("1");
    expect(await alerts()).toHaveLength(1);
  });

  test("are told to each who asked, as many days before as each asked, once", async () => {
    const goTo = await acme("bare", null);
    const { id: grantId } = await gift("10", "2026-03-25T00:00:00.000Z");
    await watch({ daysBeforeExpiry: 3 });
    await watch({ daysBeforeExpiry: 7, setBy: "CUSTOMER" });
    await goTo("2026-03-24T00:00:00.000Z");
    await watch({ daysBeforeExpiry: 9 });
    await spend("1");
    expect(await alerts()).toMatchObject([
      { grantId, setBy: "CUSTOMER", raisedAt: "2026-03-18T00:00:00.000Z" },
      { grantId, setBy: "OPERATOR", raisedAt: "2026-03-22T00:00:00.000Z" },
    ]);
    expect((await alerts()).map(({ id }) => id)).toHaveLength(
      new Set((await alerts()).map(({ id }) => id)).size,
    );
  });

  test("that have come back after those days have begun are told when they have", async () => {
    const goTo = await acme("bare", null);
    await gift("10", "2026-03-25T00:00:00.000Z");
    await watch({ daysBeforeExpiry: 7 });
    const undone = await spend("4");
    const held = await sdk.reserve({
      customerId,
      operation: "image",
      quantity: "6",
      expiresInSeconds: 86_400,
    });
    expectResult(held, "Reserved");
    await goTo("2026-03-11T00:00:00.000Z");
    const { id: holdId } = expectResult(held, "Reserved").hold;
    expectResult(await sdk.capture({ customerId, holdId }), "Captured");
    await goTo("2026-03-20T00:00:00.000Z");
    expect(await alerts()).toEqual([]);
    const undo = { customerId, usageRecordId: undone.id, amount: "3" };
    expectResult(await sdk.reverseUsage(undo), "UsageReversed");
    expect(await alerts()).toMatchObject([{ amount: "3", raisedAt: "2026-03-20T00:00:00.000Z" }]);
  });

  test("that a hold gives back by its end, which nobody notices at once, are told with that end", async () => {
    const goTo = await acme("bare", null);
    await gift("10", "2026-03-25T00:00:00.000Z");
    await watch({ daysBeforeExpiry: 7 });
    await goTo("2026-03-17T18:00:00.000Z");
    const all = { customerId, operation: "image", quantity: "10", expiresInSeconds: 86_400 };
    expectResult(await sdk.reserve(all), "Reserved");
    await goTo("2026-03-24T00:00:00.000Z");
    expect(await alerts()).toMatchObject([{ amount: "10", raisedAt: "2026-03-18T18:00:00.000Z" }]);
  });

  test("are none when they are used up or reserved, nor when nobody asks", async () => {
    const goTo = await acme("bare", null);
    await gift("10", "2026-03-25T00:00:00.000Z");
    await watch({ daysBeforeExpiry: 7 });
    await spend("10");
    await gift("5", "2026-04-25T00:00:00.000Z");
    await watch({});
    await goTo("2026-05-01T00:00:00.000Z");
    expect(await alerts()).toEqual([]);
  });

  test("are a supply's too, every period anew", async () => {
    const goTo = await acme("basic", null);
    await watch({ daysBeforeExpiry: 3 });
    await goTo("2026-05-29T00:00:00.000Z");
    expect((await alerts()).map(({ raisedAt }) => raisedAt)).toEqual([
      "2026-03-29T00:00:00.000Z",
      "2026-04-28T00:00:00.000Z",
      "2026-05-29T00:00:00.000Z",
    ]);
  });
});

describe("a budget's thresholds", () => {
  const budget = { customerId, name: "A month", window: "MONTH", limit: "100" } as const;

  test("are told once a month each, in order, with an event of the same facts", async () => {
    const goTo = await acme("basic", null);
    const { id } = expectResult(await sdk.setBudget(budget), "BudgetSet").budget;
    const undone = await spend("79");
    await spend("1");
    expectResult(await sdk.reverseUsage({ customerId, usageRecordId: undone.id }), "UsageReversed");
    await spend("98");
    await spend("5");
    const [first, ...others] = await alerts();
    expect(first).toMatchObject({
      ...{
        __typename: "BudgetAlert",
        kind: "BUDGET_THRESHOLD",
        budgetId: id,
        name: "A month",
        threshold: 50,
      },
      ...{
        setBy: "OPERATOR",
        measure: "CREDITS",
        action: "WARN",
        limit: "100",
        spent: "79",
        remaining: "21",
      },
      ...{ windowStart: "2026-03-01T00:00:00.000Z", resetsAt: "2026-04-01T00:00:00.000Z", raisedAt: start },
      message: 'The budget "A month" has reached 50 %: 79 of 100 credit.',
    });
    expect(others).toMatchObject([
      { threshold: 80, spent: "80" },
      { threshold: 100, spent: "104" },
    ]);
    expect(await events()).toMatchObject([
      {
        ...{
          alertId: first?.id,
          kind: "BUDGET_THRESHOLD",
          budgetId: id,
          budgetName: "A month",
          threshold: 50,
        },
        ...{ setBy: "OPERATOR", limit: "100", spent: "79", remaining: "21", unit: "credit" },
        ...{ measure: "CREDITS", action: "WARN", below: null, grantId: null },
        ...{ windowStart: "2026-03-01T00:00:00.000Z", resetsAt: "2026-04-01T00:00:00.000Z" },
      },
      { threshold: 80 },
      { threshold: 100 },
    ]);
    await goTo("2026-04-01T00:00:00.000Z");
    await spend("100");
    expect((await alerts()).map((one) => ("threshold" in one ? one.threshold : null))).toEqual([
      ...[50, 80, 100],
      ...[50, 80, 100],
    ]);
  });

  test("are told once a billing period, in which a change of plan begins another", async () => {
    const goTo = await acme("yours", null);
    const period = { ...budget, window: "PERIOD", limit: "10", thresholds: [50] } as const;
    expectResult(await sdk.setBudget(period), "BudgetSet");
    await spend("5");
    await goTo("2026-04-10T11:59:59.999Z");
    await spend("1");
    await goTo("2026-04-10T12:00:00.000Z");
    await spend("6");
    await goTo("2026-04-20T00:00:00.000Z");
    expectResult(await sdk.changePlan({ customerId, plan: "basic", timing: "NOW" }), "PlanChanged");
    await spend("7");
    expect(await alerts()).toMatchObject([
      { spent: "5", windowStart: start, resetsAt: "2026-04-10T12:00:00.000Z" },
      { spent: "6", windowStart: "2026-04-10T12:00:00.000Z", resetsAt: "2026-05-10T12:00:00.000Z" },
      { spent: "7", windowStart: "2026-04-20T00:00:00.000Z", resetsAt: "2026-05-01T00:00:00.000Z" },
    ]);
  });

  test("of a rolling budget are told again at the earliest a window's length later", async () => {
    const goTo = await acme("basic", null);
    const rolling = { ...budget, window: "ROLLING", days: 1, thresholds: [50] } as const;
    expectResult(await sdk.setBudget(rolling), "BudgetSet");
    const { id: usageRecordId } = await spend("60");
    await goTo("2026-03-11T02:00:00.000Z");
    expectResult(await sdk.reverseUsage({ customerId, usageRecordId }), "UsageReversed");
    await spend("60");
    await goTo("2026-03-11T12:59:59.999Z");
    await spend("1");
    expect(await alerts()).toMatchObject([{ spent: "60", raisedAt: start }]);
    await goTo("2026-03-11T13:00:00.000Z");
    await spend("1");
    expect((await alerts()).slice(1)).toMatchObject([
      {
        threshold: 50,
        spent: "62",
        raisedAt: "2026-03-11T13:00:00.000Z",
        resetsAt: "2026-03-12T03:00:00.000Z",
      },
    ]);
  });

  test("reach a webhook receiver and whoever follows `alertRaised`, each once and with the same facts", async () => {
    const hooks = await startReceiver();
    try {
      await sdk.createWebhookEndpoint({ url: hooks.url, eventTypes: ["ALERT_RAISED"] });
      await acme("basic", null);
      const terms = { ...budget, action: "BLOCK", thresholds: [50, 80] } as const;
      expectResult(await sdk.setBudget({ ...terms, setBy: "CUSTOMER" }), "BudgetSet");
      const followed: unknown[] = [];
      const following = (async () => {
        for await (const { alert } of sdk.alertRaised({ customerId, after: 0 })) {
          if (alert !== null) followed.push(alert);
          if (followed.length === 2) break;
        }
      })();
      await spend("50");
      await spend("30");
      await following;
      await hooks.until(2);
      const { nodes } = await sdk.events({ customerId, types: ["ALERT_RAISED"] });
      expect(nodes.toReversed()).toMatchObject([
        { data: { setBy: "CUSTOMER", measure: "CREDITS", action: "BLOCK", threshold: 50, spent: "50" } },
        { data: { setBy: "CUSTOMER", measure: "CREDITS", action: "BLOCK", threshold: 80, spent: "80" } },
      ]);
      expect(followed).toEqual(nodes.toReversed());
      expect(hooks.taken()).toEqual(nodes.toReversed());
    } finally {
      await hooks.close();
    }
  });

  test("are told once by 64 callers at once, whatever they pass together", async () => {
    await acme("basic", null);
    expectResult(await sdk.setBudget(budget), "BudgetSet");
    const items = Array.from({ length: 5 }, () => ({ customerId, operation: "image" }));
    await Promise.all(Array.from({ length: 64 }, () => sdk.consumeBatch({ items })));
    expect((await alerts()).map((one) => ("threshold" in one ? one.threshold : null))).toEqual([50, 80, 100]);
  });
});

test("alerts are listed newest first, of one kind or all, page by page", async () => {
  await acme();
  await watch({ below: "99" });
  const budget = { customerId, name: "A day", window: "DAY", limit: "10", thresholds: [20, 40, 60] } as const;
  expectResult(await sdk.setBudget(budget), "BudgetSet");
  await spend("3");
  await spend("7");
  const all: unknown[] = [];
  for await (const alert of iterate(sdk.alerts, { customerId, first: 2 }))
    all.push("threshold" in alert ? alert.threshold : alert.kind);
  expect(all).toEqual([60, 40, "LOW_BALANCE", 20]);
  const { nodes } = await sdk.alerts({ customerId, kind: "LOW_BALANCE" });
  expect(nodes).toMatchObject([{ __typename: "LowBalanceAlert" }]);
  expect((await sdk.alerts({ customerId: "nobody" })).nodes).toEqual([]);
});
