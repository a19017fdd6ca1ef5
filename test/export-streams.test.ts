import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { createScripExports, type ExportedUsage } from "@scrip/sdk";
import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, expect, test } from "vitest";
import type { Caller } from "../server/access/keys.js";
import type { UsageRecord } from "../server/domain/usage.js";
import { exportPages } from "../server/http/exports.js";
import { started } from "./ledger/book.js";

type Pages = (signal: AbortSignal | null) => AsyncGenerator<readonly UsageRecord[]>;

let app: FastifyInstance | null = null;
const asked: ClientRequest[] = [];
afterEach(async () => {
  for (const one of asked.splice(0)) one.destroy();
  await app?.close();
});

/** A server whose exports come as a test says, and whose patience is short; a key is a role, or a customer's id. */
async function serve(pages: Pages, patience = { quietMs: 50, stuckMs: 60_000 }): Promise<string> {
  app = Fastify({ forceCloseConnections: true });
  app.decorateRequest("caller", null);
  const authenticate = async (key: string): Promise<Caller> =>
    ({
      role: key === "ADMIN" ? key : "CUSTOMER",
      customerId: key === "ADMIN" ? null : key,
      keyId: null,
    }) as never;
  const services = {
    exportUsage: async ({ signal }: { signal: AbortSignal | null }) => ({
      asOf: started,
      pages: pages(signal),
    }),
    exportLedger: () => Promise.reject(new Error("Nobody asks for it.")),
  };
  await app.register(exportPages, { services: services as never, authenticate, patience });
  return app.listen({ port: 0, host: "127.0.0.1" });
}

const record = (id: number): UsageRecord =>
  ({
    ...{
      id: `usage_${id}`,
      customerId: "ann",
      operation: "image",
      unit: "token",
      planKey: "free",
      planVersion: 1,
    },
    ...{
      quantity: 0,
      amount: 0,
      postpaid: 0,
      balanceAfter: 0,
      apiKeyId: null,
      holdId: null,
      idempotencyKey: "k",
    },
    ...{
      occurredAt: started,
      recordedAt: started,
      attributes: { note: "x".repeat(200) },
      draws: [],
      reversals: [],
    },
  }) as never;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function get(origin: string, key = "ADMIN", format = "jsonl"): Promise<IncomingMessage> {
  const one = request(
    `${origin}/exports/usage.${format}?customerId=ann${format === "csv" ? "&after=ann/usage_0" : ""}`,
    {
      headers: { authorization: `Bearer ${key}` },
    },
  );
  asked.push(one);
  one.on("error", () => undefined);
  one.end();
  const [answer] = (await once(one, "response")) as [IncomingMessage];
  answer.on("error", () => undefined);
  return answer;
}

test("an export that finds nothing for longer than the SDK waits is not given up, nor begun again", async () => {
  let begun = 0;
  const origin = await serve(async function* () {
    begun += 1;
    await sleep(1_000);
    yield [record(1)];
    await sleep(1_000);
    yield [record(2)];
  });
  const exports = createScripExports({ url: `${origin}/graphql`, apiKey: "ADMIN", timeoutMs: 400 });
  const rows: ExportedUsage[] = [];
  for await (const row of exports.usage({ customerId: "ann" })) rows.push(row);
  expect(rows.map(({ id }) => id)).toEqual(["usage_1", "usage_2"]);
  expect(begun).toBe(1);
});

test("the head of a reply comes at once, in CSV too, which has nothing in it that stands for nothing", async () => {
  const origin = await serve(async function* () {
    await sleep(300);
    yield [record(1)];
  });
  const before = performance.now();
  const answer = await get(origin, "ADMIN", "csv");
  expect(answer.headers["x-export-as-of"]).toBe(new Date(started).toISOString());
  expect(performance.now() - before).toBeLessThan(290);
  const [text] = (await once(answer, "data")) as [Buffer];
  expect(text.toString()).toMatch(/^ann,usage_1,/);
});

test("whoever leaves gives the place back at once, and what is searched for is not searched any further", async () => {
  let left = 0;
  const origin = await serve(async function* (signal) {
    signal?.addEventListener("abort", () => {
      left += 1;
    });
    await sleep(60_000);
    yield [];
  });
  for (let time = 0; time < 20; time += 1) {
    const answer = await get(origin);
    expect(answer.statusCode).toBe(200);
    answer.destroy();
    while (left <= time) await sleep(5);
  }
});

test("one customer has two places, and all customers together leave some for the operator", async () => {
  const origin = await serve(async function* () {
    await sleep(60_000);
    yield [];
  });
  const asking = (key: string) =>
    fetch(`${origin}/exports/usage.jsonl?customerId=${key === "ADMIN" ? "ann" : key}`, {
      headers: { authorization: `Bearer ${key}` },
    });
  for (const customer of ["ann", "bob", "cid"]) {
    expect((await asking(customer)).status).toBe(200);
    expect((await asking(customer)).status).toBe(200);
    const third = await asking(customer);
    expect(await third.text()).toContain("2 exports of this customer are under way");
  }
  expect(await (await asking("dan")).text()).toContain("6 exports are under way");
  expect((await asking("ADMIN")).status).toBe(200);
  expect((await asking("ADMIN")).status).toBe(200);
  expect(await (await asking("ADMIN")).text()).toContain("8 exports are under way");
});

test("a reply that nobody takes is ended", async () => {
  const origin = await serve(
    async function* () {
      for (let id = 0; ; id += 1) yield Array.from({ length: 1_000 }, () => record(id));
    },
    { quietMs: 1_000, stuckMs: 400 },
  );
  const answer = await get(origin);
  answer.pause();
  const ended = new Promise((resolve) => answer.once("close", resolve));
  await sleep(1_500);
  // What has arrived is read, and then the connection turns out to be over.
  answer.resume();
  await ended;
  expect(answer.complete).toBe(false);
});
