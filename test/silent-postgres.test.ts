import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { expectResult, type ScripClient } from "@scrip/sdk";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { makeVerify } from "../server/ledger/verify.js";
import { connectTimeoutMs } from "../server/storage/postgresTrouble.js";
import { onServer } from "./harness/ownPostgres.js";
import { type Relay, startRelay } from "./harness/relay.js";
import { type RunningScrip, startScrip } from "./harness/scenario.js";

/** Shorter than usual, so that nobody waits for these tests. */
const patience = { lockMs: 500, idleMs: 2_000, answerMs: 1_500, unhurriedMs: 60_000 };

let relay: Relay;
let scrip: RunningScrip;
let sdk: ScripClient;
/** Without the relay. */
let direct: string;

beforeEach(async () => {
  const server = inject("postgresUrl");
  const name = `scrip_${randomUUID().replaceAll("-", "")}`;
  await onServer(server, `CREATE DATABASE ${name}`);
  direct = `${server}/${name}`;
  relay = await startRelay(server);
  const url = new URL(direct);
  url.host = new URL(relay.origin).host;
  const database = { engine: "postgres", url: url.href, poolSize: 4, patience } as const;
  scrip = await startScrip("ximilar", { database });
  sdk = scrip.sdk;
  for (const id of ["acme", "other"])
    expectResult(await sdk.createCustomer({ id, plan: "business" }), "CustomerCreated");
});

afterEach(async () => {
  await scrip.close();
  await relay.close();
});

const calls = (customerId: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({
    ...{ customerId, operation: "image.recognize", idempotencyKey: `job-${n}` },
  }));
const consume = (customerId: string, count: number) =>
  Promise.allSettled(calls(customerId, count).map((call) => sdk.consume(call)));
const available = async (customerId: string) => (await sdk.wallet({ customerId }))?.available;
const verify = () => makeVerify(scrip.database)(() => undefined);

/** Takes a customer's lock and does nothing, as a process that hangs or somebody at a console does. */
async function lockCustomer(id: string): Promise<{ letGo(): Promise<void> }> {
  const holder = new pg.Client(direct);
  await holder.connect();
  await holder.query("BEGIN");
  await holder.query("SELECT 1 FROM customers WHERE customer_id = $1 FOR UPDATE", [id]);
  return { letGo: () => holder.end() };
}

describe("PostgreSQL", { timeout: 60_000 }, () => {
  test("falls silent: calls are told so that they can be sent again, and afterwards each is charged once", async () => {
    expect((await consume("acme", 20)).every(({ status }) => status === "fulfilled")).toBe(true);
    relay.hold();
    const begun = performance.now();
    for (const outcome of await consume("acme", 40))
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "UNAVAILABLE", status: 503 } });
    await expect(sdk.wallet({ customerId: "acme" })).rejects.toMatchObject({ code: "UNAVAILABLE" });
    // Once for an answer, and then for a new connection: for the calls behind, and for the wallet.
    expect(performance.now() - begun).toBeLessThan(patience.answerMs + 2 * connectTimeoutMs + 5_000);
    relay.letGo();
    const again = await consume("acme", 40);
    expect(again.every(({ status }) => status === "fulfilled")).toBe(true);
    expect(await available("acme")).toBe(String(100_000 - 40 * 10));
    expect(await verify()).toEqual([]);
  });

  test("has a customer locked by somebody: only that customer's calls are refused, and may be sent again", async () => {
    const holder = await lockCustomer("acme");
    const begun = performance.now();
    const [locked, others] = await Promise.all([consume("acme", 30), consume("other", 30)]);
    expect(performance.now() - begun).toBeLessThan(10_000);
    for (const outcome of locked)
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "OVERLOADED", status: 503 } });
    expect(others.every(({ status }) => status === "fulfilled")).toBe(true);
    await holder.letGo();
    expect((await consume("acme", 30)).every(({ status }) => status === "fulfilled")).toBe(true);
    expect([await available("acme"), await available("other")]).toEqual(["99700", "99700"]);
    expect(await verify()).toEqual([]);
  });

  test("ends a transaction that does nothing for long, with its locks, and it is done anew", async () => {
    let attempts = 0;
    const hanging = scrip.database.transact(async (tx) => {
      attempts += 1;
      await tx.query("SELECT 1 FROM customers WHERE customer_id = 'acme' FOR UPDATE");
      if (attempts === 1) await wait(2 * patience.idleMs);
      return tx.query<{ id: string }>("SELECT customer_id AS id FROM customers WHERE customer_id = 'acme'");
    });
    await wait(patience.idleMs + 500);
    expect((await consume("acme", 1))[0]).toMatchObject({ status: "fulfilled" });
    expect(await hanging).toEqual([{ id: "acme" }]);
    expect(attempts).toBe(2);
  });

  test("is not asked to keep ever more statements", async () => {
    const kept = await scrip.database.transact(async (tx) => {
      for (let n = 0; n < 2_000; n += 1) await tx.query(`SELECT ${n} AS n`);
      return tx.query<{ statements: number }>("SELECT COUNT(*) AS statements FROM pg_prepared_statements");
    });
    expect(kept[0]?.statements).toBeLessThanOrEqual(1_000);
  });

  test("is given the time that it takes when nobody waits for the answer", async () => {
    const slow = `SELECT 1 AS done FROM pg_sleep(${(2 * patience.answerMs) / 1_000})`;
    const { database } = scrip;
    await expect(database.read((tx) => tx.query(slow))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(await database.read((tx) => tx.query(slow), { unhurried: true })).toEqual([{ done: 1 }]);
  });
});
