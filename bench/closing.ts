import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { presentBy } from "../server/billing/catchUp.js";
import { addMs, dayMs, instantFrom } from "../server/domain/instant.js";
import { presentAccount } from "../server/ledger/present.js";
import { type Database, openDatabase, type Tx } from "../server/storage/database.js";
import { verifyBooks } from "./books.js";
import { median, percentiles } from "./drive.js";
import { filled } from "./filled.js";
import { withFolder } from "./folder.js";
import { patterns } from "./patterns.js";
import { type Effort, type Result, rounded } from "./result.js";

const records = 1_000_000;
const startsAt = instantFrom("2026-10-01T00:00:00.000Z");
const spanMs = 31 * dayMs;
const samplesInRound = 10;
const pattern = "postpaid-month";

/** What the invoice of a month with a million calls takes to be made, against adding up the month's sums in bare SQL. */
export const benchClosing = ({ rounds }: Effort): Promise<Result[]> =>
  withFolder(async (folder) => {
    const path = join(folder, "month.db");
    await filled({ path, pattern, records, startsAt, spanMs });
    const database = await openDatabase({ engine: "sqlite", path });
    const taken = { ours: [] as number[], baseline: [] as number[] };
    for (let sample = 0; sample < samplesInRound * (rounds + 1); sample += 1) {
      const baseline = await undone(database, addUp);
      const ours = await undone(database, close);
      if (sample < samplesInRound) continue;
      taken.baseline.push(baseline);
      taken.ours.push(ours);
    }
    await database.transact(close);
    await verifyBooks(database);
    await database.close();
    const micros = (times: readonly number[]): number => Math.round(median(times) * 1_000);
    const ratio = rounded(median(taken.ours) / median(taken.baseline));
    const { p50Ms, p99Ms } = percentiles(taken.ours);
    return [
      {
        id: "closing",
        bench: `close and finalize the invoice of ${records} calls / add up the month's hourly sums in SQL`,
        counts: "µs an invoice",
        ours: micros(taken.ours),
        baseline: micros(taken.baseline),
        ratio,
        target: "≤ 3",
        p50Ms: rounded(p50Ms),
        p99Ms: rounded(p99Ms),
      },
    ];
  });

class Undo extends Error {}

/** How long work in a transaction takes, which is then undone, so that it can be done again. */
async function undone(database: Database, work: (tx: Tx) => Promise<void>): Promise<number> {
  let took = 0;
  const attempt = database.transact(async (tx) => {
    const began = performance.now();
    await work(tx);
    took = performance.now() - began;
    throw new Undo();
  });
  await attempt.catch((error: unknown) => {
    if (!(error instanceof Undo)) throw error;
  });
  return took;
}

const customerId = patterns[pattern]?.calls[0].customerId ?? "";

async function addUp(tx: Tx): Promise<void> {
  const rows = await tx.query(
    `SELECT operation, SUM(calls), SUM(quantity), SUM(amount), SUM(postpaid) FROM usage_rollups
     WHERE customer_id = $1 AND hour >= $2 AND hour < $3 GROUP BY operation`,
    [customerId, startsAt, startsAt + spanMs],
  );
  if (rows.length === 0) throw new Error("The month has no sums.");
}

/** After the plan's grace, so that the period is closed, the draft finalized and the debt moved to the invoice. */
async function close(tx: Tx): Promise<void> {
  const present = presentBy(() => addMs(startsAt, spanMs + 5 * dayMs));
  if ((await presentAccount(tx, customerId, present)) === null) throw new Error("There is no customer.");
}
