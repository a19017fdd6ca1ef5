import {
  Arg,
  Ctx,
  createUnionType,
  Field,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Resolver,
} from "type-graphql";
import type { CancelSubscriptionOutcome, ResumeSubscriptionOutcome } from "../billing/endSubscription.js";
import type { SubscribeOutcome } from "../billing/subscribe.js";
import type { Instant } from "../domain/instant.js";
import {
  periodIndexAt,
  type Standing,
  servedPeriod,
  subscriptionStatus,
  trialDaysMax,
} from "../domain/subscription.js";
import type * as domain from "../domain/subscriptionChange.js";
import { Plan, toPlan } from "./catalog.js";
import type { RequestContext } from "./context.js";
import { ChangeTiming, ProblemCode, SubscriptionStatus, typename } from "./enums.js";
import { between, idempotencyKey, key } from "./input.js";
import { BillingPeriod } from "./period.js";
import * as problems from "./problems.js";
import { DateTimeScalar } from "./scalars.js";
import { toWallet, Wallet } from "./wallet.js";

@ObjectType()
export class PlanSubscription {
  @Field(() => ID) id!: string;
  @Field(() => Plan) plan!: Plan;
  @Field(() => SubscriptionStatus) status!: keyof typeof SubscriptionStatus;
  @Field(() => DateTimeScalar) startedAt!: Instant;
  @Field(() => DateTimeScalar, { nullable: true }) endsAt!: Instant | null;
  @Field(() => DateTimeScalar, { nullable: true }) cancelledAt!: Instant | null;
  @Field(() => Boolean) trial!: boolean;
  @Field(() => BillingPeriod, { nullable: true }) currentPeriod!: BillingPeriod | null;
  @Field(() => PlanSubscription, { nullable: true }) next!: PlanSubscription | null;
}

export function toSubscription({ subscribed, next, at }: Standing): PlanSubscription {
  const { subscription, plan } = subscribed;
  const { id, startsAt: startedAt, endsAt, cancelledAt, trial } = subscription;
  const status = subscriptionStatus(subscription, at);
  return {
    ...{ id, startedAt, endsAt, cancelledAt, trial, status },
    plan: toPlan(plan),
    currentPeriod: status === "ACTIVE" ? servedPeriod(subscribed, periodIndexAt(subscribed, at)) : null,
    next: next === null ? null : toSubscription({ subscribed: next, next: null, at }),
  };
}

@InputType()
class SubscribeInput {
  @Field(() => ID) customerId!: string;
  @Field(() => String) plan!: string;
  @Field(() => DateTimeScalar, { nullable: true }) startsAt?: Instant | null;
  @Field(() => Int, { nullable: true }) trialDays?: number | null;
  @Field(() => String) idempotencyKey!: string;
}

@InputType()
class CancelSubscriptionInput {
  @Field(() => ID) customerId!: string;
  @Field(() => ChangeTiming, { nullable: true }) timing?: domain.ChangeTiming | null;
  @Field(() => String) idempotencyKey!: string;
}

@InputType()
class ResumeSubscriptionInput {
  @Field(() => ID) customerId!: string;
  @Field(() => String) idempotencyKey!: string;
}

@ObjectType()
class Subscribed {
  @Field(() => PlanSubscription) subscription!: PlanSubscription;
  @Field(() => Wallet) wallet!: Wallet;
  @Field(() => Boolean) replayed!: boolean;
}

@ObjectType()
class SubscriptionCancelled {
  @Field(() => PlanSubscription) subscription!: PlanSubscription;
  @Field(() => Boolean) replayed!: boolean;
}

@ObjectType()
class SubscriptionResumed {
  @Field(() => PlanSubscription) subscription!: PlanSubscription;
  @Field(() => Boolean) replayed!: boolean;
}

@ObjectType({ implements: problems.Problem })
class AlreadySubscribed extends problems.Problem {
  @Field(() => PlanSubscription) subscription!: PlanSubscription;
}

@ObjectType({ implements: problems.Problem })
class NothingToResume extends problems.Problem {}

