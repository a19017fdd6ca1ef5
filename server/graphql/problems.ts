import { Field, ID, InterfaceType, ObjectType } from "type-graphql";
import { formatAmount, type Micros } from "../domain/amount.js";
import { type Instant, toIso } from "../domain/instant.js";
import type { UnpricedReason as DomainReason } from "../domain/price/price.js";
import type * as refusal from "../domain/refusal.js";
import type { SubscriptionStatus as DomainStatus } from "../domain/subscription.js";
import { unreachable } from "../domain/unreachable.js";
import { CreditPack, toCreditPack } from "./catalog.js";
import { ProblemCode, SubscriptionStatus, UnpricedReason } from "./enums.js";
import { Hold, toHold } from "./hold.js";
import { DateTimeScalar, DecimalScalar } from "./scalars.js";

@InterfaceType({ resolveType: (value: { __typename: string }) => value.__typename })
export abstract class Problem {
  @Field(() => ProblemCode) code!: ProblemCode;
  @Field(() => String) message!: string;
}

@ObjectType({ implements: Problem })
export class InsufficientCredits extends Problem {
  @Field(() => DecimalScalar) required!: Micros;
  @Field(() => DecimalScalar) available!: Micros;
  @Field(() => DecimalScalar) shortBy!: Micros;
  @Field(() => DateTimeScalar, { nullable: true }) nextSupplyAt!: Instant | null;
  @Field(() => [CreditPack]) creditPacks!: CreditPack[];
}

@ObjectType({ implements: Problem })
export class UnpricedUsage extends Problem {
  @Field(() => String) operation!: string;
  @Field(() => UnpricedReason) reason!: DomainReason;
  @Field(() => String, { nullable: true }) attribute!: string | null;
  @Field(() => String, { nullable: true }) allowed!: string | null;
}

@ObjectType({ implements: Problem })
export class CustomerNotFound extends Problem {
  @Field(() => ID) customerId!: string;
}

@ObjectType({ implements: Problem })
export class SubscriptionInactive extends Problem {
  @Field(() => SubscriptionStatus, { nullable: true }) status!: DomainStatus | null;
}

@ObjectType({ implements: Problem })
export class PlanNotFound extends Problem {
  @Field(() => String) plan!: string;
  @Field(() => [String]) plans!: readonly string[];
}

@ObjectType({ implements: Problem })
export class TestClockNotFound extends Problem {}

@ObjectType({ implements: Problem })
export class UnitNotFound extends Problem {
  @Field(() => [String]) units!: readonly string[];
}

@ObjectType({ implements: Problem })
export class PackNotAvailable extends Problem {
  @Field(() => String) creditPack!: string;
  @Field(() => [CreditPack]) creditPacks!: CreditPack[];
}

@ObjectType({ implements: Problem })
export class HoldNotFound extends Problem {
  @Field(() => ID) holdId!: string;
}

@ObjectType({ implements: Problem })
export class HoldNotActive extends Problem {
  @Field(() => Hold) hold!: Hold;
}

@ObjectType({ implements: Problem })
export class HoldExceeded extends Problem {
  @Field(() => DecimalScalar) required!: Micros;
  @Field(() => DecimalScalar) held!: Micros;
  @Field(() => DecimalScalar) exceededBy!: Micros;
}

@ObjectType({ implements: Problem })
export class UsageRecordNotFound extends Problem {
  @Field(() => ID) usageRecordId!: string;
}

@ObjectType({ implements: Problem })
export class ReversalExceedsUsage extends Problem {
  @Field(() => DecimalScalar) reversible!: Micros;
}

@ObjectType({ implements: Problem })
export class IdempotencyConflict extends Problem {
  @Field(() => String) idempotencyKey!: string;
  @Field(() => DateTimeScalar) usedAt!: Instant;
}

