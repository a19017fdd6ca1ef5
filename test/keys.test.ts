import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { expectResult, type ScripClient } from "@scrip/sdk";
import { buildSchema } from "graphql";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { contractFile } from "../server/files.js";
import {
  type Answer,
  leaks,
  type RawServer,
  rawAdminKey,
  refusalIn,
  startRawServer,
} from "./harness/http.js";
import { allTables } from "./harness/tables.js";

// Counted, and otherwise as it is.
vi.mock("node:crypto", async (original) => {
  const crypto = await original<typeof import("node:crypto")>();
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) };
});

let server: RawServer;
beforeAll(async () => {
  server = await startRawServer("ximilar");
  expectResult(await server.sdk().createCustomer({ id: "ada", plan: "free" }), "CustomerCreated");
});
afterAll(() => server.close());

const newKey = (role: "ADMIN" | "METER") => server.admin.createKey({ name: "a test's", role });

const askWith = (authorization?: string): Promise<Answer> =>
  server.send({
    headers: { "content-type": "application/json", ...(authorization && { authorization }) },
    body: JSON.stringify({ query: "{ plans { key } }" }),
  });
const statusWith = async (key: string) => (await askWith(`Bearer ${key}`)).status;

/** 401, in the form of GraphQL's own errors, so that a client reads only one form. */
function expectUnauthenticated({ status, headers, text }: Answer, message: string): void {
  expect({ status, body: JSON.parse(text) }).toEqual({
    status: 401,
    body: { errors: [{ message, extensions: { code: "UNAUTHENTICATED" } }] },
  });
  expect(headers.get("www-authenticate")).toBe("Bearer");
}

describe("without a key that is in force", () => {
  const sendOne = "Send an API key as Authorization: Bearer <key>.";
  const unknown = "This API key is unknown or revoked, or this token is over.";

  test.each([
    ["no header", undefined],
    ["another scheme", `Basic ${Buffer.from(`admin:${rawAdminKey}`).toString("base64")}`],
    ["the key without its scheme", rawAdminKey],
    ["a scheme without a key", "Bearer"],
    ["a key with a space in it", `Bearer ${rawAdminKey} ${rawAdminKey}`],
    ["a key of 600 characters", `Bearer ${"k".repeat(600)}`],
  ])("%s is answered with 401 and with what to send", async (_, authorization) => {
    expectUnauthenticated(await askWith(authorization), sendOne);
  });

  test.each([
    ["a made-up key", () => "sk_live_51abcdef"],
    ["one like ours that nobody has", () => `scrip_${"0".repeat(32)}_${"A".repeat(43)}`],
    ["the environment's, with a letter changed", () => rawAdminKey.replace("the", "thE")],
    ["the environment's, with a letter more", () => `${rawAdminKey}y`],
    ["the start of the environment's", () => rawAdminKey.slice(0, -1)],
  ])("%s is answered with 401", async (_, key) => {
    expectUnauthenticated(await askWith(`Bearer ${key()}`), unknown);
  });

  test("a stranger's body is not even read: neither what is wrong with it nor its size is told", async () => {
    for (const body of ["{", "y".repeat(3_000_000)]) {
      const answer = await server.send({ headers: { "content-type": "application/json" }, body });
      expectUnauthenticated(answer, sendOne);
    }
  });

  test("a key that is taken back is refused 5 seconds later at the latest, and another one stays in force", async () => {
    const [{ apiKey, text }, other] = [await newKey("ADMIN"), await newKey("ADMIN")];
    expect([await statusWith(text), await statusWith(other.text)]).toEqual([200, 200]);
    await server.admin.revokeKey(apiKey.keyId);
    server.wait(5_000);
    expectUnauthenticated(await askWith(`Bearer ${text}`), unknown);
    expect(await statusWith(other.text)).toBe(200);
  });
});

