import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseOptions } from "../../server/storage/database.js";
import { newPostgres } from "../harness/ownPostgres.js";

interface OwnDatabase {
  readonly options: DatabaseOptions;
  drop(): Promise<void>;
}

/** A SQLite file in a folder of its own. */
export async function sqliteFile(): Promise<OwnDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "scrip-crash-"));
  return {
    options: { engine: "sqlite", path: join(folder, "scrip.db") },
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A database of its own, in a PostgreSQL of its own when that is the engine. */
export async function databaseFor(engine: string): Promise<OwnDatabase> {
  if (engine === "sqlite") return sqliteFile();
  if (engine !== "postgres") throw new Error("--engine is sqlite or postgres.");
  const { url, start, remove } = await newPostgres();
  await start();
  return { options: { engine, url: `${url}/postgres`, poolSize: 4 }, drop: remove };
}
