import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Budget, createScripClient, expectResult, type ScripClient } from "@scrip/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeCreateKey } from "../server/access/keys.js";
import { makeApplyCatalog } from "../server/billing/catalog/store.js";
import { readCatalogFile } from "../server/catalogFile.js";
import { instantFrom } from "../server/domain/instant.js";
import { timeOrderedId } from "../server/ids.js";
import { makeVerify } from "../server/ledger/verify.js";
import { eventDrifts } from "./harness/eventLaws.js";
import { type RunningScrip, startScrip, wallClock } from "./harness/scenario.js";

let scrip: RunningScrip;
let sdk: ScripClient;
beforeEach(async () => {
  scrip = await startScrip("test/harness/budgets.yaml");
  sdk = scrip.sdk;
});
afterEach(async () => {
  expect(await makeVerify(scrip.database)(() => undefined)).toEqual([]);
  expect(await eventDrifts(scrip.database)).toEqual([]);
  await scrip.close();
});

const start = "2026-03-10T12:30:00.000Z";
const customerId = "acme";

/** A customer on a clock of its own. */
async function acme(plan = "basic", now = start): Promise<(to: string) => Promise<void>> {
  const { id } = await sdk.createTestClock({ now });
  expectResult(await sdk.createCustomer({ id: customerId, plan, testClockId: id }), "CustomerCreated");
  return async (to) => void (await sdk.advanceTestClock({ id, to }));
}

type Terms = Parameters<ScripClient["setBudget"]>[0];
const limit = async (terms: Partial<Terms> = {}): Promise<Budget> => {
  const input = {
    customerId,
    name: "A day",
    window: "DAY",
    limit: "100",
    action: "BLOCK",
    ...terms,
  } as Terms;
  return expectResult(await sdk.setBudget(input), "BudgetSet").budget;
};
const call = (operation: string, quantity = "1", client = sdk) =>
  client.consume({ customerId, operation, quantity });
const spend = async (operation: string, quantity = "1") =>
  expectResult(await call(operation, quantity), "Consumed").usageRecord;
const refused = async (operation: string, quantity = "1") =>
  expectResult(await call(operation, quantity), "BudgetExceeded");
/** A key of another part of the operator's back end. */
async function keyFor(name: string): Promise<{ apiKeyId: string; client: ScripClient }> {
  const newKey = makeCreateKey({
    database: scrip.database,
    clock: () => instantFrom(wallClock),
    newId: timeOrderedId,
  });
  const { apiKey, text } = await newKey({ name, role: "METER" });
  return {
    apiKeyId: apiKey.keyId,
    client: createScripClient({ url: `${scrip.origin}/graphql`, apiKey: text }),
  };
}
const undo = async (usageRecordId: string, amount?: string) =>
  expectResult(
    await sdk.reverseUsage({ customerId, usageRecordId, ...(amount && { amount }) }),
    "UsageReversed",
  );
const budgets = async () => (await sdk.budgets({ customerId })).map(({ spent, held }) => ({ spent, held }));
const spentOf = async () => (await sdk.budgets({ customerId })).map(({ spent }) => spent);
const told = async () => {
  const { nodes } = await sdk.alerts({ customerId, kind: "BUDGET_THRESHOLD" });
  return nodes.map((alert) => (alert.__typename === "BudgetAlert" ? alert.threshold : null)).reverse();
};