describe("a key is known by its hash alone", () => {
  test("no table holds a key or its secret, that of the environment included", async () => {
    const { text } = await newKey("METER");
    expect(await statusWith(text)).toBe(200);
    const stored = JSON.stringify(await allTables(server.admin.database));
    for (const secret of [text, text.slice(-43), rawAdminKey]) expect(stored).not.toContain(secret);
  });

  test("a row with a secret's hash lets the secret in, and never the hash itself", async () => {
    const secret = "s".repeat(43);
    const hash = createHash("sha256").update(secret).digest("hex");
    await server.admin.database.transact((tx) =>
      tx.query("INSERT INTO api_keys VALUES ($1, $2, $3, $4, $5, NULL)", [
        "key_77",
        "made",
        "METER",
        hash,
        0,
      ]),
    );
    expect(await statusWith(`scrip_77_${secret}`)).toBe(200);
    for (const guess of [hash, hash.slice(0, 43), "t".repeat(43)])
      expect(await statusWith(`scrip_77_${guess}`)).toBe(401);
  });

  test("right or wrong, comparing takes the same time: it is the comparison made for that, on hashes of one length", async () => {
    const { text } = await newKey("METER");
    const compare = vi.mocked(timingSafeEqual);
    compare.mockClear();
    expect(await statusWith(text)).toBe(200);
    expect(await statusWith(`${text.slice(0, -1)}~`)).toBe(401);
    expect(await statusWith(text.replace(/.{43}$/, "A".repeat(43)))).toBe(401);
    // Each with the environment's hash; those of a form like ours with the hash that is stored as well.
    const compared = compare.mock.calls.map(([a, b]) => [a.byteLength, b.byteLength]);
    expect(compared).toEqual(Array(5).fill([32, 32]));
  });
});

