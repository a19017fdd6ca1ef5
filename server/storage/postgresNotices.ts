import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import type { Changed, OnChange } from "./changes.js";
import { targetOf } from "./postgresTls.js";
import { connectTimeoutMs } from "./postgresTrouble.js";

const channel = "scrip_changes";
/** Held by every process that listens, so that nobody notifies in vain. Any number that nothing else locks. */
const listenersLock = 7_265_317;
/** PostgreSQL's own limit is 8,000. */
const payloadMaxBytes = 7_900;
/** Beyond these it is cheaper to have everybody look. */
const pendingMax = 5_000;
const everybody = "*";
const closeMs = 500;
/** At full load there is a commit every few milliseconds: those of one pause are told in one statement. */
const paceMs = 20;
const reconnectMs = { first: 100, max: 5_000 };

/** How processes that share a PostgreSQL wake each other. */
export interface Notices {
  /** Tells other processes, if any of them listens, whom a commit has changed. */
  announce(changed: ReadonlySet<string>): void;
  /** Hears what others announce; "anything" whenever something may have been missed. One listener at a time. */
  listen(listener: OnChange): void;
  unlisten(): void;
  close(): Promise<void>;
}

/**
 * One connection of its own, opened when it is first needed. What is announced is not part of the transaction that it
 * tells of: NOTIFY holds a lock of the whole server until its transaction is on disk, so that all processes would
 * commit one after the other. Nobody depends on being told: whoever listens also looks from time to time.
 */
export function postgresNotices(url: string): Notices {
  let pending = new Set<string>();
  let listener: OnChange | null = null;
  let isClosed = false;
  let client: pg.Client | null = null;
  let busy: Promise<void> | null = null;
  /** Whether the connection listens already. */
  let listens = false;

  const disconnect = (lost: pg.Client): void => {
    if (client !== lost) return;
    client = null;
    listens = false;
    if (listener !== null) work();
  };

  const connect = async (): Promise<pg.Client> => {
    const { url: connectionString, ...tls } = targetOf(url);
    const made = new pg.Client({
      connectionString,
      ...tls,
      application_name: "scrip-live",
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    made.on("error", () => disconnect(made));
    made.on("end", () => disconnect(made));
    made.on("notification", ({ processId, payload = "" }) => {
      // What this process has done it knows already.
      if (processId !== processIdOf(made)) listener?.(read(payload));
    });
    try {
      await made.connect();
      // A notice that a crash of the server loses is made up for by looking; nobody waits for it to be on disk.
      await made.query("SET synchronous_commit = off");
    } catch (error) {
      await made.end().catch(() => undefined);
      throw error;
    }
    if (isClosed) await made.end();
    return made;
  };

  const settleListening = async (on: pg.Client): Promise<void> => {
    if ((listener !== null) === listens) return;
    if (listener === null) {
      await on.query(`UNLISTEN ${channel}; SELECT pg_advisory_unlock_shared(${listenersLock})`);
      listens = false;
      return;
    }
    // The lock first: whoever commits after it is granted sees that somebody listens.
    await on.query(`SELECT pg_advisory_lock_shared(${listenersLock}); LISTEN ${channel}`);
    listens = true;
    listener?.("anything");
  };

  const announcePending = async (on: pg.Client): Promise<void> => {
    const payloads = write(pending);
    pending = new Set();
    try {
      await on.query(notify, [channel, payloads, listenersLock]);
    } catch (error) {
      pending = new Set([everybody]);
      throw error;
    }
  };

  const hasWork = (): boolean => !isClosed && (pending.size > 0 || (listener !== null) !== listens);

  /** One thing after the other, until there is nothing left to do. */
  const run = async (): Promise<void> => {
    let failures = 0;
    while (hasWork()) {
      try {
        client ??= await connect();
        await settleListening(client);
        if (pending.size > 0) {
          await announcePending(client);
          await wait(paceMs, undefined, { ref: false });
        }
        failures = 0;
      } catch {
        if (client !== null) void client.end().catch(() => undefined);
        client = null;
        listens = false;
        const pauseMs = Math.min(reconnectMs.first * 2 ** failures, reconnectMs.max);
        failures += 1;
        await wait(pauseMs, undefined, { ref: false });
      }
    }
  };

  function work(): void {
    if (busy !== null || !hasWork()) return;
    busy = run().finally(() => {
      busy = null;
      work();
    });
  }

  return {
    announce: (changed) => {
      if (pending.has(everybody)) return;
      if (pending.size + changed.size > pendingMax) pending = new Set([everybody]);
      else for (const customerId of changed) pending.add(customerId);
      work();
    },
    listen: (heard) => {
      listener = heard;
      work();
    },
    unlisten: () => {
      listener = null;
      work();
    },
    close: async () => {
      listener = null;
      // What was done last is still told, unless the database is away.
      await Promise.race([busy, wait(closeMs, undefined, { ref: false })]);
      isClosed = true;
      const open = client;
      client = null;
      await open?.end().catch(() => undefined);
    },
  };
}

/** Does nothing unless another process holds the listeners' lock; one's own does not stand in one's way. */
const notify = `SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload
  WHERE NOT (SELECT pg_try_advisory_xact_lock($3))`;

/** The server's process behind a connection, by which notices are told apart. */
const processIdOf = (client: pg.Client): number | undefined =>
  "processID" in client && typeof client.processID === "number" ? client.processID : undefined;

const read = (payload: string): Changed =>
  payload === everybody ? "anything" : new Set(payload.split(" ").map(decodeURIComponent));

/** Customers' ids, as many to a payload as it can hold. */
function write(changed: ReadonlySet<string>): string[] {
  if (changed.has(everybody)) return [everybody];
  const payloads: string[] = [];
  let payload = "";
  for (const id of changed) {
    const word = encodeURIComponent(id);
    if (payload.length + word.length + 1 > payloadMaxBytes) {
      payloads.push(payload);
      payload = "";
    }
    payload += payload === "" ? word : ` ${word}`;
  }
  return [...payloads, payload];
}
