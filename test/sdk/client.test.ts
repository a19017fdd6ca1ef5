import { getEventListeners } from "node:events";
import { isProblem, iterate, type ScripClient, ScripConnectionError, type ScripStreams } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { call, caught, data, fault, scripAgainst } from "./harness.js";
import type { StrictServer } from "./strict-server.js";

const consumed = { consume: { __typename: "Consumed", replayed: false } };

interface KeyedInput {
  readonly idempotencyKey: string;
  readonly items: readonly { readonly idempotencyKey: string }[];
}
const inputsOf = ({ received }: StrictServer) =>
  received.map(({ variables }) => variables.input as KeyedInput);

const at = "2026-04-15T00:00:00.000Z";
const held = { customerId: "acme", holdId: "hold_1" };
const owed = { customerId: "acme", invoiceId: "inv_1" };
const everyMethod: Record<
  Exclude<keyof ScripClient, keyof ScripStreams>,
  (scrip: ScripClient) => Promise<unknown>
> = {
  quote: (scrip) => scrip.quote(call),
  quoteUsage: (scrip) =>
    scrip.quoteUsage({ lines: [{ operation: "image.generate", quantity: "1000" }], period: "MONTH" }),
  customer: (scrip) => scrip.customer({ id: "acme" }),
  wallet: (scrip) => scrip.wallet({ customerId: "acme", unit: "CU", activeOnly: false, returnsFirst: 5 }),
  forecast: (scrip) => scrip.forecast({ customerId: "acme", unit: "CU", days: 7 }),
  comparePlans: (scrip) =>
    scrip.comparePlans({ customerId: "acme", from: at, to: new Date(at), draftCatalog: "" }),
  plans: (scrip) => scrip.plans(),
  creditPacks: (scrip) => scrip.creditPacks(),
  operations: (scrip) => scrip.operations(),
  usageRecords: (scrip) => scrip.usageRecords({ ...call, from: at, first: 10, explain: true }),
  usageReport: (scrip) => scrip.usageReport({ customerId: "acme", groupBy: ["OPERATION", "DAY"] }),
  ledgerEntries: (scrip) => scrip.ledgerEntries({ customerId: "acme" }),
  invoices: (scrip) => scrip.invoices({ customerId: "acme", after: "cursor" }),
  upcomingInvoice: (scrip) => scrip.upcomingInvoice({ customerId: "acme" }),
  upcomingInvoices: (scrip) => scrip.upcomingInvoices({ customerId: "acme" }),
  invoice: (scrip) => scrip.invoice({ id: "inv_1" }),
  budgets: (scrip) => scrip.budgets({ customerId: "acme" }),
  alerts: (scrip) => scrip.alerts({ customerId: "acme", kind: "LOW_BALANCE", first: 5 }),
  setBudget: (scrip) =>
    scrip.setBudget({ customerId: "acme", name: "A week", window: "ROLLING", days: 7, limit: "100" }),
  deleteBudget: (scrip) => scrip.deleteBudget({ customerId: "acme", budgetId: "budget_1" }),
  setBalanceAlert: (scrip) => scrip.setBalanceAlert({ customerId: "acme", below: "10", daysBeforeExpiry: 7 }),
  testClock: (scrip) => scrip.testClock({ id: "clock_1" }),
  createCustomer: (scrip) => scrip.createCustomer({ id: "acme", plan: "free", metadata: { vip: true } }),
  updateCustomer: (scrip) =>
    scrip.updateCustomer({ customerId: "acme", name: null, billingAddress: { country: "DE" } }),
  redeemCoupon: (scrip) => scrip.redeemCoupon({ customerId: "acme", code: "LAUNCH" }),
  removeCoupon: (scrip) => scrip.removeCoupon({ customerId: "acme", code: "LAUNCH" }),
  subscribe: (scrip) => scrip.subscribe({ customerId: "acme", plan: "pro", startsAt: new Date(at) }),
  changePlan: (scrip) =>
    scrip.changePlan({ customerId: "acme", plan: "pro", timing: "NOW", supplyPolicy: "PRORATE" }),
  previewPlanChange: (scrip) => scrip.previewPlanChange({ customerId: "acme", plan: "pro" }),
  cancelSubscription: (scrip) => scrip.cancelSubscription({ customerId: "acme", timing: "PERIOD_END" }),
  resumeSubscription: (scrip) => scrip.resumeSubscription({ customerId: "acme" }),
  consume: (scrip) => scrip.consume({ ...call, quantity: "2.5", attributes: { model: "sdxl", steps: 30 } }),
  consumeBatch: (scrip) => scrip.consumeBatch({ items: [call, call] }),
  reserve: (scrip) => scrip.reserve({ ...call, quantity: "2.5", expiresInSeconds: 60 }),
  capture: (scrip) => scrip.capture({ ...held, quantity: "2", final: false, beyondHold: true }),
  extendHold: (scrip) => scrip.extendHold({ ...held, expiresInSeconds: 60 }),
  release: (scrip) => scrip.release(held),
  reverseUsage: (scrip) =>
    scrip.reverseUsage({ customerId: "acme", usageRecordId: "usage_1", amount: "0.5", reason: "it failed" }),
  hold: (scrip) => scrip.hold({ customerId: "acme", id: "hold_1" }),
  holds: (scrip) => scrip.holds({ customerId: "acme", status: "ACTIVE", first: 5 }),
  verifyWallet: (scrip) => scrip.verifyWallet({ customerId: "acme", unit: "CU" }),
  purchase: (scrip) => scrip.purchase({ customerId: "acme", creditPack: "small", quantity: 3 }),
  setAutoTopUp: (scrip) =>
    scrip.setAutoTopUp({ customerId: "acme", creditPack: "small", threshold: "10", monthlyCap: "100" }),
  createCustomerToken: (scrip) => scrip.createCustomerToken({ customerId: "acme", expiresInSeconds: 60 }),
  setUpPayment: (scrip) => scrip.setUpPayment({ customerId: "acme" }),
  grantCredits: (scrip) => scrip.grantCredits({ customerId: "acme", amount: "10", source: "PROMOTION" }),
  payInvoice: (scrip) => scrip.payInvoice(owed),
  voidInvoice: (scrip) => scrip.voidInvoice({ ...owed, reason: "a mistake" }),
  createCreditNote: (scrip) => scrip.createCreditNote({ ...owed, amount: "2.50", settlement: "BALANCE" }),
  refundPurchase: (scrip) => scrip.refundPurchase({ ...owed, reason: "they asked" }),
  creditNotes: (scrip) => scrip.creditNotes({ customerId: "acme", first: 5 }),
  events: (scrip) => scrip.events({ customerId: "acme", types: ["INVOICE_PAID"], first: 5 }),
  webhookEndpoints: (scrip) => scrip.webhookEndpoints(),
  webhookEndpoint: (scrip) => scrip.webhookEndpoint({ id: "endpoint_1" }),
  webhookDeliveries: (scrip) => scrip.webhookDeliveries({ endpointId: "endpoint_1", status: "FAILING" }),
  createWebhookEndpoint: (scrip) => scrip.createWebhookEndpoint({ url: "https://hooks.example.com/" }),
  updateWebhookEndpoint: (scrip) => scrip.updateWebhookEndpoint({ id: "endpoint_1", status: "ENABLED" }),
  deleteWebhookEndpoint: (scrip) => scrip.deleteWebhookEndpoint({ id: "endpoint_1" }),
  rotateWebhookSecret: (scrip) => scrip.rotateWebhookSecret({ id: "endpoint_1", overlapHours: 1 }),
  redeliverWebhook: (scrip) => scrip.redeliverWebhook({ id: "delivery_1" }),
  replayWebhooks: (scrip) => scrip.replayWebhooks({ endpointId: "endpoint_1", from: new Date(at) }),
  creditNote: (scrip) => scrip.creditNote({ id: "cn_1" }),
  createTestClock: (scrip) => scrip.createTestClock({ now: new Date(at) }),
  advanceTestClock: (scrip) => scrip.advanceTestClock({ id: "clock_1", to: at }),
};

