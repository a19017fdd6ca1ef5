import { performance } from "node:perf_hooks";
import { Pool } from "undici";

export interface Load {
  readonly origin: string;
  readonly apiKey: string;
  /** Requests under way at once. */
  readonly inFlight: number;
  readonly seconds: number;
  /** The body of the nth request. */
  readonly body: (n: number) => string;
}

export interface Measured {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Sends requests for so many seconds and counts the good answers; one bad answer stops the bench. */
export async function measure({ origin, apiKey, inFlight, seconds, body }: Load): Promise<Measured> {
  const pool = new Pool(origin, { connections: inFlight });
  const headers = { "content-type": "application/json", authorization: `Bearer ${apiKey}` };
  const latencies: number[] = [];
  const until = performance.now() + seconds * 1_000;
  let next = 0;
  const caller = async () => {
    while (performance.now() < until) {
      const sent = performance.now();
      const n = next;
      next += 1;
      const answer = await pool.request({ path: "/graphql", method: "POST", headers, body: body(n) });
      const text = await answer.body.text();
      if (answer.statusCode !== 200 || !text.includes('"__typename":"Consumed"'))
        throw new Error(`Request ${n} was answered with ${answer.statusCode}: ${text.slice(0, 300)}`);
      latencies.push(performance.now() - sent);
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: inFlight }, caller));
  const elapsed = (performance.now() - started) / 1_000;
  await pool.close();
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0;
  return { perSecond: latencies.length / elapsed, p50Ms: at(0.5), p99Ms: at(0.99) };
}
