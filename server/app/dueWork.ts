import {
  makeAskPurchases,
  makeAskRefunds,
  makeBringUp,
  makeCollectDue,
  makeTopUpDue,
} from "../billing/dueWork.js";
import { makePurgeEndpoints } from "../events/purge.js";
import { makeReplayDue } from "../events/replay.js";
import type { Job } from "../jobs.js";
import type { Core } from "./core.js";

/** What `jobs.ts` does in the background, by the same use cases as everybody. */
export function dueWork(core: Core): Job[] {
  return [
    { name: "billing", run: makeBringUp(core, "billing") },
    { name: "wallets", run: makeBringUp(core, "wallets") },
    { name: "collect", run: makeCollectDue(core) },
    { name: "top-ups", run: makeTopUpDue(core) },
    { name: "refunds", run: makeAskRefunds(core) },
    { name: "purchases", run: makeAskPurchases(core) },
    { name: "webhook replays", run: makeReplayDue(core) },
    { name: "webhooks", run: core.webhooks.run },
    { name: "deleted webhook endpoints", run: makePurgeEndpoints(core.database) },
  ];
}