describe("a limit that blocks", () => {
  test("refuses what would pass it, and says which, how much, and when there is more", async () => {
    const goTo = await acme();
    const budget = await limit({ name: "Spring campaign" });
    expect(budget).toMatchObject({
      ...{ customerId, setBy: "OPERATOR", measure: "CREDITS", unit: "credit", action: "BLOCK" },
      ...{ operation: null, group: null, apiKeyId: null, window: "DAY", days: null },
      ...{ limit: "100", thresholds: [50, 80, 100], spent: "0", held: "0", remaining: "100" },
      ...{ windowStart: "2026-03-10T00:00:00.000Z", resetsAt: "2026-03-11T00:00:00.000Z" },
    });
    await spend("image", "97");
    const input = { customerId, operation: "video", idempotencyKey: "late" };
    expect(expectResult(await sdk.consume(input), "BudgetExceeded")).toMatchObject({
      code: "BUDGET_EXCEEDED",
      message:
        'This would spend 5 credit, which passes the budget "Spring campaign", of whose 100 credit 3 are left. There is more at 2026-03-11T00:00:00.000Z.',
      ...{ limit: "100", spent: "97", required: "5", remaining: "3", resetsAt: "2026-03-11T00:00:00.000Z" },
      budget: { id: budget.id, spent: "97", remaining: "3" },
    });
    await spend("image", "3");
    // What costs nothing is no business of a budget.
    await spend("ping");
    await refused("image", "0.000001");
    await goTo("2026-03-11T00:00:00.000Z");
    expect(expectResult(await sdk.consume(input), "Consumed").replayed).toBe(false);
    expect(await spentOf()).toEqual(["5"]);
  });

  test("of 100 lets exactly 100 of 64 callers' calls through", async () => {
    await acme();
    await limit();
    const answers = await Promise.all(
      Array.from({ length: 64 }, async () => [await call("image"), await call("image"), await call("image")]),
    );
    const names = answers.flat().map(({ __typename }) => __typename);
    expect(names.filter((name) => name === "Consumed")).toHaveLength(100);
    expect(names.filter((name) => name === "BudgetExceeded")).toHaveLength(92);
    expect(await told()).toEqual([50, 80, 100]);
  });

  test("judges a batch item by item", async () => {
    await acme();
    await limit({ limit: "7" });
    const items = ["image", "video", "video", "image", "text"].map((operation) => ({
      customerId,
      operation,
    }));
    const results = await sdk.consumeBatch({ items });
    expect(results.map(({ __typename }) => __typename)).toEqual([
      ...["Consumed", "Consumed", "BudgetExceeded", "Consumed", "BudgetExceeded"],
    ]);
  });

  test("of nothing lets nothing through that costs something", async () => {
    await acme();
    await limit({ limit: "0" });
    await refused("image");
    await spend("ping");
  });

  test("is judged before the credits, and after the price", async () => {
    await acme("bare");
    await limit({ limit: "3" });
    await refused("video");
    expectResult(await call("image"), "InsufficientCredits");
    expectResult(await call("music"), "UnpricedUsage");
  });

  test("that only warns refuses nothing", async () => {
    await acme();
    await limit({ action: "WARN", limit: "10", thresholds: [100, 150] });
    await spend("image", "14");
    await spend("image", "1");
    expect(await sdk.budgets({ customerId })).toMatchObject([{ spent: "15", remaining: "0" }]);
    expect(await told()).toEqual([100, 150]);
  });

  test("counts a call once, however often it is sent", async () => {
    await acme();
    await limit({ limit: "1" });
    const once = { customerId, operation: "image", idempotencyKey: "once" };
    expectResult(await sdk.consume(once), "Consumed");
    expect(expectResult(await sdk.consume(once), "Consumed").replayed).toBe(true);
    expect(await spentOf()).toEqual(["1"]);
  });

  test("of several, the one that leaves least is told", async () => {
    await acme();
    await limit({ name: "A day", limit: "10" });
    await limit({ name: "A month", window: "MONTH", limit: "5" });
    expect((await refused("image", "11")).budget.name).toBe("A month");
  });
});

