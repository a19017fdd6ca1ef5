import { Ctx, Field, FieldResolver, ID, Int, ObjectType, Resolver, Root } from "type-graphql";
import type { Micros } from "../domain/amount.js";
import type { Attributes } from "../domain/catalog.js";
import type { Instant } from "../domain/instant.js";
import type * as price from "../domain/price/price.js";
import * as usage from "../domain/usage.js";
import type { RequestContext } from "./context.js";
import { PriceStepKind, ReversalEffect } from "./enums.js";
import { DateTimeScalar, DecimalScalar, JsonObjectScalar } from "./scalars.js";
import { CreditGrant } from "./wallet.js";

@ObjectType()
export class PriceStep {
  @Field(() => PriceStepKind) kind!: price.PriceStepKind;
  @Field(() => String) description!: string;
  @Field(() => String) value!: string;
}

@ObjectType()
export class Draw {
  @Field(() => DecimalScalar) amount!: Micros;
  customerId!: string;
  grantId!: string;
}

@ObjectType()
class ReversedDraw {
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => ReversalEffect) effect!: usage.ReversalEffect;
  customerId!: string;
  grantId!: string;
}

@ObjectType()
export class Reversal {
  @Field(() => ID) id!: string;
  @Field(() => ID) usageRecordId!: string;
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => DecimalScalar) postpaid!: Micros;
  @Field(() => [ReversedDraw]) draws!: readonly ReversedDraw[];
  @Field(() => String, { nullable: true }) reason!: string | null;
  @Field(() => String) idempotencyKey!: string;
  @Field(() => DateTimeScalar) createdAt!: Instant;
}

export const toReversal = (reversal: usage.Reversal): Reversal => ({
  ...reversal,
  draws: reversal.draws.map((draw) => ({ ...draw, customerId: reversal.customerId })),
});

@ObjectType()
export class UsageRecord {
  @Field(() => ID) id!: string;
  @Field(() => ID) customerId!: string;
  @Field(() => String) operation!: string;
  @Field(() => DecimalScalar) quantity!: Micros;
  @Field(() => JsonObjectScalar) attributes!: Attributes;
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => String) unit!: string;
  @Field(() => DecimalScalar) postpaid!: Micros;
  @Field(() => DecimalScalar) balanceAfter!: Micros;
  @Field(() => String) plan!: string;
  @Field(() => Int) planVersion!: number;
  @Field(() => String) idempotencyKey!: string;
  @Field(() => ID, { nullable: true }) apiKeyId!: string | null;
  @Field(() => DateTimeScalar) occurredAt!: Instant;
  @Field(() => DateTimeScalar) recordedAt!: Instant;
  @Field(() => ID, { nullable: true }) holdId!: string | null;
  @Field(() => DecimalScalar) reversed!: Micros;
  @Field(() => DateTimeScalar, { nullable: true }) reversedAt!: Instant | null;
  @Field(() => [Reversal]) reversals!: readonly Reversal[];
  record!: usage.UsageRecord;
}

export const toUsageRecord = (record: usage.UsageRecord): UsageRecord => ({
  id: record.id,
  customerId: record.customerId,
  operation: record.operation,
  quantity: record.quantity,
  attributes: record.attributes,
  amount: record.amount,
  unit: record.unit,
  postpaid: record.postpaid,
  balanceAfter: record.balanceAfter,
  plan: record.planKey,
  planVersion: record.planVersion,
  idempotencyKey: record.idempotencyKey,
  apiKeyId: record.apiKeyId,
  occurredAt: record.occurredAt,
  recordedAt: record.recordedAt,
  holdId: record.holdId,
  reversed: usage.reversedOf(record),
  reversedAt: usage.reversedAt(record),
  reversals: record.reversals.map(toReversal),
  record,
});

@Resolver(() => UsageRecord)
export class UsageRecordResolver {
  @FieldResolver(() => [Draw])
  draws(@Root() { record }: UsageRecord): Draw[] {
    const { customerId, draws } = record;
    return draws.map(({ grantId, amount }) => ({ customerId, grantId, amount }));
  }

  @FieldResolver(() => [PriceStep])
  async explanation(
    @Root() { record }: UsageRecord,
    @Ctx() { services }: RequestContext,
  ): Promise<readonly PriceStep[]> {
    return services.explainUsage(record);
  }
}

@Resolver(() => Draw)
export class DrawResolver {
  @FieldResolver(() => CreditGrant)
  async grant(
    @Root() { customerId, grantId }: Draw,
    @Ctx() { grants }: RequestContext,
  ): Promise<CreditGrant> {
    return grants.load({ customerId, grantId });
  }
}

@Resolver(() => ReversedDraw)
export class ReversedDrawResolver {
  @FieldResolver(() => CreditGrant)
  async grant(
    @Root() { customerId, grantId }: ReversedDraw,
    @Ctx() { grants }: RequestContext,
  ): Promise<CreditGrant> {
    return grants.load({ customerId, grantId });
  }
}
