import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { makeApplyCatalog } from "../server/billing/catalog/store.js";
import { presentBy } from "../server/billing/catchUp.js";
import { readCatalogFile } from "../server/catalogFile.js";
import type { Instant } from "../server/domain/instant.js";
import { timeOrderedId } from "../server/ids.js";
import { makeMeter } from "../server/metering/meter.js";
import { openDatabase } from "../server/storage/database.js";
import { addCustomer } from "./books.js";
import { type Pattern, patterns } from "./patterns.js";

// Fills a database with the calls of one customer's thirty days, through consume itself. It runs in a process of its
// own, so that the memory it tells of is that of metering and not of the bench.
const { values } = parseArgs({
  options: {
    path: { type: "string", default: "" },
    pattern: { type: "string", default: "" },
    records: { type: "string", default: "0" },
    start: { type: "string", default: "0" },
    stepMs: { type: "string", default: "0" },
  },
});
const pattern: Pattern | undefined = patterns[values.pattern];
if (pattern === undefined) throw new Error(`There is no pattern ${values.pattern}.`);
const records = Number(values.records);
const at = (n: number): Instant => Math.round(Number(values.start) + n * Number(values.stepMs)) as Instant;

const requestItems = 250;
const told = new Set([100_000, 1_000_000]);

let consumed = 0;
const database = await openDatabase({ engine: "sqlite", path: values.path });
const clock = () => at(consumed + requestItems - 1);
const needs = { database, clock, present: presentBy(clock), newId: timeOrderedId };
await makeApplyCatalog({ ...needs, clock: () => at(0) })(readCatalogFile(pattern.catalog));
await addCustomer({ ...needs, clock: () => at(0) }, { ...pattern, ...pattern.calls[0] });
const { consume } = makeMeter({ ...needs, topUpSoon: () => undefined });
while (consumed < records) {
  const items = Array.from({ length: requestItems }, (_, index) => ({
    ...(pattern.calls[(consumed + index) % pattern.calls.length] ?? pattern.calls[0]),
    occurredAt: at(consumed + index),
    idempotencyKey: `fill-${randomUUID()}`,
  }));
  const bad = (await consume(items)).find(({ kind }) => kind !== "consumed");
  if (bad !== undefined) throw new Error(`A call came to ${bad.kind}.`);
  consumed += requestItems;
  if (told.has(consumed))
    process.stdout.write(`${JSON.stringify({ consumed, residentBytes: process.memoryUsage.rss() })}\n`);
  else if (consumed % 50_000 === 0) process.stderr.write(`  ${consumed} of ${records} records\n`);
}
await database.close();