describe("what a budget counts", () => {
  test("one operation, one group, one API key, or all", async () => {
    await acme();
    const { apiKeyId, client: mobile } = await keyFor("mobile");
    await limit({ name: "all", action: "WARN" });
    await limit({ name: "video", operation: "video", action: "WARN" });
    await limit({ name: "pictures", group: "pictures", action: "WARN" });
    await limit({ name: "mobile", apiKeyId, limit: "4" });
    await limit({ name: "mobile words", apiKeyId, group: "words", action: "WARN" });
    for (const operation of ["image", "video", "text"]) await spend(operation);
    expect(await spentOf()).toEqual(["7", "5", "6", "0", "0"]);
    for (const operation of ["image", "text"]) expectResult(await call(operation, "2", mobile), "Consumed");
    expect(await spentOf()).toEqual(["11", "5", "8", "4", "2"]);
    expect(expectResult(await call("image", "1", mobile), "BudgetExceeded").budget.name).toBe("mobile");
    await spend("image");
  });

  test("money is what will be billed, and the free part is not", async () => {
    await acme("payg");
    await limit({ name: "billed", measure: "MONEY", window: "PERIOD", limit: "5" });
    await limit({ name: "used", window: "PERIOD", limit: "100" });
    await spend("image", "8");
    // Two are left of the ten that are free.
    await spend("image", "4");
    expect(await spentOf()).toEqual(["2", "12"]);
    const { message, required } = await refused("video");
    expect(required).toBe("5");
    expect(message).toMatch(/^This would bill 5 USD, which passes the budget "billed"/);
    await spend("image", "3");
    await refused("image");
  });

  test("a limit of no money is a promise that no call is billed, but for what a hold was promised before", async () => {
    await acme("payg");
    const held = await sdk.reserve({ customerId, operation: "image", quantity: "12" });
    await limit({ measure: "MONEY", window: "MONTH", limit: "0" });
    await refused("image");
    await spend("ping");
    const { id: holdId } = expectResult(held, "Reserved").hold;
    expectResult(await sdk.capture({ customerId, holdId }), "Captured");
    expect(await spentOf()).toEqual(["2"]);
  });

  test("money is held by holds, given back by reversals, and counted of what was billed before", async () => {
    const goTo = await acme("payg");
    const billed = { measure: "MONEY", window: "MONTH", limit: "20" } as const;
    await limit(billed);
    const reserve = async (quantity: string) =>
      expectResult(await sdk.reserve({ customerId, operation: "image", quantity }), "Reserved").hold.id;
    const first = await reserve("14");
    expect(await budgets()).toEqual([{ spent: "0", held: "4" }]);
    const second = await reserve("10");
    expect(await budgets()).toEqual([{ spent: "0", held: "14" }]);
    expect(await refused("image", "7")).toMatchObject({ spent: "0", required: "7", remaining: "6" });
    // The free part of a hold is captured first.
    const captured = await sdk.capture({ customerId, holdId: first, quantity: "13" });
    expect(await budgets()).toEqual([{ spent: "3", held: "10" }]);
    expectResult(await sdk.release({ customerId, holdId: second }), "Released");
    // What is undone is what was billed first.
    await undo(expectResult(captured, "Captured").usageRecord.id, "1");
    expect(await budgets()).toEqual([{ spent: "2", held: "0" }]);
    expect(await limit({ ...billed, name: "Set later" })).toMatchObject({ spent: "2", held: "0" });
    expect(await limit({ ...billed, name: "And rolling", window: "ROLLING", days: 3 })).toMatchObject({
      spent: "2",
    });
    await goTo("2026-04-01T00:00:00.000Z");
    expect(await spentOf()).toEqual(["0", "0", "0"]);
  });

  test("a hold counts for the key that has reserved it, and its capture for the key that captures", async () => {
    await acme();
    const [mobile, web] = [await keyFor("mobile"), await keyFor("web")];
    await limit({ name: "mobile", apiKeyId: mobile.apiKeyId, limit: "10" });
    await limit({ name: "web", apiKeyId: web.apiKeyId, limit: "10" });
    const reserved = async (quantity: string) =>
      expectResult(await mobile.client.reserve({ customerId, operation: "image", quantity }), "Reserved").hold
        .id;
    const first = await reserved("6");
    expect(await budgets()).toEqual([
      { spent: "0", held: "6" },
      { spent: "0", held: "0" },
    ]);
    expectResult(await call("image", "10", web.client), "Consumed");
    // Nobody has promised web anything.
    const capture = { customerId, holdId: first };
    expect(expectResult(await web.client.capture(capture), "BudgetExceeded").budget.name).toBe("web");
    expectResult(await mobile.client.capture({ ...capture, quantity: "2", final: false }), "Captured");
    expect(await budgets()).toEqual([
      { spent: "2", held: "4" },
      { spent: "10", held: "0" },
    ]);
    // And what mobile was promised it gets, whatever its limit has become.
    const [{ id: budgetId } = { id: "" }] = await sdk.budgets({ customerId });
    await limit({ budgetId, name: "mobile", apiKeyId: mobile.apiKeyId, limit: "1" });
    expectResult(await mobile.client.capture({ ...capture, quantity: "4" }), "Captured");
    expect(await limit({ name: "mobile, set later", apiKeyId: mobile.apiKeyId })).toMatchObject({
      spent: "6",
    });
    expect(await limit({ name: "web, set later", apiKeyId: web.apiKeyId })).toMatchObject({ spent: "10" });
  });

  test("a group of the customer's plan version, or of the catalogue to which it may move", async () => {
    await acme();
    const folder = mkdtempSync(join(tmpdir(), "scrip-groups-"));
    const renamed = readFileSync("test/harness/budgets.yaml", "utf8").replaceAll(
      "group: pictures",
      "group: photos",
    );
    writeFileSync(join(folder, "renamed.yaml"), renamed);
    const clock = () => instantFrom(wallClock);
    await makeApplyCatalog({ database: scrip.database, clock })(
      readCatalogFile(join(folder, "renamed.yaml")),
    );
    rmSync(folder, { recursive: true });
    await limit({ name: "pinned", group: "pictures", limit: "1" });
    await limit({ name: "to come", group: "photos" });
    await spend("image");
    expect(await spentOf()).toEqual(["1", "0"]);
    expect((await refused("video")).budget.name).toBe("pinned");
    await expect(limit({ group: "films" })).rejects.toMatchObject({
      code: "BAD_INPUT",
      message: expect.stringContaining("must be one of photos, words, pictures"),
    });
  });

  test("where nothing is billed, credits that run out are short of credits", async () => {
    await acme("bare");
    await limit({ limit: "3" });
    expectResult(await call("image"), "InsufficientCredits");
  });
});

