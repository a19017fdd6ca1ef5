import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../server/storage/database.js";
import { allTables } from "../harness/tables.js";
import { call, customer, openBook, select, units } from "./book.js";
import { addOne, idsOf, insertRow, numberOf } from "./rows.js";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrip-test-"));
  path = join(folder, "data", "scrip.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function using<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
  const database = await openDatabase({ engine: "sqlite", path });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

type Other = ChildProcessByStdio<Writable, Readable, null>;

function otherProcess(job: string): Other {
  const script = fileURLToPath(new URL("otherProcess.ts", import.meta.url));
  return spawn(process.execPath, ["--import", "tsx", script, path, job], {
    stdio: ["pipe", "pipe", "inherit"],
  });
}

const linesOf = (other: Other) => createInterface({ input: other.stdout });
const isReady = (other: Other): Promise<unknown> => once(linesOf(other), "line");

describe("a database in a file", () => {
  test("writes ahead to a log and syncs each commit", () =>
    using(async (database) => {
      expect(await select(database, "PRAGMA journal_mode")).toEqual([{ journal_mode: "wal" }]);
      expect(await select(database, "PRAGMA synchronous")).toEqual([{ synchronous: 2 }]);
      await database.transact((tx) => insertRow(tx, "row"));
      expect(existsSync(`${path}-wal`)).toBe(true);
    }));

  test("makes the folder it lies in", () => using(async () => expect(existsSync(path)).toBe(true)));

  test("has everything when it is opened again, and nothing twice", async () => {
    const book = await openBook("ximilar", path);
    await book.createCustomer(customer("acme", "free"));
    const command = call("acme", "image.tag", { quantity: units(3), idempotencyKey: "k" });
    const first = await book.consume(command);
    await book.purchase({ customerId: "acme", creditPack: "pack-10000", quantity: 1, idempotencyKey: "p" });
    const before = await allTables(book.database);
    await book.close();

    const again = await openBook("ximilar", path);
    expect(await allTables(again.database)).toEqual(before);
    expect(await again.consume(command)).toEqual({ ...first, replayed: true, wallet: expect.anything() });
    expect(await allTables(again.database)).toEqual(before);
    await again.close();
  });
});

test("a database that cannot be set up is left as it was", async () => {
  const file = join(folder, "foreign.db");
  const foreign = new Sqlite(file);
  const tables = () => foreign.prepare("SELECT name FROM sqlite_master").pluck().all();
  foreign.exec("CREATE TABLE payments (not_ours)");
  await expect(openDatabase({ engine: "sqlite", path: file })).rejects.toThrow("payments already exists");
  expect(tables()).toEqual(["payments"]);
  foreign.close();
});

describe("another process on the same file", () => {
  test("may be writing to it when we open it for the first time", async () => {
    const file = join(folder, "new.db");
    const other = new Sqlite(file);
    other.exec("BEGIN IMMEDIATE");
    const opening = openDatabase({ engine: "sqlite", path: file });
    await sleep(100);
    other.exec("COMMIT");
    other.close();
    const database = await opening;
    expect(await select(database, "PRAGMA journal_mode")).toEqual([{ journal_mode: "wal" }]);
    await database.close();
  });

  test("may open it for the first time when we do", async () => {
    const others = [1, 2, 3, 4].map(() => otherProcess("open when told"));
    const ended = Promise.all(others.map((other) => once(other, "exit")));
    await Promise.all(others.map(isReady));
    for (const other of others) other.stdin.write("go\n");
    expect(await ended).toEqual(others.map(() => [0, null]));
    await using((database) => database.transact((tx) => insertRow(tx, "row")));
  });

  test("waits its turn, and we wait ours: every addition of both counts", () =>
    using(async (database) => {
      await database.transact((tx) => insertRow(tx, "counter"));
      const other = otherProcess("count");
      const ended = once(other, "exit");
      await isReady(other);
      for (let index = 0; index < 40; index += 1)
        await database.transact((tx) => addOne(tx, () => Promise.resolve()));
      expect(await ended).toEqual([0, null]);
      expect(await database.read((tx) => numberOf(tx, "counter"))).toBe(80);
    }));

  test("holds us up while it writes, instead of making us fail; reading needs no waiting", () =>
    using(async (database) => {
      const other = otherProcess("hold");
      const ended = once(other, "exit");
      await isReady(other);
      expect(await database.read(idsOf)).toEqual([]);
      await database.transact(async (tx) => {
        expect(await idsOf(tx)).toEqual(["held"]);
        await insertRow(tx, "waited");
      });
      expect(await database.read(idsOf)).toEqual(["held", "waited"]);
      expect(await ended).toEqual([0, null]);
    }));

  test("that is killed loses nothing of what it had acknowledged", async () => {
    const other = otherProcess("write until killed");
    const ended = once(other, "exit");
    const acknowledged: string[] = [];
    for await (const line of linesOf(other)) {
      acknowledged.push(line);
      if (acknowledged.length === 50) other.kill("SIGKILL");
    }
    expect(await ended).toEqual([null, "SIGKILL"]);
    expect(acknowledged.length).toBeGreaterThanOrEqual(50);
    const stored = await using((database) => database.read(idsOf));
    expect(stored).toEqual(expect.arrayContaining(acknowledged));
    // One more may have been written whose acknowledgement was not.
    expect(stored.length - acknowledged.length).toBeLessThanOrEqual(1);
  });
});
