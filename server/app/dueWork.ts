import { makeDueWork } from "../billing/dueWork.js";
import type { Job } from "../jobs.js";
import type { Core } from "./core.js";

/** What `jobs.ts` does in the background, by the same use cases as everybody. */
export const dueWork = (core: Core): Job[] =>
  Object.entries(makeDueWork(core)).map(([name, run]) => ({ name, run }));
