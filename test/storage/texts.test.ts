import { afterAll, beforeAll, expect, test } from "vitest";
import { presentBy } from "../../server/billing/catchUp.js";
import { type Instant, instantFrom } from "../../server/domain/instant.js";
import { ledgerEntryTypes } from "../../server/domain/wallet.js";
import { recordEvents } from "../../server/events/outbox.js";
import { makeLedgerEntries } from "../../server/ledger/entries.js";
import { makeUsageReport } from "../../server/metering/report.js";
import { makeUsageRecords } from "../../server/metering/usage.js";
import type { Database, Tx } from "../../server/storage/database.js";
import { type RunningScrip, startScrip, wallClock } from "../harness/scenario.js";

let scrip: RunningScrip;

beforeAll(async () => {
  scrip = await startScrip("ximilar");
  await scrip.sdk.createCustomer({ id: "acme", plan: "free" });
});

afterAll(() => scrip.close());

/** A database that notes the texts of its statements. */
function noting(database: Database) {
  const texts = new Set<string>();
  const noted = (tx: Tx): Tx => ({
    ...tx,
    query: (sql, parameters) => {
      texts.add(sql);
      return tx.query(sql, parameters);
    },
  });
  const read: Database["read"] = (work, how) => database.read((tx) => work(noted(tx)), how);
  const transact: Database["transact"] = (work) => database.transact((tx) => work(noted(tx)));
  return { texts, database: { ...database, read, transact } };
}

test("however many names callers give, the statements are the same", async () => {
  const { texts, database } = noting(scrip.database);
  const ledgerEntries = makeLedgerEntries({ database, present: presentBy(() => instantFrom(wallClock)) });
  const report = makeUsageReport(database);
  const usageRecords = makeUsageRecords(database);
  const ask = async (count: number) => {
    const names = Array.from({ length: count }, (_, n) => `name-${n}`);
    const page = { customerId: "acme", first: 10, after: null };
    await ledgerEntries({ ...page, unit: null, filter: { types: ledgerEntryTypes.slice(0, count) } });
    await usageRecords({ ...page, apiKeyIds: names });
    const range = { from: 0 as Instant, to: instantFrom(wallClock) };
    const lists = { operations: names, plans: names, apiKeyIds: names };
    await report({ customerId: "acme", groupBy: ["OPERATION"], ...lists, ...range });
  };
  await ask(0);
  const before = texts.size;
  for (const count of [1, 2, 5, 7]) await ask(count);
  expect(texts.size).toBe(before);
});

test("what is recorded finds its place at the end of a customer's events, without reading them", async () => {
  const { texts, database } = noting(scrip.database);
  const at = instantFrom(wallClock);
  const data = { kind: "LOW_BALANCE" };
  await database
    .transact(async (tx) => {
      await recordEvents(tx, [{ customerId: "acme", type: "ALERT_RAISED", data, at } as never]);
      throw new Error("undone");
    })
    .catch(() => undefined);
  const [sql = ""] = [...texts].filter((text) => text.includes("FROM events e"));
  const plan = await scrip.database.read((tx) =>
    tx.query<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, [JSON.stringify([["acme"]])]),
  );
  const program = await scrip.database.read((tx) =>
    tx.query<{ opcode: string }>(`EXPLAIN ${sql}`, [JSON.stringify([["acme"]])]),
  );
  expect(plan.map(({ detail }) => detail).join()).toContain("SEARCH e USING PRIMARY KEY");
  // From the last one backwards, and never on to the next.
  expect(program.map(({ opcode }) => opcode)).toContain("SeekLE");
});
