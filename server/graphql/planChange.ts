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
  Query,
  Resolver,
} from "type-graphql";
import type { ChangePlanOutcome, PlanChangeQuestion, PlanChangeRefusal } from "../billing/changePlan.js";
import type { PreviewPlanChangeOutcome } from "../billing/previewPlanChange.js";
import type { Micros } from "../domain/amount.js";
import type * as grant from "../domain/grant.js";
import type { Instant } from "../domain/instant.js";
import * as domain from "../domain/planChange.js";
import type { CustomerNotFound, IdempotencyConflict } from "../domain/refusal.js";
import type * as subscriptionChange from "../domain/subscriptionChange.js";
import { Plan, toPlan } from "./catalog.js";
import { type RequestContext, viewerOf } from "./context.js";
import { CreditNote, toCreditNote } from "./creditNote.js";
import {
  ChangeTiming,
  GrantSource,
  PlanChangeDirection,
  ProblemCode,
  SupplyPolicy,
  typename,
} from "./enums.js";
import { idempotencyKey, key } from "./input.js";
import { Invoice, toInvoice } from "./invoice.js";
import { PlannedInvoice, toPlannedInvoice } from "./plannedInvoice.js";
import * as problems from "./problems.js";
import { DateTimeScalar, DecimalScalar } from "./scalars.js";
import { PlanSubscription, toSubscription } from "./subscription.js";
import { toWallet, Wallet } from "./wallet.js";

@InputType()
class PreviewPlanChangeInput {
  @Field(() => ID) customerId!: string;
  @Field(() => String) plan!: string;
  @Field(() => ChangeTiming, { nullable: true }) timing?: subscriptionChange.ChangeTiming | null;
  @Field(() => SupplyPolicy, { nullable: true }) supplyPolicy?: domain.SupplyPolicy | null;
}

@InputType()
class ChangePlanInput extends PreviewPlanChangeInput {
  @Field(() => String) idempotencyKey!: string;
}

@ObjectType()
class PlanChange {
  @Field(() => Plan) from!: Plan;
  @Field(() => Plan) to!: Plan;
  @Field(() => PlanChangeDirection) direction!: domain.PlanChangeDirection;
  @Field(() => ChangeTiming) timing!: subscriptionChange.ChangeTiming;
  @Field(() => SupplyPolicy, { nullable: true }) supplyPolicy!: domain.SupplyPolicy | null;
  @Field(() => DateTimeScalar) effectiveAt!: Instant;
}

@ObjectType()
class PlanChanged {
  @Field(() => PlanChange) change!: PlanChange;
  @Field(() => PlanSubscription) subscription!: PlanSubscription;
  @Field(() => Wallet) wallet!: Wallet;
  @Field(() => Invoice, { nullable: true }) invoice!: Invoice | null;
  @Field(() => CreditNote, { nullable: true }) creditNote!: CreditNote | null;
  @Field(() => Boolean) replayed!: boolean;
}

@ObjectType()
class PlannedGrant {
  @Field(() => ID, { nullable: true }) id!: string | null;
  @Field(() => GrantSource) source!: grant.GrantSource;
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => DecimalScalar) remaining!: Micros;
  @Field(() => Int) priority!: number;
  @Field(() => DateTimeScalar) effectiveAt!: Instant;
  @Field(() => DateTimeScalar, { nullable: true }) expiresAt!: Instant | null;
}

@ObjectType()
class PlannedCredits {
  @Field(() => String) unit!: string;
  @Field(() => DecimalScalar) before!: Micros;
  @Field(() => DecimalScalar) after!: Micros;
  @Field(() => [PlannedGrant]) grants!: readonly PlannedGrant[];
}

@ObjectType()
class PlannedSetOff {
  @Field(() => ID) invoiceId!: string;
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => String) currency!: string;
}

