import {
  Arg,
  Ctx,
  createUnionType,
  Field,
  ID,
  InputType,
  Int,
  ObjectType,
  Query,
  Resolver,
} from "type-graphql";
import type { CompareOutcome, PlanComparison as Comparison } from "../billing/comparePlans.js";
import type { Micros } from "../domain/amount.js";
import type * as domain from "../domain/comparison.js";
import { Fault } from "../domain/errors.js";
import type { Instant } from "../domain/instant.js";
import type { InvoiceLineKind as LineKind } from "../domain/invoice.js";
import type { RehearsedPeriod } from "../domain/rehearsal/call.js";
import { PlannedPurchase, toPlannedPurchase } from "./calculator.js";
import { Money, Plan, toPlan } from "./catalog.js";
import { type RequestContext, viewerOf } from "./context.js";
import { InvoiceLineKind, ProblemCode, typename } from "./enums.js";
import { key, optionalText } from "./input.js";
import * as problems from "./problems.js";
import { DateTimeScalar, DecimalScalar } from "./scalars.js";

const draftLengthMax = 500_000;
const problemsMax = 100;

@InputType()
class ComparePlansInput {
  @Field(() => ID) customerId!: string;
  @Field(() => DateTimeScalar) from!: Instant;
  @Field(() => DateTimeScalar) to!: Instant;
  @Field(() => String, { nullable: true }) draftCatalog?: string | null;
}

@ObjectType()
class ComparedCharge {
  @Field(() => InvoiceLineKind) kind!: LineKind;
  @Field(() => Money) money!: Money;
}

@ObjectType()
class ComparedPeriod {
  @Field(() => DateTimeScalar) start!: Instant;
  @Field(() => DateTimeScalar) end!: Instant;
  @Field(() => Int) calls!: number;
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => DecimalScalar) coveredBySupply!: Micros;
  @Field(() => DecimalScalar) toBuy!: Micros;
  @Field(() => DecimalScalar) billed!: Micros;
}

@ObjectType()
class UnpricedCalls {
  @Field(() => Int) calls!: number;
  @Field(() => problems.UnpricedUsage) problem!: problems.UnpricedUsage;
}

@ObjectType()
class ComparedPlan {
  @Field(() => Plan) plan!: Plan;
  @Field(() => Int, { nullable: true }) place!: number | null;
  @Field(() => Boolean) current!: boolean;
  @Field(() => Boolean) draft!: boolean;
  @Field(() => Boolean) complete!: boolean;
  @Field(() => Money, { nullable: true }) cost!: Money | null;
  @Field(() => DecimalScalar, { nullable: true }) difference!: Micros | null;
  @Field(() => [ComparedCharge]) charges!: readonly ComparedCharge[];
  @Field(() => Int) calls!: number;
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => [ComparedPeriod]) periods!: ComparedPeriod[];
  @Field(() => [PlannedPurchase]) purchases!: PlannedPurchase[];
  @Field(() => [UnpricedCalls]) unpriced!: UnpricedCalls[];
  @Field(() => Int) refusedCalls!: number;
  @Field(() => DecimalScalar) refused!: Micros;
}

@ObjectType()
class PlanComparison {
  @Field(() => ID) customerId!: string;
  @Field(() => DateTimeScalar) from!: Instant;
  @Field(() => DateTimeScalar) to!: Instant;
  @Field(() => Int) calls!: number;
  @Field(() => [ComparedPlan]) plans!: ComparedPlan[];
}

@ObjectType()
class CatalogProblem {
  @Field(() => String) path!: string;
  @Field(() => Int) line!: number;
  @Field(() => Int) column!: number;
  @Field(() => String) message!: string;
}

@ObjectType({ implements: problems.Problem })
class CatalogInvalid extends problems.Problem {
  @Field(() => [CatalogProblem]) problems!: readonly CatalogProblem[];
}

@ObjectType({ implements: problems.Problem })
class TooMuchUsage extends problems.Problem {
  @Field(() => Int) limit!: number;
}

const ComparePlansResult = createUnionType({
  name: "ComparePlansResult",
  types: () => [PlanComparison, problems.CustomerNotFound, CatalogInvalid, TooMuchUsage] as const,
  resolveType: typename,
});

/** A period that never ends by itself ends with the range. */
const toPeriod = (period: RehearsedPeriod, to: Instant): ComparedPeriod => ({
  start: period.span.start,
  end: period.span.end ?? to,
  calls: period.calls,
  amount: period.amount,
  coveredBySupply: period.supply,
  toBuy: period.lent,
  billed: period.postpaid,
});

const toUnpriced = ({ calls, problem }: domain.UnpricedCalls): UnpricedCalls => ({
  calls,
  problem: problems.toUnpricedUsage(problem),
});

const toComparedPlan = (compared: Comparison["plans"][number], to: Instant): ComparedPlan => ({
  ...compared,
  plan: toPlan(compared.plan),
  periods: compared.periods.map((period) => toPeriod(period, to)),
  purchases: compared.purchases.map(toPlannedPurchase),
  unpriced: compared.unpriced.map(toUnpriced),
  refusedCalls: compared.refused.calls,
  refused: compared.refused.amount,
});

function toResult(outcome: CompareOutcome) {
  switch (outcome.kind) {
    case "planComparison": {
      const plans = outcome.plans.map((plan) => toComparedPlan(plan, outcome.to));
      return { __typename: "PlanComparison" as const, ...outcome, plans };
    }
    case "catalogInvalid": {
      const [first, ...more] = outcome.problems;
      const others = more.length === 0 ? "" : ` There are ${more.length} more problems.`;
      return {
        __typename: "CatalogInvalid" as const,
        code: ProblemCode.CATALOG_INVALID,
        message: `The draft catalogue cannot be read: line ${first?.line}: ${first?.message}${others}`,
        problems: outcome.problems.slice(0, problemsMax),
      };
    }
    case "tooMuchUsage":
      return {
        __typename: "TooMuchUsage" as const,
        code: ProblemCode.TOO_MUCH_USAGE,
        message: `The range holds more than the ${outcome.limit} calls that are compared under ${outcome.plans} plans; choose a shorter one, or use scrip compare.`,
        limit: outcome.limit,
      };
    default:
      return problems.toProblem(outcome);
  }
}

@Resolver()
export class ComparisonResolver {
  @Query(() => ComparePlansResult)
  async comparePlans(
    @Arg("input", () => ComparePlansInput) input: ComparePlansInput,
    @Ctx() context: RequestContext,
  ) {
    const { from, to } = input;
    const customerId = key("input.customerId", input.customerId);
    const text = optionalText("input.draftCatalog", input.draftCatalog, draftLengthMax);
    // A draft is the operator's business, and reading a catalogue is more work than a stranger should be able to order.
    if (text !== null && viewerOf(context) !== null)
      throw new Fault("FORBIDDEN", "A draft catalogue needs an API key; this is a customer's token.");
    const draft = text === null ? null : { text, name: "draftCatalog" };
    return toResult(
      await context.services.comparePlans({ customerId, from, to, draft, viewer: viewerOf(context) }),
    );
  }
}
