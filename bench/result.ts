import { type Measured, median } from "./drive.js";

/** How long and how often to measure. */
export interface Effort {
  readonly rounds: number;
  readonly seconds: number;
}

/** One line of the table. */
export interface Result {
  readonly id: string;
  readonly bench: string;
  /** What the next two count, such as calls a second. */
  readonly counts: string;
  readonly ours: number;
  readonly baseline: number | null;
  readonly ratio: number | null;
  readonly target: string;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

interface Comparison {
  readonly id: string;
  readonly bench: string;
  readonly counts: string;
  readonly target: string;
  readonly ours: () => Promise<Measured>;
  readonly baseline: () => Promise<Measured>;
}

/**
 * Rounds of ours and of the baseline in turn, so that whatever else the machine does hits both. The ratio is the
 * median of the rounds' ratios. A first round warms up both and is not counted.
 */
export async function compare({ rounds }: Effort, comparison: Comparison): Promise<Result> {
  const { ours, baseline, ...named } = comparison;
  const pairs: (readonly [Measured, Measured])[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const pair = [await ours(), await baseline()] as const;
    if (round > 0) pairs.push(pair);
    const figures = pair.map(({ perSecond }) => Math.round(perSecond)).join(" against ");
    progress(`${comparison.bench}, ${round === 0 ? "warming up" : `round ${round}`}: ${figures}`);
  }
  const of = (pick: (pair: (typeof pairs)[number]) => number): number => median(pairs.map(pick));
  return {
    ...named,
    ours: Math.round(of(([{ perSecond }]) => perSecond)),
    baseline: Math.round(of(([, { perSecond }]) => perSecond)),
    ratio: rounded(of(([ours, baseline]) => ours.perSecond / baseline.perSecond)),
    p50Ms: rounded(of(([{ p50Ms }]) => p50Ms)),
    p99Ms: rounded(of(([{ p99Ms }]) => p99Ms)),
  };
}

export const rounded = (value: number): number => Number(value.toFixed(2));

export const progress = (text: string): void => void process.stderr.write(`${text}\n`);
