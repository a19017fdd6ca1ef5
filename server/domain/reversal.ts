import { advance, withNextDue } from "./advance.js";
import { add, least, type Micros, negate, subtract, sum, zero } from "./amount.js";
import type { BilledPeriod } from "./billedPeriod.js";
import type { Plan } from "./catalog.js";
import { claim } from "./clawback.js";
import { rateRecord } from "./consumption.js";
import { type CreditGrant, getsBack, hasExpired } from "./grant.js";
import type { Instant } from "./instant.js";
import { type PeriodUsage, undoneOf } from "./periodUsage.js";
import type { ReversalExceedsUsage } from "./refusal.js";
import { windowEnd } from "./settlement.js";
import {
  type Reversal,
  type ReversalEffect,
  type ReversedDraw,
  reversedAt,
  reversedOf,
  type UsageRecord,
} from "./usage.js";
import { applyEntry, type CreditReturn, expireGrant, grantOf, type WalletState } from "./wallet.js";
import { uncountCall } from "./watching.js";

interface ReversalCommand {
  readonly reversalId: string;
  /** Null: all that is left. */
  readonly amount: Micros | null;
  readonly reason: string | null;
  readonly idempotencyKey: string;
}

interface ReversalFacts {
  readonly state: WalletState;
  readonly record: UsageRecord;
  /** The billing period that it lowers, and the plan version that priced the call; null when it is on no invoice. */
  readonly billed: (BilledPeriod & { readonly plan: Plan }) | null;
  /** The group of its operation, in the plan version that priced the call. */
  readonly group: string | null;
  readonly now: Instant;
}

type ReversalDecision =
  | {
      readonly kind: "usageReversed";
      readonly reversal: Reversal;
      readonly usageRecord: UsageRecord;
      /** What it takes back from its billing period. */
      readonly periodUsage: readonly PeriodUsage[];
      readonly state: WalletState;
    }
  | ReversalExceedsUsage;

/** Undoes a record, or a part of it: first what it owed, then its draws, last burned first. */
export function decideReversal(facts: ReversalFacts, command: ReversalCommand): ReversalDecision {
  const { state, record, billed, group, now } = facts;
  const reversible = subtract(record.amount, reversedOf(record));
  const amount = command.amount ?? reversible;
  if (amount > reversible || reversedAt(record) !== null)
    return { kind: "reversalExceedsUsage", unit: record.unit, amount, reversible };
  const owing = subtract(record.postpaid, sum(record.reversals.map(({ postpaid }) => postpaid)));
  const postpaid = least(owing, amount);
  const draws = reverseDraws(facts, subtract(amount, postpaid));
  const { reversalId, reason, idempotencyKey } = command;
  const reversal: Reversal = {
    id: reversalId,
    customerId: record.customerId,
    usageRecordId: record.id,
    amount,
    postpaid,
    draws,
    subscriptionId: billed?.subscriptionId ?? null,
    periodIndex: billed?.periodIndex ?? null,
    reason,
    idempotencyKey,
    createdAt: now,
  };
  const usageRecord = { ...record, reversals: [...record.reversals, reversal] };
  const call = { operation: record.operation, group, apiKeyId: record.apiKeyId };
  const undone = { spending: reversal, recordedAt: record.recordedAt, sequence: record.sequence };
  return {
    kind: "usageReversed",
    reversal,
    usageRecord,
    periodUsage:
      billed === null ? [] : undoneOf(usageRecord, rateRecord(billed.plan, record).parts, state, billed),
    state: advance(withNextDue(uncountCall(undo(state, record, reversal), call, undone)), now),
  };
}

function reverseDraws({ state, record, now }: ReversalFacts, amount: Micros): ReversedDraw[] {
  const before = new Map<number, Micros>();
  for (const { position, amount: undone } of record.reversals.flatMap(({ draws }) => draws))
    before.set(position, add(before.get(position) ?? zero, undone));
  const reversed: ReversedDraw[] = [];
  let left = amount;
  for (const [position, { grantId, amount: drawn }] of [...record.draws.entries()].reverse()) {
    const part = least(left, subtract(drawn, before.get(position) ?? zero));
    if (part === zero) continue;
    const effect = effectOn(grantOf(state, grantId), record.occurredAt, now);
    reversed.push({ position, grantId, amount: part, effect });
    left = subtract(left, part);
  }
  return reversed;
}

function effectOn(grant: CreditGrant, drawnAt: Instant, now: Instant): ReversalEffect {
  const back = windowEnd(grant, drawnAt);
  if (back !== null && back <= now) return "RETURNED";
  return hasExpired(grant, now) ? "EXPIRED" : "RESTORED";
}

/**
 * Writes what a reversal says: one entry, and where the credits were paid back or their grants have expired since, one
 * more that takes them away again.
 */
function undo(
  state: WalletState,
  record: UsageRecord,
  { draws, postpaid, createdAt }: Reversal,
): WalletState {
  const grants = new Map<string, CreditGrant>();
  const returns: CreditReturn[] = [];
  for (const { grantId, amount, effect } of draws) {
    if (effect === "RETURNED") continue;
    const grant = grants.get(grantId) ?? grantOf(state, grantId);
    grants.set(grantId, refill(grant, amount));
    const at = windowEnd(grant, record.occurredAt);
    if (at !== null && getsBack(grant, at)) returns.push({ grantId, at, amount: negate(amount) });
  }
  const back = sum(draws.filter(({ effect }) => effect !== "RETURNED").map(({ amount }) => amount));
  const amount = add(back, postpaid);
  if (amount === zero) return state;
  const restored = applyEntry(
    { ...state, newReturns: [...state.newReturns, ...returns] },
    { type: "REVERSAL", amount, usageRecordId: record.id, occurredAt: createdAt },
    { grants: [...grants.values()], postpaid: negate(postpaid) },
  );
  return [...grants.keys()].reduce((next, id) => {
    const claimed = claim(next, id, createdAt);
    const grant = grantOf(claimed, id);
    return hasExpired(grant, createdAt) ? expireGrant(claimed, grant, createdAt) : claimed;
  }, restored);
}

function refill(grant: CreditGrant, amount: Micros): CreditGrant {
  const remaining = add(grant.remaining, amount);
  if (remaining > grant.amount) throw new Error(`Grant ${grant.id} would hold more than was granted.`);
  return { ...grant, state: grant.state === "FROZEN" ? "FROZEN" : "ACTIVE", remaining };
}