describe("windows turn", () => {
  test("a day, a month and a billing period each at their own times", async () => {
    const goTo = await acme("yours");
    for (const window of ["DAY", "MONTH", "PERIOD"] as const) await limit({ window });
    await spend("image", "10");
    const resets = (await sdk.budgets({ customerId })).map(({ resetsAt }) => resetsAt);
    expect(resets).toEqual([
      "2026-03-11T00:00:00.000Z",
      "2026-04-01T00:00:00.000Z",
      "2026-04-10T12:30:00.000Z",
    ]);
    for (const [now, spent] of [
      ["2026-03-31T23:59:59.999Z", ["0", "10", "10"]],
      ["2026-04-01T00:00:00.000Z", ["0", "0", "10"]],
      ["2026-04-10T12:29:59.999Z", ["0", "0", "10"]],
      ["2026-04-10T12:30:00.000Z", ["0", "0", "0"]],
    ] as const) {
      await goTo(now);
      expect(await spentOf()).toEqual(spent);
    }
  });

  test("a rolling one gives back by the hour, each hour at its own time, and never early", async () => {
    const goTo = await acme();
    await limit({ window: "ROLLING", days: 1, limit: "10" });
    await spend("image", "4");
    await goTo("2026-03-10T15:59:00.000Z");
    await spend("image", "6");
    expect(await refused("image")).toMatchObject({ spent: "10", resetsAt: "2026-03-11T13:00:00.000Z" });
    await goTo("2026-03-11T12:59:59.999Z");
    await refused("image");
    await goTo("2026-03-11T13:00:00.000Z");
    await spend("image", "4");
    expect(await sdk.budgets({ customerId })).toMatchObject([
      { spent: "10", windowStart: "2026-03-10T13:00:00.000Z", resetsAt: "2026-03-11T16:00:00.000Z" },
    ]);
    await goTo("2026-03-11T16:00:00.000Z");
    expect(await spentOf()).toEqual(["4"]);
    await goTo("2026-04-20T00:00:00.000Z");
    expect(await sdk.budgets({ customerId })).toMatchObject([{ spent: "0", resetsAt: null }]);
    await spend("image", "10");
  });

  test("a call counts when it is metered, also when it happened in the window before", async () => {
    await acme();
    await limit();
    const late = { customerId, operation: "image", occurredAt: "2026-03-09T12:00:00.000Z" };
    expectResult(await sdk.consume(late), "Consumed");
    expect(await spentOf()).toEqual(["1"]);
  });

  test("a change of plan begins another billing period", async () => {
    const goTo = await acme("basic");
    await limit({ window: "PERIOD" });
    await spend("image", "10");
    const now = "2026-03-20T00:00:00.000Z";
    await goTo(now);
    expectResult(await sdk.changePlan({ customerId, plan: "yours", timing: "NOW" }), "PlanChanged");
    expect(await sdk.budgets({ customerId })).toMatchObject([
      { spent: "0", windowStart: now, resetsAt: "2026-04-20T00:00:00.000Z" },
    ]);
  });
});

