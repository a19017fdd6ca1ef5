import { Arg, Ctx, Field, ID, InputType, Int, ObjectType, Query, Resolver } from "type-graphql";
import type { Micros } from "../domain/amount.js";
import { badInput } from "../domain/errors.js";
import { addMs, dayMs, hourMs, type Instant, instant, startOfHour } from "../domain/instant.js";
import type { RequestContext } from "./context.js";
import { UsageDimension } from "./enums.js";
import { key, optionalKey, pageSize } from "./input.js";
import { connection, connectionOf, decodeCursor } from "./page.js";
import { DateTimeScalar, DecimalScalar } from "./scalars.js";
import { toUsageRecord, UsageRecord } from "./usageRecord.js";

const reportDaysDefault = 30;
const reportDaysMax = 366;

@InputType()
class UsageFilter {
  @Field(() => ID) customerId!: string;
  @Field(() => String, { nullable: true }) operation?: string | null;
  @Field(() => DateTimeScalar, { nullable: true }) from?: Instant | null;
  @Field(() => DateTimeScalar, { nullable: true }) to?: Instant | null;
}

type Dimension = keyof typeof UsageDimension;

@InputType()
class UsageReportInput {
  @Field(() => ID) customerId!: string;
  @Field(() => DateTimeScalar, { nullable: true }) from?: Instant | null;
  @Field(() => DateTimeScalar, { nullable: true }) to?: Instant | null;
  @Field(() => [UsageDimension], { nullable: true, defaultValue: ["OPERATION"] }) groupBy!:
    | Dimension[]
    | null;
}

@ObjectType()
class UsageReportRow {
  @Field(() => String, { nullable: true }) operation!: string | null;
  @Field(() => DateTimeScalar, { nullable: true }) day!: Instant | null;
  @Field(() => String) unit!: string;
  @Field(() => Int) calls!: number;
  @Field(() => DecimalScalar) quantity!: Micros;
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => DecimalScalar) postpaid!: Micros;
}

@ObjectType()
class UsageReportTotal {
  @Field(() => String) unit!: string;
  @Field(() => Int) calls!: number;
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => DecimalScalar) postpaid!: Micros;
}

@ObjectType()
class UsageReport {
  @Field(() => DateTimeScalar) from!: Instant;
  @Field(() => DateTimeScalar) to!: Instant;
  @Field(() => [UsageReportRow]) rows!: readonly UsageReportRow[];
  @Field(() => [UsageReportTotal]) totals!: readonly UsageReportTotal[];
}

const UsageRecordConnection = connectionOf("UsageRecord", UsageRecord);

/** Whole hours, because that is what the sums are kept by. */
function reportRange(input: UsageReportInput, now: Instant): { from: Instant; to: Instant } {
  const end = input.to ?? addMs(now, 1);
  const to = startOfHour(addMs(end, hourMs - 1));
  const from = startOfHour(input.from ?? instant(Math.max(0, to - reportDaysDefault * dayMs)));
  if (from >= to) throw badInput("input.from", "must be before input.to.");
  if (to - from > reportDaysMax * dayMs)
    throw badInput("input.from", `must be at most ${reportDaysMax} days before input.to.`);
  return { from, to };
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
    const page = await services.usageRecords({
      customerId: key("filter.customerId", filter.customerId),
      operation: optionalKey("filter.operation", filter.operation),
      from: filter.from ?? null,
      to: filter.to ?? null,
      first: pageSize(first),
      after: place === null ? null : { occurredAt: place[0] as Instant, id: String(place[1]) },
    });
    return connection(page, { node: toUsageRecord, place: ({ occurredAt, id }) => [occurredAt, id], after });
  }

  @Query(() => UsageReport)
  async usageReport(
    @Arg("input", () => UsageReportInput) input: UsageReportInput,
    @Ctx() { services }: RequestContext,
  ): Promise<UsageReport> {
    const customerId = key("input.customerId", input.customerId);
    const range = reportRange(input, await services.customerTime(customerId));
    const groupBy: readonly Dimension[] = input.groupBy ?? ["OPERATION"];
    const grouping = { byOperation: groupBy.includes("OPERATION"), byDay: groupBy.includes("DAY") };
    return { ...range, ...(await services.usageReport({ customerId, ...range, ...grouping })) };
  }
}
