import { advance, withNextDue } from "./advance.js";
import { type Micros, negate } from "./amount.js";
import type { Plan } from "./catalog.js";
import type { Instant } from "./instant.js";
import { type PriceOutcome, priceUsage } from "./price/price.js";
import type { UnpricedUsage } from "./refusal.js";
import { burn, cover, type Settlement, type Short } from "./settlement.js";
import type { UsageRecord } from "./usage.js";
import type { WalletState } from "./wallet.js";

export interface Usage {
  readonly operation: string;
  readonly quantity: Micros;
  readonly attributes: Readonly<Record<string, unknown>>;
}

type RatedUsage = Extract<PriceOutcome, { kind: "priced" }>;

/** Whatever prices a call comes through here, so that quote, reserve, capture and consume cannot disagree. */
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

export interface ConsumptionFacts {
  readonly state: WalletState;
  readonly plan: Plan;
  /** What the billing period has used of this operation. */
  readonly periodQuantity: Micros;
  readonly now: Instant;
}

interface ConsumptionCommand extends Usage {
  readonly usageRecordId: string;
  readonly idempotencyKey: string;
  readonly occurredAt: Instant;
}

export type ConsumptionDecision =
  | { readonly kind: "consumed"; readonly usageRecord: UsageRecord; readonly state: WalletState }
  | Short
  | UnpricedUsage;

interface Payable extends Pick<UsageRecord, "amount" | "attributes"> {
  readonly kind: "payable";
  readonly settlement: Settlement;
}

/** What a call costs and what pays it, on a wallet that has been advanced to `now`: to consume it or to reserve for it. */
export function priceAndCover(facts: ConsumptionFacts, usage: Usage): Payable | Short | UnpricedUsage {
  const { state, plan, periodQuantity, now } = facts;
  const rated = rateUsage(plan, usage, periodQuantity);
  if (rated.kind === "unpricedUsage") return rated;
  const { amount, attributes } = rated;
  const settlement = cover(state, plan, { operation: usage.operation, amount }, now);
  return "kind" in settlement ? settlement : { kind: "payable", amount, attributes, settlement };
}

/** Decides one call. */
export function decideConsumption(facts: ConsumptionFacts, command: ConsumptionCommand): ConsumptionDecision {
  const { state, plan, periodQuantity, now } = facts;
  const { operation, quantity, usageRecordId, idempotencyKey, occurredAt } = command;
  const payable = priceAndCover(facts, command);
  if (payable.kind !== "payable") return payable;
  const { amount, attributes, settlement } = payable;
  const entry = { type: "USAGE", amount: negate(amount), usageRecordId, occurredAt } as const;
  const burned = burn(state, settlement, entry, now);
  return {
    kind: "consumed",
    // What was used so long ago that its window is over comes back at once.
    state: advance(withNextDue(burned), now),
    usageRecord: {
      id: usageRecordId,
      customerId: state.wallet.customerId,
      unit: state.wallet.unit,
      operation,
      quantity,
      attributes,
      amount,
      postpaid: settlement.uncovered,
      balanceAfter: burned.wallet.posted,
      planKey: plan.key,
      planVersion: plan.version,
      periodQuantity,
      holdId: null,
      idempotencyKey,
      occurredAt,
      recordedAt: now,
      draws: settlement.draws,
      reversals: [],
    },
  };
}