describe("what is undone or only promised", () => {
  test("a reversal gives back to the window in which the call was counted, while that lasts", async () => {
    const goTo = await acme();
    await limit({ limit: "10" });
    await limit({ window: "ROLLING", days: 2, limit: "10" });
    const first = await spend("image", "6");
    await goTo("2026-03-10T23:00:00.000Z");
    const second = await spend("image", "4");
    await undo(second.id, "1");
    expect(await spentOf()).toEqual(["9", "9"]);
    await goTo("2026-03-11T00:00:00.000Z");
    await spend("image", "1");
    await undo(first.id);
    // Yesterday's window is over; the rolling one still counts it.
    expect(await spentOf()).toEqual(["1", "4"]);
    await goTo("2026-03-12T23:59:59.999Z");
    expect(await spentOf()).toEqual(["0", "4"]);
    await goTo("2026-03-13T00:00:00.000Z");
    expect(await spentOf()).toEqual(["0", "1"]);
  });

  test("a reversal after a change of plan in the same instant gives nothing back to the new period", async () => {
    await acme("basic");
    await limit({ window: "PERIOD", limit: "100" });
    const { id } = await spend("image", "10");
    expectResult(await sdk.changePlan({ customerId, plan: "yours", timing: "NOW" }), "PlanChanged");
    await undo(id);
    expect(await spentOf()).toEqual(["0"]);
    await spend("image", "100");
    await refused("image");
  });

  test("a hold counts until it is captured, released or over, and what was promised can be charged for", async () => {
    const goTo = await acme();
    await limit({ limit: "10" });
    const reserve = async (quantity: string, expiresInSeconds = 86_400) =>
      expectResult(
        await sdk.reserve({ customerId, operation: "image", quantity, expiresInSeconds }),
        "Reserved",
      ).hold.id;
    const first = await reserve("6");
    const second = await reserve("3", 3_600);
    expect(await budgets()).toEqual([{ spent: "0", held: "9" }]);
    expect(await refused("image", "2")).toMatchObject({ spent: "0", remaining: "1" });
    const more = await sdk.reserve({ customerId, operation: "image", quantity: "2" });
    expect(expectResult(more, "BudgetExceeded")).toMatchObject({
      ...{ code: "BUDGET_EXCEEDED", limit: "10", spent: "0", required: "2", remaining: "1" },
      ...{ budget: { name: "A day", held: "9" }, resetsAt: "2026-03-11T00:00:00.000Z" },
      message: expect.stringMatching(/^This would spend 2 credit, .* of whose 10 credit 1 are left\./),
    });
    await limit({ name: "tight", limit: "1" });
    const capture = { customerId, holdId: first, quantity: "4", final: false };
    expectResult(await sdk.capture(capture), "Captured");
    expect(await budgets()).toEqual([
      { spent: "4", held: "5" },
      { spent: "4", held: "5" },
    ]);
    expectResult(await sdk.capture({ customerId, holdId: first, quantity: "1" }), "Captured");
    expect(await budgets()).toMatchObject([{ spent: "5", held: "3" }, {}]);
    // What lies beyond the hold was not promised.
    const beyond = { customerId, holdId: second, quantity: "4", beyondHold: true };
    expect(expectResult(await sdk.capture(beyond), "BudgetExceeded")).toMatchObject({
      ...{ code: "BUDGET_EXCEEDED", limit: "1", spent: "5", required: "4", remaining: "0" },
      ...{ budget: { name: "tight", held: "3" }, resetsAt: "2026-03-11T00:00:00.000Z" },
      message: expect.stringMatching(/^This would spend 4 credit, which passes the budget "tight"/),
    });
    await goTo("2026-03-10T13:30:00.000Z");
    expect(await budgets()).toMatchObject([{ spent: "5", held: "0" }, {}]);
  });

  test("a hold that is still open counts in the window that it is captured in", async () => {
    const goTo = await acme();
    await limit({ limit: "10" });
    const held = await sdk.reserve({
      customerId,
      operation: "image",
      quantity: "8",
      expiresInSeconds: 86_400,
    });
    const { id: holdId } = expectResult(held, "Reserved").hold;
    await goTo("2026-03-11T00:00:00.000Z");
    expect(await budgets()).toEqual([{ spent: "0", held: "8" }]);
    await refused("image", "3");
    expectResult(await sdk.capture({ customerId, holdId }), "Captured");
    expect(await budgets()).toEqual([{ spent: "8", held: "0" }]);
    expectResult(await sdk.release({ customerId, holdId }), "HoldNotActive");
  });
});

