import {
  badInput,
  command,
  conclude,
  leaveRolling,
  newStay,
  paidUntil,
  planNamed,
  planNotFound,
  present,
  refused,
  scenesOf,
  undo,
} from "./changes.js";
import { voidFree } from "./due.js";
import { costsOfChange, issueChange, setOffUnused } from "./fees.js";
import { inactive } from "./judge.js";
import type { World } from "./model.js";
import { billNamed, showBill } from "./money.js";
import type { Scene } from "./pay.js";
import { comingAfter, inForceAt } from "./stays.js";
import { free, inForce } from "./sums.js";
import { periodIndex, periodStart, type Terms } from "./terms.js";
import type { Answer, Lot, SentOf, Stay, SupplyPolicy, Timing } from "./world.js";

/** Another plan: the stay in force ends, and a new one begins where it does. */
export function changePlan(world: World, sent: SentOf<"changePlan">): Answer {
  const kind = "planChanged";
  return command(world, sent, {
    act: (trying) => {
      const { customer, now } = trying;
      const left = inForceAt(customer, now);
      if (left === null) return refused(inactive(customer, now));
      const terms = planNamed(sent.plan);
      if (terms === undefined) return refused(planNotFound(sent.plan));
      const asked = sent.timing ?? (terms.rank < left.terms.rank ? "PERIOD_END" : "NOW");
      const end = asked === "NOW" ? null : paidUntil(left, now);
      if (end === null && sent.timing === "PERIOD_END") return badInput;
      if (end !== null && sent.policy !== null) return badInput;
      if (terms.key === left.terms.key) return refused({ kind: "alreadyOnPlan", plan: terms.key });
      const policy = end === null ? (sent.policy ?? "KEEP_AND_USE_FIRST") : null;
      const at = end ?? now;
      const anchor = anchorOf(left, { terms, policy, at });
      const firstSupply = policy === null ? null : firstSupplyOf({ terms, anchor, from: at });
      const taken = newStay(trying, { terms, from: at, anchor, firstSupply });
      const nothing = { charge: null, unused: null };
      const costs = policy === null ? nothing : costsOfChange(world, customer, { left, taken, policy, now });
      if (costs === "mixed") return badInput;
      const scenes = scenesOf(trying, [terms.unit]);
      if (policy !== null) leaveSupply(scenes, left, { policy, now });
      for (const one of comingAfter(customer, now)) undo(one);
      left.until = at;
      left.cancelledAt = null;
      // The first period is paid for with the change.
      if (policy !== null) taken.nextFee += 1;
      customer.stays.push(taken);
      const note = setOffUnused(world, { ...costs, taken, at });
      const invoice = issueChange(world, customer, { ...costs, taken, at });
      conclude(trying, scenes);
      const timing: Timing = end === null ? "NOW" : "PERIOD_END";
      const change = { from: left.terms.key, to: terms.key, timing, policy, at };
      const result = JSON.stringify({ change, note, invoice: invoice?.name ?? null });
      return { answer: { kind, change, ...present(trying), invoice, note }, result };
    },
    again: (trying, result) => {
      const { change, invoice, note } = JSON.parse(result);
      const bill = billNamed(world, sent.customer, invoice);
      return { kind, change, ...present(trying), invoice: bill === undefined ? null : showBill(bill), note };
    },
  });
}

interface Taking {
  readonly terms: Terms;
  readonly policy: SupplyPolicy | null;
  readonly at: number;
}

/** From where the periods of the new plan are counted. */
function anchorOf(left: Stay, { terms, policy, at }: Taking): number {
  const index = periodIndex(left.terms, left.anchor, at);
  if (policy === null) {
    // At a period's end the days go on, if the new plan has a period that begins there by them.
    const onDays = periodIndex(terms, left.anchor, at);
    return periodStart(terms, left.anchor, onDays) === at ? left.anchor : at;
  }
  if (policy !== "PRORATE" || periodStart(left.terms, left.anchor, index + 1) === null) return at;
  if (terms.period === left.terms.period) return left.anchor;
  if (terms.period === "CALENDAR_MONTH") {
    const day = new Date(at);
    return Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), 1);
  }
  return periodStart(left.terms, left.anchor, index) ?? at;
}

/** The part of the supply that belongs to what is left of the period in which the stay begins. */
function firstSupplyOf({ terms, anchor, from }: Pick<Stay, "terms" | "anchor" | "from">): number | null {
  const index = periodIndex(terms, anchor, from);
  const [start, end] = [periodStart(terms, anchor, index), periodStart(terms, anchor, index + 1)];
  if (terms.supply === null || start === null || end === null || start === from) return null;
  return partOf(terms.supply, [end - from, end - start]);
}

/** So many parts of an amount, rounded down. */
const partOf = (amount: number, [part, of]: readonly [number, number]): number =>
  Number((BigInt(amount) * BigInt(part)) / BigInt(of));

/** What of the old supply goes. What a hold reserves stays, and packs and gifts are nobody's supply. */
function leaveSupply(
  scenes: readonly Scene[],
  left: Stay,
  { policy, now }: { readonly policy: SupplyPolicy; readonly now: number },
): void {
  leaveRolling(scenes, left, now);
  if (left.terms.period === "ROLLING" || policy === "KEEP_AND_USE_FIRST") return;
  for (const { wallet } of scenes)
    for (const lot of wallet.lots.filter((one) => one.stay === left.name && inForce(one, now))) {
      const unused = free(wallet, lot, now);
      const amount = policy === "FORFEIT" ? unused : Math.min(unused, timeLeft(lot, now));
      if (policy === "FORFEIT") lot.until = now;
      voidFree(wallet, lot, { amount, at: now, now });
    }
}

const timeLeft = ({ amount, from, until }: Lot, now: number): number =>
  until === null ? 0 : partOf(amount, [until - now, until - from]);
