import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chart } from "./chart.js";
import { median } from "./drive.js";
import type { Result } from "./result.js";

// Writes what `npm run bench -- --json` found into docs/performance.md and its chart, so that nobody edits figures.
const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("Name the file that holds the bench's results.");
const results: readonly Result[] = JSON.parse(readFileSync(file, "utf8"));
const inDocs = (path: string): string => fileURLToPath(new URL(`../docs/${path}`, import.meta.url));

const figure = (value: number | null): string => (value === null ? "" : value.toLocaleString("en-US"));

const rows = results.map(({ bench, counts, ours, baseline, ratio, target, p50Ms, p99Ms }) =>
  [
    bench,
    `${figure(ours)} ${counts}`,
    figure(baseline),
    figure(ratio),
    target,
    figure(p50Ms),
    figure(p99Ms),
  ].join(" | "),
);
const table = [
  "| Bench: ours / baseline | ours | baseline | ratio | target | p50 ms | p99 ms |",
  "| --- | --- | --- | --- | --- | --- | --- |",
  ...rows.map((row) => `| ${row} |`),
].join("\n");

const page = readFileSync(inDocs("performance.md"), "utf8");
const between = /(<!-- results -->)[\s\S]*?(<!-- end of results -->)/;
if (!between.test(page)) throw new Error("docs/performance.md has no place for the results.");
writeFileSync(
  inDocs("performance.md"),
  page.replace(between, (_, start, end) => `${start}\n\n${table}\n\n${end}`),
);

const found = (id: string, side: "ours" | "baseline"): number => {
  const figures = results.filter((result) => result.id === id).map((result) => result[side] ?? 0);
  if (figures.length === 0) throw new Error(`The results lack ${id}.`);
  return median(figures);
};

writeFileSync(
  inDocs("images/performance.svg"),
  chart([
    { name: "Scrip, in process, SQLite", perSecond: found("hot-sqlite", "baseline"), kind: "ours" },
    {
      name: "Scrip, in process, SQLite, one hot wallet",
      perSecond: found("hot-sqlite", "ours"),
      kind: "ours",
    },
    { name: "Scrip, in process, PostgreSQL", perSecond: found("postgres-function", "ours"), kind: "ours" },
    {
      name: "Scrip, in process, PostgreSQL, one hot wallet",
      perSecond: found("hot-postgres", "ours"),
      kind: "ours",
    },
    { name: "Scrip, HTTP, SQLite", perSecond: found("http-consume", "ours"), kind: "ours" },
    {
      name: "A stored function for each call, in process",
      perSecond: found("postgres-function", "baseline"),
      kind: "measured",
    },
    {
      name: "A transaction for each call, in process",
      perSecond: found("postgres-transactions", "baseline"),
      kind: "measured",
    },
    { name: "A stored function from a Node pool", perSecond: 5_362, kind: "quoted" },
    { name: "A stored function behind bare Apollo", perSecond: 2_850, kind: "quoted" },
    { name: "Plain BEGIN … COMMIT", perSecond: 2_054, kind: "quoted" },
    { name: "Plain BEGIN … COMMIT, one hot wallet", perSecond: 977, kind: "quoted" },
    { name: "A well-known PostgreSQL ledger, one hot wallet", perSecond: 620, kind: "quoted" },
    { name: "The nearest open peer, with keys, before it is durable", perSecond: 362, kind: "quoted" },
  ]),
);
