import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expectResult, type ScripClient } from "@scrip/sdk";
import BetterSqlite3 from "better-sqlite3";
import { afterAll, describe, expect, test } from "vitest";
import { makeVerify } from "../server/ledger/verify.js";
import { addressOf, clientAt, fixedKey, type ScripProcess, stop, workshop } from "./harness/process.js";
import { startScrip } from "./harness/scenario.js";

const shop = workshop();
afterAll(() => shop.end());

const supply = 100_000;
const perCall = 10;

const call = (n: number) => ({
  customerId: "acme",
  operation: "image.recognize",
  idempotencyKey: `job-${n}`,
});

const calls = (count: number) => Array.from({ length: count }, (_, n) => call(n));

/** What became of each call: how many were charged, and how the others failed. */
async function outcomeOf(sdk: ScripClient, sent: readonly ReturnType<typeof call>[]) {
  const settled = await Promise.allSettled(sent.map((one) => sdk.consume(one)));
  const charged = settled.flatMap((one) =>
    one.status === "fulfilled" ? [expectResult(one.value, "Consumed")] : [],
  );
  const faults = settled.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  return { charged, faults };
}

const available = async (sdk: ScripClient) => Number((await sdk.wallet({ customerId: "acme" }))?.available);

/** A server on a file, a customer with credits, and somebody else who has opened the same file. */
async function startOnFile() {
  const path = join(await shop.folder(), "scrip.db");
  const { origin, sdk, database, close } = await startScrip("ximilar", {
    database: { engine: "sqlite", path },
  });
  expectResult(await sdk.createCustomer({ id: "acme", plan: "business" }), "CustomerCreated");
  const other = new BetterSqlite3(path);
  return {
    sdk,
    other,
    /** What `/readyz` answers. */
    ready: async () => (await fetch(`${origin}/readyz`)).status,
    /** Sets what SQLite lets the server do, on the server's own connection. */
    set: (pragma: string) => database.read((tx) => tx.query(`PRAGMA ${pragma}`)),
    /** All calls are sent once more: each has been charged once in all, and the books are right. */
    expectEachChargedOnce: async (count: number, chargedBefore: number) => {
      const { charged } = await outcomeOf(sdk, calls(count));
      expect(charged).toHaveLength(count);
      expect(charged.filter(({ replayed }) => replayed)).toHaveLength(chargedBefore);
      expect(await available(sdk)).toBe(supply - count * perCall);
      expect(await makeVerify(database)(() => undefined)).toEqual([]);
    },
    end: async () => {
      other.close();
      await close();
    },
  };
}

const retryable = (why: string) => ({
  name: "ScripError",
  code: "UNAVAILABLE",
  status: 503,
  message: `${why} Send the same call again with its key.`,
});

describe("SQLite, when another process holds the lock", { timeout: 120_000 }, () => {
  test("calls wait for it, and meanwhile balances can be read", async () => {
    const { sdk, other, expectEachChargedOnce, end } = await startOnFile();
    other.exec("BEGIN IMMEDIATE");
    const answers = outcomeOf(sdk, calls(300));
    for (let reads = 0; reads < 20; reads += 1) expect(await available(sdk)).toBe(supply);
    other.exec("COMMIT");
    expect((await answers).charged).toHaveLength(300);
    await expectEachChargedOnce(300, 300);
    await end();
  });

  test("calls that have waited long enough fail so that they can be sent again, and then go through", async () => {
    const { sdk, other, ready, expectEachChargedOnce, end } = await startOnFile();
    other.exec("BEGIN IMMEDIATE");
    const begun = performance.now();
    const { charged, faults } = await outcomeOf(sdk, calls(300));
    const waited = performance.now() - begun;
    expect(charged).toEqual([]);
    expect(faults).toHaveLength(300);
    for (const fault of faults)
      expect(fault).toMatchObject(retryable("Another process has locked the database."));
    // Whoever comes later is told at once, though reads have gone on in between.
    for (let n = 0; n < 5; n += 1) {
      expect(await available(sdk)).toBe(supply);
      expect((await outcomeOf(sdk, calls(1))).faults).toHaveLength(1);
    }
    expect(performance.now() - begun).toBeLessThan(2 * waited);
    expect(await ready()).toBe(503);
    other.exec("COMMIT");
    expect(await ready()).toBe(200);
    await expectEachChargedOnce(300, 0);
    await end();
  });
});

