import type { Decimal } from "decimal.js";
import { type Micros, negate, subtract, zero } from "../amount.js";
import { budgetedCall } from "../consumption.js";
import { free } from "../grant.js";
import type { Instant } from "../instant.js";
import { type PeriodUsage, usedOf } from "../periodUsage.js";
import { burn, cover } from "../settlement.js";
import type { WalletState } from "../wallet.js";
import { type Bill, billFrom, cut, type Serving, type Spender, type Spending } from "./spender.js";

/** A time in which nothing falls due begins, and what serves it. */
interface Stretch {
  readonly at: Instant;
  readonly serving: Serving;
}

/** A wallet and its spenders at one instant. It is never changed, so that a walk can go back to it. */
export interface Standing {
  readonly state: WalletState;
  readonly spenders: readonly Spender[];
}

export interface Paid extends Standing {
  /** Whether credits have paid all of it. */
  readonly isPaid: boolean;
  readonly refused: readonly Micros[];
  readonly usage: readonly PeriodUsage[];
}

/** What all operations use until they have come so many average days from now is paid, one after the other. */
export function pay(
  spending: Spending,
  { state, spenders }: Standing,
  stretch: Stretch,
  { days, rounding }: { readonly days: Decimal; readonly rounding: Decimal.Rounding },
): Paid {
  const moved: Spender[] = [];
  const refused: Micros[] = [];
  const usage: PeriodUsage[] = [];
  let isPaid = true;
  let left = state;
  for (const spender of spenders) {
    const asked = { days, rounding, serving: stretch.serving };
    const { bill, progress } = billFrom(spending, spender, asked);
    moved.push({ ...spender, progress });
    if (bill === null) continue;
    const spent = spend(left, stretch, bill);
    left = spent.state;
    isPaid &&= spent.paid === bill.amount;
    if (spent.refused !== zero) refused.push(spent.refused);
    usage.push(...spent.usage);
  }
  return { state: left, spenders: moved, isPaid, refused, usage };
}

interface Spent {
  readonly state: WalletState;
  /** How much of the bill credits have paid. */
  readonly paid: Micros;
  readonly refused: Micros;
  readonly usage: readonly PeriodUsage[];
}

/** Pays of a bill what the plan lets be paid of it. */
function spend(state: WalletState, { at, serving }: Stretch, bill: Bill): Spent {
  const { plan, subscription } = serving.subscribed;
  const { operation } = bill;
  const call = budgetedCall(plan, bill);
  const covered = cover(state, plan, { call, amount: bill.amount }, at);
  if ("kind" in covered && covered.kind === "budgetExceeded") throw new Error("A forecast has no budgets.");
  const amount = "kind" in covered ? covered.available : bill.amount;
  const refused = subtract(bill.amount, amount);
  if (amount === zero && bill.amount !== zero) return { state, paid: zero, refused, usage: [] };
  const settlement = "kind" in covered ? cover(state, plan, { call, amount }, at) : covered;
  if ("kind" in settlement) throw new Error("What can be spent can be spent.");
  const entry = { type: "USAGE", amount: negate(amount), occurredAt: at } as const;
  const burned = burn(state, settlement, entry, at);
  const parts = amount === bill.amount ? bill.parts : cut(bill.parts, amount, bill.amount);
  const billed = { subscriptionId: subscription.id, periodIndex: serving.index, lateDay: null };
  const usage = usedOf({ operation, draws: settlement.draws, parts }, burned, billed);
  return { state: burned, paid: subtract(amount, settlement.uncovered), refused, usage };
}

/** Which grants can still pay something. */
const paying = ({ grants }: WalletState): string =>
  grants
    .filter((grant) => free(grant) > 0)
    .map(({ id }) => id)
    .join();

/** Whether it makes a difference to one operation which credits another has used before it. */
const areScoped = ({ state, spenders }: Standing): boolean =>
  spenders.length > 1 && state.grants.some(({ operations }) => operations !== null);

/**
 * Operations are used at the same time but paid one after the other, which comes to the same only as long as no grant
 * is used up that another operation could still have shared. So where some grants are scoped a stretch is left at the
 * first instant at which one of them is used up, and in any case at the last one at which credits have paid everything.
 */
export const goesOn = (from: Standing, { isPaid, state }: Paid): boolean =>
  isPaid && (!areScoped(from) || paying(state) === paying(from.state));

/** The last millisecond from one that has it, and before one that does not, that has it still. */
export function lastWith(from: Instant, without: Instant, has: (at: Instant) => boolean): Instant {
  let [low, high] = [from as number, without as number];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (has(middle as Instant)) low = middle;
    else high = middle;
  }
  return low as Instant;
}
