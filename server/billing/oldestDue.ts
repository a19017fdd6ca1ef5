import type { Clock } from "../domain/instant.js";
import type { Database } from "../storage/database.js";
import { dueKinds, findDue } from "./due.js";

/** How late the jobs are, in milliseconds, by their names; null for a kind of which nothing is due. */
export const makeOldestDue =
  ({ database, clock }: { readonly database: Database; readonly clock: Clock }) =>
  (): Promise<Record<string, number | null>> =>
    database.read(async (tx) => {
      const now = clock();
      const lags: Record<string, number | null> = {};
      for (const kind of dueKinds) {
        const [oldest] = await findDue(tx, kind, { now, after: null, limit: 1 });
        lags[kind] = oldest === undefined ? null : now - oldest.dueAt;
      }
      return lags;
    });
