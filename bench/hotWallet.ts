import { join } from "node:path";
import type { DatabaseOptions } from "../server/storage/database.js";
import { callOf, openBooks } from "./books.js";
import { drive, type Measured } from "./drive.js";
import { withFolder } from "./folder.js";
import { startPostgres } from "./postgres.js";
import { compare, type Effort, type Result } from "./result.js";

const customers = 1_000;
const inFlight = 64;

/** All callers on one wallet, against the same callers going around a thousand, without HTTP. */
export async function benchHotWallet(effort: Effort): Promise<Result[]> {
  const sqlite = await withFolder((folder) =>
    measure(effort, "SQLite", { engine: "sqlite", path: join(folder, "hot.db") }),
  );
  const postgres = await startPostgres();
  try {
    const url = await postgres.createDatabase("hot");
    return [sqlite, await measure(effort, "PostgreSQL", { engine: "postgres", url, poolSize: 8 })];
  } finally {
    await postgres.stop();
  }
}

async function measure(effort: Effort, engine: string, options: DatabaseOptions): Promise<Result> {
  const books = await openBooks(options, customers);
  const over = (wallets: number) => (): Promise<Measured> =>
    drive({ inFlight, seconds: effort.seconds, call: (n) => books.consume(callOf(n, wallets)) });
  const result = await compare(effort, {
    id: `hot-${options.engine}`,
    bench: `${engine}, in process: one hot wallet / 1,000 wallets`,
    counts: "calls/s",
    target: "≥ 0.9",
    ours: over(1),
    baseline: over(customers),
  });
  await books.verify();
  await books.close();
  return result;
}
