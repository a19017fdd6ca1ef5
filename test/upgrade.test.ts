import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectResult } from "@scrip/sdk";
import { expect, test } from "vitest";
import { loadCatalog } from "../server/billing/catalog/store.js";
import { makeVerify } from "../server/ledger/verify.js";
import { type Database, openDatabase } from "../server/storage/database.js";
import { HoldsAndReversals1700000000002 } from "../server/storage/migrations/0002-holds-and-reversals.js";
import { HashChain1700000000003 } from "../server/storage/migrations/0003-hash-chain.js";
import { Billing1700000000004 } from "../server/storage/migrations/0004-billing.js";
import { Events1700000000005 } from "../server/storage/migrations/0005-events.js";
import { UsageDimensions1700000000006 } from "../server/storage/migrations/0006-usage-dimensions.js";
import { Budgets1700000000007 } from "../server/storage/migrations/0007-budgets.js";
import { Webhooks1700000000008 } from "../server/storage/migrations/0008-webhooks.js";
import { freshDatabase } from "./harness/engine.js";
import { startScrip } from "./harness/scenario.js";

/** Takes a database back to what the first version made of it. */
const takeBack = (database: Database): Promise<void> =>
  database.transact(async ({ manager, query }) => {
    const runner = manager.queryRunner;
    if (runner === undefined) throw new Error("A transaction has a query runner.");
    await new Webhooks1700000000008().down(runner);
    await new UsageDimensions1700000000006().down(runner);
    await new Budgets1700000000007().down(runner);
    await new Events1700000000005().down(runner);
    await new Billing1700000000004().down(runner);
    await new HashChain1700000000003().down(runner);
    await new HoldsAndReversals1700000000002().down(runner);
    for (const { key, definition } of await query<{ key: string; definition: string }>(
      "SELECT key, definition FROM credit_packs",
    )) {
      const { availability: _, ...known } = JSON.parse(definition) as { availability?: string };
      const text = JSON.stringify(known);
      await query("UPDATE credit_packs SET definition = $2 WHERE key = $1", [key, text]);
    }
    await query("DELETE FROM migrations WHERE name <> 'Foundation1700000000001'");
  });

test("a database of the first version is brought up to date: its ledger is chained, and calls go on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scrip-upgrade-"));
  const fresh = await freshDatabase();
  const options =
    fresh.options.engine === "sqlite" ? { ...fresh.options, path: join(folder, "scrip.db") } : fresh.options;
  const first = await startScrip("imagine", { database: options });
  for (const id of ["ann", "bob"]) {
    expectResult(await first.sdk.createCustomer({ id, plan: "free" }), "CustomerCreated");
    const call = { customerId: id, operation: "image.text-to-image", attributes: { style: "anime" } };
    for (let n = 0; n < 3; n += 1) expectResult(await first.sdk.consume(call), "Consumed");
  }
  const hashes = async (database: Database) =>
    database.read((tx) => tx.query("SELECT hash FROM ledger_entries ORDER BY customer_id, unit, sequence"));
  const before = await hashes(first.database);
  await takeBack(first.database);
  await first.close();

  const second = await openDatabase(options);
  expect(await hashes(second)).toEqual(before);
  expect(await makeVerify(second)(() => undefined)).toEqual([]);
  const offered = (await loadCatalog(second)())?.creditPacks;
  expect(offered?.map(({ availability }) => availability)).toEqual(["ON_PAYMENT", "ON_PAYMENT"]);
  await second.close();
  await fresh.drop();
  rmSync(folder, { recursive: true });
});
