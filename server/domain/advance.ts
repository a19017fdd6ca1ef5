import { add, zero } from "./amount.js";
import { type CreditGrant, free, getsBack, newGrant } from "./grant.js";
import type { Hold } from "./hold.js";
import { endHold } from "./holding.js";
import { supplyGrantId } from "./ids.js";
import type { Instant } from "./instant.js";
import type { Period } from "./period.js";
import { hasPeriod, type SubscribedPlan, servedPeriod, wholePeriod } from "./subscription.js";
import {
  applyEntry,
  type CreditReturn,
  expireGrant,
  grantOf,
  startGrant,
  type WalletState,
} from "./wallet.js";
import { type Notice, noticesOf, tellExpiry, watchBalance } from "./watching.js";

/**
 * What falls due with time. At one instant the old goes before the new comes: what a hold or a window gives back
 * expires with its grant, and a period's last credits before the next supply arrives.
 */
type DueEvent =
  | { readonly kind: "holdEnd"; readonly at: Instant; readonly hold: Hold }
  | { readonly kind: "expiry"; readonly at: Instant; readonly grant: CreditGrant }
  | { readonly kind: "return"; readonly at: Instant; readonly back: CreditReturn }
  | { readonly kind: "start"; readonly at: Instant; readonly grant: CreditGrant }
  | {
      readonly kind: "renewal";
      readonly at: Instant;
      readonly supplier: SubscribedPlan;
      readonly period: Period;
    }
  | ({ readonly kind: "notice" } & Notice);

const rank: Record<DueEvent["kind"], number> = {
  holdEnd: 0,
  return: 1,
  expiry: 2,
  start: 3,
  renewal: 4,
  notice: 5,
};

/**
 * Brings a wallet to `now`: everything due happens at its own time and in order, so that being late changes nothing.
 * The cost follows the number of events since the last look, and is next to nothing when there are none. A balance that
 * has become low in between is told of, even if it is not low any more.
 */
export function advance(state: WalletState, now: Instant): WalletState {
  if (state.wallet.nextDueAt === null || state.wallet.nextDueAt > now)
    return brought(watchBalance(state, now), now);
  let current = state;
  let reached = state.broughtTo;
  for (let event = firstEvent(current); event !== null && event.at <= now; ) {
    const at = later(event.at, reached);
    const happened = happen(current, event, at);
    const next = firstEvent(happened);
    // Between the old credits' going and the new ones' coming, which is no time at all, nothing is low.
    current = next !== null && next.at <= at ? happened : watchBalance(happened, at);
    reached = at;
    event = next;
  }
  return brought({ ...withNextDue(current), advanced: true }, now);
}

const later = (at: Instant, than: Instant | null): Instant => (than !== null && than > at ? than : at);

/** Only those who watch want to know. */
const brought = (state: WalletState, to: Instant): WalletState =>
  state.wallet.watches.length === 0 ? state : { ...state, broughtTo: to };

/**
 * Whoever moves credits, by whatever way, moves them past here before they are written: what has come about by that is
 * told, and not as if it had been so before.
 */
export function watchOver(state: WalletState, at: Instant): WalletState {
  if (state.wallet.watches.length === 0) return state;
  const until = state.broughtTo ?? at;
  const due = state.grants
    .flatMap((grant) => noticesOf(state.wallet, grant))
    .filter((one) => one.at <= until);
  const told = due.reduce(
    (next, { grant, to }) => tellExpiry(next, { at, grant: grantOf(next, grant.id), to }, until),
    state,
  );
  return watchBalance(due.length === 0 ? state : withNextDue(told), at);
}

/** Every change of grants, subscription or returns moves what is due next. */
export function withNextDue(state: WalletState): WalletState {
  const ahead = [firstEvent(state)?.at ?? null, state.nextReturnAt, state.wallet.nextHoldEndAt];
  const times = ahead.filter((at) => at !== null);
  const nextDueAt = times.length === 0 ? null : (Math.min(...times) as Instant);
  return { ...state, wallet: { ...state.wallet, nextDueAt } };
}

/** Holds that end at one instant end in the order in which they were made, in whichever order they were read. */
const byAge = (a: Hold, b: Hold): number => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);

