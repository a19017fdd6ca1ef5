import { performance } from "node:perf_hooks";

/** What one round of load came to. */
export interface Measured {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Drive {
  /** Calls under way at once: as soon as one is answered, its caller makes the next. */
  readonly inFlight: number;
  readonly seconds: number;
  /** What an answered call counts as: a batch is as many records as it has items. */
  readonly weight?: number;
  /** The nth call; it rejects unless the answer is a good one, which stops the bench. */
  readonly call: (n: number) => Promise<void>;
}

// Goes on counting from round to round, so that no round repeats what an earlier one has called.
let next = 0;

export async function drive({ inFlight, seconds, weight = 1, call }: Drive): Promise<Measured> {
  const latencies: number[] = [];
  const started = performance.now();
  const until = started + seconds * 1_000;
  const caller = async () => {
    while (performance.now() < until) {
      const sent = performance.now();
      const n = next;
      next += 1;
      await call(n);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
  const elapsed = (performance.now() - started) / 1_000;
  return { perSecond: (latencies.length * weight) / elapsed, ...percentiles(latencies) };
}

export function percentiles(latenciesMs: readonly number[]): { p50Ms: number; p99Ms: number } {
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
