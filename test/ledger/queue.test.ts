import { setImmediate as yieldToOthers } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../server/storage/database.js";
import { addOne, idsOf, insertRow, numberOf } from "./rows.js";

const open: Database[] = [];

async function openMemory(): Promise<Database> {
  const database = await openDatabase({ engine: "sqlite", path: ":memory:" });
  open.push(database);
  return database;
}

afterEach(async () => {
  for (const database of open.splice(0)) await database.close();
});

const fails = (index: number): boolean => index % 7 === 3;
const name = (index: number): string => `row ${String(index).padStart(3, "0")}`;

/** Fails after both of its writes, in one of the ways in which work can fail. */
async function fail(index: number, broken: () => Promise<unknown>): Promise<never> {
  if (index % 2 === 0) await broken();
  throw new Error(`number ${index} fails`);
}

describe("200 overlapping transactions, some of which fail,", () => {
  const count = 200;

  async function run() {
    const database = await openMemory();
    await database.transact((tx) => insertRow(tx, "counter"));
    const work = (index: number) =>
      database.transact(async (tx) => {
        await insertRow(tx, name(index));
        const counted = await addOne(tx, yieldToOthers);
        if (fails(index)) await fail(index, () => insertRow(tx, name(index)));
        return { index, counted };
      });
    const results = await Promise.allSettled(Array.from({ length: count }, (_, index) => work(index)));
    return { database, results };
  }

  const successes = Array.from({ length: count }, (_, index) => index).filter((index) => !fails(index));

  test("lose nothing and mix nothing: a failing one never undoes its neighbour", async () => {
    const { database } = await run();
    expect(await database.read(idsOf)).toEqual(["counter", ...successes.map(name)]);
    expect(await database.read((tx) => numberOf(tx, "counter"))).toBe(successes.length);
  });

  test("each get their own answer, or their own error", async () => {
    const { results } = await run();
    const answers = results.filter((result) => result.status === "fulfilled").map(({ value }) => value);
    expect(answers).toEqual(successes.map((index, place) => ({ index, counted: place + 1 })));
    for (const [index, result] of results.entries())
      if (result.status === "rejected")
        expect(String(result.reason)).toMatch(index % 2 === 0 ? /UNIQUE/ : `number ${index} fails`);
  });

  test("happen in the order in which they were asked for", async () => {
    const database = await openMemory();
    const order: number[] = [];
    const work = (index: number) => async () => {
      if (index % 3 === 0) await yieldToOthers();
      order.push(index);
    };
    const asked = Array.from({ length: 50 }, (_, index) =>
      index % 5 === 0 ? database.read(work(index)) : database.transact(work(index)),
    );
    await Promise.all(asked);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });
});

describe("a transaction that throws", () => {
  test.each([
    ["at once", async () => Promise.reject(new Error("no"))],
    [
      "before it has promised anything",
      () => {
        throw new Error("no");
      },
    ],
  ])("%s leaves the queue usable", async (_when, work) => {
    const database = await openMemory();
    await expect(database.transact(work)).rejects.toThrow("no");
    await expect(database.read(work)).rejects.toThrow("no");
    await database.transact((tx) => insertRow(tx, "after"));
    expect(await database.read(idsOf)).toEqual(["after"]);
  });

  test("takes back everything it wrote, by whatever way it wrote it", async () => {
    const database = await openMemory();
    await database.transact((tx) => insertRow(tx, "before", 1));
    const work = database.transact(async (tx) => {
      await insertRow(tx, "new");
      await tx.query("UPDATE test_clocks SET now = 2");
      await tx.query("DELETE FROM test_clocks WHERE test_clock_id = $1", ["before"]);
      expect(await idsOf(tx)).toEqual(["new"]);
      throw new Error("no");
    });
    await expect(work).rejects.toThrow("no");
    expect(await database.read(idsOf)).toEqual(["before"]);
    expect(await database.read((tx) => numberOf(tx, "before"))).toBe(1);
  });

  test("also when a statement failed, whose error it did not handle", async () => {
    const database = await openMemory();
    const work = database.transact(async (tx) => {
      await insertRow(tx, "one");
      await tx.query("INSERT INTO no_such_table VALUES (1)");
    });
    await expect(work).rejects.toThrow(/no_such_table/);
    expect(await database.read(idsOf)).toEqual([]);
  });
});

describe("a read", () => {
  test("never sees half of a transaction", async () => {
    const database = await openMemory();
    const seen: number[] = [];
    const asked: Promise<unknown>[] = [];
    for (let index = 0; index < 30; index += 1) {
      asked.push(
        database.transact(async (tx) => {
          await insertRow(tx, `left ${index}`);
          await yieldToOthers();
          await insertRow(tx, `right ${index}`);
        }),
        database.read(async (tx) => seen.push((await idsOf(tx)).length)),
      );
      await yieldToOthers();
    }
    await Promise.all(asked);
    expect(seen).toEqual(Array.from({ length: 30 }, (_, index) => 2 * (index + 1)));
  });

  test("sees the same from its first look to its last", async () => {
    const database = await openMemory();
    const reading = database.read(async (tx) => {
      const first = await idsOf(tx);
      await yieldToOthers();
      await yieldToOthers();
      return [first, await idsOf(tx)];
    });
    await Promise.all([reading, database.transact((tx) => insertRow(tx, "late"))]);
    expect(await reading).toEqual([[], []]);
  });
});

test("closing waits for what is under way", async () => {
  const database = await openDatabase({ engine: "sqlite", path: ":memory:" });
  const done: string[] = [];
  const work = async (tx: Parameters<typeof idsOf>[0]) => {
    await yieldToOthers();
    await insertRow(tx, `row ${done.length}`);
    done.push("written");
  };
  const asked = [database.transact(work), database.transact(work)];
  await database.close();
  expect(done).toEqual(["written", "written"]);
  await Promise.all(asked);
});
