import {
  Arg,
  Ctx,
  createUnionType,
  Field,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
} from "type-graphql";
import type { Micros } from "../domain/amount.js";
import { prime, type RequestContext } from "./context.js";
import { typename } from "./enums.js";
import { idempotencyKey, key, optionalText, positive } from "./input.js";
import * as problems from "./problems.js";
import { DecimalScalar } from "./scalars.js";
import { Reversal, toReversal, toUsageRecord, UsageRecord } from "./usageRecord.js";
import { toWallet, Wallet } from "./wallet.js";

@InputType()
class ReverseUsageInput {
  @Field(() => ID) customerId!: string;
  @Field(() => ID) usageRecordId!: string;
  @Field(() => DecimalScalar, { nullable: true }) amount?: Micros | null;
  @Field(() => String, { nullable: true }) reason?: string | null;
  @Field(() => String) idempotencyKey!: string;
}

@ObjectType()
class UsageReversed {
  @Field(() => Reversal) reversal!: Reversal;
  @Field(() => UsageRecord) usageRecord!: UsageRecord;
  @Field(() => Wallet) wallet!: Wallet;
  @Field(() => Boolean) replayed!: boolean;
}

const ReverseUsageResult = createUnionType({
  name: "ReverseUsageResult",
  types: () =>
    [
      UsageReversed,
      problems.UsageRecordNotFound,
      problems.ReversalExceedsUsage,
      problems.CustomerNotFound,
      problems.IdempotencyConflict,
    ] as const,
  resolveType: typename,
});

@Resolver()
export class ReversalResolver {
  @Mutation(() => ReverseUsageResult)
  async reverseUsage(
    @Arg("input", () => ReverseUsageInput) input: ReverseUsageInput,
    @Ctx() context: RequestContext,
  ) {
    const { amount } = input;
    const outcome = await context.services.reverseUsage({
      customerId: key("input.customerId", input.customerId),
      usageRecordId: key("input.usageRecordId", input.usageRecordId),
      amount: amount === null || amount === undefined ? null : positive("input.amount", amount),
      reason: optionalText("input.reason", input.reason),
      idempotencyKey: idempotencyKey(input.idempotencyKey),
    });
    if (outcome.kind !== "usageReversed") return problems.toProblem(outcome);
    const { reversal, usageRecord, wallet, grants, replayed } = outcome;
    prime(context, usageRecord.customerId, grants);
    return {
      __typename: "UsageReversed" as const,
      reversal: toReversal(reversal),
      usageRecord: toUsageRecord(usageRecord),
      wallet: toWallet(wallet),
      replayed,
    };
  }
}
