import { Worker } from "node:worker_threads";
import type { QueryRunner } from "typeorm";
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
        const target = armed;
        target.transactions += 1;
        const isDue = target.transactions >= target.plan.transaction;
        const result = await inner.transact((tx) => {
          watch(runnerOf(tx), target, isDue);
          return work(tx);
        });
        if (isDue && target.plan.point === "after COMMIT") die();
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

/** What everything goes through that a transaction says to its database: our SQL, TypeORM's, and COMMIT. */
function runnerOf(tx: Tx): QueryRunner {
  const { queryRunner } = tx.manager;
  if (queryRunner === undefined) throw new Error("A transaction has a query runner.");
  return queryRunner;
}

/** Counts a transaction's statements until its end, and kills the process at the planned one when it is due. */
function watch(runner: QueryRunner, { plan, executioner }: Armed, isDue: boolean): void {
  const query = runner.query;
  let statements = 0;
  if (isDue) executioner?.wake();
  runner.query = async (...args: Parameters<QueryRunner["query"]>) => {
    const [sql] = args;
    const isEnd = sql === "COMMIT" || sql === "ROLLBACK";
    if (isEnd) runner.query = query;
    if (sql === "COMMIT") {
      if (isDue && plan.point === "before COMMIT") die();
      if (executioner !== null)
        return executioner.time(() => query.apply(runner, args), isDue ? plan.share : null);
    }
    const result = await query.apply(runner, args);
    statements += 1;
    if (isDue && !isEnd && plan.point === "inside a transaction" && statements === plan.statement) die();
    return result;
  };
}

interface Executioner {
  /** Ready to strike at once. */
  wake(): void;
  /** Runs a commit; with a share, the process is dead when that share of its usual time has passed. */
  time<Result>(commit: () => Promise<Result>, share: number | null): Promise<Result>;
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
    time: async (commit, share) => {
      if (share !== null) {
        Atomics.store(shared, delayMicros, Math.round(share * usualMicros));
        turn(striking);
      }
      const begun = performance.now();
      const result = await commit();
      usualMicros = (performance.now() - begun) * 1_000;
      return result;
    },
  };
}
