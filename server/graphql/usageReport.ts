import { Arg, Ctx, Field, ID, InputType, ObjectType, Query, Resolver } from "type-graphql";
import { type Micros, subtractTotals, type Total } from "../domain/amount.js";
import type { Attributes, AttributeValue } from "../domain/catalog.js";
import { badInput } from "../domain/errors.js";
import { addMs, dayMs, hourMs, type Instant, instant, startOfHour } from "../domain/instant.js";
import type * as domain from "../domain/usageReport.js";
import type { RequestContext } from "./context.js";
import { UsageDimension } from "./enums.js";
import { apiKeyIdsOf, atMost, key, namesOf } from "./input.js";
import { CountScalar, DateTimeScalar, DecimalScalar, JsonObjectScalar } from "./scalars.js";

const reportDaysDefault = 30;
const attributesMax = 5;

@InputType()
class UsageReportInput {
  @Field(() => ID) customerId!: string;
  @Field(() => DateTimeScalar, { nullable: true }) from?: Instant | null;
  @Field(() => DateTimeScalar, { nullable: true }) to?: Instant | null;
  @Field(() => [UsageDimension], { nullable: true, defaultValue: ["OPERATION"] }) groupBy!:
    | domain.UsageDimension[]
    | null;
  @Field(() => [String], { nullable: true }) attributes?: string[] | null;
  @Field(() => [String], { nullable: true }) operations?: string[] | null;
  @Field(() => [String], { nullable: true }) plans?: string[] | null;
  @Field(() => [ID], { nullable: "itemsAndList" }) apiKeyIds?: (string | null)[] | null;
  @Field(() => JsonObjectScalar, { nullable: true }) where?: Attributes | null;
  @Field(() => Boolean, { defaultValue: false }) comparePrevious!: boolean;
}

@ObjectType()
class UsageFigures {
  @Field(() => CountScalar) calls!: number;
  @Field(() => DecimalScalar, { nullable: true }) quantity!: Total | null;
  @Field(() => DecimalScalar) amount!: Total;
  @Field(() => DecimalScalar) allowance!: Total;
  @Field(() => DecimalScalar) prepaid!: Total;
  @Field(() => DecimalScalar) postpaid!: Total;
  @Field(() => DecimalScalar) reversed!: Total;
}

@ObjectType()
class UsageChange {
  @Field(() => DecimalScalar, { nullable: true }) calls!: Micros | null;
  @Field(() => DecimalScalar, { nullable: true }) quantity!: Micros | null;
  @Field(() => DecimalScalar, { nullable: true }) amount!: Micros | null;
}

@ObjectType()
class UsageReportRow {
  @Field(() => String, { nullable: true }) operation!: string | null;
  @Field(() => String, { nullable: true }) group!: string | null;
  @Field(() => DateTimeScalar, { nullable: true }) hour!: Instant | null;
  @Field(() => DateTimeScalar, { nullable: true }) day!: Instant | null;
  @Field(() => DateTimeScalar, { nullable: true }) month!: Instant | null;
  @Field(() => JsonObjectScalar, { nullable: true }) attributes!: Readonly<
    Record<string, AttributeValue | null>
  > | null;
  @Field(() => ID, { nullable: true }) apiKeyId!: string | null;
  @Field(() => String, { nullable: true }) plan!: string | null;
  @Field(() => String) unit!: string;
  @Field(() => CountScalar) calls!: number;
  @Field(() => DecimalScalar) quantity!: Total;
  @Field(() => DecimalScalar) amount!: Total;
  @Field(() => DecimalScalar) allowance!: Total;
  @Field(() => DecimalScalar) prepaid!: Total;
  @Field(() => DecimalScalar) postpaid!: Total;
  @Field(() => DecimalScalar) reversed!: Total;
  @Field(() => DecimalScalar, { nullable: true }) share!: Micros | null;
  @Field(() => UsageFigures, { nullable: true }) previous!: UsageFigures | null;
  @Field(() => UsageChange, { nullable: true }) change!: UsageChange | null;
}

