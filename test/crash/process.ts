import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { KillPlan } from "./plan.js";
import type { Opening, Order, Report } from "./server.js";

/** A server that can be killed. */
export interface ServerProcess {
  readonly loaded: Promise<unknown>;
  /** Opens the database and answers with the server's address; rejects when it ends before. */
  open(opening: Opening): Promise<string>;
  arm(plan: KillPlan): void;
  kill(): void;
  /** By which signal it ended, or with which exit code; with what it had to complain about. */
  readonly ended: Promise<Ending>;
}

interface Ending {
  readonly how: string;
  readonly complaints: string;
}

/** Starts a server process, which loads its code and waits to be told which database to open. */
export function startServer(script: string): ServerProcess {
  const child = spawn(process.execPath, ["--no-warnings", script], {
    stdio: ["ignore", "inherit", "pipe", "ipc"],
  });
  let complaints = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const ended = once(child, "close").then(([code, signal]) => ({
    how: String(signal ?? `exit code ${code}`),
    complaints,
  }));
  const loaded = reported(child, ended, "loaded");
  // It may be killed before anybody waits for it.
  loaded.catch(() => undefined);
  // A process that is dead by now does not hear it, and its end is told by `ended`.
  const tell = (order: Order) => void child.send(order, () => undefined);
  return {
    loaded,
    open: async (opening) => {
      await loaded;
      const opened = reported(child, ended, "open");
      tell({ kind: "open", opening });
      return `http://127.0.0.1:${(await opened).port}/graphql`;
    },
    arm: (plan) => tell({ kind: "arm", plan }),
    kill: () => void child.kill("SIGKILL"),
    ended,
  };
}

function reported<Kind extends Report["kind"]>(
  child: ChildProcess,
  ended: Promise<Ending>,
  kind: Kind,
): Promise<Extract<Report, { kind: Kind }>> {
  return new Promise((resolve, reject) => {
    const hear = (report: Report) => {
      if (report.kind !== kind) return;
      child.off("message", hear);
      resolve(report as Extract<Report, { kind: Kind }>);
    };
    child.on("message", hear);
    void ended.then(({ how, complaints }) => reject(new Error(`A server ended by ${how}: ${complaints}`)));
  });
}
