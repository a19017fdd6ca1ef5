import { Counter, Gauge, type Registry } from "prom-client";

/** How long the oldest piece of due work of each kind has been waiting, in milliseconds; null when none is due. */
type Lags = Readonly<Record<string, number | null>>;

interface Needs {
  readonly registry: Registry;
  /** Is asked whenever somebody looks. */
  readonly lags: () => Promise<Lags>;
  readonly onFailure: (error: unknown) => void;
}

/** Hears what jobs have done. */
export interface JobObserver {
  done(job: string, count: number): void;
  failed(job: string): void;
}

export function jobMetrics({ registry, lags, onFailure }: Needs): JobObserver {
  const registers = [registry];
  const done = new Counter({
    name: "scrip_jobs_done_total",
    help: "Pieces of due work that background jobs have done.",
    labelNames: ["job"] as const,
    registers,
  });
  const failed = new Counter({
    name: "scrip_jobs_failed_total",
    help: "Runs of background jobs that failed as a whole; they are tried again.",
    labelNames: ["job"] as const,
    registers,
  });
  new Gauge({
    name: "scrip_jobs_lag_seconds",
    help: "How long the oldest due work has been waiting; 0 when none is.",
    labelNames: ["job"] as const,
    registers,
    async collect() {
      // Without a database there is nothing to say, and the other metrics matter all the more.
      const found = await lags().catch((error: unknown): Lags => {
        onFailure(error);
        return {};
      });
      this.reset();
      for (const [job, lag] of Object.entries(found)) this.set({ job }, (lag ?? 0) / 1_000);
    },
  });
  return {
    done: (job, count) => done.inc({ job }, count),
    failed: (job) => failed.inc({ job }),
  };
}
