import { advance, withNextDue } from "../advance.js";
import { add, type Micros } from "../amount.js";
import type { Instant } from "../instant.js";
import type { CreditReturn, LedgerEntry, WalletState } from "../wallet.js";

/** A wallet that lives in memory only: it goes through time as a stored one does, and nothing of it is ever written. */
export interface RehearsedWallet {
  state(): WalletState;
  /** The first instant at which something falls due; null when nothing ever will. */
  nextDueAt(): Instant | null;
  goTo(at: Instant): void;
  /** Takes over what the domain made of its state. */
  become(state: WalletState): void;
}

/**
 * What is decided is not kept to be written, or the cost of a call would grow with the number of calls before it:
 * entries are only shown to who wants to hear of them, and returns wait here for their time.
 */
export function rehearsedWallet(
  start: WalletState,
  {
    returns = [],
    onEntry,
  }: { returns?: readonly CreditReturn[]; onEntry?: (entry: LedgerEntry) => void } = {},
): RehearsedWallet {
  const waiting = returnQueue(returns);
  let state = start;
  const become = (next: WalletState): void => {
    if (onEntry !== undefined) for (const entry of next.entries) onEntry(entry);
    for (const back of next.newReturns) waiting.add(back);
    state = withNextDue({ ...next, ...nothingToWrite, nextReturnAt: waiting.nextAt() });
  };
  become(start);
  return {
    state: () => state,
    nextDueAt: () => state.wallet.nextDueAt,
    become,
    goTo: (at) => {
      const { nextDueAt } = state.wallet;
      if (nextDueAt === null || nextDueAt > at) return;
      const dueReturns = waiting.take(at);
      become(advance({ ...state, dueReturns, nextReturnAt: waiting.nextAt() }, at));
    },
  };
}

const nothingToWrite = {
  entries: [],
  alerts: [],
  newReturns: [],
  changedGrants: new Map(),
  changedHolds: new Map(),
  endedGrants: new Map(),
  renewed: new Set<string>(),
  advanced: false,
};

interface ReturnQueue {
  add(back: CreditReturn): void;
  /** What is due, added up for each grant and dated by the last of it, as it is when a stored wallet is opened. */
  take(at: Instant): CreditReturn[];
  nextAt(): Instant | null;
}

function returnQueue(given: readonly CreditReturn[]): ReturnQueue {
  let queue = given.toSorted((a, b) => a.at - b.at);
  let first = 0;
  return {
    add: (back) => {
      const last = queue.at(-1);
      queue.push(back);
      // Calls come in order and windows are of one length, so hardly ever.
      if (last !== undefined && back.at < last.at) queue = queue.slice(first).sort((a, b) => a.at - b.at);
      if (last !== undefined && back.at < last.at) first = 0;
    },
    take: (at) => {
      const due = new Map<string, CreditReturn>();
      for (let back = queue[first]; back !== undefined && back.at <= at; back = queue[first]) {
        const before = due.get(back.grantId);
        due.set(back.grantId, before === undefined ? back : { ...back, amount: sumOf(before, back) });
        first += 1;
      }
      if (first > keptMax) {
        queue = queue.slice(first);
        first = 0;
      }
      return [...due.values()].filter(({ amount }) => amount > 0);
    },
    nextAt: () => queue[first]?.at ?? null,
  };
}

/** What has come back is let go of in one go, since each time costs as much as what is left. */
const keptMax = 10_000;

const sumOf = (a: CreditReturn, b: CreditReturn): Micros => add(a.amount, b.amount);
