import { randomUUID } from "node:crypto";
import { expectResult, type ScripClient } from "@scrip/sdk";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { makeCreateKey } from "../server/access/keys.js";
import { instantFrom } from "../server/domain/instant.js";
import { timeOrderedId } from "../server/ids.js";
import { makeVerify } from "../server/ledger/verify.js";
import { onServer } from "./harness/ownPostgres.js";
import { type Relay, startRelay } from "./harness/relay.js";
import { type RunningScrip, startScrip, wallClock } from "./harness/scenario.js";

/** PostgreSQL's word that a transaction is durable. */
const committed = "COMMIT\0";

let relay: Relay;
let scrip: RunningScrip;
let sdk: ScripClient;

beforeEach(async () => {
  const server = inject("postgresUrl");
  const name = `scrip_${randomUUID().replaceAll("-", "")}`;
  await onServer(server, `CREATE DATABASE ${name}`);
  relay = await startRelay(server);
  const url = new URL(`${server}/${name}`);
  url.host = new URL(relay.origin).host;
  scrip = await startScrip("ximilar", { database: { engine: "postgres", url: url.href, poolSize: 4 } });
  sdk = scrip.sdk;
  expectResult(await sdk.createCustomer({ id: "acme", plan: "business" }), "CustomerCreated");
});

afterEach(async () => {
  await scrip.close();
  await relay.close();
});

/** Does something of which PostgreSQL's last word never arrives: it has happened, and nobody has been told. */
async function unanswered<Result>(act: () => Promise<Result>): Promise<Result> {
  relay.lose(committed);
  const result = await act();
  expect(relay.lost).toBe(1);
  return result;
}

const call = { customerId: "acme", operation: "image.recognize", idempotencyKey: "once" };
const available = async () => (await sdk.wallet({ customerId: "acme" }))?.available;
const count = async (table: string) => {
  const [row] = await scrip.database.read((tx) =>
    tx.query<{ rows: number }>(`SELECT COUNT(*) AS rows FROM ${table}`),
  );
  return row?.rows;
};

describe("when the answer to COMMIT is lost", () => {
  test("a call has happened once, and its caller is told so", async () => {
    const consumed = expectResult(await unanswered(() => sdk.consume(call)), "Consumed");
    // The second attempt finds what the first one did.
    expect(consumed).toMatchObject({ replayed: true, wallet: { available: "99990" } });
    expect(expectResult(await sdk.consume(call), "Consumed").usageRecord.id).toBe(consumed.usageRecord.id);
    expect([await available(), await count("usage_records")]).toEqual(["99990", 1]);
    expect(await makeVerify(scrip.database)(() => undefined)).toEqual([]);
  });

  test("so have all calls that shared the transaction", async () => {
    const calls = Array.from({ length: 50 }, (_, n) => ({ ...call, idempotencyKey: `job-${n}` }));
    const answers = await unanswered(() => Promise.all(calls.map((one) => sdk.consume(one))));
    for (const answer of answers) expectResult(answer, "Consumed");
    expect([await available(), await count("usage_records")]).toEqual(["99500", 50]);
    expect(await makeVerify(scrip.database)(() => undefined)).toEqual([]);
  });

  test("a hold, its capture and a reversal have happened once", async () => {
    const { hold } = expectResult(
      await unanswered(() => sdk.reserve({ ...call, idempotencyKey: "hold" })),
      "Reserved",
    );
    expect(await count("holds")).toBe(1);
    relay.lose(committed);
    const capture = { customerId: "acme", holdId: hold.id, idempotencyKey: "capture" };
    const { usageRecord } = expectResult(await sdk.capture(capture), "Captured");
    relay.lose(committed);
    const undo = { customerId: "acme", usageRecordId: usageRecord.id, idempotencyKey: "undo" };
    expectResult(await sdk.reverseUsage(undo), "UsageReversed");
    expect(relay.lost).toBe(3);
    expect([await available(), await count("usage_records"), await count("reversals")]).toEqual([
      ...["100000", 1, 1],
    ]);
    expect(await makeVerify(scrip.database)(() => undefined)).toEqual([]);
  });

  test("credits are granted, and a pack is bought, once", async () => {
    const grant = { customerId: "acme", amount: "7", idempotencyKey: "gift" };
    expectResult(await unanswered(() => sdk.grantCredits(grant)), "CreditsGranted");
    relay.lose(committed);
    const purchase = { customerId: "acme", creditPack: "pack-10000", idempotencyKey: "buy" };
    expectResult(await sdk.purchase(purchase), "Purchased");
    expect(relay.lost).toBe(2);
    expect([await available(), await count("payments")]).toEqual(["110007", 1]);
    expect(await makeVerify(scrip.database)(() => undefined)).toEqual([]);
  });

  test("a test clock is made once, and so is a webhook endpoint, though neither has a key", async () => {
    const clock = await unanswered(() => sdk.createTestClock({ now: wallClock }));
    expect([await count("test_clocks"), (await sdk.testClock({ id: clock.id }))?.now]).toEqual([
      1,
      wallClock,
    ]);
    relay.lose(committed);
    const { endpoint, secret } = await sdk.createWebhookEndpoint({ url: "https://example.com/hook" });
    expect(relay.lost).toBe(2);
    expect((await sdk.webhookEndpoints()).map(({ id }) => id)).toEqual([endpoint.id]);
    expect(secret).toMatch(/^whsec_/);
  });

  test("an API key is made once, and opens the door", async () => {
    const { database } = scrip;
    const create = makeCreateKey({ database, clock: () => instantFrom(wallClock), newId: timeOrderedId });
    const { text } = await unanswered(() => create({ name: "back end", role: "METER" }));
    expect(await count("api_keys")).toBe(1);
    const answer = await fetch(`${scrip.origin}/graphql`, {
      method: "POST",
      headers: { authorization: `Bearer ${text}`, "content-type": "application/json" },
      body: JSON.stringify({ query: "{ plans { key } }" }),
    });
    expect(answer.status).toBe(200);
  });
});
