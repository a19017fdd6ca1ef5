import { createHash } from "node:crypto";
import pg from "pg";
import { DataSource, type QueryRunner } from "typeorm";
import { AmountOutOfRange } from "../domain/amount.js";
import { attempts } from "./attempts.js";
import { changeListeners, telling } from "./changes.js";
import type { Database, Tx } from "./database.js";
import { postgresDialect } from "./dialect.js";
import { columnsOf } from "./postgresArrays.js";
import { postgresNotices } from "./postgresNotices.js";
import { targetOf } from "./postgresTls.js";
import {
  CannotConnect,
  connectTimeoutMs,
  type Patience,
  troubleOf,
  usualPatience,
} from "./postgresTrouble.js";
import { probeWrite } from "./probe.js";
import { sourceOptions } from "./source.js";
import { within } from "./transaction.js";

export interface PostgresOptions {
  readonly url: string;
  readonly poolSize: number;
  /** By default the usual one. */
  readonly patience?: Patience;
}

/** Any number: it only has to be the same in all processes that migrate one database. */
const migrationLock = 7_265_316;

/** Opens (migrates) a PostgreSQL database, which any number of processes may share. */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const { url, patience = usualPatience } = options;
  await migrate(options);
  const source = sourceOf(options, { query_timeout: patience.answerMs });
  await source.initialize();
  const reads = attempts(troubleOf);
  const writes = attempts(troubleOf);
  const { writing, reading, unhurried } = modes(patience);
  const listeners = changeListeners();
  const notices = postgresNotices(url);
  const tell = (changed: ReadonlySet<string>): void => {
    listeners.tell(changed);
    notices.announce(changed);
  };
  const once = <Result>(mode: Mode, work: (tx: Tx) => Promise<Result>): Promise<Result> =>
    withRunner(source, (runner, client) =>
      telling(tell, (changed) =>
        within(client, mode.begin, () => work(transactionOn(runner, client, { ...mode, changed }))),
      ),
    );
  const transact: Database["transact"] = (work) => writes.run(() => once(writing, work));
  const read: Database["read"] = (work, how) =>
    reads.run(() => once(how?.unhurried === true ? unhurried : reading, work));
  return {
    transact,
    read,
    ping: async () => {
      await read((tx) => tx.query("SELECT 1"));
      if (writes.areFailing()) await transact(probeWrite);
    },
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
  readonly answerMs: number;
}

/** Limits are set for each transaction, so that they hold behind a pooler too. */
const limits = ({ lockMs, idleMs }: Patience): string[] => [
  `lock_timeout = ${lockMs}`,
  `idle_in_transaction_session_timeout = ${idleMs}`,
];

const begin = (isolation: string, settings: readonly string[]): string =>
  [`BEGIN ISOLATION LEVEL ${isolation}`, ...settings.map((setting) => `SET LOCAL ${setting}`)].join("; ");

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

function modes(patience: Patience): Readonly<Record<"writing" | "reading" | "unhurried", Mode>> {
  const { answerMs, unhurriedMs } = patience;
  const writing: Mode = {
    begin: begin("READ COMMITTED", [...keptPlans, ...limits(patience)]),
    locks: true,
    prepares: true,
    answerMs,
  };
  // Reads may be about any number of rows, so each is planned for what it asks.
  const reading: Mode = {
    begin: begin("REPEATABLE READ READ ONLY", limits(patience)),
    locks: false,
    prepares: false,
    answerMs,
  };
  return { writing, reading, unhurried: { ...reading, answerMs: unhurriedMs } };
}

const wholeNumberTypes = new Set<number>([pg.types.builtins.INT8, pg.types.builtins.NUMERIC]);

function exactNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new AmountOutOfRange(text);
  return value;
}

const getTypeParser: typeof pg.types.getTypeParser = (id: number, format?: "text" | "binary") =>
  wholeNumberTypes.has(id) ? exactNumber : pg.types.getTypeParser(id, format as "text");

