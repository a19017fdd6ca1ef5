import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Micros } from "../../server/domain/amount.js";
import type { Instant } from "../../server/domain/instant.js";
import { type Database, openDatabase } from "../../server/storage/database.js";
import { CustomerRow } from "../../server/storage/rows/customers.js";
import { CreditGrantRow, WalletRow, WindowReturnRow } from "../../server/storage/rows/ledger.js";
import { UsageRollupRow } from "../../server/storage/rows/metering.js";
import { writeRows } from "../../server/storage/write.js";
import { freshDatabase } from "../harness/engine.js";
import { only, select, units } from "./book.js";

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  const fresh = await freshDatabase();
  drop = fresh.drop;
  database = await openDatabase(fresh.options);
});
afterAll(async () => {
  await database.close();
  await drop();
});

const largest = Number.MAX_SAFE_INTEGER;
const instant = (ms: number) => ms as Instant;
const micros = (value: number) => value as Micros;

const wallet = (unit: string, parts: Partial<WalletRow> = {}): WalletRow => ({
  customerId: "acme",
  unit,
  posted: units(1),
  held: units(0),
  postpaid: units(0),
  sequence: 1,
  hash: null,
  nextHoldEndAt: null,
  nextDueAt: null,
  topUpBelow: null,
  watches: null,
  budgetCounts: null,
  ...parts,
});

const customer = (customerId: string, parts: Partial<CustomerRow> = {}): CustomerRow => ({
  customerId,
  name: null,
  email: null,
  metadata: {},
  testClockId: null,
  createdAt: instant(1),
  billingDueAt: null,
  billingAddress: null,
  taxId: null,
  taxExempt: 0,
  ...parts,
});

const walletOf = (unit: string) => database.read((tx) => tx.manager.findOneBy(WalletRow, { unit }));
const customerOf = (customerId: string) =>
  database.read((tx) => tx.manager.findOneBy(CustomerRow, { customerId }));

describe("rows that are written", () => {
  test("are all there, in one statement or in many", async () => {
    const rows = Array.from({ length: 500 }, (_, index) => wallet(`u${index}`, { posted: micros(index) }));
    await database.transact((tx) => writeRows(tx, WalletRow, rows));
    const stored = await select(database, "SELECT COUNT(*) AS count, SUM(posted) AS sum FROM wallets");
    expect(stored).toEqual([{ count: 500, sum: (499 * 500) / 2 }]);
  });

  test("may be none at all", async () => {
    const before = await select(database, "SELECT COUNT(*) AS count FROM wallets");
    await database.transact((tx) => writeRows(tx, WalletRow, []));
    expect(await select(database, "SELECT COUNT(*) AS count FROM wallets")).toEqual(before);
  });

  test("fail when one of them is there already, and then none is written", async () => {
    const write = (rows: WalletRow[]) => database.transact((tx) => writeRows(tx, WalletRow, rows));
    await write([wallet("once", { posted: units(7) })]);
    await expect(write([wallet("other"), wallet("once")])).rejects.toThrow(/unique|same rows/i);
    expect(await walletOf("other")).toBeNull();
    expect(await walletOf("once")).toMatchObject({ posted: units(7) });
  });

  test("take the place of those with the same key when asked to, all columns of them", async () => {
    const full = wallet("replaced", { nextDueAt: instant(5), sequence: 3 });
    const next = wallet("replaced", { posted: micros(-2), nextDueAt: null, sequence: 4, postpaid: units(2) });
    await database.transact((tx) => writeRows(tx, WalletRow, [full, wallet("neighbour")]));
    await database.transact((tx) => writeRows(tx, WalletRow, [next, wallet("new")], { replace: true }));
    expect(await walletOf("replaced")).toEqual(next);
    expect(await walletOf("neighbour")).toEqual(wallet("neighbour"));
    expect(await walletOf("new")).toEqual(wallet("new"));
  });

  test("add the named numbers to what is there when asked to, and leave other keys alone", async () => {
    const rollup = (hour: number, quantity: Micros): UsageRollupRow => ({
      ...{ customerId: "acme", hour: instant(hour), operation: "image", unit: "credit" },
      ...{ planKey: "pro", apiKeyId: "", attributes: "{}" },
      ...{
        calls: 1,
        quantity,
        amount: units(5),
        allowance: units(0),
        postpaid: micros(-3),
        reversed: units(0),
      },
    });
    const add = { add: ["calls", "quantity", "amount", "allowance", "postpaid", "reversed"] };
    for (const quantity of [units(2), units(3), micros(1)])
      await database.transact((tx) =>
        writeRows(tx, UsageRollupRow, [rollup(1, quantity), rollup(Number(quantity) + 1, quantity)], add),
      );
    const stored = await database.read((tx) => tx.manager.find(UsageRollupRow, { order: { hour: "ASC" } }));
    expect(stored.map((row) => [row.hour, row.calls, row.quantity])).toEqual([
      [1, 3, 5_000_001],
      [2, 1, 1],
      [2_000_001, 1, 2_000_000],
      [3_000_001, 1, 3_000_000],
    ]);
    expect(stored[0]).toMatchObject({ amount: units(15), postpaid: -9 });
  });

  test("replace what they do not add", async () => {
    const back = (amount: Micros): WindowReturnRow => ({
      ...{ customerId: "acme", unit: "credit", dueAt: instant(9), grantId: "grant" },
      amount,
    });
    for (const onConflict of [{ add: ["amount"] }, { add: [] }])
      await database.transact((tx) => writeRows(tx, WindowReturnRow, [back(units(4))], onConflict));
    const stored = await database.read((tx) => tx.manager.find(WindowReturnRow));
    expect(only(stored).amount).toBe(units(4));
  });
});

