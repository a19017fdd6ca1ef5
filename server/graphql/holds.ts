import {
  Arg,
  Args,
  ArgsType,
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
import { type Micros, microsPerUnit } from "../domain/amount.js";
import type { Attributes } from "../domain/catalog.js";
import { type HoldStatus as DomainStatus, holdSeconds } from "../domain/hold.js";
import type { Instant } from "../domain/instant.js";
import type { OutcomeOf } from "../metering/commands.js";
import { BudgetExceeded, toBudgetProblem } from "./budgetProblems.js";
import { prime, type RequestContext } from "./context.js";
import { HoldStatus, typename } from "./enums.js";
import { Hold, toHold } from "./hold.js";
import { between, idempotencyKey, key, pageSize, positive } from "./input.js";
import { connection, connectionOf, decodeCursor } from "./page.js";
import * as problems from "./problems.js";
import { DecimalScalar, JsonObjectScalar } from "./scalars.js";
import { toUsageRecord, UsageRecord } from "./usageRecord.js";
import { toWallet, Wallet } from "./wallet.js";

const one = microsPerUnit as Micros;

@InputType()
class ReserveInput {
  @Field(() => ID) customerId!: string;
  @Field(() => String) operation!: string;
  @Field(() => DecimalScalar, { nullable: true, defaultValue: one }) quantity!: Micros | null;
  @Field(() => JsonObjectScalar, { nullable: true }) attributes?: Attributes | null;
  @Field(() => Int, { nullable: true, defaultValue: holdSeconds.default }) expiresInSeconds!: number | null;
  @Field(() => String) idempotencyKey!: string;
}

@InputType()
class CaptureInput {
  @Field(() => ID) customerId!: string;
  @Field(() => ID) holdId!: string;
  @Field(() => DecimalScalar, { nullable: true }) quantity?: Micros | null;
  @Field(() => JsonObjectScalar, { nullable: true }) attributes?: Attributes | null;
  @Field(() => Boolean, { nullable: true, defaultValue: true }) final!: boolean | null;
  @Field(() => Boolean, { nullable: true, defaultValue: false }) beyondHold!: boolean | null;
  @Field(() => String) idempotencyKey!: string;
}

@InputType()
class ExtendHoldInput {
  @Field(() => ID) customerId!: string;
  @Field(() => ID) holdId!: string;
  @Field(() => Int) expiresInSeconds!: number;
  @Field(() => String) idempotencyKey!: string;
}

@InputType()
class ReleaseInput {
  @Field(() => ID) customerId!: string;
  @Field(() => ID) holdId!: string;
  @Field(() => String) idempotencyKey!: string;
}

@ObjectType()
class Reserved {
  @Field(() => Hold) hold!: Hold;
  @Field(() => Wallet) wallet!: Wallet;
  @Field(() => Boolean) replayed!: boolean;
}

@ObjectType()
class Captured {
  @Field(() => UsageRecord) usageRecord!: UsageRecord;
  @Field(() => Hold) hold!: Hold;
  @Field(() => Wallet) wallet!: Wallet;
  @Field(() => Boolean) replayed!: boolean;
}

@ObjectType()
class HoldExtended {
  @Field(() => Hold) hold!: Hold;
  @Field(() => Wallet) wallet!: Wallet;
  @Field(() => Boolean) replayed!: boolean;
}

@ObjectType()
class Released {
  @Field(() => Hold) hold!: Hold;
  @Field(() => Wallet) wallet!: Wallet;
  @Field(() => Boolean) replayed!: boolean;
}

const ReserveResult = createUnionType({
  name: "ReserveResult",
  types: () =>
    [
      Reserved,
      problems.InsufficientCredits,
      BudgetExceeded,
      problems.UnpricedUsage,
      problems.CustomerNotFound,
      problems.SubscriptionInactive,
      problems.IdempotencyConflict,
    ] as const,
  resolveType: typename,
});

const CaptureResult = createUnionType({
  name: "CaptureResult",
  types: () =>
    [
      Captured,
      problems.HoldNotFound,
      problems.HoldNotActive,
      problems.HoldExceeded,
      BudgetExceeded,
      problems.InsufficientCredits,
      problems.UnpricedUsage,
      problems.CustomerNotFound,
      problems.IdempotencyConflict,
    ] as const,
  resolveType: typename,
});

const holdProblems = [
  problems.HoldNotFound,
  problems.HoldNotActive,
  problems.CustomerNotFound,
  problems.IdempotencyConflict,
] as const;

const ExtendHoldResult = createUnionType({
  name: "ExtendHoldResult",
  types: () => [HoldExtended, ...holdProblems] as const,
  resolveType: typename,
});

const ReleaseResult = createUnionType({
  name: "ReleaseResult",
  types: () => [Released, ...holdProblems] as const,
  resolveType: typename,
});

const HoldConnection = connectionOf("Hold", Hold);

@ArgsType()
class HoldsArgs {
  @Field(() => ID) customerId!: string;
  @Field(() => HoldStatus, { nullable: true }) status?: DomainStatus | null;
  @Field(() => Int, { nullable: true, defaultValue: 50 }) first!: number | null;
  @Field(() => String, { nullable: true }) after?: string | null;
}

type Success = Extract<
  OutcomeOf<"reserve" | "capture" | "extendHold" | "release">,
  { readonly replayed: boolean }
>;

/** What the four successes have in common. */
function success({ hold, wallet, replayed, grants }: Success, context: RequestContext) {
  prime(context, hold.customerId, grants);
  return { hold: toHold(hold), wallet: toWallet(wallet), replayed };
}

const seconds = (value: number): number => between("input.expiresInSeconds", value, holdSeconds);

const named = (input: { customerId: string; holdId: string; idempotencyKey: string }) => ({
  customerId: key("input.customerId", input.customerId),
  holdId: key("input.holdId", input.holdId),
  idempotencyKey: idempotencyKey(input.idempotencyKey),
});

@Resolver()
export class HoldsResolver {
  @Mutation(() => ReserveResult)
  async reserve(@Arg("input", () => ReserveInput) input: ReserveInput, @Ctx() context: RequestContext) {
    const outcome = await context.services.reserve({
      customerId: key("input.customerId", input.customerId),
      operation: key("input.operation", input.operation),
      quantity: positive("input.quantity", input.quantity ?? one),
      attributes: input.attributes ?? {},
      expiresInSeconds: seconds(input.expiresInSeconds ?? holdSeconds.default),
      idempotencyKey: idempotencyKey(input.idempotencyKey),
      apiKeyId: context.apiKeyId,
    });
    if (outcome.kind !== "reserved") return toBudgetProblem(outcome);
    return { __typename: "Reserved" as const, ...success(outcome, context) };
  }

  @Mutation(() => CaptureResult)
  async capture(@Arg("input", () => CaptureInput) input: CaptureInput, @Ctx() context: RequestContext) {
    const { quantity, attributes, final, beyondHold } = input;
    const outcome = await context.services.capture({
      ...named(input),
      apiKeyId: context.apiKeyId,
      quantity: quantity === null || quantity === undefined ? null : positive("input.quantity", quantity),
      attributes: attributes ?? {},
      final: final ?? true,
      beyondHold: beyondHold ?? false,
    });
    if (outcome.kind !== "captured") return toBudgetProblem(outcome);
    const usageRecord = toUsageRecord(outcome.usageRecord);
    return { __typename: "Captured" as const, usageRecord, ...success(outcome, context) };
  }

  @Mutation(() => ExtendHoldResult)
  async extendHold(
    @Arg("input", () => ExtendHoldInput) input: ExtendHoldInput,
    @Ctx() context: RequestContext,
  ) {
    const expiresInSeconds = seconds(input.expiresInSeconds);
    const outcome = await context.services.extendHold({ ...named(input), expiresInSeconds });
    if (outcome.kind !== "holdExtended") return problems.toProblem(outcome);
    return { __typename: "HoldExtended" as const, ...success(outcome, context) };
  }

  @Mutation(() => ReleaseResult)
  async release(@Arg("input", () => ReleaseInput) input: ReleaseInput, @Ctx() context: RequestContext) {
    const outcome = await context.services.release(named(input));
    if (outcome.kind !== "released") return problems.toProblem(outcome);
    return { __typename: "Released" as const, ...success(outcome, context) };
  }

  @Query(() => Hold, { nullable: true })
  async hold(
    @Arg("customerId", () => ID) customerId: string,
    @Arg("id", () => ID) id: string,
    @Ctx() { services }: RequestContext,
  ): Promise<Hold | null> {
    const hold = await services.hold(key("customerId", customerId), key("id", id));
    return hold === null ? null : toHold(hold);
  }

  @Query(() => HoldConnection)
  async holds(
    @Args(() => HoldsArgs) { customerId, status, first, after }: HoldsArgs,
    @Ctx() { services }: RequestContext,
  ) {
    const place = decodeCursor(after, [0, ""]);
    const page = await services.holds({
      customerId: key("customerId", customerId),
      status: status ?? null,
      first: pageSize(first),
      after: place === null ? null : { createdAt: Number(place[0]) as Instant, id: String(place[1]) },
    });
    return connection(page, { node: toHold, place: ({ createdAt, id }) => [createdAt, id], after });
  }
}