describe("setting a budget", () => {
  test("counts what was used in the window before, to the call, and tells what that has reached", async () => {
    const goTo = await acme("basic", "2026-03-09T23:30:00.000Z");
    await spend("image", "7");
    await goTo("2026-03-10T10:00:00.000Z");
    const undone = await spend("image", "50");
    await spend("video");
    await goTo("2026-03-10T12:10:00.000Z");
    await spend("image", "40");
    await sdk.reverseUsage({ customerId, usageRecordId: undone.id, amount: "20" });
    const late = { customerId, operation: "image", occurredAt: "2026-02-10T12:00:00.000Z" };
    expectResult(await sdk.consume(late), "Consumed");
    expectResult(await sdk.reserve({ customerId, operation: "image", quantity: "9" }), "Reserved");
    expect(await limit()).toMatchObject({ spent: "76", held: "9", remaining: "15" });
    expect(await limit({ window: "MONTH", group: "pictures" })).toMatchObject({ spent: "83", held: "9" });
    expect(await limit({ operation: "video" })).toMatchObject({ spent: "5", held: "0" });
    expect(await limit({ window: "ROLLING", days: 1 })).toMatchObject({
      ...{ spent: "83", resetsAt: "2026-03-11T00:00:00.000Z" },
    });
    expect(await told()).toEqual(expect.arrayContaining([50, 50, 80, 50, 80]));
    await goTo("2026-03-11T11:00:00.000Z");
    expect(await spentOf()).toEqual(["0", "83", "0", "41"]);
  });

  test("again changes its terms; what it has told it tells again only where it lies ahead now", async () => {
    await acme();
    const { id: budgetId } = await limit({ limit: "10" });
    await spend("image", "8");
    expect(await told()).toEqual([50, 80]);
    expect(await limit({ budgetId, name: "Twice as much", limit: "20" })).toMatchObject({
      ...{ id: budgetId, name: "Twice as much", limit: "20", spent: "8", remaining: "12" },
    });
    await spend("image", "2");
    expect(await told()).toEqual([50, 80, 50]);
    await limit({ budgetId, limit: "5" });
    expect(await told()).toEqual([50, 80, 50, 80, 100]);
    await refused("image");
    // Now of a month, and of one operation only: counted anew.
    expect(
      await limit({ budgetId, window: "ROLLING", days: 7, operation: "video", limit: "9" }),
    ).toMatchObject({
      ...{ spent: "0", window: "ROLLING", days: 7, operation: "video" },
    });
    expect(await limit({ budgetId, window: "MONTH", limit: "90" })).toMatchObject({
      spent: "10",
      days: null,
    });
  });

  test("is done once for a key", async () => {
    await acme();
    const input = { customerId, name: "Once", window: "DAY", limit: "5", idempotencyKey: "k" } as const;
    const first = expectResult(await sdk.setBudget(input), "BudgetSet");
    await spend("image");
    const again = expectResult(await sdk.setBudget(input), "BudgetSet");
    expect(again).toMatchObject({ replayed: true, budget: { id: first.budget.id, spent: "1" } });
    expectResult(await sdk.setBudget({ ...input, limit: "6" }), "IdempotencyConflict");
    expect(await sdk.budgets({ customerId })).toHaveLength(1);
    // A retry that comes so late is told the truth, and brings nothing back.
    const budgetId = first.budget.id;
    expectResult(await sdk.deleteBudget({ customerId, budgetId }), "BudgetDeleted");
    expect(expectResult(await sdk.setBudget(input), "BudgetNotFound")).toMatchObject({ budgetId });
    expect(await sdk.budgets({ customerId })).toEqual([]);
  });

  test("by the operator and by the customer: a customer changes only its own", async () => {
    await acme();
    const ours = await limit({ name: "ours" });
    const theirs = await limit({ name: "theirs", setBy: "CUSTOMER", limit: "50" });
    expect([ours.setBy, theirs.setBy]).toEqual(["OPERATOR", "CUSTOMER"]);
    const asCustomer = { customerId, setBy: "CUSTOMER" } as const;
    const change = { ...asCustomer, name: "more", window: "DAY", limit: "1000" } as const;
    expect(
      expectResult(await sdk.setBudget({ ...change, budgetId: ours.id }), "BudgetSetByOperator").budget.limit,
    ).toBe("100");
    const remove = { ...asCustomer, budgetId: ours.id };
    expectResult(await sdk.deleteBudget(remove), "BudgetSetByOperator");
    expect(await limit({ ...change, budgetId: theirs.id })).toMatchObject({
      setBy: "CUSTOMER",
      limit: "1000",
    });
    expect(await limit({ budgetId: theirs.id, name: "by the operator" })).toMatchObject({
      setBy: "CUSTOMER",
    });
    expectResult(await sdk.deleteBudget({ ...asCustomer, budgetId: theirs.id }), "BudgetDeleted");
    expect((await sdk.budgets({ customerId })).map(({ name }) => name)).toEqual(["ours"]);
  });

  test("refuses calls on behalf of the customer as well, and both setters' have to be passed", async () => {
    await acme();
    await limit({ name: "theirs", setBy: "CUSTOMER", limit: "3" });
    await limit({ name: "ours", limit: "5" });
    await spend("image", "3");
    expect((await refused("image")).budget).toMatchObject({ name: "theirs", setBy: "CUSTOMER" });
    const [{ id: budgetId } = { id: "" }] = await sdk.budgets({ customerId });
    await limit({ budgetId, name: "theirs", setBy: "CUSTOMER", limit: "50" });
    await spend("image", "2");
    expect((await refused("image")).budget).toMatchObject({ name: "ours", setBy: "OPERATOR" });
  });

  test("is possible 20 times for the operator and 10 times for the customer, who takes no place of the other's", async () => {
    await acme();
    const terms = { action: "WARN", thresholds: [] } as const;
    for (let n = 0; n < 10; n += 1) await limit({ ...terms, setBy: "CUSTOMER" });
    await expect(limit({ ...terms, setBy: "CUSTOMER" })).rejects.toMatchObject({
      code: "BAD_INPUT",
      message: expect.stringContaining("is one budget too many in credit: the customer can have 10"),
    });
    for (let n = 0; n < 20; n += 1) await limit(terms);
    await expect(limit(terms)).rejects.toMatchObject({
      message: expect.stringContaining("is one budget too many in credit: the operator can have 20"),
    });
    // Another unit's are others, and one that is there may change.
    await limit({ ...terms, unit: "USD" });
    const [{ id: budgetId } = { id: "" }] = await sdk.budgets({ customerId });
    await limit({ ...terms, budgetId, setBy: "CUSTOMER", limit: "7" });
    await spend("image");
    expect(new Set(await spentOf())).toEqual(new Set(["1", "0"]));
  });

  test("and deleting it ends what it says, and keeps what it has told", async () => {
    await acme();
    const { id: budgetId } = await limit({ limit: "1" });
    await spend("image");
    await refused("image");
    const input = { customerId, budgetId, idempotencyKey: "away" };
    expectResult(await sdk.deleteBudget(input), "BudgetDeleted");
    expect(expectResult(await sdk.deleteBudget(input), "BudgetDeleted").replayed).toBe(true);
    expectResult(await sdk.deleteBudget({ customerId, budgetId }), "BudgetNotFound");
    await spend("image");
    expect(await sdk.budgets({ customerId })).toEqual([]);
    expect(await told()).toEqual([50, 80, 100]);
  });

  test("is possible before there is any wallet", async () => {
    expectResult(await sdk.createCustomer({ id: customerId }), "CustomerCreated");
    expectResult(await sdk.setBudget({ customerId, name: "x", window: "DAY", limit: "1" }), "UnitNotFound");
    await limit({ unit: "credit", window: "PERIOD", limit: "1" });
    expectResult(await sdk.subscribe({ customerId, plan: "basic" }), "Subscribed");
    await spend("image");
    await refused("image");
  });
});