const sourceOf = ({ url, poolSize }: PostgresOptions, limits: Pick<pg.ClientConfig, "query_timeout">) =>
  new DataSource({
    ...sourceOptions,
    type: "postgres",
    ...targetOf(url),
    poolSize,
    connectTimeoutMS: connectTimeoutMs,
    extra: {
      // A bigint or a sum of them is a safe integer here, and would otherwise come as text.
      types: { getTypeParser },
      application_name: "scrip",
      // Statements may be sent before the answers to earlier ones are there.
      pipeline: true,
      // A connection that nobody uses is noticed to be dead before a call finds it so.
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      ...limits,
    },
  });

/** On a connection of its own: a migration takes as long as it takes, and so does waiting for another process's. */
async function migrate(options: PostgresOptions): Promise<void> {
  const source = sourceOf({ ...options, poolSize: 2 }, {});
  await source.initialize();
  try {
    await withRunner(source, async (runner) => {
      await runner.query("SELECT pg_advisory_lock($1)", [migrationLock]);
      try {
        await source.runMigrations({ transaction: "all" });
      } finally {
        await runner.query("SELECT pg_advisory_unlock($1)", [migrationLock]);
      }
    });
  } finally {
    await source.destroy();
  }
}

async function withRunner<Result>(
  source: DataSource,
  work: (runner: QueryRunner, client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const { runner, client } = await connected(source);
  try {
    return await work(runner, client);
  } catch (error) {
    // After a failover this connection may lead to what is only a copy now, and so may all that were made before: the
    // pool drops them when they are next needed, and new ones are made.
    if (troubleOf(error)?.kind === "outage") {
      void client.end();
      outages.set(source, outagesOf(source) + 1);
    }
    throw error;
  } finally {
    await runner.release();
  }
}

/** How many outages a database has had, and how many before a connection was first used. */
const outages = new WeakMap<DataSource, number>();
const outagesBefore = new WeakMap<pg.PoolClient, number>();

const outagesOf = (source: DataSource): number => outages.get(source) ?? 0;

/** A connection that no outage has come after. */
async function connected(source: DataSource): Promise<{ runner: QueryRunner; client: pg.PoolClient }> {
  for (;;) {
    const runner = source.createQueryRunner();
    const client = await connection(runner);
    const before = outagesBefore.get(client) ?? outagesOf(source);
    outagesBefore.set(client, before);
    if (before === outagesOf(source)) return { runner, client };
    void client.end();
    await runner.release();
  }
}

async function connection(runner: QueryRunner): Promise<pg.PoolClient> {
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
  { locks, prepares, answerMs, changed }: Mode & { readonly changed: Set<string> },
): Tx {
  let failure: { readonly error: unknown } | null = null;
  const query = async <Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> => {
    const statement = { text: sql, values: [...parameters], query_timeout: answerMs };
    const name = prepares ? nameOf(sql) : null;
    try {
      return (await client.query(name === null ? statement : { ...statement, name })).rows as Row[];
    } catch (error) {
      // Of those that were sent after it PostgreSQL only says that the transaction has failed.
      failure ??= { error };
      throw failure.error;
    }
  };
  return {
    manager: runner.manager,
    dialect: postgresDialect,
    locks,
    query,
    insert: async (sql, rows) => {
      await query(sql, columnsOf(rows));
    },
    changed: (customerId) => void changed.add(customerId),
  };
}

/** Ours do not depend on values, so there are few. Should there be more, a connection does not keep them for ever. */
const namesMax = 1_000;
const names = new Map<string, string>();

/**
 * The name follows from the text, so that it means the same in all processes, also behind a pooler they share. Null:
 * too many have one.
 */
function nameOf(sql: string): string | null {
  const known = names.get(sql);
  if (known !== undefined) return known;
  if (names.size >= namesMax) return null;
  const name = `scrip_${createHash("sha256").update(sql).digest("hex").slice(0, 32)}`;
  names.set(sql, name);
  return name;
}
