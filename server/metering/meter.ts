import type { NewId } from "../domain/ids.js";
import type { Present } from "../ledger/present.js";
import type { Database } from "../storage/database.js";
import type { CommandOf, MeterCommand, MeterKind, MeterOutcome, OutcomeOf } from "./commands.js";
import { groupCommit } from "./groupCommit.js";
import type { MeterObserver } from "./observer.js";
import { settleGroup } from "./settle.js";
import type { TopUpDue } from "./topUps.js";

/**
 * The commands of one request: judged each alone, but kept from all effect when one of them is not even a call. They
 * are of one kind, except in tests.
 */
export type MeterRequest = readonly MeterCommand[];

interface Needs {
  readonly database: Database;
  readonly present: Present;
  readonly newId: NewId;
  /** Is told of a wallet that has run low, once the call that has made it so is committed. */
  readonly topUpSoon: (due: TopUpDue) => void;
  readonly observer?: MeterObserver;
}

/** Requests that may wait for a commit, and commands in them; more are refused, so that memory stays bounded. */
const waitingMax = 10_000;
const waitingCommandsMax = 50_000;
/** Commands in one transaction: more of them save no more syncing, and make every caller wait longer. */
const groupMax = 256;

/**
 * Requests that arrive while a commit is under way join the next one, so that one sync to disk serves all of them. One
 * group is under way at a time: two at once would each be half as large, and cost more for each call than they save.
 */
export function makeMeter({ database, present, newId, topUpSoon, observer }: Needs) {
  const commit = groupCommit<MeterRequest, readonly MeterOutcome[]>({
    weightOf: (request) => request.length,
    laneOf: (request) => [...new Set(request.map(({ command }) => command.customerId))].join(" "),
    weightMax: groupMax,
    waitingMax,
    waitingWeightMax: waitingCommandsMax,
    run: async (requests) => {
      const ended = observer?.committing({ requests: requests.length, commands: requests.flat().length });
      try {
        const { outcomes, topUps } = await database.transact((tx) =>
          settleGroup(tx, requests, { present, newId }),
        );
        for (const due of topUps) topUpSoon(due);
        return outcomes;
      } finally {
        ended?.();
      }
    },
  });
  const request = async (kind: MeterKind, commands: MeterRequest): Promise<readonly MeterOutcome[]> => {
    const answered = observer?.requested(kind);
    try {
      const outcomes = await commit(commands);
      answered?.outcomes(outcomes);
      return outcomes;
    } catch (error) {
      answered?.fault(error);
      throw error;
    }
  };
  const one =
    <Kind extends MeterKind>(kind: Kind) =>
    async (command: CommandOf<Kind>): Promise<OutcomeOf<Kind>> => {
      const [outcome] = await request(kind, [named(kind, command)]);
      if (outcome === undefined) throw new Error("A command was not judged.");
      return outcome as OutcomeOf<Kind>;
    };
  return {
    /** Up to 500 calls, judged in order. */
    consume: async (commands: readonly CommandOf<"consume">[]): Promise<readonly OutcomeOf<"consume">[]> => {
      const calls = commands.map((command) => named("consume", command));
      return (await request("consume", calls)) as OutcomeOf<"consume">[];
    },
    reserve: one("reserve"),
    capture: one("capture"),
    extendHold: one("extendHold"),
    release: one("release"),
    reverseUsage: one("reverseUsage"),
  };
}

/** Each kind of command is answered by outcomes of its own kind, which the types above cannot follow by themselves. */
const named = <Kind extends MeterKind>(kind: Kind, command: CommandOf<Kind>): MeterCommand =>
  ({ kind, command }) as MeterCommand;