test("verify finds a sum that is not that of the calls, of the holds or of the hours", async () => {
  await acme();
  const { id } = await limit();
  await limit({ window: "ROLLING", days: 3 });
  await spend("image", "3");
  expectResult(await sdk.reserve({ customerId, operation: "image", quantity: "2" }), "Reserved");
  const stored = await scrip.database.read((tx) =>
    tx.query<{ counts: string }>("SELECT budget_counts AS counts FROM wallets"),
  );
  const good = stored[0]?.counts ?? "";
  const driftsOf = async (counts: string) => {
    const write = (text: string) =>
      scrip.database.transact((tx) => tx.query("UPDATE wallets SET budget_counts = $1", [text]));
    await write(counts);
    const drifts = await makeVerify(scrip.database)(() => undefined);
    await write(good);
    return drifts.map(({ row }) => row);
  };
  expect(await driftsOf(good.replace(",3000000,2000000]", ",4000000,2000000]"))).toMatchObject([
    { budget_id: id, spent: 4_000_000, counted: 3_000_000 },
  ]);
  expect(await driftsOf(good.replace(",3000000,2000000,", ",3000000,1000000,"))).toMatchObject([
    { held: 1_000_000, reserved: 2_000_000 },
  ]);
  expect(await driftsOf(good.replace(",2000000,3000000,", ",2000000,1000000,"))).toMatchObject([
    { spent: 3_000_000, hours: 1_000_000 },
  ]);
});

