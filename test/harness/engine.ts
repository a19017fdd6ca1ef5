import { randomUUID } from "node:crypto";
import { inject } from "vitest";
import type { DatabaseOptions } from "../../server/storage/database.js";
import { onServer } from "./ownPostgres.js";

/** A database that nobody else uses, on the engine that this run is about, and how to be rid of it. */
export async function freshDatabase(): Promise<{ options: DatabaseOptions; drop: () => Promise<void> }> {
  if (process.env.SCRIP_TEST_ENGINE !== "postgres")
    return { options: { engine: "sqlite", path: ":memory:" }, drop: async () => undefined };
  const server = inject("postgresUrl");
  const name = `scrip_${randomUUID().replaceAll("-", "")}`;
  await onServer(server, `CREATE DATABASE ${name}`);
  return {
    options: { engine: "postgres", url: `${server}/${name}`, poolSize: 4 },
    drop: () => onServer(server, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}
