import {
  Arg,
  Ctx,
  createUnionType,
  Field,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
} from "type-graphql";
import { type Micros, microsPerUnit } from "../domain/amount.js";
import type { Attributes } from "../domain/catalog.js";
import { badInput } from "../domain/errors.js";
import type { Instant } from "../domain/instant.js";
import type { ConsumeCommand, OutcomeOf } from "../metering/commands.js";
import type { QuoteOutcome } from "../metering/quote.js";
import { BudgetExceeded, toBudgetProblem } from "./budgetProblems.js";
import { prime, type RequestContext, viewerOf } from "./context.js";
import { typename } from "./enums.js";
import { idempotencyKey, key, optionalKey, positive } from "./input.js";
import * as problems from "./problems.js";
import { DateTimeScalar, DecimalScalar, JsonObjectScalar } from "./scalars.js";
import { PriceStep, toUsageRecord, UsageRecord } from "./usageRecord.js";
import { toWallet, Wallet } from "./wallet.js";

const batchItemsMax = 500;
const one = microsPerUnit as Micros;

@InputType()
class ConsumeInput {
  @Field(() => ID) customerId!: string;
  @Field(() => String) operation!: string;
  @Field(() => DecimalScalar, { nullable: true, defaultValue: one }) quantity!: Micros | null;
  @Field(() => JsonObjectScalar, { nullable: true }) attributes?: Attributes | null;
  @Field(() => DateTimeScalar, { nullable: true }) occurredAt?: Instant | null;
  @Field(() => String) idempotencyKey!: string;
}

@InputType()
class ConsumeBatchInput {
  @Field(() => [ConsumeInput]) items!: ConsumeInput[];
}

@InputType()
class QuoteInput {
  @Field(() => ID, { nullable: true }) customerId?: string | null;
  @Field(() => String, { nullable: true }) plan?: string | null;
  @Field(() => String) operation!: string;
  @Field(() => DecimalScalar, { nullable: true, defaultValue: one }) quantity!: Micros | null;
  @Field(() => JsonObjectScalar, { nullable: true }) attributes?: Attributes | null;
}

@ObjectType()
class Consumed {
  @Field(() => UsageRecord) usageRecord!: UsageRecord;
  @Field(() => Wallet) wallet!: Wallet;
  @Field(() => Boolean) replayed!: boolean;
}

const ConsumeResult = createUnionType({
  name: "ConsumeResult",
  types: () =>
    [
      Consumed,
      problems.InsufficientCredits,
      BudgetExceeded,
      problems.UnpricedUsage,
      problems.CustomerNotFound,
      problems.SubscriptionInactive,
      problems.IdempotencyConflict,
    ] as const,
  resolveType: typename,
});

@ObjectType()
class ConsumeBatchPayload {
  @Field(() => [ConsumeResult]) results!: ReturnType<typeof toConsumeResult>[];
}

@ObjectType()
class Quote {
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => String) unit!: string;
  @Field(() => [PriceStep]) explanation!: readonly PriceStep[];
  @Field(() => DecimalScalar, { nullable: true }) available!: Micros | null;
  @Field(() => DecimalScalar, { nullable: true }) balanceAfter!: Micros | null;
  @Field(() => Boolean, { nullable: true }) wouldOverdraw!: boolean | null;
}

const QuoteResult = createUnionType({
  name: "QuoteResult",
  types: () =>
    [
      Quote,
      problems.UnpricedUsage,
      problems.CustomerNotFound,
      problems.SubscriptionInactive,
      problems.PlanNotFound,
    ] as const,
  resolveType: typename,
});

function toConsumeResult(outcome: OutcomeOf<"consume">, context: RequestContext) {
  if (outcome.kind !== "consumed") return toBudgetProblem(outcome);
  const { usageRecord, wallet, replayed } = outcome;
  prime(context, usageRecord.customerId, outcome.grants);
  return {
    __typename: "Consumed" as const,
    usageRecord: toUsageRecord(usageRecord),
    wallet: toWallet(wallet),
    replayed,
  };
}

function toQuoteResult(outcome: QuoteOutcome) {
  if (outcome.kind !== "quote") return problems.toProblem(outcome);
  const { amount, unit, explanation, wallet } = outcome;
  const withoutCustomer = { available: null, balanceAfter: null, wouldOverdraw: null };
  return { __typename: "Quote" as const, amount, unit, explanation, ...(wallet ?? withoutCustomer) };
}

const consumeCommand = (
  input: ConsumeInput,
  { apiKeyId }: RequestContext,
  path = "input",
): ConsumeCommand => ({
  customerId: key(`${path}.customerId`, input.customerId),
  operation: key(`${path}.operation`, input.operation),
  quantity: positive(`${path}.quantity`, input.quantity ?? one),
  attributes: input.attributes ?? {},
  occurredAt: input.occurredAt ?? null,
  idempotencyKey: idempotencyKey(input.idempotencyKey, `${path}.idempotencyKey`),
  apiKeyId,
  path,
});

@Resolver()
export class ConsumeResolver {
  @Mutation(() => ConsumeResult)
  async consume(@Arg("input", () => ConsumeInput) input: ConsumeInput, @Ctx() context: RequestContext) {
    const [outcome] = await context.services.consume([consumeCommand(input, context)]);
    if (outcome === undefined) throw new Error("A call was not judged.");
    return toConsumeResult(outcome, context);
  }

  @Mutation(() => ConsumeBatchPayload)
  async consumeBatch(
    @Arg("input", () => ConsumeBatchInput) { items }: ConsumeBatchInput,
    @Ctx() context: RequestContext,
  ): Promise<ConsumeBatchPayload> {
    if (items.length < 1 || items.length > batchItemsMax)
      throw badInput("input.items", `must have 1 to ${batchItemsMax} items, got ${items.length}.`);
    const commands = items.map((item, index) => consumeCommand(item, context, `input.items.${index}`));
    const outcomes = await context.services.consume(commands);
    return { results: outcomes.map((outcome) => toConsumeResult(outcome, context)) };
  }

  @Query(() => QuoteResult)
  async quote(@Arg("input", () => QuoteInput) input: QuoteInput, @Ctx() context: RequestContext) {
    const { services } = context;
    const usage = {
      operation: key("input.operation", input.operation),
      quantity: positive("input.quantity", input.quantity ?? one),
      attributes: input.attributes ?? {},
    };
    const customerId = optionalKey("input.customerId", input.customerId);
    const plan = optionalKey("input.plan", input.plan);
    if (customerId !== null && plan === null)
      return toQuoteResult(await services.quote({ ...usage, customerId }));
    if (plan !== null && customerId === null)
      return toQuoteResult(await services.quote({ ...usage, plan, viewer: viewerOf(context) }));
    throw badInput("input", "must have either customerId or plan.");
  }
}