test("verify finds a wallet that counts fewer budgets than it has, and thresholds that were noted and never told", async () => {
  await acme();
  const { id } = await limit({ limit: "4" });
  await limit();
  await spend("image", "3");
  expect(await told()).toEqual([50]);
  const [{ counts: good } = { counts: "" }] = await scrip.database.read((tx) =>
    tx.query<{ counts: string }>("SELECT budget_counts AS counts FROM wallets"),
  );
  const write = (text: string) =>
    scrip.database.transact((tx) => tx.query("UPDATE wallets SET budget_counts = $1", [text]));
  const drifts = async () => (await makeVerify(scrip.database)(() => undefined)).map(({ row }) => row);
  const [version, [first, second]] = JSON.parse(good) as [number, [unknown[], unknown[]]];
  await write(JSON.stringify([version, [first]]));
  expect(await drifts()).toMatchObject([{ counted: 1, budgets: 2 }]);
  const noted = [...first.slice(0, -1), [...(first.at(-1) as unknown[]), [80, instantFrom(start)]]];
  await write(JSON.stringify([version, [noted, second]]));
  expect(await drifts()).toMatchObject([{ budget_id: id, threshold: 80 }]);
  const change = (sql: string) => scrip.database.transact((tx) => tx.query(sql));
  await change("UPDATE wallets SET budget_counts = NULL");
  expect(await drifts()).toHaveLength(2);
  await write(good);
  await change(
    "INSERT INTO budget_hours (customer_id, budget_id, hour, amount) VALUES ('acme', 'budget_0', 0, 1)",
  );
  expect(await drifts()).toMatchObject([{ budget_id: "budget_0" }]);
  await change("DELETE FROM budget_hours");
});