describe("every method sends its operation with its variables and answers what the server gave for it", () => {
  for (const [method, send] of Object.entries(everyMethod))
    test(method, async () => {
      const given = method === "consumeBatch" ? { results: ["the answer"] } : { is: "the answer" };
      const { server, scrip } = await scripAgainst([data({ [method]: given })]);
      expect(await send(scrip)).toEqual(method === "consumeBatch" ? given.results : given);
      expect(server.received.map(({ operationName }) => operationName.toLowerCase())).toEqual([
        method.toLowerCase(),
      ]);
    });
});

test("dates travel as RFC 3339, and extra headers travel along without displacing the key", async () => {
  const { server, scrip } = await scripAgainst([data(consumed)], {
    headers: { "X-Trace": "t-1", Authorization: "Basic nonsense" },
  });
  await scrip.consume({ ...call, occurredAt: new Date(at), idempotencyKey: "k1" });
  expect(server.received[0]?.variables).toEqual({ input: { ...call, occurredAt: at, idempotencyKey: "k1" } });
  expect(server.received[0]?.headers["x-trace"]).toBe("t-1");
});

test("an invalid date or number is refused before anything is sent, as JSON would turn it into the default", async () => {
  const { server, scrip } = await scripAgainst([data(consumed)]);
  await expect(scrip.consume({ ...call, occurredAt: new Date("soon") })).rejects.toThrow(
    "occurredAt is Invalid Date",
  );
  await expect(scrip.consume({ ...call, attributes: { steps: Number.NaN } })).rejects.toThrow("steps is NaN");
  expect(server.received).toEqual([]);
});

