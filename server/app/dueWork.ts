import { makeDueWork } from "../billing/dueWork.js";
import { makePurgeDeliveries, makePurgeEndpoints } from "../events/purge.js";
import { makeReplayDue } from "../events/replay.js";
import type { Job } from "../jobs.js";
import type { Core } from "./core.js";

/**
 * What `jobs.ts` does in the background, by the same use cases as everybody. Billing asks payment providers, which may
 * take their time; webhooks do not wait for that.
 */
export const dueWork = (core: Core): Job[][] =>
  [
    makeDueWork(core),
    {
      "webhook replays": makeReplayDue(core),
      webhooks: core.webhooks.run,
      "deleted webhook endpoints": makePurgeEndpoints(core.database),
      "old webhook deliveries": makePurgeDeliveries(core),
    },
  ].map((line) => Object.entries(line).map(([name, run]) => ({ name, run })));
