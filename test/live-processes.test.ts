import { createScripClient, expectResult, type ScripClient } from "@scrip/sdk";
import pg from "pg";
import { pino } from "pino";
import { describe, expect, inject, test } from "vitest";
import { openAdmin } from "../server/app/admin.js";
import { createApp } from "../server/app/app.js";
import { readCatalogFile } from "../server/catalogFile.js";
import { instantFrom } from "../server/domain/instant.js";
import { timeOrderedId } from "../server/ids.js";
import type { Database } from "../server/storage/database.js";
import { freshDatabase } from "./harness/engine.js";
import { adminKey } from "./harness/scenario.js";

const outside = { clock: () => instantFrom("2026-04-15T12:00:00.000Z"), newId: timeOrderedId };
const never = 2_000_000_000;

interface Server {
  readonly sdk: ScripClient;
  readonly database: Database;
}

/** Two servers over one PostgreSQL that look for what is new only when told to, unless the test says otherwise. */
async function withServers(work: (servers: readonly [Server, Server]) => Promise<void>, lookMs = never) {
  const { options, drop } = await freshDatabase();
  const start = async () => {
    const admin = await openAdmin({ database: options }, outside);
    await admin.applyCatalog(readCatalogFile("ximilar"));
    const config = { host: "127.0.0.1", port: 0, adminKey };
    const logger = pino({ level: "silent" });
    const app = await createApp({ config, database: admin.database, logger, lookMs, ...outside });
    const url = `http://127.0.0.1:${(await app.listen()).port}/graphql`;
    const sdk = createScripClient({ url, apiKey: adminKey, attemptsMax: 1, timeoutMs: 20_000 });
    return {
      sdk,
      database: admin.database,
      close: async () => {
        await app.close();
        await admin.close();
      },
    };
  };
  const servers = [await start(), await start()] as const;
  try {
    await work(servers);
  } finally {
    for (const { close } of servers) await close();
    await drop();
  }
}

const sequencesUpTo = async (changes: AsyncIterable<{ readonly sequence: number }>, last: number) => {
  const told: number[] = [];
  for await (const { sequence } of changes) {
    told.push(sequence);
    if (sequence === last) break;
  }
  return told;
};

const from1To = (last: number) => Array.from({ length: last }, (_, n) => n + 1);

const call = (sdk: ScripClient, customerId: string) =>
  sdk.consume({ customerId, operation: "image.tag" }).then((result) => expectResult(result, "Consumed"));

const unit = "credit";

async function onDatabase<Row extends pg.QueryResultRow>(
  database: Database,
  statement: string,
): Promise<Row[]> {
  const [row] = await database.read((tx) => tx.query<{ name: string }>("SELECT current_database() AS name"));
  const client = new pg.Client(`${inject("postgresUrl")}/${row?.name}`);
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** The connections over which servers tell each other; no two are the same after one was cut. */
const liveConnections = async (database: Database): Promise<number[]> =>
  (
    await onDatabase<{ pid: number }>(
      database,
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'scrip-live'`,
    )
  ).map(({ pid }) => pid);

/** How many processes say that they listen. */
const listening = async (database: Database): Promise<number> =>
  (
    await onDatabase(
      database,
      "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock' AND granted",
    )
  ).length;

describe("two servers over one database", () => {
  test("what is done through one is told by the other, exactly once and in order", () =>
    withServers(async ([one, two]) => {
      const customerIds = ["ada", "bob", "cleo"];
      for (const id of customerIds)
        expectResult(await one.sdk.createCustomer({ id, plan: "business" }), "CustomerCreated");
      const last = 61;
      const told = customerIds.map((customerId) =>
        sequencesUpTo(two.sdk.walletChanged({ customerId, unit, after: 0 }), last),
      );
      await expect.poll(() => listening(one.database)).toBe(1);
      for (let n = 1; n < last; n += 1)
        await Promise.all(customerIds.map((customerId) => call(n % 3 === 0 ? two.sdk : one.sdk, customerId)));
      for (const sequences of told) expect(await sequences).toEqual(from1To(last));
    }));

  test("nobody is notified while nobody listens, and again nobody when the last has gone", () =>
    withServers(async ([one, two]) => {
      expectResult(await one.sdk.createCustomer({ id: "ada", plan: "business" }), "CustomerCreated");
      expect(await listening(one.database)).toBe(0);
      const changes = two.sdk.walletChanged({ customerId: "ada" });
      await changes.next();
      await expect.poll(() => listening(one.database)).toBe(1);
      await changes.return();
      await expect.poll(() => listening(one.database)).toBe(0);
    }));

  test("a lost connection between them is made again, and what was missed meanwhile is told", () =>
    withServers(async ([one, two]) => {
      expectResult(await one.sdk.createCustomer({ id: "ada", plan: "business" }), "CustomerCreated");
      const changes = two.sdk.walletChanged({ customerId: "ada", unit, after: 0 });
      expect((await changes.next()).value).toMatchObject({ sequence: 1 });
      await expect.poll(() => listening(one.database)).toBe(1);
      for (let n = 0; n < 3; n += 1) {
        const before = await liveConnections(one.database);
        for (const pid of before) await onDatabase(one.database, `SELECT pg_terminate_backend(${pid})`);
        // Nobody can be told of it yet.
        await call(one.sdk, "ada");
        expect((await changes.next()).value).toMatchObject({ sequence: n + 2 });
      }
      await changes.return();
    }));

  test("what nobody tells of is found by looking", () =>
    withServers(async ([one, two]) => {
      expectResult(await one.sdk.createCustomer({ id: "ada", plan: "business" }), "CustomerCreated");
      const told = sequencesUpTo(two.sdk.walletChanged({ customerId: "ada", unit, after: 0 }), 5);
      for (let n = 1; n < 5; n += 1) {
        // As when a process dies between its commit and the notice.
        for (const pid of await liveConnections(one.database))
          await onDatabase(one.database, `SELECT pg_terminate_backend(${pid})`);
        await call(one.sdk, "ada");
      }
      expect(await told).toEqual(from1To(5));
    }, 30));
});

test("any number of customers in one commit fits into notices", () =>
  withServers(async ([one, two]) => {
    const ids = Array.from({ length: 130 }, (_, n) => `${"x".repeat(58)}-${String(n).padStart(4, "0")}`);
    for (let n = 0; n < ids.length; n += 20)
      await Promise.all(ids.slice(n, n + 20).map((id) => one.sdk.createCustomer({ id, plan: "business" })));
    const streams = ids.map((customerId) => two.sdk.walletChanged({ customerId }));
    for (const stream of streams) await stream.next();
    await expect.poll(() => listening(one.database)).toBe(1);
    const items = ids.map((customerId) => ({ customerId, operation: "image.tag" }));
    for (const result of await one.sdk.consumeBatch({ items })) expectResult(result, "Consumed");
    for (const stream of streams) {
      expect((await stream.next()).value).toMatchObject({ sequence: 2 });
      await stream.return();
    }
  }));
