import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { DataSource, type QueryRunner } from "typeorm";
import type { BetterSqlite3Driver } from "typeorm/driver/better-sqlite3/BetterSqlite3Driver.js";
import { attempts, type Trouble } from "./attempts.js";
import { changeListeners, telling } from "./changes.js";
import type { Database, Tx } from "./database.js";
import { sqliteDialect } from "./dialect.js";
import { probeWrite } from "./probe.js";
import { sourceOptions } from "./source.js";
import { within } from "./transaction.js";

/** Opens (creates, migrates) the SQLite database; `:memory:` lives as long as the process. */
export async function openSqlite(path: string): Promise<Database> {
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
  const source = new DataSource({
    ...sourceOptions,
    type: "better-sqlite3",
    database: path,
    prepareDatabase: async (connection: Connection) => {
      // Another process may be migrating the same file, and nobody is served yet who would have to wait.
      connection.pragma("busy_timeout = 5000");
      await writeAhead(connection);
      connection.pragma("synchronous = FULL");
      // The rows of many customers lie on many pages: 64 MiB of them stay at hand, and are moved from the log to the
      // file only when there are 40 MB, as most are written again before. What is synced, and when, stays the same.
      connection.pragma("cache_size = -65536");
      connection.pragma("wal_autocheckpoint = 10000");
    },
  });
  await source.initialize();
  try {
    await migrate(source);
    await assertDurable(source, path);
    // From here on nothing may hold up the event loop: who waits for a lock does so between attempts.
    await source.query("PRAGMA busy_timeout = 0");
  } catch (error) {
    await source.destroy();
    throw error;
  }
  return queued(source);
}

interface Connection {
  pragma(text: string): unknown;
  prepare(sql: string): Statement;
}

const writeAheadAttemptsMax = 100;

/** For this one change SQLite does not wait when another process is writing to the same new file, so we do. */
async function writeAhead(connection: Connection): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      connection.pragma("journal_mode = WAL");
      return;
    } catch (error) {
      if (attempt === writeAheadAttemptsMax || !isBusy(error)) throw error;
    }
    await wait(20);
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

const isBusy = (error: unknown): boolean => codeOf(error).startsWith("SQLITE_BUSY");

/** A lock is soon released; a disk is not soon emptied or mended, and trying again would only make callers wait. */
const troubles: readonly { readonly code: RegExp; readonly trouble: Trouble }[] = [
  {
    code: /^SQLITE_(BUSY|LOCKED|PROTOCOL)/,
    trouble: { kind: "outage", message: "Another process has locked the database.", mayPassSoon: true },
  },
  { code: /^SQLITE_CONSTRAINT_CHECK/, trouble: { kind: "range" } },
  {
    code: /^SQLITE_FULL/,
    trouble: { kind: "outage", message: "The disk of the database is full.", mayPassSoon: false },
  },
  {
    code: /^SQLITE_(IOERR|CANTOPEN)/,
    trouble: { kind: "outage", message: "The disk of the database has failed.", mayPassSoon: false },
  },
  {
    code: /^SQLITE_READONLY/,
    trouble: { kind: "outage", message: "The database can only be read now.", mayPassSoon: false },
  },
];

const troubleOf = (error: unknown): Trouble | null =>
  troubles.find(({ code }) => code.test(codeOf(error)))?.trouble ?? null;

/** All or nothing, and under a lock from the start: another process may be opening the same new file. */
const migrate = (source: DataSource): Promise<unknown> =>
  within(source.createQueryRunner(), "BEGIN IMMEDIATE", () => source.runMigrations({ transaction: "none" }));

/** Acknowledged means durable: a database that would not sync each commit must not be served from. */
async function assertDurable(source: DataSource, path: string): Promise<void> {
  const [mode] = (await source.query("PRAGMA journal_mode")) as { journal_mode: string }[];
  const [sync] = (await source.query("PRAGMA synchronous")) as { synchronous: number }[];
  const expected = path === ":memory:" ? "memory" : "wal";
  if (mode?.journal_mode !== expected || sync?.synchronous !== 2)
    throw new Error(
      `SQLite runs with journal ${mode?.journal_mode}, synchronous ${sync?.synchronous}; need ${expected} and 2.`,
    );
}

