import { Worker } from "node:worker_threads";
import type { Database, Tx } from "../../server/storage/database.js";
import type { KillPlan } from "./plan.js";

/** As nobody expects it: nothing is flushed, closed or said. */
const die = (): never => {
  process.kill(process.pid, "SIGKILL");
  throw new Error("A killed process does not go on.");
};

interface Failpoints {
  readonly database: Database;
  /** From the next transaction on; the process ends where the plan says. */
  arm(plan: KillPlan): void;
}

/** A database that kills its process at one planned moment, and is the given one until then. */
export function withFailpoints(inner: Database): Failpoints {
  let armed: Armed | null = null;
  return {
    arm: (plan) => {
      armed = { plan, transactions: 0, executioner: plan.point === "during COMMIT" ? executioner() : null };
    },
    database: {
      ...inner,
      transact: async (work) => {
        if (armed === null) return inner.transact(work);
        armed.transactions += 1;
        const { plan, transactions } = armed;
        const isDue = transactions >= plan.transaction;
        if (isDue) armed.executioner?.wake();
        const commit = armed.executioner?.commit();
        const result = await inner.transact(async (tx) => {
          const done = await work(isDue && plan.point === "inside a transaction" ? counting(tx, plan) : tx);
          if (isDue && plan.point === "before COMMIT") die();
          commit?.begins(isDue ? plan.share : null);
          return done;
        });
        commit?.hasEnded();
        if (isDue && plan.point === "after COMMIT") die();
        return result;
      },
    },
  };
}

interface Armed {
  readonly plan: KillPlan;
  transactions: number;
  readonly executioner: Executioner | null;
}

/** Counts what a transaction says to its database in SQL of our own, and kills the process at the planned statement. */
function counting(tx: Tx, plan: KillPlan): Tx {
  let statements = 0;
  const counted = async <Result>(statement: Promise<Result>): Promise<Result> => {
    const result = await statement;
    statements += 1;
    if (statements === plan.statement) die();
    return result;
  };
  return {
    ...tx,
    query: (sql, parameters) => counted(tx.query(sql, parameters)),
    insert: (sql, rows) => counted(tx.insert(sql, rows)),
  };
}

interface Executioner {
  /** Ready to strike at once. */
  wake(): void;
  /** Watches one commit. */
  commit(): {
    /** COMMIT is sent next; with a share, the process is dead when that share of its usual time has passed. */
    begins(share: number | null): void;
    hasEnded(): void;
  };
}

const [awake, striking] = [1, 2];
const [state, delayMicros] = [0, 1];

function executioner(): Executioner {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const thread = new Worker(new URL("./executioner.js", import.meta.url), { workerData: shared.buffer });
  thread.unref();
  let usualMicros = 500;
  const turn = (to: number) => {
    Atomics.store(shared, state, to);
    Atomics.notify(shared, state);
  };
  return {
    wake: () => {
      if (Atomics.load(shared, state) !== striking) turn(awake);
    },
    commit: () => {
      let begun = 0;
      return {
        begins: (share) => {
          if (share !== null) {
            Atomics.store(shared, delayMicros, Math.round(share * usualMicros));
            turn(striking);
          }
          begun = performance.now();
        },
        hasEnded: () => {
          usualMicros = (performance.now() - begun) * 1_000;
        },
      };
    },
  };
}