describe("what is written comes back exactly:", () => {
  test.each([0, 1, -1, 2 ** 31, -(2 ** 31) - 1, 2 ** 32, 2 ** 53 - 2, largest, -largest])(
    "the number %d",
    async (value) => {
      await database.transact((tx) =>
        writeRows(tx, WalletRow, [wallet("number", { posted: micros(value) })], { replace: true }),
      );
      expect((await walletOf("number"))?.posted).toBe(value);
      // SQLite would keep a number as a float, or as text, if it were given one.
      const isWhole = "CAST(posted AS text) NOT LIKE '%.%'";
      const sql = `SELECT posted FROM wallets WHERE unit = 'number' AND ${isWhole}`;
      expect(await select(database, sql)).toEqual([{ posted: value }]);
    },
  );

  test("any safe whole number", () =>
    fc.assert(
      fc.asyncProperty(fc.maxSafeInteger(), async (value) => {
        await database.transact((tx) =>
          writeRows(tx, WalletRow, [wallet("any", { posted: micros(value) })], { replace: true }),
        );
        expect((await walletOf("any"))?.posted).toBe(value === 0 ? 0 : value);
      }),
      { numRuns: 200 },
    ));

  const texts: readonly string[] = [
    "",
    'it\'s "quoted" and `quoted`',
    "two\nlines\r\nand a\ttab",
    "back\\slash \\n \\u0041",
    "👩‍🚀 émoji, 漢字, עברית \u2028 \u2029 \u0001",
    '{"a": [1, null]}',
    "[1, 2]",
    '"text"',
    "null",
    "true",
    "0012",
    "1e3",
    "9007199254740993",
    "'; DROP TABLE wallets; --",
    "$1 ?1 :name @name",
  ];

  const writeText = (text: string) =>
    database.transact((tx) => {
      const metadata = { text, [text]: 1.5, yes: true };
      return writeRows(tx, CustomerRow, [customer("text", { name: text, metadata })], { replace: true });
    });

  test.each(texts)("the text %j", async (text) => {
    await writeText(text);
    const stored = await customerOf("text");
    expect(stored?.name).toBe(text);
    expect(stored?.metadata).toEqual({ text, [text]: 1.5, yes: true });
  });

  test("a text of a hundred thousand characters", async () => {
    const text = "long ".repeat(20_000);
    await writeText(text);
    expect((await customerOf("text"))?.name === text).toBe(true);
  });

  test("any text that can be stored at all", () =>
    fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 50 }), async (any) => {
        const text = any.replaceAll("\0", "");
        await writeText(text);
        expect((await customerOf("text"))?.name).toBe(text);
      }),
      { numRuns: 200 },
    ));

  test("a key by which rows are told apart, however much they look alike", async () => {
    const alike = ["1", "01", "1.0", " 1", "é", "e\u0301", "A", "a"];
    await database.transact((tx) =>
      writeRows(
        tx,
        CustomerRow,
        alike.map((id) => customer(id, { name: id })),
      ),
    );
    for (const id of alike) expect(await customerOf(id)).toEqual(customer(id, { name: id }));
  });

  test("lists, and nothing where there is nothing", async () => {
    const grant: CreditGrantRow = {
      expiryTurns: null,
      ...{ customerId: "acme", id: "grant", unit: "credit", source: "PACK", state: "ACTIVE" },
      ...{
        amount: units(1),
        remaining: units(1),
        held: units(0),
        clawback: units(0),
        priority: -3,
        effectiveAt: instant(1),
        expiresAt: null,
      },
      ...{ operations: ["image", 'say "hi"'], windowDays: null, reason: null, originId: null },
    };
    const unscoped = { ...grant, id: "unscoped", operations: null };
    await database.transact((tx) => writeRows(tx, CreditGrantRow, [grant, unscoped]));
    const stored = await database.read((tx) => tx.manager.find(CreditGrantRow, { order: { id: "ASC" } }));
    expect(stored).toEqual([grant, unscoped]);
    const nothing = await select(database, "SELECT grant_id FROM credit_grants WHERE operations IS NULL");
    expect(nothing).toEqual([{ grant_id: "unscoped" }]);
  });
});

test("a parameter keeps its number, however often and in whatever order it is used", async () => {
  const sql = `SELECT $10 || $9 || $8 || $7 AS last, $2 || $1 || $2 AS twice,
      CAST($3 AS bigint) + CAST($4 AS bigint) + CAST($5 AS bigint) AS sum, CAST($6 AS text) AS none`;
  const parameters = ["a", "b", 3, 4, 5, null, "g", "h", "i", "j"];
  expect(await select(database, sql, parameters)).toEqual([
    { last: "jihg", twice: "bab", sum: 12, none: null },
  ]);
});
