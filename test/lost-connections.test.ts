import { expectResult } from "@scrip/sdk";
import pg from "pg";
import { expect, inject, test } from "vitest";
import type { Database } from "../server/storage/database.js";
import { startScrip } from "./harness/scenario.js";

async function onServer(statement: string, parameters: readonly string[] = []): Promise<number> {
  const client = new pg.Client(`${inject("postgresUrl")}/postgres`);
  await client.connect();
  try {
    return (await client.query(statement, [...parameters])).rowCount ?? 0;
  } finally {
    await client.end();
  }
}

/** Cuts every connection to one database, as a restart of PostgreSQL does, and tells how many there were. */
const cutConnections = (name: string): Promise<number> =>
  onServer("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [name]);

async function nameOf(database: Database): Promise<string> {
  const [row] = await database.read((tx) => tx.query<{ name: string }>("SELECT current_database() AS name"));
  return row?.name ?? "";
}

test("calls under way when the database drops its connections are all answered, each charged once", async () => {
  const { sdk, database, close } = await startScrip("ximilar");
  expectResult(await sdk.createCustomer({ id: "acme", plan: "business" }), "CustomerCreated");
  const name = await nameOf(database);
  const calls = Array.from({ length: 300 }, (_, n) => ({
    customerId: "acme",
    operation: "image.recognize",
    idempotencyKey: `job-${n}`,
  }));
  const answers = Promise.all(calls.map((call) => sdk.consume(call)));
  let cut = 0;
  for (let times = 0; times < 3; times += 1) cut += await cutConnections(name);
  for (const answer of await answers) expectResult(answer, "Consumed");
  expect(cut).toBeGreaterThan(0);
  expect((await sdk.wallet({ customerId: "acme" }))?.available).toBe("97000");
  const again = await Promise.all(calls.map((call) => sdk.consume(call)));
  expect(again.every((answer) => expectResult(answer, "Consumed").replayed)).toBe(true);
  await close();
});

test("a server that has become a copy is left for the one that writes, as soon as there is one", async () => {
  const { sdk, database, close } = await startScrip("ximilar");
  expectResult(await sdk.createCustomer({ id: "acme", plan: "business" }), "CustomerCreated");
  const name = await nameOf(database);
  const call = { customerId: "acme", operation: "image.recognize", idempotencyKey: "job" };
  // A connection keeps what held when it was made, as one to the former main server does.
  await onServer(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  await cutConnections(name);
  await expect(sdk.consume(call)).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringMatching(/^The database can only be read now/),
  });
  // These leave connections behind that can only read, whatever becomes of the server.
  const wallets = await Promise.all([1, 2, 3, 4].map(() => sdk.wallet({ customerId: "acme" })));
  for (const wallet of wallets) expect(wallet?.available).toBe("100000");
  await onServer(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
  expect(expectResult(await sdk.consume(call), "Consumed").replayed).toBe(false);
  expect((await sdk.wallet({ customerId: "acme" }))?.available).toBe("99990");
  await close();
});
