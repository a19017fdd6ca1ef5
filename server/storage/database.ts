import "reflect-metadata";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DataSource, type EntityManager, type ObjectLiteral, type QueryRunner } from "typeorm";
import { SnakeCaseNames } from "./columns.js";
import { Foundation1700000000001 } from "./migrations/0001-foundation.js";
import * as accessRows from "./rows/access.js";
import * as billingRows from "./rows/billing.js";
import * as catalogRows from "./rows/catalog.js";
import * as customerRows from "./rows/customers.js";
import * as ledgerRows from "./rows/ledger.js";
import * as meteringRows from "./rows/metering.js";

/** What a transaction can do. It must not be kept beyond the work that got it. */
export interface Tx {
  readonly manager: EntityManager;
  /** Parameters are written $1, $2 … and may repeat. */
  query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

export interface Database {
  /** Runs the work in one transaction; what it did is durable when the promise resolves, or undone when it rejects. */
  transact<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  /** Runs the work on one consistent view of the data. */
  read<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

const entities = [accessRows, billingRows, catalogRows, customerRows, ledgerRows, meteringRows].flatMap(
  (area) => Object.values(area),
);

/** Opens (creates, migrates) the SQLite database; `:memory:` lives as long as the process. */
export async function openDatabase(path: string): Promise<Database> {
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
  const source = new DataSource({
    type: "better-sqlite3",
    database: path,
    entities,
    migrations: [Foundation1700000000001],
    namingStrategy: new SnakeCaseNames(),
    prepareDatabase: (connection: { pragma(text: string): unknown }) => {
      connection.pragma("journal_mode = WAL");
      connection.pragma("synchronous = FULL");
      // Another process (the CLI) may hold the lock for a moment.
      connection.pragma("busy_timeout = 5000");
    },
  });
  await source.initialize();
  try {
    await migrate(source);
    await assertDurable(source, path);
  } catch (error) {
    await source.destroy();
    throw error;
  }
  return queued(source);
}

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
  const tx = transactionOn(runner);
  let last: Promise<unknown> = Promise.resolve();
  const enqueue = <Result>(begin: string, work: (tx: Tx) => Promise<Result>): Promise<Result> => {
    const result = last.then(() => within(runner, begin, () => work(tx)));
    last = result.catch(() => undefined);
    return result;
  };
  return {
    transact: (work) => enqueue("BEGIN IMMEDIATE", work),
    read: (work) => enqueue("BEGIN", work),
    close: async () => {
      await last;
      await source.destroy();
    },
  };
}

async function within<Result>(
  runner: QueryRunner,
  begin: string,
  work: () => Promise<Result>,
): Promise<Result> {
  await runner.query(begin);
  try {
    const result = await work();
    await runner.query("COMMIT");
    return result;
  } catch (error) {
    // SQLite has already rolled back by itself after some errors, and then refuses to do so again.
    await runner.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

function transactionOn(runner: QueryRunner): Tx {
  const numbered = new Map<string, string>();
  const forSqlite = (sql: string): string => {
    const known = numbered.get(sql);
    if (known !== undefined) return known;
    const text = sql.replace(/\$(\d+)/g, "?$1");
    numbered.set(sql, text);
    return text;
  };
  return {
    manager: runner.manager,
    query: async <Row>(sql: string, parameters: readonly unknown[] = []) =>
      (await runner.query(forSqlite(sql), numberedParameters(parameters))) as Row[],
  };
}

/** To better-sqlite3, ?1 is a parameter of the name 1, and all named ones come in one object. */
const numberedParameters = (parameters: readonly unknown[]): unknown[] =>
  parameters.length === 0 ? [] : [Object.fromEntries(parameters.map((value, index) => [index + 1, value]))];

/** A row class of `rows/`. */
export type RowClass<Row extends ObjectLiteral> = new () => Row;