describe("a meter key", () => {
  let meter: ScripClient;
  beforeAll(async () => {
    meter = server.sdk((await newKey("METER")).text);
  });

  test("quotes, consumes, and reads everything", async () => {
    const call = { customerId: "ada", operation: "image.tag" };
    expectResult(await meter.quote(call), "Quote");
    expectResult(await meter.consume(call), "Consumed");
    expectResult((await meter.consumeBatch({ items: [call] }))[0] ?? { __typename: "None" }, "Consumed");
    expect((await meter.wallet({ customerId: "ada" }))?.available).toBe("2960");
    expect((await meter.customer({ id: "ada" }))?.subscription?.plan.key).toBe("free");
    expect((await meter.usageRecords({ customerId: "ada" })).nodes).toHaveLength(2);
    expect((await meter.ledgerEntries({ customerId: "ada" })).nodes).toHaveLength(3);
    expect((await meter.usageReport({ customerId: "ada" })).totals).toMatchObject([{ calls: 2 }]);
    expect((await meter.invoices({ customerId: "ada" })).nodes).toEqual([]);
    expect(await meter.invoice({ id: "none" })).toBeNull();
    expect(await meter.testClock({ id: "none" })).toBeNull();
    expect([await meter.plans(), await meter.creditPacks(), await meter.operations()]).toEqual([
      expect.objectContaining({ length: 3 }),
      expect.objectContaining({ length: 3 }),
      expect.objectContaining({ length: 6 }),
    ]);
  });

  test("holds, captures, releases and reverses", async () => {
    const call = { customerId: "ada", operation: "image.tag" };
    const { hold } = expectResult(await meter.reserve({ ...call, quantity: "2" }), "Reserved");
    const ours = { customerId: "ada", holdId: hold.id };
    expectResult(await meter.extendHold({ ...ours, expiresInSeconds: 900 }), "HoldExtended");
    const part = await meter.capture({ ...ours, quantity: "1", final: false });
    const { usageRecord } = expectResult(part, "Captured");
    expectResult(await meter.release(ours), "Released");
    const undo = { customerId: "ada", usageRecordId: usageRecord.id };
    expectResult(await meter.reverseUsage(undo), "UsageReversed");
    expect((await meter.hold({ customerId: "ada", id: hold.id }))?.status).toBe("RELEASED");
  });

  test("may not have a wallet's books recomputed: 403", async () => {
    await expect(meter.verifyWallet({ customerId: "ada" })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("may not see what is told to whom: 403", async () => {
    for (const read of [
      () => meter.events({ customerId: "ada" }),
      () => meter.webhookEndpoints(),
      () => meter.webhookEndpoint({ id: "endpoint_1" }),
      () => meter.webhookDeliveries({ endpointId: "endpoint_1" }),
    ])
      await expect(read()).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  const now = "2026-04-15T10:00:00.000Z";
  const owed = { customerId: "ada", invoiceId: "inv_1" };
  const adminMutations: Readonly<Record<string, (sdk: ScripClient) => Promise<unknown>>> = {
    createCustomer: (sdk) => sdk.createCustomer({ id: "eve", plan: "free" }),
    updateCustomer: (sdk) => sdk.updateCustomer({ customerId: "ada", taxExempt: true }),
    redeemCoupon: (sdk) => sdk.redeemCoupon({ customerId: "ada", code: "FREE" }),
    removeCoupon: (sdk) => sdk.removeCoupon({ customerId: "ada", code: "FREE" }),
    subscribe: (sdk) => sdk.subscribe({ customerId: "ada", plan: "business" }),
    changePlan: (sdk) => sdk.changePlan({ customerId: "ada", plan: "business" }),
    cancelSubscription: (sdk) => sdk.cancelSubscription({ customerId: "ada" }),
    resumeSubscription: (sdk) => sdk.resumeSubscription({ customerId: "ada" }),
    purchase: (sdk) => sdk.purchase({ customerId: "ada", creditPack: "pack-10000" }),
    setAutoTopUp: (sdk) =>
      sdk.setAutoTopUp({ customerId: "ada", creditPack: "pack-10000", threshold: "1", monthlyCap: "500" }),
    setBudget: (sdk) => sdk.setBudget({ customerId: "ada", name: "a day", window: "DAY", limit: "1" }),
    deleteBudget: (sdk) => sdk.deleteBudget({ customerId: "ada", budgetId: "budget_1" }),
    setBalanceAlert: (sdk) => sdk.setBalanceAlert({ customerId: "ada", below: "1" }),
    createCustomerToken: (sdk) => sdk.createCustomerToken({ customerId: "ada" }),
    setUpPayment: (sdk) => sdk.setUpPayment({ customerId: "ada" }),
    grantCredits: (sdk) => sdk.grantCredits({ customerId: "ada", amount: "1000000" }),
    payInvoice: (sdk) => sdk.payInvoice(owed),
    voidInvoice: (sdk) => sdk.voidInvoice(owed),
    createCreditNote: (sdk) => sdk.createCreditNote({ ...owed, settlement: "BALANCE" }),
    refundPurchase: (sdk) => sdk.refundPurchase(owed),
    createWebhookEndpoint: (sdk) => sdk.createWebhookEndpoint({ url: "https://hooks.example.com/" }),
    updateWebhookEndpoint: (sdk) => sdk.updateWebhookEndpoint({ id: "endpoint_1", status: "DISABLED" }),
    deleteWebhookEndpoint: (sdk) => sdk.deleteWebhookEndpoint({ id: "endpoint_1" }),
    rotateWebhookSecret: (sdk) => sdk.rotateWebhookSecret({ id: "endpoint_1" }),
    redeliverWebhook: (sdk) => sdk.redeliverWebhook({ id: "delivery_1" }),
    replayWebhooks: (sdk) => sdk.replayWebhooks({ endpointId: "endpoint_1", from: now }),
    createTestClock: (sdk) => sdk.createTestClock({ now }),
    advanceTestClock: (sdk) => sdk.advanceTestClock({ id: "clock_1", to: now }),
  };

  test("needs an admin key beside it for just what the contract says", () => {
    const mutations = buildSchema(readFileSync(contractFile, "utf8")).getMutationType()?.getFields() ?? {};
    const said = Object.values(mutations).filter(({ description }) =>
      /Needs\s+an admin key/.test(description ?? ""),
    );
    expect(said.map(({ name }) => name).sort()).toEqual(Object.keys(adminMutations).sort());
  });

  test.each(Object.entries(adminMutations))("may not %s: 403, and nothing changes", async (_, attempt) => {
    const before = await allTables(server.admin.database);
    await expect(attempt(meter)).rejects.toMatchObject({
      code: "FORBIDDEN",
      status: 403,
      message: "This needs an admin key; the key given is a meter key.",
    });
    expect(await allTables(server.admin.database)).toEqual(before);
  });

  test("cannot hide one of them behind something it may do", async () => {
    const { text } = await newKey("METER");
    const before = await allTables(server.admin.database);
    const answer = await server.send({
      headers: { "content-type": "application/json", authorization: `Bearer ${text}` },
      body: JSON.stringify({
        query: `mutation { a: createTestClock(input: { now: "${now}" }) { id } ...B }
          fragment B on Mutation { b: grantCredits(input: { customerId: "ada", amount: 5, idempotencyKey: "g" }) { __typename } }`,
      }),
    });
    expect(refusalIn(answer)).toMatchObject({ status: 403, code: "FORBIDDEN" });
    expect(answer.text).not.toMatch(leaks);
    expect(await allTables(server.admin.database)).toEqual(before);
  });
});