describe("idempotency keys", () => {
  test("one generated key serves all attempts of a call, and the next call gets another", async () => {
    const busy = fault(503, "INTERNAL");
    const { server, scrip } = await scripAgainst([busy, busy, data(consumed)]);
    await scrip.consume(call);
    await scrip.consume(call);
    const keys = inputsOf(server).map(({ idempotencyKey }) => idempotencyKey);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys.slice(0, 3)).toEqual([keys[0], keys[0], keys[0]]);
    expect(keys[3]).not.toBe(keys[0]);
  });

  test("each item of a batch gets its own key, unless it has one", async () => {
    const { server, scrip } = await scripAgainst(["break", data({ consumeBatch: { results: [] } })]);
    await scrip.consumeBatch({ items: [call, { ...call, idempotencyKey: "mine" }, call] });
    const [first, second] = inputsOf(server).map(({ items }) =>
      items.map(({ idempotencyKey }) => idempotencyKey),
    );
    expect(new Set(first).size).toBe(3);
    expect(first?.[1]).toBe("mine");
    expect(second).toEqual(first);
  });

  test("an error names the key that the call was sent with, so that it can be repeated later", async () => {
    const { server, scrip } = await scripAgainst(["break"], { attemptsMax: 1 });
    const error = await caught(scrip.purchase({ customerId: "acme", creditPack: "small" }));
    expect(error.idempotencyKey).toBe(inputsOf(server)[0]?.idempotencyKey);
  });
});

describe("trying again", () => {
  test("gives up after attemptsMax, with the last error", async () => {
    const { server, scrip } = await scripAgainst(["break", "break", fault(500, "INTERNAL")], {
      attemptsMax: 3,
    });
    const error = await caught(scrip.consume(call));
    expect(error).toMatchObject({ code: "INTERNAL", status: 500, requestId: "req_42" });
    expect(server.received).toHaveLength(3);
  });

  test("a bad input is not sent again, and its field is on the error", async () => {
    const { server, scrip } = await scripAgainst([fault(400, "BAD_INPUT", { field: "input.quantity" })]);
    const error = await caught(scrip.consume(call));
    expect(error).toMatchObject({ code: "BAD_INPUT", field: "input.quantity", status: 400 });
    expect(error).not.toBeInstanceOf(ScripConnectionError);
    expect(server.received).toHaveLength(1);
  });

  test("an error that comes with status 200 is an error as well", async () => {
    const { scrip } = await scripAgainst([fault(200, "FORBIDDEN")]);
    expect(await caught(scrip.plans())).toMatchObject({ code: "FORBIDDEN", status: 200 });
  });

  test("a mutation without a key is sent once only", async () => {
    const { server, scrip } = await scripAgainst(["break"]);
    await caught(scrip.createTestClock({ now: at }));
    await caught(scrip.advanceTestClock({ id: "clock_1", to: at }));
    expect(server.received).toHaveLength(2);
  });

  test("waits as long as the server asks, but reports a long wait at once", async () => {
    const busy = (seconds: string) => ({
      ...fault(429, "RATE_LIMITED"),
      headers: { "retry-after": seconds },
    });
    const { server, scrip } = await scripAgainst([busy("1"), data({ plans: [] }), busy("3600")]);
    const before = performance.now();
    await scrip.plans();
    expect(performance.now() - before).toBeGreaterThanOrEqual(990);
    expect(await caught(scrip.plans())).toMatchObject({ status: 429, retryAfterMs: 3_600_000 });
    expect(server.received).toHaveLength(3);
  });
});

