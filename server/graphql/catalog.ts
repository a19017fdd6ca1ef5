import { Arg, Ctx, Field, FieldResolver, Int, ObjectType, Query, Resolver, Root } from "type-graphql";
import { type Micros, parseAmount } from "../domain/amount.js";
import type * as domain from "../domain/catalog.js";
import { type RequestContext, viewerOf } from "./context.js";
import {
  AttributeType,
  OveragePolicy,
  PackAvailability,
  PeriodLength,
  PeriodType,
  PriceModel,
} from "./enums.js";
import { optionalKey } from "./input.js";
import { DecimalScalar, JsonObjectScalar } from "./scalars.js";

@ObjectType()
export class Money {
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => String) currency!: string;
}

@ObjectType()
export class OperationAttribute {
  @Field(() => String) name!: string;
  @Field(() => AttributeType) type!: domain.AttributeSpec["type"];
  @Field(() => String, { nullable: true }) description!: string | null;
  @Field(() => Boolean) required!: boolean;
  @Field(() => String, { nullable: true }) default!: string | null;
  @Field(() => [String], { nullable: true }) values!: string[] | null;
  @Field(() => String, { nullable: true }) min!: string | null;
  @Field(() => String, { nullable: true }) max!: string | null;
}

@ObjectType()
export class Operation {
  @Field(() => String) key!: string;
  @Field(() => String) name!: string;
  @Field(() => String, { nullable: true }) description!: string | null;
  @Field(() => String, { nullable: true }) group!: string | null;
  @Field(() => String) per!: string;
  @Field(() => [OperationAttribute]) attributes!: OperationAttribute[];
}

@ObjectType()
export class Price {
  @Field(() => PriceModel) model!: domain.Price["model"];
  @Field(() => JsonObjectScalar) definition!: object;
}

@ObjectType()
export class PlanOperation {
  @Field(() => Operation) operation!: Operation;
  @Field(() => Price) price!: Price;
}

@ObjectType()
export class PeriodRule {
  @Field(() => PeriodType) type!: domain.PeriodRule["type"];
  @Field(() => PeriodLength, { nullable: true }) every!: "MONTH" | "YEAR" | null;
  @Field(() => Int, { nullable: true }) days!: number | null;
}

@ObjectType()
export class Overage {
  @Field(() => OveragePolicy) policy!: domain.OverageTerms["policy"];
  @Field(() => DecimalScalar, { nullable: true }) limit!: Micros | null;
}

@ObjectType()
export class Plan {
  @Field(() => String) key!: string;
  @Field(() => Int) version!: number;
  @Field(() => String) name!: string;
  @Field(() => String, { nullable: true }) description!: string | null;
  @Field(() => Int) rank!: number;
  @Field(() => String) unit!: string;
  @Field(() => Money, { nullable: true }) fee!: Money | null;
  @Field(() => Money, { nullable: true }) minimumFee!: Money | null;
  @Field(() => PeriodRule) period!: PeriodRule;
  @Field(() => Int, { nullable: true }) trialDays!: number | null;
  @Field(() => DecimalScalar, { nullable: true }) supply!: Micros | null;
  @Field(() => Overage) overage!: Overage;
  @Field(() => Boolean) sellsCreditPacks!: boolean;
  @Field(() => [PlanOperation]) operations!: PlanOperation[];
}

@ObjectType()
export class PackBonus {
  @Field(() => Int) fromQuantity!: number;
  @Field(() => DecimalScalar) percent!: Micros;
}

@ObjectType()
export class CreditPack {
  @Field(() => String) key!: string;
  @Field(() => String) name!: string;
  @Field(() => String, { nullable: true }) description!: string | null;
  @Field(() => String) unit!: string;
  @Field(() => DecimalScalar) credits!: Micros;
  @Field(() => Money) price!: Money;
  @Field(() => [PackBonus]) bonuses!: PackBonus[];
  @Field(() => Int, { nullable: true }) expiresAfterDays!: number | null;
  @Field(() => PackAvailability) availability!: domain.PackAvailability;
}

const toOperation = (operation: domain.Operation): Operation => ({
  ...operation,
  description: operation.description ?? null,
  group: operation.group ?? null,
  attributes: Object.entries(operation.attributes).map(([name, spec]) => ({
    name,
    type: spec.type,
    description: spec.description ?? null,
    required: spec.required,
    default: spec.default === undefined ? null : String(spec.default),
    values: spec.values?.map(String) ?? null,
    min: spec.min ?? null,
    max: spec.max ?? null,
  })),
});

export const toPlan = (plan: domain.Plan): Plan => ({
  ...plan,
  description: plan.description ?? null,
  period: {
    type: plan.period.type,
    every: plan.period.type === "ANCHOR" ? plan.period.every : null,
    days: plan.period.type === "ROLLING" ? plan.period.days : null,
  },
  trialDays: plan.trialDays ?? null,
  supply: plan.supply?.amount ?? null,
  overage: {
    policy: plan.overage.policy,
    limit: plan.overage.policy === "POSTPAID" ? plan.overage.limit : null,
  },
  operations: Object.values(plan.operations).map(({ operation, price }) => ({
    operation: toOperation(operation),
    price: { model: price.model, definition: price },
  })),
});

export const toCreditPack = (pack: domain.CreditPack): CreditPack => ({
  ...pack,
  description: pack.description ?? null,
  bonuses: pack.bonuses.map(({ fromQuantity, percent }) => ({
    fromQuantity,
    percent: exactPercent(percent),
  })),
});

function exactPercent(percent: domain.Rate): Micros {
  const exact = parseAmount(percent);
  if (exact === undefined) throw new Error(`The bonus of ${percent} percent cannot be shown exactly.`);
  return exact;
}

/** Not of the operation as a plan version has it: how usage is reported follows the catalogue as it is. */
@Resolver(() => Operation)
export class OperationResolver {
  @FieldResolver(() => [String])
  async reportBy(
    @Root() { key }: Operation,
    @Ctx() { operations }: RequestContext,
  ): Promise<readonly string[]> {
    return (await operations()).get(key)?.reportBy ?? [];
  }
}

@Resolver()
export class CatalogResolver {
  @Query(() => [Plan])
  async plans(@Ctx() context: RequestContext): Promise<Plan[]> {
    return (await context.services.plans(viewerOf(context))).map(toPlan);
  }

  @Query(() => [CreditPack])
  async creditPacks(
    @Arg("unit", () => String, { nullable: true }) unit: string | null,
    @Ctx() { services }: RequestContext,
  ): Promise<CreditPack[]> {
    return (await services.creditPacks(optionalKey("unit", unit))).map(toCreditPack);
  }

  @Query(() => [Operation])
  async operations(@Ctx() { services }: RequestContext): Promise<Operation[]> {
    return (await services.operations()).map(toOperation);
  }
}