/**
 * TypeORM has one connection to SQLite, on which overlapping transactions would nest and could undo each other. So
 * all work passes through this one queue, and nobody else may touch the data source.
 */
function queued(source: DataSource): Database {
  const runner = source.createQueryRunner();
  const { databaseConnection } = source.driver as BetterSqlite3Driver;
  const statement = statementsOf(databaseConnection as Connection);
  const connection = { query: async (sql: string) => void statement(sql).run() };
  let last: Promise<unknown> = Promise.resolve();
  const listeners = changeListeners();
  const enqueue = <Result>(begin: string, work: (tx: Tx) => Promise<Result>): Promise<Result> => {
    const result = last.then(() =>
      telling(listeners.tell, (changed) =>
        within(connection, begin, () => work(transactionOn(runner, statement, changed))),
      ),
    );
    last = result.catch(() => undefined);
    return result;
  };
  const reads = attempts(troubleOf);
  const writes = attempts(troubleOf);
  // Each attempt queues up anew, so that reads go on while a transaction waits for a lock.
  const transact: Database["transact"] = (work) => writes.run(() => enqueue("BEGIN IMMEDIATE", work));
  const read: Database["read"] = (work) => reads.run(() => enqueue("BEGIN", work));
  return {
    transact,
    read,
    ping: async () => {
      await read((tx) => tx.query("SELECT 1"));
      if (writes.areFailing()) await transact(probeWrite);
    },
    onChange: listeners.add,
    close: async () => {
      await last;
      await source.destroy();
    },
  };
}

/** What the driver gives for a statement that it has prepared. */
interface Statement {
  /** Whether it has rows to read. */
  readonly reader: boolean;
  all(...parameters: unknown[]): unknown[];
  run(...parameters: unknown[]): unknown;
}

/** More than there are; the oldest ones make room should some depend on what callers ask. */
const preparedMax = 1_000;

/** Each text is prepared once: ours do not depend on values, so there are few. */
function statementsOf(connection: Connection): (sql: string) => Statement {
  const prepared = new Map<string, Statement>();
  return (sql) => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const statement = connection.prepare(sql.replace(/\$(\d+)/g, "?$1"));
    const [oldest] = prepared.keys();
    if (prepared.size >= preparedMax && oldest !== undefined) prepared.delete(oldest);
    prepared.set(sql, statement);
    return statement;
  };
}

function transactionOn(
  { manager }: QueryRunner,
  statement: (sql: string) => Statement,
  changed: Set<string>,
): Tx {
  let failure: { readonly error: unknown } | null = null;
  // When its disk fails SQLite may roll back by itself, and what came after that would be committed on its own.
  const unlessFailed = <Result>(work: () => Result): Result => {
    if (failure !== null) throw failure.error;
    try {
      return work();
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  return {
    manager,
    dialect: sqliteDialect,
    // One transaction at a time writes, and reads see none of it.
    locks: false,
    query: async <Row>(sql: string, parameters: readonly unknown[] = []) =>
      unlessFailed((): Row[] => {
        const prepared = statement(sql);
        const given = numberedParameters(parameters);
        if (prepared.reader) return prepared.all(...given) as Row[];
        prepared.run(...given);
        return [];
      }),
    insert: async (sql, rows) =>
      unlessFailed(() => {
        const prepared = statement(sql);
        for (const row of rows) prepared.run(row);
      }),
    changed: (customerId) => void changed.add(customerId),
  };
}

/** To better-sqlite3, ?1 is a parameter of the name 1, and all named ones come in one object. */
const numberedParameters = (parameters: readonly unknown[]): unknown[] =>
  parameters.length === 0 ? [] : [Object.fromEntries(parameters.map((value, index) => [index + 1, value]))];
