import { Arg, Ctx, Field, ID, InputType, Int, Query, Resolver } from "type-graphql";
import type { Micros } from "../domain/amount.js";
import type { Attributes } from "../domain/catalog.js";
import { badInput } from "../domain/errors.js";
import type { Instant } from "../domain/instant.js";
import type { RequestContext } from "./context.js";
import { apiKeyIdsOf, key, optionalKey, pageSize } from "./input.js";
import { connection, connectionOf, decodeCursor } from "./page.js";
import { DateTimeScalar, DecimalScalar, JsonObjectScalar } from "./scalars.js";
import { toUsageRecord, UsageRecord } from "./usageRecord.js";

@InputType()
class UsageFilter {
  @Field(() => ID) customerId!: string;
  @Field(() => String, { nullable: true }) operation?: string | null;
  @Field(() => DateTimeScalar, { nullable: true }) from?: Instant | null;
  @Field(() => DateTimeScalar, { nullable: true }) to?: Instant | null;
  @Field(() => String, { nullable: true }) idempotencyKey?: string | null;
  @Field(() => ID, { nullable: true }) holdId?: string | null;
  @Field(() => String, { nullable: true }) unit?: string | null;
  @Field(() => String, { nullable: true }) plan?: string | null;
  @Field(() => [ID], { nullable: "itemsAndList" }) apiKeyIds?: (string | null)[] | null;
  @Field(() => DecimalScalar, { nullable: true }) minAmount?: Micros | null;
  @Field(() => DecimalScalar, { nullable: true }) maxAmount?: Micros | null;
  @Field(() => JsonObjectScalar, { nullable: true }) attributes?: Attributes | null;
  @Field(() => Boolean, { nullable: true }) reversed?: boolean | null;
}

const UsageRecordConnection = connectionOf("UsageRecord", UsageRecord);

function selectionOf({ minAmount = null, maxAmount = null, ...filter }: UsageFilter) {
  if (minAmount !== null && maxAmount !== null && minAmount > maxAmount)
    throw badInput("filter.minAmount", "must be at most filter.maxAmount.");
  return {
    customerId: key("filter.customerId", filter.customerId),
    operation: optionalKey("filter.operation", filter.operation),
    from: filter.from ?? null,
    to: filter.to ?? null,
    idempotencyKey: optionalKey("filter.idempotencyKey", filter.idempotencyKey),
    holdId: optionalKey("filter.holdId", filter.holdId),
    unit: optionalKey("filter.unit", filter.unit),
    plan: optionalKey("filter.plan", filter.plan),
    apiKeyIds: apiKeyIdsOf("filter.apiKeyIds", filter.apiKeyIds),
    minAmount,
    maxAmount,
    attributes: filter.attributes ?? null,
    reversed: filter.reversed ?? null,
  };
}

@Resolver()
export class UsageResolver {
  @Query(() => UsageRecordConnection)
  async usageRecords(
    @Arg("filter", () => UsageFilter) filter: UsageFilter,
    @Arg("first", () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg("after", () => String, { nullable: true }) after: string | null,
    @Ctx() { services }: RequestContext,
  ) {
    const place = decodeCursor(after, [0, ""]);
    const { endsAt, ...page } = await services.usageRecords({
      ...selectionOf(filter),
      first: pageSize(first),
      after: place === null ? null : { occurredAt: place[0] as Instant, id: String(place[1]) },
    });
    return connection(page, {
      node: toUsageRecord,
      place: ({ occurredAt, id }) => [occurredAt, id],
      after,
      endsAt: endsAt && [endsAt.occurredAt, endsAt.id],
    });
  }
}