@ObjectType()
class PlanChangePreview {
  @Field(() => PlanChange) change!: PlanChange;
  @Field(() => [PlannedCredits]) credits!: readonly PlannedCredits[];
  @Field(() => PlannedInvoice, { nullable: true }) invoice!: PlannedInvoice | null;
  @Field(() => PlannedSetOff, { nullable: true }) setOff!: PlannedSetOff | null;
}

@ObjectType({ implements: problems.Problem })
class AlreadyOnPlan extends problems.Problem {
  @Field(() => String) plan!: string;
  @Field(() => Int) version!: number;
}

const ChangePlanResult = createUnionType({
  name: "ChangePlanResult",
  types: () =>
    [
      PlanChanged,
      problems.CustomerNotFound,
      problems.SubscriptionInactive,
      problems.PlanNotFound,
      AlreadyOnPlan,
      problems.IdempotencyConflict,
    ] as const,
  resolveType: typename,
});

const PreviewPlanChangeResult = createUnionType({
  name: "PreviewPlanChangeResult",
  types: () =>
    [
      PlanChangePreview,
      problems.CustomerNotFound,
      problems.SubscriptionInactive,
      problems.PlanNotFound,
      AlreadyOnPlan,
    ] as const,
  resolveType: typename,
});

const toPlanChange = (change: domain.PlanChange): PlanChange => ({
  ...change,
  from: toPlan(change.from),
  to: toPlan(change.to),
  direction: domain.directionOf(change),
});

function toProblem(outcome: PlanChangeRefusal | CustomerNotFound | IdempotencyConflict) {
  if (outcome.kind !== "alreadyOnPlan") return problems.toProblem(outcome);
  const { key: plan, version } = outcome.plan;
  return {
    __typename: "AlreadyOnPlan" as const,
    code: ProblemCode.ALREADY_ON_PLAN,
    message: `The customer is on plan ${plan} in version ${version} already; resumeSubscription undoes what is to come.`,
    plan,
    version,
  };
}

function toChangePlanResult(outcome: ChangePlanOutcome) {
  if (outcome.kind !== "planChanged") return toProblem(outcome);
  const { planChange, standing, wallet, invoice, creditNote, replayed } = outcome;
  return {
    __typename: "PlanChanged" as const,
    change: toPlanChange(planChange),
    subscription: toSubscription(standing),
    wallet: toWallet(wallet),
    invoice: invoice === null ? null : toInvoice(invoice),
    creditNote: creditNote === null ? null : toCreditNote(creditNote),
    replayed,
  };
}

function toPreviewResult(outcome: PreviewPlanChangeOutcome) {
  if (outcome.kind !== "planChangePreview") return toProblem(outcome);
  const { planChange, credits, invoice, setOff } = outcome;
  return {
    __typename: "PlanChangePreview" as const,
    change: toPlanChange(planChange),
    credits,
    invoice: invoice === null ? null : toPlannedInvoice({ kind: "SUBSCRIPTION", ...invoice }),
    setOff,
  };
}

const questionOf = ({
  customerId,
  plan,
  timing,
  supplyPolicy,
}: PreviewPlanChangeInput): PlanChangeQuestion => ({
  customerId: key("input.customerId", customerId),
  plan: key("input.plan", plan),
  timing: timing ?? null,
  supplyPolicy: supplyPolicy ?? null,
});

@Resolver()
export class PlanChangeResolver {
  @Query(() => PreviewPlanChangeResult)
  async previewPlanChange(
    @Arg("input", () => PreviewPlanChangeInput) input: PreviewPlanChangeInput,
    @Ctx() context: RequestContext,
  ) {
    const question = { ...questionOf(input), viewer: viewerOf(context) };
    return toPreviewResult(await context.services.previewPlanChange(question));
  }

  @Mutation(() => ChangePlanResult)
  async changePlan(
    @Arg("input", () => ChangePlanInput) input: ChangePlanInput,
    @Ctx() context: RequestContext,
  ) {
    const key = idempotencyKey(input.idempotencyKey);
    return toChangePlanResult(
      await context.services.changePlan({ ...questionOf(input), idempotencyKey: key }),
    );
  }
}
