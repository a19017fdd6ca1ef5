import { createHash } from "node:crypto";
import pg from "pg";
import { DataSource, type QueryRunner } from "typeorm";
import { AmountOutOfRange } from "../domain/amount.js";
import { attempts } from "./attempts.js";
import { changeListeners, telling } from "./changes.js";
import type { Database, Tx } from "./database.js";
import { postgresDialect } from "./dialect.js";
import { postgresNotices } from "./postgresNotices.js";
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
    // Statements may be sent before the answers to earlier ones are there.
    extra: { types: { getTypeParser }, application_name: "scrip", pipeline: true },
  });
  await source.initialize();
  try {
    await migrate(source);
  } catch (error) {
    await source.destroy();
    throw error;
  }
  const tried = attempts(troubleOf);
  const listeners = changeListeners();
  const notices = postgresNotices(url);
  const tell = (changed: ReadonlySet<string>): void => {
    listeners.tell(changed);
    notices.announce(changed);
  };
  const run = <Result>(mode: Mode, work: (tx: Tx) => Promise<Result>): Promise<Result> =>
    tried(() =>
      withRunner(source, (runner, client) =>
        telling(tell, (changed) =>
          within(client, mode.begin, () => work(transactionOn(runner, client, { ...mode, changed }))),
        ),
      ),
    );
  return {
    transact: (work) => run(writing, work),
    read: (work) => run(reading, work),
    onChange: (listener) => {
      const stop = listeners.add(listener);
      if (listeners.size === 1) notices.listen(listeners.tell);
      return () => {
        stop();
        if (listeners.size === 0) notices.unlisten();
      };
    },
    close: async () => {
      await notices.close();
      await source.destroy();
    },
  };
}

interface Mode {
  readonly begin: string;
  /** Rows are locked before they are read, so that what is decided on is what is changed. */
  readonly locks: boolean;
  /** Whether a connection keeps its statements parsed and planned. */
  readonly prepares: boolean;
}

/**
 * Planning each statement for each group of calls costs as much as a quarter of running it. But a plan that was made
 * once, when tables were all but empty, could read whole tables until PostgreSQL next looks at how they have grown. So
 * the plans that are kept are told to go by index, row for row; everything that writes finds its rows by their keys.
 */
const keptPlans = [
  "plan_cache_mode = force_generic_plan",
  "enable_seqscan = off",
  "enable_hashjoin = off",
  "enable_mergejoin = off",
  "enable_material = off",
  // Before PostgreSQL 18 a plan that is forbidden looks so dear that compiling it would seem worth while.
  "jit = off",
];

const writing: Mode = {
  begin: ["BEGIN ISOLATION LEVEL READ COMMITTED", ...keptPlans.map((plan) => `SET LOCAL ${plan}`)].join("; "),
  locks: true,
  prepares: true,
};

/** Reads may be about any number of rows, so each is planned for what it asks. */
const reading: Mode = {
  begin: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
  locks: false,
  prepares: false,
};

/** JSON has no numbers beyond those that are safe; the statement reads them from text alike. */
const exactly = (_: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);

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
  work: (runner: QueryRunner, client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const runner = source.createQueryRunner();
  const client = await connected(runner);
  try {
    return await work(runner, client);
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

function transactionOn(
  runner: QueryRunner,
  client: pg.PoolClient,
  { locks, prepares, changed }: Mode & { readonly changed: Set<string> },
): Tx {
  const query = async <Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> => {
    const statement = { text: sql, values: [...parameters] };
    return (await client.query(prepares ? { ...statement, name: nameOf(sql) } : statement)).rows as Row[];
  };
  return {
    manager: runner.manager,
    dialect: postgresDialect,
    locks,
    query,
    insert: async (sql, rows) => {
      await query(sql, [JSON.stringify(rows, exactly)]);
    },
    changed: (customerId) => void changed.add(customerId),
  };
}

const names = new Map<string, string>();

/** The name follows from the text, so that it means the same in all processes, also behind a pooler they share. */
function nameOf(sql: string): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  const name = `scrip_${createHash("sha256").update(sql).digest("hex").slice(0, 32)}`;
  names.set(sql, name);
  return name;
}