function firstEvent(state: WalletState): DueEvent | null {
  let first: DueEvent | null = null;
  const consider = (event: DueEvent | null) => {
    if (event === null) return;
    if (
      first === null ||
      event.at < first.at ||
      (event.at === first.at && rank[event.kind] < rank[first.kind])
    )
      first = event;
  };
  for (const hold of [...state.holds.values()].sort(byAge))
    if (hold.status === "ACTIVE") consider({ kind: "holdEnd", at: hold.expiresAt, hold });
  for (const grant of state.grants) {
    consider(nextOfGrant(grant));
    for (const notice of noticesOf(state.wallet, grant)) consider({ kind: "notice", ...notice });
  }
  for (const back of state.dueReturns) consider({ kind: "return", at: back.at, back });
  for (const supplier of state.suppliers) consider(nextRenewal(supplier));
  return first;
}

function nextOfGrant(grant: CreditGrant): DueEvent | null {
  if (grant.state === "SCHEDULED") return { kind: "start", at: grant.effectiveAt, grant };
  // What is left is all reserved: the end of its holds expires it.
  if (grant.held > 0 && free(grant) === 0) return null;
  return grant.expiresAt === null ? null : { kind: "expiry", at: grant.expiresAt, grant };
}

function nextRenewal(supplier: SubscribedPlan): DueEvent | null {
  const { subscription, plan } = supplier;
  if (plan.supply === null) return null;
  if (!hasPeriod(supplier, subscription.nextPeriodIndex)) return null;
  const period = servedPeriod(supplier, subscription.nextPeriodIndex);
  return { kind: "renewal", at: period.start, supplier, period };
}

/** A notice is late where credits have come back since its time. */
function happen(state: WalletState, event: DueEvent, reached: Instant): WalletState {
  switch (event.kind) {
    case "holdEnd":
      return endHold(state, event.hold, { status: "EXPIRED", at: event.at });
    case "expiry":
      return expireGrant(state, event.grant, event.at);
    case "return":
      return giveBack(state, event.back);
    case "start":
      return startGrant(state, event.grant);
    case "renewal":
      return renew(state, event.supplier, event.period);
    case "notice":
      return tellExpiry(state, event, reached);
  }
}

function giveBack(state: WalletState, back: CreditReturn): WalletState {
  const dueReturns = state.dueReturns.filter((other) => other !== back);
  // What happens happens in order, so this never moves back.
  const rest: WalletState = { ...state, dueReturns, returnedUntil: back.at };
  const grant = state.grants.find((candidate) => candidate.id === back.grantId);
  // A rolling supply that has ended with its subscription gets nothing back.
  return grant === undefined || !getsBack(grant, back.at) ? rest : returnCredits(rest, grant, back);
}

function returnCredits(state: WalletState, grant: CreditGrant, back: CreditReturn): WalletState {
  // All of it was undone before it was due.
  if (back.amount === zero) return state;
  const refilled: CreditGrant = { ...grant, remaining: add(grant.remaining, back.amount) };
  if (refilled.remaining > grant.amount)
    throw new Error(`Grant ${grant.id} would hold more than was granted.`);
  const { amount, at: occurredAt } = back;
  const entry = { type: "RETURN", amount, grantId: grant.id, occurredAt } as const;
  return applyEntry(state, entry, { grants: [refilled] });
}

function renew(state: WalletState, supplier: SubscribedPlan, period: Period): WalletState {
  const { subscription, plan } = supplier;
  const suppliers = state.suppliers.map((one) => (one === supplier ? movedOn(supplier) : one));
  const moved = { ...state, suppliers, renewed: new Set([...state.renewed, subscription.id]) };
  if (plan.supply === null) return moved;
  const isFirst = period.start === subscription.startsAt;
  const amount = (isFirst ? subscription.firstSupply : null) ?? plan.supply.amount;
  return startGrant(
    moved,
    newGrant({
      id: supplyGrantId(subscription.id, period.index),
      customerId: state.wallet.customerId,
      unit: state.wallet.unit,
      source: "SUPPLY",
      amount,
      priority: plan.supply.priority,
      effectiveAt: period.start,
      // Who leaves a plan keeps what was paid for until the period is over; a trial has not been paid for.
      expiresAt: subscription.trial ? period.end : wholePeriod(supplier, period.index).end,
      operations: null,
      windowDays: plan.period.type === "ROLLING" ? plan.period.days : null,
      reason: null,
      originId: subscription.id,
    }),
  );
}

const movedOn = ({ subscription, plan }: SubscribedPlan): SubscribedPlan => ({
  plan,
  subscription: { ...subscription, nextPeriodIndex: subscription.nextPeriodIndex + 1 },
});