/** Text of callers is cut, so that no message grows with its input. */
export const shown = (text: string): string => `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;

const toInsufficientCredits = (problem: refusal.InsufficientCredits) => {
  const { required, available, shortBy, nextSupplyAt, unit } = problem;
  const amounts = `This costs ${formatAmount(required)} ${unit}, of which ${formatAmount(available)} can be spent`;
  const next = nextSupplyAt === null ? "" : ` Credits arrive at ${toIso(nextSupplyAt)}.`;
  return {
    __typename: "InsufficientCredits" as const,
    code: ProblemCode.INSUFFICIENT_CREDITS,
    message: `${amounts}: ${formatAmount(shortBy)} ${unit} are missing.${next}`,
    required,
    available,
    shortBy,
    nextSupplyAt,
    creditPacks: problem.creditPacks.map(toCreditPack),
  };
};

export const toUnpricedUsage = ({ kind: _, ...problem }: refusal.UnpricedUsage) => ({
  __typename: "UnpricedUsage" as const,
  code: ProblemCode.UNPRICED_USAGE,
  ...problem,
});

const toCustomerNotFound = ({ customerId }: refusal.CustomerNotFound) => ({
  __typename: "CustomerNotFound" as const,
  code: ProblemCode.CUSTOMER_NOT_FOUND,
  message: `No customer has the id ${shown(customerId)}.`,
  customerId,
});

const inactiveBecause: Record<DomainStatus | "NONE", string> = {
  SCHEDULED: "has a subscription that has not started yet",
  ACTIVE: "has an active subscription",
  ENDED: "has a subscription that has ended",
  NONE: "has no subscription; subscribe it to a plan first",
};

const toSubscriptionInactive = ({ customerId, status }: refusal.SubscriptionInactive) => ({
  __typename: "SubscriptionInactive" as const,
  code: ProblemCode.SUBSCRIPTION_INACTIVE,
  message: `Customer ${shown(customerId)} ${inactiveBecause[status ?? "NONE"]}.`,
  status,
});

const toPlanNotFound = ({ plan, available }: refusal.PlanNotFound) => ({
  __typename: "PlanNotFound" as const,
  code: ProblemCode.PLAN_NOT_FOUND,
  message: `No plan on offer is called ${shown(plan)}; on offer are ${available.join(", ") || "none"}.`,
  plan,
  plans: available,
});

const toTestClockNotFound = ({ testClockId }: refusal.TestClockNotFound) => ({
  __typename: "TestClockNotFound" as const,
  code: ProblemCode.TEST_CLOCK_NOT_FOUND,
  message: `No test clock has the id ${shown(testClockId)}.`,
});

const toUnitNotFound = ({ unit, available }: refusal.UnitNotFound) => ({
  __typename: "UnitNotFound" as const,
  code: ProblemCode.UNIT_NOT_FOUND,
  message:
    unit === null
      ? `The customer has no plan to take the unit from; name one of ${available.join(", ")}.`
      : `No unit is called ${shown(unit)}; there are ${available.join(", ")}.`,
  units: available,
});

const toPackNotAvailable = ({ creditPack, available }: refusal.PackNotAvailable) => ({
  __typename: "PackNotAvailable" as const,
  code: ProblemCode.PACK_NOT_AVAILABLE,
  message: `No pack called ${shown(creditPack)} is on sale to this customer; on sale are ${
    available.map((pack) => pack.key).join(", ") || "none"
  }.`,
  creditPack,
  creditPacks: available.map(toCreditPack),
});

const toHoldNotFound = ({ holdId }: refusal.HoldNotFound) => ({
  __typename: "HoldNotFound" as const,
  code: ProblemCode.HOLD_NOT_FOUND,
  message: `The customer has no hold ${shown(holdId)}.`,
  holdId,
});

const toHoldNotActive = ({ hold }: refusal.HoldNotActive) => ({
  __typename: "HoldNotActive" as const,
  code: ProblemCode.HOLD_NOT_ACTIVE,
  message: `Hold ${hold.id} ended at ${toIso(hold.endedAt ?? hold.expiresAt)} (${hold.status.toLowerCase()}).`,
  hold: toHold(hold),
});

const toHoldExceeded = ({ kind: _, unit, ...amounts }: refusal.HoldExceeded) => ({
  __typename: "HoldExceeded" as const,
  code: ProblemCode.HOLD_EXCEEDED,
  message: `This costs ${formatAmount(amounts.required)} ${unit}, of which ${formatAmount(amounts.held)} are held; set beyondHold to take the other ${formatAmount(amounts.exceededBy)} from available credits.`,
  ...amounts,
});

const toUsageRecordNotFound = ({ usageRecordId }: refusal.UsageRecordNotFound) => ({
  __typename: "UsageRecordNotFound" as const,
  code: ProblemCode.USAGE_RECORD_NOT_FOUND,
  message: `The customer has no usage record ${shown(usageRecordId)}.`,
  usageRecordId,
});

const toReversalExceedsUsage = ({ unit, amount, reversible }: refusal.ReversalExceedsUsage) => ({
  __typename: "ReversalExceedsUsage" as const,
  code: ProblemCode.REVERSAL_EXCEEDS_USAGE,
  message:
    reversible === 0
      ? "All of this usage record has been reversed already."
      : `Of this usage record ${formatAmount(reversible)} ${unit} can still be reversed, not ${formatAmount(amount)}.`,
  reversible,
});

const toIdempotencyConflict = ({ idempotencyKey, usedAt }: refusal.IdempotencyConflict) => ({
  __typename: "IdempotencyConflict" as const,
  code: ProblemCode.IDEMPOTENCY_CONFLICT,
  message: `The idempotency key ${shown(idempotencyKey)} was used at ${toIso(usedAt)} with other input; send a new key.`,
  idempotencyKey,
  usedAt,
});

export type Refusal =
  | refusal.InsufficientCredits
  | refusal.UnpricedUsage
  | refusal.CustomerNotFound
  | refusal.SubscriptionInactive
  | refusal.PlanNotFound
  | refusal.TestClockNotFound
  | refusal.UnitNotFound
  | refusal.PackNotAvailable
  | refusal.HoldNotFound
  | refusal.HoldNotActive
  | refusal.HoldExceeded
  | refusal.UsageRecordNotFound
  | refusal.ReversalExceedsUsage
  | refusal.IdempotencyConflict;

/** Gives a refusal its type and its sentence; the same in every union that it is a member of. */
export function toProblem(problem: Refusal) {
  switch (problem.kind) {
    case "insufficientCredits":
      return toInsufficientCredits(problem);
    case "unpricedUsage":
      return toUnpricedUsage(problem);
    case "customerNotFound":
      return toCustomerNotFound(problem);
    case "subscriptionInactive":
      return toSubscriptionInactive(problem);
    case "planNotFound":
      return toPlanNotFound(problem);
    case "testClockNotFound":
      return toTestClockNotFound(problem);
    case "unitNotFound":
      return toUnitNotFound(problem);
    case "packNotAvailable":
      return toPackNotAvailable(problem);
    case "holdNotFound":
      return toHoldNotFound(problem);
    case "holdNotActive":
      return toHoldNotActive(problem);
    case "holdExceeded":
      return toHoldExceeded(problem);
    case "usageRecordNotFound":
      return toUsageRecordNotFound(problem);
    case "reversalExceedsUsage":
      return toReversalExceedsUsage(problem);
    case "idempotencyConflict":
      return toIdempotencyConflict(problem);
    default:
      return unreachable(problem);
  }
}
