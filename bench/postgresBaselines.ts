import { plainTransactions } from "./baseline/plainTransaction.js";
import { storedFunction } from "./baseline/storedFunction.js";
import { type Books, callOf, openBooks } from "./books.js";
import { drive, type Measured } from "./drive.js";
import { startPostgres } from "./postgres.js";
import { compare, type Effort, type Result } from "./result.js";

const customers = 1_000;
const inFlight = 64;

interface Baseline {
  call(n: number): Promise<void>;
  close(): Promise<void>;
}

/** Calls without HTTP on PostgreSQL, against two ways of doing the same without Scrip, each in its own database. */
export async function benchPlainTransactions(effort: Effort): Promise<Result[]> {
  const named = {
    id: "postgres-transactions",
    bench: "PostgreSQL, in process / a transaction for each call",
    target: "≥ 4",
  };
  return against(effort, named, plainTransactions);
}

export async function benchStoredFunction(effort: Effort): Promise<Result[]> {
  const named = {
    id: "postgres-function",
    bench: "PostgreSQL, in process / a stored function for each call",
    target: "≥ 1.5",
  };
  return against(effort, named, storedFunction);
}

async function against(
  effort: Effort,
  named: { readonly id: string; readonly bench: string; readonly target: string },
  open: (url: string) => Promise<Baseline>,
): Promise<Result[]> {
  const postgres = await startPostgres();
  const openNamed = async (name: string) => {
    const url = await postgres.createDatabase(name);
    return { url, books: await openBooks({ engine: "postgres", url, poolSize: 8 }, customers) };
  };
  try {
    const { books } = await openNamed("ours");
    const theirs = await openNamed("theirs");
    const baseline = await open(theirs.url);
    const round = (call: Baseline["call"]): Promise<Measured> =>
      drive({ inFlight, seconds: effort.seconds, call });
    const result = await compare(effort, {
      ...named,
      counts: "calls/s",
      ours: () => round((n) => books.consume(callOf(n, customers))),
      baseline: () => round(baseline.call),
    });
    await baseline.close();
    for (const each of [books, theirs.books]) await verified(each);
    return [result];
  } finally {
    await postgres.stop();
  }
}

/** What was measured must also have been right. */
async function verified(books: Books): Promise<void> {
  await books.verify();
  await books.close();
}