const SubscribeResult = createUnionType({
  name: "SubscribeResult",
  types: () =>
    [
      Subscribed,
      problems.CustomerNotFound,
      problems.PlanNotFound,
      AlreadySubscribed,
      problems.IdempotencyConflict,
    ] as const,
  resolveType: typename,
});

const CancelSubscriptionResult = createUnionType({
  name: "CancelSubscriptionResult",
  types: () =>
    [
      SubscriptionCancelled,
      problems.CustomerNotFound,
      problems.SubscriptionInactive,
      problems.IdempotencyConflict,
    ] as const,
  resolveType: typename,
});

const ResumeSubscriptionResult = createUnionType({
  name: "ResumeSubscriptionResult",
  types: () =>
    [
      SubscriptionResumed,
      problems.CustomerNotFound,
      problems.SubscriptionInactive,
      NothingToResume,
      problems.IdempotencyConflict,
    ] as const,
  resolveType: typename,
});

function toSubscribeResult(outcome: SubscribeOutcome) {
  switch (outcome.kind) {
    case "subscribed": {
      const { standing, wallet, replayed } = outcome;
      const subscription = toSubscription(standing);
      return { __typename: "Subscribed" as const, subscription, wallet: toWallet(wallet), replayed };
    }
    case "alreadySubscribed":
      return {
        __typename: "AlreadySubscribed" as const,
        code: ProblemCode.ALREADY_SUBSCRIBED,
        message: `The customer is subscribed to ${outcome.standing.subscribed.plan.key} already.`,
        subscription: toSubscription(outcome.standing),
      };
    default:
      return problems.toProblem(outcome);
  }
}

function toCancelResult(outcome: CancelSubscriptionOutcome) {
  if (outcome.kind !== "subscriptionCancelled") return problems.toProblem(outcome);
  const subscription = toSubscription(outcome.standing);
  return { __typename: "SubscriptionCancelled" as const, subscription, replayed: outcome.replayed };
}

function toResumeResult(outcome: ResumeSubscriptionOutcome) {
  switch (outcome.kind) {
    case "subscriptionResumed": {
      const subscription = toSubscription(outcome.standing);
      return { __typename: "SubscriptionResumed" as const, subscription, replayed: outcome.replayed };
    }
    case "nothingToResume":
      return {
        __typename: "NothingToResume" as const,
        code: ProblemCode.NOTHING_TO_RESUME,
        message: "The subscription goes on: it was not cancelled, and no change of plan is to come.",
      };
    default:
      return problems.toProblem(outcome);
  }
}

const trialDaysAllowed = { min: 0, max: trialDaysMax };

@Resolver()
export class SubscriptionResolver {
  @Mutation(() => SubscribeResult)
  async subscribe(@Arg("input", () => SubscribeInput) input: SubscribeInput, @Ctx() context: RequestContext) {
    const trialDays = input.trialDays ?? null;
    const outcome = await context.services.subscribe({
      customerId: key("input.customerId", input.customerId),
      plan: key("input.plan", input.plan),
      startsAt: input.startsAt ?? null,
      ...(trialDays === null ? {} : { trialDays: between("input.trialDays", trialDays, trialDaysAllowed) }),
      idempotencyKey: idempotencyKey(input.idempotencyKey),
    });
    return toSubscribeResult(outcome);
  }

  @Mutation(() => CancelSubscriptionResult)
  async cancelSubscription(
    @Arg("input", () => CancelSubscriptionInput) input: CancelSubscriptionInput,
    @Ctx() context: RequestContext,
  ) {
    const outcome = await context.services.cancelSubscription({
      customerId: key("input.customerId", input.customerId),
      timing: input.timing ?? null,
      idempotencyKey: idempotencyKey(input.idempotencyKey),
    });
    return toCancelResult(outcome);
  }

  @Mutation(() => ResumeSubscriptionResult)
  async resumeSubscription(
    @Arg("input", () => ResumeSubscriptionInput) input: ResumeSubscriptionInput,
    @Ctx() context: RequestContext,
  ) {
    const outcome = await context.services.resumeSubscription({
      customerId: key("input.customerId", input.customerId),
      idempotencyKey: idempotencyKey(input.idempotencyKey),
    });
    return toResumeResult(outcome);
  }
}
