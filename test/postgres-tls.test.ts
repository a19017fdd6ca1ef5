import { chmodSync, chownSync, copyFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expectResult } from "@scrip/sdk";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { readConfig } from "../server/config.js";
import { type Database, openDatabase } from "../server/storage/database.js";
import { newPostgres, type OwnPostgres } from "./harness/ownPostgres.js";
import { startScrip } from "./harness/scenario.js";

/** Made for these tests, valid for a hundred years; the server's certificate is for `localhost`, not for its address. */
const certificate = (name: string): string => fileURLToPath(new URL(`harness/tls/${name}`, import.meta.url));

let postgres: OwnPostgres;

beforeAll(async () => {
  postgres = await newPostgres(["ssl=on"]);
  const { uid, gid } = statSync(postgres.dataFolder);
  for (const [from, to] of [["server.pem", "server.crt"] as const, ["server.key", "server.key"] as const]) {
    const copy = join(postgres.dataFolder, to);
    copyFileSync(certificate(from), copy);
    chownSync(copy, uid, gid);
    chmodSync(copy, 0o600);
  }
  await postgres.start();
});

afterAll(() => postgres.remove());

const ca = `sslrootcert=${certificate("ca.pem")}`;
const stranger = `sslrootcert=${certificate("stranger.pem")}`;

const configured = (parameters: string, host = "localhost") => {
  const DATABASE_URL = `postgres://scrip:scrip@${host}:${postgres.port}/postgres?${parameters}`;
  return readConfig({ DATABASE_URL, DATABASE_POOL_SIZE: "2" }).database;
};

async function isEncrypted(database: Database): Promise<boolean> {
  const sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
  const [row] = await database.read((tx) => tx.query<{ ssl: boolean }>(sql));
  return row?.ssl ?? false;
}

describe("the connection to PostgreSQL is", () => {
  test.each([
    ["not encrypted unless it is asked for", "", "localhost", false],
    ["not encrypted with disable", "sslmode=disable", "localhost", false],
    ["encrypted with require, whoever the server is", "sslmode=require", "127.0.0.1", true],
    ["encrypted with verify-ca, when the authority is known", `sslmode=verify-ca&${ca}`, "127.0.0.1", true],
    ["encrypted with verify-full, when the name fits too", `sslmode=verify-full&${ca}`, "localhost", true],
  ])("%s", async (_, parameters, host, encrypted) => {
    const database = await openDatabase(configured(parameters, host));
    expect(await isEncrypted(database)).toBe(encrypted);
    await database.close();
  });

  test.each([
    ["require, to an authority that is not the one given", `sslmode=require&${stranger}`, "localhost"],
    ["verify-ca, to an authority that is not the one given", `sslmode=verify-ca&${stranger}`, "localhost"],
    ["verify-full, to another name", `sslmode=verify-full&${ca}`, "127.0.0.1"],
    ["verify-full, to an authority that nobody knows", "sslmode=verify-full", "localhost"],
    ["an authority alone, to another name", ca, "127.0.0.1"],
  ])("not made with %s", async (_, parameters, host) => {
    await expect(openDatabase(configured(parameters, host))).rejects.toThrow(/certificate|altnames/);
  });

  test("not made with require, when the server has no TLS", async () => {
    const url = `${inject("postgresUrl")}/postgres?sslmode=require`;
    await expect(openDatabase({ engine: "postgres", url, poolSize: 1 })).rejects.toThrow(
      "The server does not support SSL connections",
    );
  });
});

test("calls are served over a connection that is encrypted and verified", async () => {
  const { sdk, database, close } = await startScrip("ximilar", {
    database: configured(`sslmode=verify-full&${ca}`),
  });
  expectResult(await sdk.createCustomer({ id: "acme", plan: "free" }), "CustomerCreated");
  const calls = Array.from({ length: 20 }, () => ({ customerId: "acme", operation: "image.recognize" }));
  await Promise.all(calls.map((call) => sdk.consume(call)));
  expect((await sdk.wallet({ customerId: "acme" }))?.available).toBe("2800");
  expect(await isEncrypted(database)).toBe(true);
  await close();
});

test.each([
  [
    "prefer",
    "sslmode=prefer",
    'DATABASE_URL must have an sslmode of disable, require, verify-ca, verify-full, got "prefer".',
  ],
  [
    "verify-ca without an authority",
    "sslmode=verify-ca",
    "DATABASE_URL with sslmode=verify-ca needs sslrootcert, the file of the authority to trust.",
  ],
])("the start says that %s does not do", (_, parameters, problem) => {
  expect(() => configured(parameters)).toThrow(problem);
});
