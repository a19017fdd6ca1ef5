import { expectResult } from "@scrip/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeVerify } from "../server/ledger/verify.js";
import { openDatabase } from "../server/storage/database.js";
import { freshDatabase } from "./harness/engine.js";
import { type RunningScrip, startScrip } from "./harness/scenario.js";

describe("scrip verify", () => {
  let scrip: RunningScrip;

  beforeEach(async () => {
    scrip = await startScrip("scrollsequence");
    const { sdk } = scrip;
    const clock = await sdk.createTestClock({ now: "2026-03-01T00:00:00.000Z" });
    for (const id of ["ann", "bob"]) {
      expectResult(await sdk.createCustomer({ id, plan: "free", testClockId: clock.id }), "CustomerCreated");
      for (const operation of ["image.generate", "agent.run"])
        expectResult(await sdk.consume({ customerId: id, operation }), "Consumed");
    }
    await sdk.advanceTestClock({ id: clock.id, to: "2026-04-05T00:00:00.000Z" });
    expectResult(await sdk.consume({ customerId: "ann", operation: "image.generate" }), "Consumed");
  });

  afterEach(() => scrip.close());

  test("finds nothing wrong in books that only Scrip has written, and tells how far it is", async () => {
    const progress: unknown[] = [];
    expect(await makeVerify(scrip.database)((step) => progress.push(step))).toEqual([]);
    expect(progress.at(-1)).toEqual({ checked: 2, customers: 2, entries: 9 });
  });

  test.each([
    ["a balance", "UPDATE wallets SET posted = posted + 1 WHERE customer_id = 'ann'", 2],
    ["a grant", "UPDATE credit_grants SET remaining = remaining - 1 WHERE customer_id = 'ann'", 1],
    ["a grant beyond its amount", "UPDATE credit_grants SET amount = 1 WHERE customer_id = 'ann'", 1],
    ["an entry", "UPDATE ledger_entries SET amount = -1 WHERE customer_id = 'ann' AND sequence = 3", 6],
    ["a missing entry", "DELETE FROM ledger_entries WHERE customer_id = 'ann' AND sequence = 5", 3],
    ["a draw", "DELETE FROM draws WHERE customer_id = 'ann'", 3],
    ["an hourly sum", "UPDATE usage_rollups SET calls = 7 WHERE customer_id = 'ann'", 3],
  ])("finds %s that somebody has changed, and names the customer", async (_, change, drifts) => {
    await scrip.database.transact((tx) => tx.query(change));
    const found = await makeVerify(scrip.database)(() => undefined);
    expect(found).toHaveLength(drifts);
    expect(new Set(found.map(({ row }) => row.customer_id))).toEqual(new Set(["ann"]));
  });
});

test("an empty database has nothing to verify", async () => {
  const { options, drop } = await freshDatabase();
  const database = await openDatabase(options);
  expect(await makeVerify(database)(() => undefined)).toEqual([]);
  await database.close();
  await drop();
});
