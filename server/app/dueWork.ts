import { makeDueWork } from "../billing/dueWork.js";
import { makePurgeEndpoints } from "../events/purge.js";
import { makeReplayDue } from "../events/replay.js";
import type { Job } from "../jobs.js";
import type { Core } from "./core.js";

/** What `jobs.ts` does in the background, by the same use cases as everybody. */
export const dueWork = (core: Core): Job[] =>
  Object.entries({
    ...makeDueWork(core),
    "webhook replays": makeReplayDue(core),
    webhooks: core.webhooks.run,
    "deleted webhook endpoints": makePurgeEndpoints(core.database),
  }).map(([name, run]) => ({ name, run }));
