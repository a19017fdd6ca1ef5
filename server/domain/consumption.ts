import { advance, withNextDue } from "./advance.js";
import { add, least, type Micros, negate, subtract, sum, zero } from "./amount.js";
import type { Attributes, OverageTerms, Plan } from "./catalog.js";
import { type CreditGrant, draw, isSpendable } from "./grant.js";
import { addMs, dayMs, type Instant } from "./instant.js";
import { type PriceOutcome, priceUsage } from "./price/price.js";
import type { InsufficientCredits, UnpricedUsage } from "./refusal.js";
import type { Draw, UsageRecord } from "./usage.js";
import { applyEntry, type CreditReturn, type WalletState } from "./wallet.js";

export interface Usage {
  readonly operation: string;
  readonly quantity: Micros;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export type RatedUsage = Extract<PriceOutcome, { kind: "priced" }>;

/** Quote and consume both come through here, so they cannot disagree. */
export function rateUsage(plan: Plan, usage: Usage, periodQuantity: Micros): RatedUsage | UnpricedUsage {
  // A name like "constructor" must not find what every object inherits.
  const priced = Object.hasOwn(plan.operations, usage.operation)
    ? plan.operations[usage.operation]
    : undefined;
  if (priced === undefined) return unknownOperation(plan, usage.operation);
  const { quantity, attributes } = usage;
  const outcome = priceUsage({ priced, unit: plan.unit, quantity, attributes, periodQuantity });
  return outcome.kind === "priced"
    ? outcome
    : { ...outcome, kind: "unpricedUsage", operation: usage.operation };
}

function unknownOperation(plan: Plan, operation: string): UnpricedUsage {
  const allowed = Object.keys(plan.operations).join(", ");
  return {
    kind: "unpricedUsage",
    operation,
    reason: "OPERATION_UNKNOWN",
    attribute: null,
    message: `Plan ${plan.key} has no operation "${operation.slice(0, 60)}"; it has ${allowed}.`,
    allowed,
  };
}

interface Settlement {
  readonly draws: readonly Draw[];
  /** What no grant could pay. */
  readonly uncovered: Micros;
  readonly grants: readonly CreditGrant[];
}

/** Takes the amount from the spendable grants in burn order; the wallet must have been advanced to `at`. */
function settle(state: WalletState, operation: string, amount: Micros, at: Instant): Settlement {
  const draws: Draw[] = [];
  const grants: CreditGrant[] = [];
  let uncovered = amount;
  for (const grant of state.grants) {
    if (uncovered === zero) break;
    if (!isSpendable(grant, operation, at)) continue;
    const part = least(grant.remaining, uncovered);
    draws.push({ grantId: grant.id, amount: part });
    grants.push(draw(grant, part));
    uncovered = subtract(uncovered, part);
  }
  return { draws, uncovered, grants };
}

export const spendable = (state: WalletState, operation: string, at: Instant): Micros =>
  sum(state.grants.filter((grant) => isSpendable(grant, operation, at)).map((grant) => grant.remaining));

/** What may still be owed under the plan's overage; null when there is no limit. */
function postpaidRoom(overage: OverageTerms, owed: Micros): Micros | null {
  if (overage.policy === "BLOCK") return zero;
  if (overage.limit === null) return null;
  return owed >= overage.limit ? zero : subtract(overage.limit, owed);
}

export interface ConsumptionFacts {
  readonly state: WalletState;
  readonly plan: Plan;
  /** What the billing period has used of this operation. */
  readonly periodQuantity: Micros;
  readonly now: Instant;
}

export interface ConsumptionCommand extends Usage {
  readonly usageRecordId: string;
  readonly idempotencyKey: string;
  readonly occurredAt: Instant;
}

export type ConsumptionDecision =
  | { readonly kind: "consumed"; readonly usageRecord: UsageRecord; readonly state: WalletState }
  | Omit<InsufficientCredits, "creditPacks">
  | UnpricedUsage;

/** Decides one call on a wallet that has been advanced to `now`. */
export function decideConsumption(facts: ConsumptionFacts, command: ConsumptionCommand): ConsumptionDecision {
  const { state, plan, now } = facts;
  const rated = rateUsage(plan, command, facts.periodQuantity);
  if (rated.kind === "unpricedUsage") return rated;
  const settlement = settle(state, command.operation, rated.amount, now);
  const room = postpaidRoom(plan.overage, state.wallet.postpaid);
  if (room !== null && settlement.uncovered > room) {
    const covered = add(subtract(rated.amount, settlement.uncovered), room);
    return {
      kind: "insufficientCredits",
      unit: plan.unit,
      required: rated.amount,
      available: covered,
      shortBy: subtract(rated.amount, covered),
      nextSupplyAt: nextSupplyAt(state),
    };
  }
  return consumed(facts, command, rated, settlement);
}

function consumed(
  facts: ConsumptionFacts,
  command: ConsumptionCommand,
  rated: RatedUsage,
  settlement: Settlement,
): ConsumptionDecision {
  const burned = burn(facts, command, rated.amount, settlement);
  // What was used so long ago that its window is over comes back at once.
  const state = advance(withNextDue(burned), facts.now);
  const attributes: Attributes = rated.attributes;
  return {
    kind: "consumed",
    state,
    usageRecord: {
      id: command.usageRecordId,
      customerId: state.wallet.customerId,
      unit: state.wallet.unit,
      operation: command.operation,
      quantity: command.quantity,
      attributes,
      amount: rated.amount,
      postpaid: settlement.uncovered,
      balanceAfter: burned.wallet.posted,
      planKey: facts.plan.key,
      planVersion: facts.plan.version,
      periodQuantity: facts.periodQuantity,
      idempotencyKey: command.idempotencyKey,
      occurredAt: command.occurredAt,
      recordedAt: facts.now,
      draws: settlement.draws,
    },
  };
}

function burn(
  { state, now }: ConsumptionFacts,
  { usageRecordId, occurredAt }: ConsumptionCommand,
  amount: Micros,
  settlement: Settlement,
): WalletState {
  const burned = applyEntry(
    state,
    { type: "USAGE", amount: negate(amount), usageRecordId, occurredAt },
    { grants: settlement.grants, postpaid: settlement.uncovered },
  );
  const returns = rollingReturns(settlement, occurredAt);
  if (returns.length === 0) return burned;
  const later = returns.filter((back) => back.at > now);
  const times = [state.nextReturnAt, ...later.map((back) => back.at)].filter((at) => at !== null);
  return {
    ...burned,
    dueReturns: returns.filter((back) => back.at <= now),
    newReturns: [...burned.newReturns, ...later],
    nextReturnAt: times.length === 0 ? null : (Math.min(...times) as Instant),
  };
}

/** Credits drawn from a rolling supply at t come back at exactly t + its window. */
function rollingReturns({ draws, grants }: Settlement, occurredAt: Instant): CreditReturn[] {
  const windows = new Map(grants.map((grant) => [grant.id, grant.windowDays]));
  return draws.flatMap(({ grantId, amount }) => {
    const days = windows.get(grantId) ?? null;
    return days === null ? [] : [{ grantId, amount, at: addMs(occurredAt, days * dayMs) }];
  });
}

/** When credits arrive without anybody buying any: a renewal, a grant that starts, a rolling return. */
function nextSupplyAt(state: WalletState): Instant | null {
  const starts = state.grants
    .filter((grant) => grant.state === "SCHEDULED")
    .map((grant) => grant.effectiveAt);
  const times = [...starts, state.nextReturnAt, renewsAt(state)].filter((at) => at !== null);
  return times.length === 0 ? null : (Math.min(...times) as Instant);
}

/** The start of the period after the last one supplied, unless the subscription has ended by then. */
export function renewsAt(state: WalletState): Instant | null {
  const { supplier } = state;
  if (supplier === null || supplier.plan.supply === null) return null;
  const { id, endsAt } = supplier.subscription;
  const supplied = state.grants.filter((grant) => grant.originId === id && grant.state === "ACTIVE");
  const ends = supplied.map((grant) => grant.expiresAt).filter((at) => at !== null);
  if (ends.length === 0) return null;
  const next = Math.max(...ends) as Instant;
  return endsAt !== null && next >= endsAt ? null : next;
}
