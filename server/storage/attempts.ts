import { setTimeout as wait } from "node:timers/promises";
import { SumOutOfRange } from "../domain/amount.js";
import { Fault } from "../domain/errors.js";

/** What an error says about the database, when it says anything about it. */
export type Trouble =
  /**
   * It is well, but somebody else was faster; a new transaction sees what they did. After a wait it is not tried again:
   * whoever has held a lock for so long may hold it for long.
   */
  | { readonly kind: "conflict"; readonly afterWait?: boolean }
  /** A sum would pass what its column may hold. */
  | { readonly kind: "range" }
  | Outage;

/** It cannot do its work now. */
export interface Outage {
  readonly kind: "outage";
  /** For the caller, so it names neither tables nor files. */
  readonly message: string;
  /** Whether it is worth to try again at once, for a few seconds. */
  readonly mayPassSoon: boolean;
}

const conflictsMax = 5;
/** With the waits below, about four seconds: longer than a quick restart, shorter than a client's patience. */
const outagesMax = 80;
const whileDownMax = 2;
/** Short, because a busy process leaves the lock of SQLite to others only for moments. */
const delayMaxMs = 50;

/** Runs transactions of one kind, and knows how the last one went. */
export interface Attempts {
  readonly run: <Result>(attempt: () => Promise<Result>) => Promise<Result>;
  /** Whether an outage has made the last ones fail, and none has succeeded since. */
  areFailing(): boolean;
}

/**
 * Runs transactions of one database until they succeed, a bounded number of times. Each attempt is a new transaction,
 * so work that is tried again must not have effects outside of it. Once an outage has outlasted the patience of one
 * caller, those who come later try only twice, until one of them gets through: nobody waits for the sum of what others
 * waited, but a connection from before the end of the outage is no reason to fail. What reads and what writes needs one
 * each, as reads may go on while nothing can be written.
 */
export function attempts(troubleOf: (error: unknown) => Trouble | null): Attempts {
  let last: Outage | null = null;
  const run = async <Result>(attempt: () => Promise<Result>): Promise<Result> => {
    const met = { conflict: 0, outage: 0 };
    for (;;) {
      try {
        const result = await attempt();
        last = null;
        return result;
      } catch (error) {
        const trouble = troubleOf(error);
        if (trouble === null) throw error;
        if (trouble.kind === "range") throw new SumOutOfRange(error);
        met[trouble.kind] += 1;
        if (trouble.kind === "outage") {
          const most = last?.mayPassSoon === true ? whileDownMax : outagesMax;
          if (!trouble.mayPassSoon || met.outage >= most) {
            last = trouble;
            throw unavailable(trouble, error);
          }
        } else if (trouble.afterWait === true || met.conflict >= conflictsMax) throw contended(error);
      }
      await wait(Math.min(10 * 2 ** (met.conflict + met.outage), delayMaxMs));
    }
  };
  return { run, areFailing: () => last !== null };
}

const unavailable = ({ message }: Outage, cause: unknown): Fault =>
  new Fault("UNAVAILABLE", `${message} Send the same call again with its key.`, null, { cause });

const contended = (cause: unknown): Fault =>
  new Fault("OVERLOADED", "Too many calls change the same rows; try again in a moment.", null, { cause });