describe("SQLite, when its disk", { timeout: 120_000 }, () => {
  test("is full: calls fail so that they can be sent again, reads go on, and with space it all goes on", async () => {
    const { sdk, other, set, ready, expectEachChargedOnce, end } = await startOnFile();
    expect(await ready()).toBe(200);
    await set("max_page_count = 1");
    const { charged, faults } = await outcomeOf(sdk, calls(300));
    for (const fault of faults) expect(fault).toMatchObject(retryable("The disk of the database is full."));
    expect(faults.length).toBeGreaterThan(0);
    expect(await available(sdk)).toBe(supply - charged.length * perCall);
    expect(await ready()).toBe(503);
    // Nothing is left open: somebody else may write.
    other.exec("BEGIN IMMEDIATE; ROLLBACK");
    await set("max_page_count = 1000000");
    // Without a call that would notice it.
    expect(await ready()).toBe(200);
    await expectEachChargedOnce(300, charged.length);
    await end();
  });

  test("has become read-only: the same", async () => {
    const { sdk, set, ready, expectEachChargedOnce, end } = await startOnFile();
    await set("query_only = ON");
    const { faults } = await outcomeOf(sdk, calls(10));
    expect(faults).toHaveLength(10);
    for (const fault of faults) expect(fault).toMatchObject(retryable("The database can only be read now."));
    expect(await ready()).toBe(503);
    await set("query_only = OFF");
    expect(await ready()).toBe(200);
    await expectEachChargedOnce(10, 0);
    await end();
  });

  // Only Linux lets one process take from another what it may write.
  test.runIf(process.platform === "linux")(
    "fails to write: the same, and a check finds the books right",
    async () => {
      const { DATABASE_URL } = await shop.emptyDatabase();
      const environment = { DATABASE_URL, SCRIP_ADMIN_KEY: fixedKey };
      const scrip = shop.start(["serve", "--catalog", "ximilar"], environment);
      const sdk = clientAt(await addressOf(scrip), fixedKey);
      expectResult(await sdk.createCustomer({ id: "acme", plan: "business" }), "CustomerCreated");
      expect((await outcomeOf(sdk, calls(50))).charged).toHaveLength(50);

      limitFiles(scrip, "1");
      const { charged, faults } = await outcomeOf(sdk, calls(100));
      // Those that were charged before can still be told so: that takes no write.
      expect(charged.every(({ replayed }) => replayed)).toBe(true);
      for (const fault of faults)
        expect(fault).toMatchObject(retryable("The disk of the database has failed."));
      expect(faults.length).toBeGreaterThanOrEqual(50);
      expect(await available(sdk)).toBe(supply - 50 * perCall);
      // The caller is not told where the disk hurts; the operator is.
      expect(await scrip.line(/What a request needs could not do its work/)).toContain("disk I/O error");

      limitFiles(scrip, "unlimited");
      const again = (await outcomeOf(sdk, calls(100))).charged;
      expect(again.filter(({ replayed }) => replayed)).toHaveLength(50);
      expect(await available(sdk)).toBe(supply - 100 * perCall);
      await stop(scrip);
      const verify = shop.start(["verify"], environment);
      expect(await verify.exited).toEqual({ code: 0, signal: null });
    },
  );
});

/** How many bytes a file may have that the process writes to: beyond that, each write is an I/O error. */
function limitFiles({ pid }: ScripProcess, bytes: string): void {
  execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:`]);
}
