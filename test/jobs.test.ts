import { pino } from "pino";
import { test } from "vitest";
import { type Job, startJobs } from "../server/jobs.js";

const told = {
  logger: pino({ level: "silent" }),
  observer: { done: () => undefined, failed: () => undefined },
  restMs: 1,
};

/** A job that is known to have run so many times. */
function counted(name: string, times: number) {
  let ran = 0;
  let enough: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const run = async () => {
    ran += 1;
    if (ran === times) enough();
    return 0;
  };
  return { job: { name, run } satisfies Job, done };
}

test("what hangs keeps those of its own line waiting, and nobody else", async () => {
  let release: () => void = () => undefined;
  const hanging = new Promise<number>((resolve) => {
    release = () => resolve(0);
  });
  const [behind, other] = [counted("behind", 1), counted("other", 3)];
  const provider = { name: "asks a payment provider", run: () => hanging };
  const jobs = startJobs({ lines: [[provider, behind.job], [other.job]], ...told });
  await other.done;
  release();
  await behind.done;
  await jobs.stop();
});

test("a job that fails is tried again, and those behind it have their turn", async () => {
  const behind = counted("behind", 2);
  const failing: Job = { name: "fails", run: () => Promise.reject(new Error("The disk is gone.")) };
  const jobs = startJobs({ lines: [[failing, behind.job]], ...told });
  await behind.done;
  await jobs.stop();
});
