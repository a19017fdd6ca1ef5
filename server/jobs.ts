import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "pino";
import type { JobObserver } from "./metrics/jobs.js";

/** One kind of due work: does a bounded batch of it and says how much that was. */
export interface Job {
  readonly name: string;
  run(): Promise<number>;
}

interface Options {
  /** Those of one line are done one after the other; no line waits for another. */
  readonly lines: readonly (readonly Job[])[];
  readonly logger: Logger;
  readonly observer: JobObserver;
  /** How long to rest when nothing was due. */
  readonly restMs: number;
}

/**
 * Does what is due before anybody looks. It has no rules of its own: whatever it does would also happen, in the same
 * way, when somebody looks, and happens once however many processes run jobs.
 */
export function startJobs({ lines, restMs, ...told }: Options): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const runLine = async (jobs: readonly Job[]): Promise<void> => {
    while (!signal.aborted) {
      let done = 0;
      for (const job of jobs) if (!signal.aborted) done += await runOne(job, told);
      if (done === 0) await wait(restMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = Promise.all(lines.map(runLine));
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function runOne(
  { name, run }: Job,
  { logger, observer }: Pick<Options, "logger" | "observer">,
): Promise<number> {
  try {
    const done = await run();
    observer.done(name, done);
    if (done > 0) logger.info({ job: name, done }, "did what was due");
    return done;
  } catch (error) {
    observer.failed(name);
    logger.error({ job: name, err: error }, "a job failed; it is tried again");
    return 0;
  }
}
