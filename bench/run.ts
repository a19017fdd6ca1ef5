import { parseArgs } from "node:util";
import { benchConsume, type Comparison } from "./consume.js";
import type { Measured } from "./load.js";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "5" },
  },
});

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

function summary({ name, measured, baseline }: Comparison) {
  const of = (pick: (round: Measured) => number, rounds: readonly Measured[]) => median(rounds.map(pick));
  const ratios = measured.map((round, index) => round.perSecond / (baseline[index]?.perSecond ?? Number.NaN));
  return {
    bench: name,
    perSecond: Math.round(of((round) => round.perSecond, measured)),
    baseline: Math.round(of((round) => round.perSecond, baseline)),
    ratio: Number(median(ratios).toFixed(2)),
    p50Ms: Number(of((round) => round.p50Ms, measured).toFixed(1)),
    p99Ms: Number(of((round) => round.p99Ms, measured).toFixed(1)),
  };
}

process.stderr.write("Measuring; each round is a baseline and a run of ours, back to back.\n");
const results = [summary(await benchConsume(Number(values.rounds), Number(values.seconds)))];
if (values.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
else console.table(results);
