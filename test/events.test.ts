import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expectResult, iterate, type ScripEvent, type ScripEventType, verifyWebhook } from "@scrip/sdk";
import { buildSchema, isEnumType } from "graphql";
import { describe, expect, expectTypeOf, test } from "vitest";
import { type EventType, eventCatalog, type NewEvent } from "../server/domain/event.js";
import { instantFrom } from "../server/domain/instant.js";
import { recordEvents } from "../server/events/outbox.js";
import { sdkEvents } from "../server/events/sdkEvents.js";
import { startReceiver } from "./harness/receiver.js";
import { scenario, startScrip, wallClock } from "./harness/scenario.js";

const read = (path: string): string =>
  readFileSync(join(fileURLToPath(new URL("..", import.meta.url)), path), "utf8");

/** As a list to look at: what happened when, and the words of it that matter. */
const told = (events: readonly ScripEvent[]): string[] =>
  events.map(({ createdAt, type, data }) => {
    const words = Object.entries(data)
      .filter(([name]) =>
        ["plan", "kind", "source", "amount", "total", "endsAt", "effectiveAt", "status"].includes(name),
      )
      .map(([, value]) => value);
    return `${createdAt.slice(0, 10)} ${[type, ...words].join(" ")}`;
  });

describe("what happens to a customer is told, when it happened, in order", () => {
  test("a plan with a trial, paid monthly, changed, cancelled and over, seen when all of it is past", () =>
    scenario("ximilar", async ({ sdk }) => {
      const clock = await sdk.createTestClock({ now: "2026-01-10T08:00:00Z" });
      const id = "ada";
      expectResult(await sdk.createCustomer({ id, testClockId: clock.id }), "CustomerCreated");
      expectResult(await sdk.subscribe({ customerId: id, plan: "business", trialDays: 14 }), "Subscribed");
      await sdk.advanceTestClock({ id: clock.id, to: "2026-03-01T00:00:00Z" });
      expectResult(
        await sdk.changePlan({ customerId: id, plan: "professional", timing: "PERIOD_END" }),
        "PlanChanged",
      );
      await sdk.advanceTestClock({ id: clock.id, to: "2026-04-01T00:00:00Z" });
      expectResult(await sdk.cancelSubscription({ customerId: id }), "SubscriptionCancelled");
      expectResult(await sdk.resumeSubscription({ customerId: id }), "SubscriptionResumed");
      expectResult(await sdk.cancelSubscription({ customerId: id }), "SubscriptionCancelled");
      await sdk.advanceTestClock({ id: clock.id, to: "2027-01-01T00:00:00Z" });

      const events: ScripEvent[] = [];
      for await (const event of iterate(sdk.events, { customerId: id, first: 7 })) events.unshift(event);
      expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, n) => n + 1));
      expect(told(events)).toMatchInlineSnapshot(`
        [
          "2026-01-10 CREDITS_GRANTED SUPPLY 100000",
          "2026-01-10 SUBSCRIPTION_STARTED business 2026-01-24T08:00:00.000Z",
          "2026-01-24 SUBSCRIPTION_ENDED business 2026-01-24T08:00:00.000Z",
          "2026-01-24 SUBSCRIPTION_STARTED business ",
          "2026-01-24 INVOICE_OPENED SUBSCRIPTION 59",
          "2026-01-24 CREDITS_GRANTED SUPPLY 100000",
          "2026-01-24 PAYMENT_SUCCEEDED 59",
          "2026-01-24 INVOICE_PAID SUBSCRIPTION 59",
          "2026-02-24 INVOICE_OPENED SUBSCRIPTION 59",
          "2026-02-24 CREDITS_GRANTED SUPPLY 100000",
          "2026-02-24 PAYMENT_SUCCEEDED 59",
          "2026-02-24 INVOICE_PAID SUBSCRIPTION 59",
          "2026-03-01 SUBSCRIPTION_CHANGED 2026-03-24T08:00:00.000Z",
          "2026-03-24 SUBSCRIPTION_ENDED business 2026-03-24T08:00:00.000Z",
          "2026-03-24 SUBSCRIPTION_STARTED professional ",
          "2026-03-24 INVOICE_OPENED SUBSCRIPTION 199",
          "2026-03-24 CREDITS_GRANTED SUPPLY 500000",
          "2026-03-24 PAYMENT_SUCCEEDED 199",
          "2026-03-24 INVOICE_PAID SUBSCRIPTION 199",
          "2026-04-01 SUBSCRIPTION_CANCELLED professional 2026-04-24T08:00:00.000Z",
          "2026-04-01 SUBSCRIPTION_RESUMED professional ",
          "2026-04-01 SUBSCRIPTION_CANCELLED professional 2026-04-24T08:00:00.000Z",
          "2026-04-24 SUBSCRIPTION_ENDED professional 2026-04-24T08:00:00.000Z",
        ]
      `);
      const { nodes } = await sdk.events({ customerId: id, types: ["SUBSCRIPTION_ENDED"] });
      expect(nodes.map(({ type }) => type)).toEqual(Array(3).fill("SUBSCRIPTION_ENDED"));
      const next = nodes.map((event) => event.type === "SUBSCRIPTION_ENDED" && event.data.nextSubscriptionId);
      expect(next.map((one) => typeof one)).toEqual(["object", "string", "string"]);
    }));

  test("a purchase, what is given back of it, and credits that begin later", () =>
    scenario("ximilar", async ({ sdk }) => {
      const clock = await sdk.createTestClock({ now: "2026-01-10T08:00:00Z" });
      const customerId = "bob";
      expectResult(
        await sdk.createCustomer({ id: customerId, plan: "free", testClockId: clock.id }),
        "CustomerCreated",
      );
      const bought = expectResult(await sdk.purchase({ customerId, creditPack: "pack-10000" }), "Purchased");
      expectResult(
        await sdk.grantCredits({
          customerId,
          amount: "5",
          effectiveAt: "2026-01-20T00:00:00Z",
          source: "PROMOTION",
        }),
        "CreditsGranted",
      );
      await sdk.advanceTestClock({ id: clock.id, to: "2026-01-25T00:00:00Z" });
      expectResult(
        await sdk.refundPurchase({ customerId, invoiceId: bought.invoice.id }),
        "PurchaseRefunded",
      );
      const { nodes } = await sdk.events({ customerId });
      expect(told(nodes.toReversed())).toMatchInlineSnapshot(`
        [
          "2026-01-10 CREDITS_GRANTED SUPPLY 3000",
          "2026-01-10 SUBSCRIPTION_STARTED free ",
          "2026-01-10 INVOICE_OPENED PURCHASE 10",
          "2026-01-10 PAYMENT_SUCCEEDED 10",
          "2026-01-10 CREDITS_GRANTED PACK 10000",
          "2026-01-10 INVOICE_PAID PURCHASE 10",
          "2026-01-10 PURCHASE_PAID",
          "2026-01-20 CREDITS_GRANTED PROMOTION 5",
          "2026-01-25 CREDIT_NOTE_CREATED 10",
          "2026-01-25 REFUND_SUCCEEDED 10",
        ]
      `);
      // Nobody else's, and what is about nobody is apart.
      expect((await sdk.events({ customerId: "nobody" })).nodes).toEqual([]);
      expect((await sdk.events({})).nodes).toEqual([]);
    }));
});

