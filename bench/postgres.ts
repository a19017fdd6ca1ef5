import pg from "pg";
import { newPostgres } from "../test/harness/ownPostgres.js";

/** A PostgreSQL of the bench's own, on the disk that SQLite's files are on, with the settings it comes with. */
export interface Postgres {
  /** Makes an empty database and returns its URL. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<Postgres> {
  const { start, createDatabase, remove } = await newPostgres();
  await start();
  return { createDatabase, stop: remove };
}

/** Runs statements on a connection of their own. */
export async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
