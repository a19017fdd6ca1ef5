import { setTimeout as wait } from "node:timers/promises";
import type { Database, Tx } from "../../server/storage/database.js";

/** Mistakes that a server could make, to see that a campaign finds them. */
export type Mistake = "answers before COMMIT" | "commits each statement";

/** Long enough for an answer to leave. */
const earlyMs = 20;

const mistakes: Readonly<Record<Mistake, (inner: Database) => Database["transact"]>> = {
  "answers before COMMIT": (inner) => (work) =>
    new Promise((resolve, reject) => {
      const late = async (tx: Tx) => {
        resolve(await work(tx));
        await wait(earlyMs);
      };
      inner.transact(late).catch(reject);
    }),
  "commits each statement": (inner) => (work) =>
    inner.transact(async (tx) => {
      await tx.query("COMMIT");
      const result = await work(tx);
      // So that there is something to commit in the end.
      await tx.query("BEGIN");
      return result;
    }),
};

export const broken = (inner: Database, mistake: Mistake | null): Database =>
  mistake === null ? inner : { ...inner, transact: mistakes[mistake](inner) };