test("those who tell at once in one transaction have their places one after the other", async () => {
  const { sdk, database, close } = await startScrip("ximilar");
  expectResult(await sdk.createCustomer({ id: "ada" }), "CustomerCreated");
  const data = { unit: "credit", creditPack: "small", failures: 3, lastFailure: null };
  const event: NewEvent = {
    ...{ customerId: "ada", type: "AUTO_TOP_UP_TURNED_OFF", data },
    at: instantFrom(wallClock),
  };
  await database.transact((tx) => Promise.all([1, 2, 3].map(() => recordEvents(tx, [event, event]))));
  const { nodes } = await sdk.events({ customerId: "ada" });
  expect(nodes.map(({ sequence }) => sequence)).toEqual([6, 5, 4, 3, 2, 1]);
  expect(new Set(nodes.map(({ id }) => id)).size).toBe(6);
  await close();
});

describe("webhooks as an operator sets them up", () => {
  test("what happens arrives at once, signed; the log shows it, and it can be sent again", async () => {
    const hooks = await startReceiver();
    const { sdk, close } = await startScrip("ximilar", { webhooks: { allowPrivate: true } });
    try {
      const { endpoint, secret } = await sdk.createWebhookEndpoint({
        url: hooks.url,
        description: "our back end",
        eventTypes: ["SUBSCRIPTION_STARTED", "INVOICE_PAID", "PURCHASE_PAID"],
      });
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      expect(endpoint).toMatchObject({ status: "ENABLED", failingSince: null, replay: null });
      expect(await sdk.webhookEndpoints()).toEqual([endpoint]);
      expect(await sdk.webhookEndpoint({ id: endpoint.id })).toEqual(endpoint);
      expect(JSON.stringify(await sdk.webhookEndpoints())).not.toContain("whsec_");

      expectResult(await sdk.createCustomer({ id: "ada", plan: "free" }), "CustomerCreated");
      expectResult(await sdk.purchase({ customerId: "ada", creditPack: "pack-10000" }), "Purchased");
      await hooks.until(3);
      const events: ScripEvent[] = [];
      for (const { headers, body } of hooks.received)
        events.push(
          await verifyWebhook({
            payload: body,
            headers: new Headers({ ...headers } as Record<string, string>),
            secret,
            now: new Date(wallClock),
          }),
        );
      expect(events.map(({ type }) => type)).toEqual([
        "SUBSCRIPTION_STARTED",
        "INVOICE_PAID",
        "PURCHASE_PAID",
      ]);
      const stored = (await sdk.events({ customerId: "ada" })).nodes;
      for (const event of events) expect(stored).toContainEqual(event);

      const log = async () => (await sdk.webhookDeliveries({ endpointId: endpoint.id })).nodes;
      await expect
        .poll(async () => (await log()).map(({ status }) => status))
        .toEqual(Array(3).fill("DELIVERED"));
      const [delivery] = await log();
      expect(delivery).toMatchObject({
        ...{ endpointId: endpoint.id, attemptCount: 1, deliveredAt: wallClock, nextAttemptAt: null },
        event: { type: "PURCHASE_PAID", data: { creditPack: "pack-10000", credits: "10000", quantity: 1 } },
        attempts: [{ number: 1, startedAt: wallClock, statusCode: 204, error: null, response: null }],
      });
      await sdk.redeliverWebhook({ id: delivery?.id ?? "" });
      await hooks.until(4);
      expect(hooks.received.at(-1)?.event.id).toBe(delivery?.event.id);
      expect((await log()).length).toBe(3);
      const pages: string[] = [];
      for await (const { id } of iterate(sdk.webhookDeliveries, { endpointId: endpoint.id, first: 2 }))
        pages.push(id);
      expect(pages).toEqual((await log()).map(({ id }) => id));

      const changed = await sdk.updateWebhookEndpoint({
        id: endpoint.id,
        description: null,
        eventTypes: null,
      });
      expect(changed).toMatchObject({ url: hooks.url, description: null, eventTypes: null });
      const rotated = await sdk.rotateWebhookSecret({ id: endpoint.id });
      expect(rotated.secret).not.toBe(secret);
      expect(rotated.endpoint.oldSecretUntil).toBe("2026-01-16T12:00:00.000Z");
      const replayed = await sdk.replayWebhooks({ endpointId: endpoint.id, from: "2026-01-01T00:00:00Z" });
      expect(replayed.replay).toMatchObject({ from: "2026-01-01T00:00:00.000Z", finishedAt: null });
      expect((await sdk.deleteWebhookEndpoint({ id: endpoint.id })).id).toBe(endpoint.id);
      expect(await sdk.webhookEndpoints()).toEqual([]);
      expect(await log()).toEqual([]);
    } finally {
      await close();
      await hooks.close();
    }
  });

  test("what cannot be is refused with the field and what is allowed", async () => {
    const { sdk, close } = await startScrip("ximilar");
    const refused = async (input: Parameters<typeof sdk.createWebhookEndpoint>[0], message: RegExp) => {
      const error = await sdk.createWebhookEndpoint(input).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "BAD_INPUT", message: expect.stringMatching(message) });
    };
    try {
      const url = "https://receiver.example/";
      await refused({ url, eventTypes: [] }, /input\.eventTypes must name at least one type/);
      await refused({ url: "" }, /input\.url must be a URL such as https/);
      await refused({ url: "no url" }, /input\.url must be a URL such as https/);
      await refused({ url: "http://example.com/" }, /input\.url must begin with https/);
      await refused({ url: "ftp://example.com/" }, /input\.url must begin with https/);
      await refused({ url: "https://user:pass@example.com/" }, /must not hold a name or a password/);
      await refused({ url: "https://example.com/#here" }, /must not have a fragment/);
      await refused({ url: `https://example.com/${"x".repeat(2_000)}` }, /at most 2000 characters/);
      for (const host of [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "[::1]",
        "[::ffff:10.0.0.1]",
        "169.254.169.254",
        "10.1.2.3",
      ])
        await refused({ url: `https://${host}/` }, /no public address; set WEBHOOKS_ALLOW_PRIVATE=true/);
      await refused({ url: "https://example.com/", description: "x".repeat(256) }, /input\.description/);
      const unknown = { id: "endpoint_1" };
      for (const attempt of [
        () => sdk.updateWebhookEndpoint({ ...unknown, status: "ENABLED" }),
        () => sdk.deleteWebhookEndpoint(unknown),
        () => sdk.rotateWebhookSecret(unknown),
        () => sdk.redeliverWebhook({ id: "delivery_endpoint_1/ada/1" }),
        () => sdk.replayWebhooks({ endpointId: "endpoint_1", from: wallClock }),
      ])
        await expect(attempt()).rejects.toMatchObject({ code: "NOT_FOUND" });
      expect(await sdk.webhookEndpoint(unknown)).toBeNull();
      expect((await sdk.webhookDeliveries({ endpointId: "endpoint_1" })).nodes).toEqual([]);
      const { endpoint } = await sdk.createWebhookEndpoint({ url: "https://hooks.example.com/" });
      for (const overlapHours of [-1, 169])
        await expect(sdk.rotateWebhookSecret({ id: endpoint.id, overlapHours })).rejects.toMatchObject({
          ...{ code: "BAD_INPUT", field: "input.overlapHours" },
        });
      await expect(
        sdk.updateWebhookEndpoint({ id: endpoint.id, url: "https://10.0.0.1/" }),
      ).rejects.toMatchObject({
        ...{ code: "BAD_INPUT", field: "input.url" },
      });
      await expect(sdk.events({ customerId: "ada", first: 101 })).rejects.toMatchObject({
        code: "BAD_INPUT",
      });
      await expect(sdk.events({ customerId: "ada", after: "nonsense" })).rejects.toMatchObject({
        code: "BAD_INPUT",
      });
      for (let n = 1; n < 50; n += 1) await sdk.createWebhookEndpoint({ url: "https://hooks.example.com/" });
      await refused({ url: "https://hooks.example.com/" }, /There are 50 webhook endpoints already/);
    } finally {
      await close();
    }
  });
});

describe("one catalogue", () => {
  test("the contract's EventType has every type, and says of it what the catalogue says", () => {
    const type = buildSchema(read("schema.graphql")).getType("EventType");
    if (!isEnumType(type)) throw new Error("EventType is an enum.");
    expect(Object.fromEntries(type.getValues().map(({ name, description }) => [name, description]))).toEqual(
      Object.fromEntries(Object.entries(eventCatalog).map(([name, { means }]) => [name, means])),
    );
  });

  test("the SDK's events.ts is what codegen writes from it", () => {
    expect(sdkEvents(), "Run `npm run codegen`.").toBe(read("sdk/src/events.ts"));
    expectTypeOf<ScripEventType>().toEqualTypeOf<EventType>();
  });

  test("docs/webhooks.md lists every type with its meaning and its data", () => {
    const rows = Object.entries(eventCatalog).map(
      ([type, { means, data }]) =>
        `| \`${type}\` | ${means} | ${Object.keys(data)
          .map((name) => `\`${name}\``)
          .join(", ")} |`,
    );
    const page = read("docs/webhooks.md");
    const table = page.split("\n").filter((line) => /^\| `[A-Z_]+` \|/.test(line));
    expect(table).toEqual(rows);
  });
});
