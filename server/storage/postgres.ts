import pg from "pg";
import { DataSource, type QueryRunner } from "typeorm";
import { AmountOutOfRange } from "../domain/amount.js";
import { attempts } from "./attempts.js";
import type { Database, Tx } from "./database.js";
import { postgresDialect } from "./dialect.js";
import { targetOf } from "./postgresTls.js";
import { CannotConnect, connectTimeoutMs, troubleOf } from "./postgresTrouble.js";
import { sourceOptions } from "./source.js";
import { within } from "./transaction.js";

export interface PostgresOptions {
  readonly url: string;
  readonly poolSize: number;
}

/** Any number: it only has to be the same in all processes that migrate one database. */
const migrationLock = 7_265_316;

/** Opens (migrates) a PostgreSQL database, which any number of processes may share. */
export async function openPostgres({ url, poolSize }: PostgresOptions): Promise<Database> {
  const source = new DataSource({
    ...sourceOptions,
    type: "postgres",
    ...targetOf(url),
    poolSize,
    connectTimeoutMS: connectTimeoutMs,
    // A bigint or a sum of them is a safe integer here, and would otherwise come as text.
    extra: { types: { getTypeParser }, application_name: "scrip" },
  });
  await source.initialize();
  try {
    await migrate(source);
  } catch (error) {
    await source.destroy();
    throw error;
  }
  const tried = attempts(troubleOf);
  const run = <Result>({ begin, locks }: Mode, work: (tx: Tx) => Promise<Result>): Promise<Result> =>
    tried(() =>
      withRunner(source, (runner) => within(runner, begin, () => work(transactionOn(runner, locks)))),
    );
  return {
    lanes: poolSize,
    transact: (work) => run(writing, work),
    read: (work) => run(reading, work),
    close: () => source.destroy(),
  };
}

interface Mode {
  readonly begin: string;
  readonly locks: boolean;
}

/** Rows are locked before they are read, so that what is decided on is what is changed. */
const writing: Mode = { begin: "BEGIN ISOLATION LEVEL READ COMMITTED", locks: true };
const reading: Mode = { begin: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", locks: false };

const wholeNumberTypes = new Set<number>([pg.types.builtins.INT8, pg.types.builtins.NUMERIC]);

function exactNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new AmountOutOfRange(text);
  return value;
}

const getTypeParser: typeof pg.types.getTypeParser = (id: number, format?: "text" | "binary") =>
  wholeNumberTypes.has(id) ? exactNumber : pg.types.getTypeParser(id, format as "text");

const migrate = (source: DataSource): Promise<unknown> =>
  withRunner(source, async (runner) => {
    await runner.query("SELECT pg_advisory_lock($1)", [migrationLock]);
    try {
      await source.runMigrations({ transaction: "all" });
    } finally {
      await runner.query("SELECT pg_advisory_unlock($1)", [migrationLock]);
    }
  });

async function withRunner<Result>(
  source: DataSource,
  work: (runner: QueryRunner) => Promise<Result>,
): Promise<Result> {
  const runner = source.createQueryRunner();
  const client = await connected(runner);
  try {
    return await work(runner);
  } catch (error) {
    // After a failover this connection may lead to what is only a copy now; the pool drops it, and a new one is made.
    if (troubleOf(error)?.kind === "outage") void client.end();
    throw error;
  } finally {
    await runner.release();
  }
}

async function connected(runner: QueryRunner): Promise<pg.PoolClient> {
  try {
    return await runner.connect();
  } catch (error) {
    await runner.release();
    throw new CannotConnect(error);
  }
}

const transactionOn = (runner: QueryRunner, locks: boolean): Tx => ({
  manager: runner.manager,
  dialect: postgresDialect,
  locks,
  query: async <Row>(sql: string, parameters: readonly unknown[] = []) =>
    (await runner.query(sql, [...parameters])) as Row[],
});
