import { type Answer, sayTheSame } from "./answer.js";
import type { Call, World } from "./commands.js";

/** A call that was sent, and what it was answered; null while nobody knows. */
export interface Entry {
  readonly call: Call;
  answer: Answer | null;
}

/** What the clients know, in a process that is never killed. */
export interface Journal {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly world: World;
  /** Makes each key another one. */
  nextNumber(): number;
  sent(call: Call): void;
  /** Notes an answer; one that differs from an earlier answer to the same key is a violation. */
  answered(call: Call, answer: Answer): void;
  readonly violations: string[];
}

export function newJournal(): Journal {
  const entries = new Map<string, Entry>();
  const world: World = { customers: [], newcomers: [], holds: [], records: [], budgets: [] };
  const violations: string[] = [];
  let number = 0;
  return {
    nextNumber: () => {
      number += 1;
      return number;
    },
    entries,
    world,
    violations,
    sent: (call) => void entries.set(call.key, { call, answer: null }),
    answered: (call, answer) => {
      const entry = entries.get(call.key);
      if (entry === undefined) throw new Error(`${call.key} was answered and never sent.`);
      const earlier = entry.answer;
      if (earlier?.kind === "done" && !(sayTheSame(earlier, answer) && isReplay(answer)))
        violations.push(
          `${call.key} was answered ${JSON.stringify(earlier)}, and later ${JSON.stringify(answer)}`,
        );
      if (earlier?.kind === "done") return;
      entry.answer = answer;
      if (answer.kind === "done") join(world, call, answer.id);
    },
  };
}

function join(world: World, { joins }: Call, answeredId: string): void {
  if (joins === undefined) return;
  if ("id" in joins) world[joins.who].push(joins.id);
  else world[joins.who].push({ customerId: joins.customerId, id: answeredId });
}

const isReplay = (answer: Answer): boolean => answer.kind === "done" && answer.replayed;
