import { add, type Micros, sum, zero } from "../amount.js";
import { finalizesAt } from "../billing.js";
import type { Instant } from "../instant.js";
import type { PeriodUsage } from "../periodUsage.js";
import { servedPeriod } from "../subscription.js";
import type { Serving } from "./spender.js";

/** What a billing period owes, until it is final and on an invoice. */
export interface Debt extends Serving {
  readonly owed: Micros;
}

export interface DebtBook {
  note(serving: Serving, usage: readonly PeriodUsage[]): void;
  /** What is owed for the periods that have become final by then; it is owed no more. */
  takeDue(at: Instant): Micros;
  nextAt(): Instant | null;
}

export function debtBook(given: readonly Debt[]): DebtBook {
  const debts = new Map<string, Debt>();
  const finalAt = ({ subscribed, index }: Debt): Instant | null =>
    servedPeriod(subscribed, index).end === null ? null : finalizesAt(subscribed, index);
  const enter = ({ owed, ...serving }: Debt): void => {
    const name = `${serving.subscribed.subscription.id}/${serving.index}`;
    debts.set(name, { ...serving, owed: add(debts.get(name)?.owed ?? zero, owed) });
  };
  given.forEach(enter);
  return {
    note: ({ subscribed, index }, usage) => {
      const owed = sum(usage.map(({ postpaid }) => postpaid));
      if (owed !== zero) enter({ subscribed, index, owed });
    },
    takeDue: (at) => {
      let due = zero;
      for (const [name, debt] of debts) {
        const final = finalAt(debt);
        if (final === null || final > at) continue;
        due = add(due, debt.owed);
        debts.delete(name);
      }
      return due;
    },
    nextAt: () => {
      const times = [...debts.values()].map(finalAt).filter((at) => at !== null);
      return times.length === 0 ? null : (Math.min(...times) as Instant);
    },
  };
}