@ObjectType()
class UsageReportTotal {
  @Field(() => String) unit!: string;
  @Field(() => CountScalar) calls!: number;
  @Field(() => DecimalScalar) amount!: Total;
  @Field(() => DecimalScalar) allowance!: Total;
  @Field(() => DecimalScalar) prepaid!: Total;
  @Field(() => DecimalScalar) postpaid!: Total;
  @Field(() => DecimalScalar) reversed!: Total;
  @Field(() => UsageFigures, { nullable: true }) previous!: UsageFigures | null;
  @Field(() => UsageChange, { nullable: true }) change!: UsageChange | null;
}

@ObjectType()
class UsageReport {
  @Field(() => DateTimeScalar) from!: Instant;
  @Field(() => DateTimeScalar) to!: Instant;
  @Field(() => DateTimeScalar, { nullable: true }) previousFrom!: Instant | null;
  @Field(() => [UsageReportRow]) rows!: readonly UsageReportRow[];
  @Field(() => [UsageReportTotal]) totals!: readonly UsageReportTotal[];
}

/** What neither the supply nor a debt has paid, other credits have. */
const withPrepaid = <Figures extends domain.UsageFigures>(figures: Figures) => ({
  ...figures,
  prepaid: subtractTotals(subtractTotals(figures.amount, figures.allowance), figures.postpaid),
});

const toRow = ({ previous, ...row }: domain.UsageReportRow): UsageReportRow => ({
  ...withPrepaid(row),
  previous: previous && withPrepaid(previous),
});

const toTotal = ({ previous, change, ...total }: domain.UsageReportTotal): UsageReportTotal => ({
  ...withPrepaid(total),
  previous: previous && { ...withPrepaid(previous), quantity: null },
  change: change && { ...change, quantity: null },
});

/** Whole hours, because that is what the sums are kept by. */
function reportRange(input: UsageReportInput, now: Instant): { from: Instant; to: Instant } {
  const end = input.to ?? addMs(now, 1);
  const to = startOfHour(addMs(end, hourMs - 1));
  const from = startOfHour(input.from ?? instant(Math.max(0, to - reportDaysDefault * dayMs)));
  if (from >= to) throw badInput("input.from", "must be before input.to.");
  return { from, to };
}

function groupedAttributes(input: UsageReportInput, groupBy: readonly domain.UsageDimension[]) {
  const attributes = namesOf("input.attributes", input.attributes) ?? [];
  atMost("input.attributes", attributesMax, attributes);
  if (groupBy.includes("ATTRIBUTE") && attributes.length === 0)
    throw badInput("input.attributes", "must name the attributes that ATTRIBUTE groups by.");
  if (!groupBy.includes("ATTRIBUTE") && attributes.length > 0)
    throw badInput("input.groupBy", "must have ATTRIBUTE when input.attributes names some.");
  return attributes;
}

@Resolver()
export class UsageReportResolver {
  @Query(() => UsageReport)
  async usageReport(
    @Arg("input", () => UsageReportInput) input: UsageReportInput,
    @Ctx() { services }: RequestContext,
  ): Promise<UsageReport> {
    const customerId = key("input.customerId", input.customerId);
    const groupBy = input.groupBy ?? ["OPERATION"];
    const question = {
      customerId,
      groupBy,
      attributes: groupedAttributes(input, groupBy),
      operations: namesOf("input.operations", input.operations),
      plans: namesOf("input.plans", input.plans),
      apiKeyIds: apiKeyIdsOf("input.apiKeyIds", input.apiKeyIds),
      where: input.where ?? {},
      comparePrevious: input.comparePrevious,
    };
    const range = reportRange(input, await services.customerTime(customerId));
    const { rows, totals, previous } = await services.usageReport({ ...question, ...range });
    return {
      ...range,
      previousFrom: previous?.from ?? null,
      rows: rows.map(toRow),
      totals: totals.map(toTotal),
    };
  }
}
