import { setTimeout as wait } from "node:timers/promises";
import type { Database, Tx } from "../../server/storage/database.js";

/** Mistakes that a server could make, to see that a campaign finds them. */
export type Mistake = "answers before COMMIT" | "keeps keys later" | "puts events in line later";

/** Long enough for an answer to leave, and for most kills to come, however busy the machine is. */
const betweenMs = 80;

/** In a transaction of its own, after the one that it belongs to. */
const writesLater =
  (table: string) =>
  (inner: Database): Database["transact"] =>
  async (work) => {
    const later: [sql: string, rows: readonly (readonly unknown[])[]][] = [];
    const result = await inner.transact((tx) =>
      work({
        ...tx,
        insert: async (sql, rows) => {
          if (sql.includes(table)) later.push([sql, rows]);
          else await tx.insert(sql, rows);
        },
      }),
    );
    await wait(betweenMs);
    await inner.transact(async (tx) => {
      for (const [sql, rows] of later) await tx.insert(sql, rows);
    });
    return result;
  };

const mistakes: Readonly<Record<Mistake, (inner: Database) => Database["transact"]>> = {
  "answers before COMMIT": (inner) => (work) =>
    new Promise((resolve, reject) => {
      const late = async (tx: Tx) => {
        resolve(await work(tx));
        await wait(betweenMs);
      };
      inner.transact(late).catch(reject);
    }),
  "keeps keys later": writesLater("idempotency_keys"),
  "puts events in line later": writesLater("webhook_deliveries"),
};

export const broken = (inner: Database, mistake: Mistake | null): Database =>
  mistake === null ? inner : { ...inner, transact: mistakes[mistake](inner) };
