import { advance, withNextDue } from "./advance.js";
import { type Micros, negate } from "./amount.js";
import type { BilledPeriod } from "./billedPeriod.js";
import type { BudgetedCall } from "./budget.js";
import type { Plan } from "./catalog.js";
import type { Instant } from "./instant.js";
import { type PeriodUsage, usedOf } from "./periodUsage.js";
import { type PriceOutcome, priceUsage } from "./price/price.js";
import type { BudgetExceeded, UnpricedUsage } from "./refusal.js";
import { type ReportBy, reportedAttributes, reportsNoAttributes } from "./reportBy.js";
import { burn, cover, type Settlement, type Short } from "./settlement.js";
import type { UsageRecord } from "./usage.js";
import type { WalletState } from "./wallet.js";
import { countCall } from "./watching.js";

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
  const { unit, tailored } = plan;
  const { quantity, attributes } = usage;
  const outcome = priceUsage({ priced, unit, tailored, quantity, attributes, periodQuantity });
  return outcome.kind === "priced"
    ? outcome
    : { ...outcome, kind: "unpricedUsage", operation: usage.operation };
}

/** The price of a call that was priced before: its record and plan version say all that it followed from. */
export function rateRecord(plan: Plan, record: UsageRecord): RatedUsage {
  const rated = rateUsage(plan, record, record.periodQuantity);
  if (rated.kind === "unpricedUsage") throw new Error(`Usage record ${record.id} cannot be priced again.`);
  return rated;
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

export interface CallFacts extends ConsumptionFacts {
  /** Null when the call is never invoiced. */
  readonly billed: BilledPeriod | null;
}

interface ConsumptionCommand extends Usage {
  readonly usageRecordId: string;
  readonly apiKeyId?: string | null;
  readonly reportBy?: ReportBy;
  readonly idempotencyKey: string;
  readonly occurredAt: Instant;
}

export type ConsumptionDecision =
  | {
      readonly kind: "consumed";
      readonly usageRecord: UsageRecord;
      /** What the call adds to its billing period; nothing when it is never invoiced. */
      readonly periodUsage: readonly PeriodUsage[];
      readonly state: WalletState;
    }
  | Short
  | BudgetExceeded
  | UnpricedUsage;

interface Payable extends Pick<RatedUsage, "amount" | "attributes" | "parts"> {
  readonly kind: "payable";
  readonly call: BudgetedCall;
  readonly settlement: Settlement;
}

/** A call as budgets see it; the group is the one that the plan version says. */
export const budgetedCall = (
  { operations }: Plan,
  { operation, apiKeyId = null }: Pick<Usage, "operation"> & { readonly apiKeyId?: string | null },
): BudgetedCall => ({
  operation,
  group: (Object.hasOwn(operations, operation) && operations[operation]?.operation.group) || null,
  apiKeyId,
});

/** What a call costs and what pays it, on a wallet that has been advanced to `now`: to consume it or to reserve for it. */
export function priceAndCover(
  facts: ConsumptionFacts,
  usage: Usage & { readonly apiKeyId?: string | null },
): Payable | Short | BudgetExceeded | UnpricedUsage {
  const { state, plan, periodQuantity, now } = facts;
  const rated = rateUsage(plan, usage, periodQuantity);
  if (rated.kind === "unpricedUsage") return rated;
  const { amount, attributes, parts } = rated;
  const call = budgetedCall(plan, usage);
  const settlement = cover(state, plan, { call, amount }, now);
  return "kind" in settlement ? settlement : { kind: "payable", call, amount, attributes, parts, settlement };
}

/** Decides one call. */
export function decideConsumption(facts: CallFacts, command: ConsumptionCommand): ConsumptionDecision {
  const { state, plan, periodQuantity, now, billed } = facts;
  const { operation, quantity, usageRecordId, idempotencyKey, apiKeyId = null, occurredAt } = command;
  const { reportBy = reportsNoAttributes } = command;
  const payable = priceAndCover(facts, command);
  if (payable.kind !== "payable") return payable;
  const { call, amount, attributes, parts, settlement } = payable;
  const entry = { type: "USAGE", amount: negate(amount), usageRecordId, occurredAt } as const;
  const burned = burn(state, settlement, entry, now);
  const { draws, uncovered } = settlement;
  const spending = { amount, postpaid: uncovered };
  return {
    kind: "consumed",
    periodUsage: billed === null ? [] : usedOf({ operation, draws, parts }, burned, billed),
    // What was used so long ago that its window is over comes back at once.
    state: advance(withNextDue(countCall(burned, call, { spending, at: now })), now),
    usageRecord: {
      id: usageRecordId,
      customerId: state.wallet.customerId,
      unit: state.wallet.unit,
      operation,
      quantity,
      attributes,
      amount,
      postpaid: uncovered,
      balanceAfter: burned.wallet.posted,
      sequence: burned.wallet.sequence,
      planKey: plan.key,
      planVersion: plan.version,
      periodQuantity,
      subscriptionId: billed?.subscriptionId ?? null,
      periodIndex: billed?.periodIndex ?? null,
      holdId: null,
      idempotencyKey,
      apiKeyId,
      reportedAttributes: reportedAttributes(reportBy, operation, attributes),
      occurredAt,
      recordedAt: now,
      draws,
      reversals: [],
    },
  };
}