describe("time", () => {
  test("an attempt without an answer ends after timeoutMs, and hangs up", async () => {
    const { server, scrip } = await scripAgainst(["hang"], { timeoutMs: 60, attemptsMax: 2 });
    const error = await caught(scrip.wallet({ customerId: "acme" }));
    expect(error).toBeInstanceOf(ScripConnectionError);
    expect(error).toMatchObject({ code: "TIMEOUT", status: null });
    await expect.poll(() => server.received.map(({ gone }) => gone)).toEqual([true, true]);
  });

  test("a call may have its own timeout", async () => {
    const { scrip } = await scripAgainst([{ ...data({ plans: [] }), delayMs: 150 }], {
      timeoutMs: 50,
      attemptsMax: 1,
    });
    expect(await scrip.plans({ timeoutMs: 5_000 })).toEqual([]);
    expect(await caught(scrip.plans())).toMatchObject({ code: "TIMEOUT" });
  });

  test("the caller's signal ends a call in flight at once, even on its last attempt, and one not yet begun", async () => {
    const { server, scrip } = await scripAgainst(["hang"], { attemptsMax: 1, timeoutMs: 20_000 });
    const controller = new AbortController();
    const inFlight = scrip.plans({ signal: controller.signal });
    await expect.poll(() => server.received.length).toBe(1);
    const before = performance.now();
    controller.abort(new Error("enough"));
    await expect(inFlight).rejects.toThrow("enough");
    await expect(scrip.plans({ signal: controller.signal })).rejects.toThrow("enough");
    expect(performance.now() - before).toBeLessThan(10_000);
    expect(server.received).toHaveLength(1);
  });

  test("the caller's signal ends the wait between two attempts", async () => {
    const patient = { ...fault(503, "INTERNAL"), headers: { "retry-after": "20" } };
    const { server, scrip } = await scripAgainst([patient]);
    const before = performance.now();
    await expect(scrip.plans({ signal: AbortSignal.timeout(200) })).rejects.toThrow("due to timeout");
    expect(performance.now() - before).toBeLessThan(10_000);
    expect(server.received).toHaveLength(1);
  });
});

test("a signal that outlives its calls collects no listeners", async () => {
  const { signal } = new AbortController();
  const { scrip } = await scripAgainst([fault(503, "INTERNAL"), data({ plans: [] }), "break"], {
    attemptsMax: 2,
  });
  await scrip.plans({ signal });
  await caught(scrip.plans({ signal }));
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("iterate goes through all pages and stops loading when the loop is left", async () => {
  const page = (names: string[], endCursor: string | null) =>
    data({
      usageRecords: {
        nodes: names.map((id) => ({ id })),
        pageInfo: { hasNextPage: endCursor !== null, endCursor },
      },
    });
  const { server, scrip } = await scripAgainst([
    page(["a", "b"], "c1"),
    page(["c"], null),
    page(["x", "y"], "c2"),
  ]);
  const seen: string[] = [];
  for await (const record of iterate(scrip.usageRecords, { customerId: "acme", first: 2 }))
    seen.push(record.id);
  expect(seen).toEqual(["a", "b", "c"]);
  expect(server.received.map(({ variables }) => variables.after ?? null)).toEqual([null, "c1"]);
  for await (const record of iterate(scrip.usageRecords, { customerId: "acme" }))
    if (record.id === "x") break;
  expect(server.received).toHaveLength(3);
});

test("a problem that is newer than the SDK can still be told from a success", async () => {
  const unheardOf = {
    __typename: "CustomerFrozen",
    code: "CUSTOMER_FROZEN",
    message: "The customer is frozen.",
  };
  const { scrip } = await scripAgainst([data({ consume: unheardOf })]);
  const result = await scrip.consume(call);
  expect(isProblem(result) && result.message).toBe("The customer is frozen.");
});
