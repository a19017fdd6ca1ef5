import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { presentBy } from "../server/billing/catchUp.js";
import { dayMs, type Instant, startOfHour } from "../server/domain/instant.js";
import { timeOrderedId } from "../server/ids.js";
import { makeWallet } from "../server/ledger/statement.js";
import { makeMeter } from "../server/metering/meter.js";
import { makeUsageReport } from "../server/metering/report.js";
import { type Database, openDatabase } from "../server/storage/database.js";
import { verifyBooks } from "./books.js";
import { median, percentiles } from "./drive.js";
import { type Filled, filled } from "./filled.js";
import { withFolder } from "./folder.js";
import { type Pattern, patterns } from "./patterns.js";
import { type Effort, type Result, rounded } from "./result.js";

const few = 1_000;
const many = 1_000_000;
const spanMs = 30 * dayMs;
const samplesInRound = 100;

/** What it takes one customer's calls to be answered after a million records, against after a thousand. */
export const benchGrowth =
  (name: string) =>
  async (effort: Effort): Promise<Result[]> => {
    const pattern = patterns[name];
    if (pattern === undefined) throw new Error(`There is no pattern ${name}.`);
    return withFolder((folder) => measure(effort, folder, { name, pattern }));
  };

interface Named {
  readonly name: string;
  readonly pattern: Pattern;
}

async function measure(effort: Effort, folder: string, { name, pattern }: Named): Promise<Result[]> {
  // Both get their records spread over the same thirty days, so both have the same hours to report.
  const filling = { pattern: name, startsAt: Date.now() - spanMs, spanMs };
  const small = await filled({ ...filling, path: join(folder, "small.db"), records: few });
  const large = await filled({ ...filling, path: join(folder, "large.db"), records: many });
  const open = async ({ path, startsAt, stepMs }: Filled, records: number) => {
    const database = await openDatabase({ engine: "sqlite", path });
    return { database, calls: callsOn(database, pattern, { startsAt, stepMs, records }) };
  };
  const before = await open(small, few);
  const after = await open(large, many);
  const results: Result[] = [];
  for (const call of ["consume", "wallet", "usageReport"] as const) {
    const pair = { before: before.calls[call], after: after.calls[call] };
    const named = {
      id: `growth-${name}-${call}`,
      bench: `${call} after ${many} records / after ${few}, ${name}`,
    };
    results.push({ ...named, ...(await latencies(effort, pair)), target: "≤ 1.25" });
  }
  for (const { database } of [before, after]) {
    await verifyBooks(database);
    await database.close();
  }
  const [first = 0, last = 0] = large.residentBytes;
  const memory = { id: `memory-${name}`, bench: `memory after ${many} consumes / after 100000, ${name}` };
  const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);
  const figures = { ours: mebibytes(last), baseline: mebibytes(first), ratio: rounded(last / first) };
  return [...results, { ...memory, counts: "MiB", ...figures, target: "≤ 1.3", p50Ms: null, p99Ms: null }];
}

interface Pace {
  readonly startsAt: number;
  readonly stepMs: number;
  readonly records: number;
}

/** The customer goes on at its pace, so that in a rolling window each call finds one that has just come back. */
function callsOn(database: Database, pattern: Pattern, { startsAt, stepMs, records }: Pace) {
  let made = records;
  const clock = (): Instant => Math.round(startsAt + made * stepMs) as Instant;
  const { consume } = makeMeter({
    database,
    present: presentBy(clock),
    newId: timeOrderedId,
    topUpSoon: () => undefined,
  });
  const wallet = makeWallet({ database, present: presentBy(clock) });
  const report = makeUsageReport(database);
  const { customerId } = pattern.calls[0];
  return {
    consume: async () => {
      made += 1;
      const [outcome] = await consume([{ ...pattern.calls[0], idempotencyKey: `grown-${randomUUID()}` }]);
      if (outcome?.kind !== "consumed") throw new Error(`A call came to ${outcome?.kind}.`);
    },
    wallet: async () => {
      if ((await wallet(customerId, null)) === null) throw new Error("There is no wallet.");
    },
    usageReport: async () => {
      const to = startOfHour(clock());
      const from = (to - spanMs) as Instant;
      const { rows } = await report({ customerId, from, to, groupBy: ["OPERATION"] });
      if (rows.length === 0) throw new Error("A report has no rows.");
    },
  };
}

type Call = () => Promise<void>;

/** One call after the other, in turn on both databases, so that whatever else the machine does hits both. */
async function latencies({ rounds }: Effort, { before, after }: { before: Call; after: Call }) {
  const taken = { before: [] as number[], after: [] as number[] };
  for (let sample = 0; sample < samplesInRound * (rounds + 1); sample += 1)
    for (const [times, call] of [
      [taken.before, before],
      [taken.after, after],
    ] as const) {
      const started = performance.now();
      await call();
      if (sample >= samplesInRound) times.push(performance.now() - started);
    }
  const micros = (times: readonly number[]): number => Math.round(median(times) * 1_000);
  const ratio = rounded(median(taken.after) / median(taken.before));
  const { p50Ms, p99Ms } = percentiles(taken.after);
  const figures = { ours: micros(taken.after), baseline: micros(taken.before), ratio };
  return { counts: "µs a call", ...figures, p50Ms: rounded(p50Ms), p99Ms: rounded(p99Ms) };
}
