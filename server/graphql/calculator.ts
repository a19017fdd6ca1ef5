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
import type { PlacedQuote, QuoteUsageOutcome } from "../billing/quoteUsage.js";
import { type Micros, microsPerUnit } from "../domain/amount.js";
import type * as domain from "../domain/calculator.js";
import type { Attributes } from "../domain/catalog.js";
import type * as packs from "../domain/cheapestPacks.js";
import type { Usage } from "../domain/consumption.js";
import { badInput } from "../domain/errors.js";
import { CreditPack, Money, Plan, toCreditPack, toPlan } from "./catalog.js";
import { type RequestContext, viewerOf } from "./context.js";
import { QuotedPeriod, typename } from "./enums.js";
import { key, optionalKey, positive } from "./input.js";
import { PlannedInvoice, toPlannedInvoice } from "./plannedInvoice.js";
import * as problems from "./problems.js";
import { DecimalScalar, JsonObjectScalar } from "./scalars.js";
import { PriceStep } from "./usageRecord.js";

const linesMax = 100;
const one = microsPerUnit as Micros;

@InputType()
class UsageLineInput {
  @Field(() => String) operation!: string;
  @Field(() => DecimalScalar, { nullable: true, defaultValue: one }) quantity!: Micros | null;
  @Field(() => JsonObjectScalar, { nullable: true }) attributes?: Attributes | null;
}

@InputType()
class QuoteUsageInput {
  @Field(() => [UsageLineInput]) lines!: UsageLineInput[];
  @Field(() => String, { nullable: true }) plan?: string | null;
  @Field(() => ID, { nullable: true }) customerId?: string | null;
  @Field(() => QuotedPeriod, { nullable: true, defaultValue: "MONTH" }) period!: domain.QuotedPeriod | null;
}

@ObjectType()
export class PlannedPurchase {
  @Field(() => CreditPack) creditPack!: CreditPack;
  @Field(() => Int) quantity!: number;
  @Field(() => DecimalScalar) credits!: Micros;
  @Field(() => Money) price!: Money;
}

export const toPlannedPurchase = (purchase: packs.PlannedPurchase): PlannedPurchase => ({
  ...purchase,
  creditPack: toCreditPack(purchase.creditPack),
});

@ObjectType()
class PlanQuoteLine {
  @Field(() => String) operation!: string;
  @Field(() => DecimalScalar) quantity!: Micros;
  @Field(() => DecimalScalar, { nullable: true }) amount!: Micros | null;
  @Field(() => DecimalScalar, { nullable: true }) listAmount!: Micros | null;
  @Field(() => [PriceStep]) explanation!: readonly PriceStep[];
  @Field(() => problems.UnpricedUsage, { nullable: true }) problem!: problems.UnpricedUsage | null;
}

@ObjectType()
class PlanQuote {
  @Field(() => Plan) plan!: Plan;
  @Field(() => Int, { nullable: true }) place!: number | null;
  @Field(() => Boolean) complete!: boolean;
  @Field(() => Int) times!: number;
  @Field(() => [PlanQuoteLine]) lines!: PlanQuoteLine[];
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => DecimalScalar) coveredBySupply!: Micros;
  @Field(() => DecimalScalar) coveredByCredits!: Micros;
  @Field(() => DecimalScalar) toBuy!: Micros;
  @Field(() => DecimalScalar) billed!: Micros;
  @Field(() => DecimalScalar) beyond!: Micros;
  @Field(() => [PlannedPurchase]) purchases!: PlannedPurchase[];
  @Field(() => [PlannedInvoice]) invoices!: PlannedInvoice[];
  @Field(() => Money, { nullable: true }) total!: Money | null;
  @Field(() => Money, { nullable: true }) perMonth!: Money | null;
}

@ObjectType()
class UsageQuote {
  @Field(() => [PlanQuote]) quotes!: PlanQuote[];
}

const QuoteUsageResult = createUnionType({
  name: "QuoteUsageResult",
  types: () =>
    [UsageQuote, problems.CustomerNotFound, problems.SubscriptionInactive, problems.PlanNotFound] as const,
  resolveType: typename,
});

const toLine = ({ operation, quantity, priced, problem }: domain.PlanQuoteLine): PlanQuoteLine => ({
  operation,
  quantity,
  amount: priced?.amount ?? null,
  listAmount: priced?.listAmount ?? null,
  explanation: priced?.explanation ?? [],
  problem: problem === null ? null : problems.toUnpricedUsage(problem),
});

const toPlanQuote = ({ supply, credits, lent, postpaid, ...quote }: PlacedQuote): PlanQuote => ({
  ...quote,
  plan: toPlan(quote.plan),
  lines: quote.lines.map(toLine),
  coveredBySupply: supply,
  coveredByCredits: credits,
  toBuy: lent,
  billed: postpaid,
  purchases: quote.purchases.map(toPlannedPurchase),
  invoices: quote.invoices.map(toPlannedInvoice),
});

const toResult = (outcome: QuoteUsageOutcome) =>
  outcome.kind === "usageQuote"
    ? { __typename: "UsageQuote" as const, quotes: outcome.quotes.map(toPlanQuote) }
    : problems.toProblem(outcome);

function usageOf({ operation, quantity, attributes }: UsageLineInput, index: number): Usage {
  const path = `input.lines.${index}`;
  return {
    operation: key(`${path}.operation`, operation),
    quantity: positive(`${path}.quantity`, quantity ?? one),
    attributes: attributes ?? {},
  };
}

@Resolver()
export class CalculatorResolver {
  @Query(() => QuoteUsageResult)
  async quoteUsage(
    @Arg("input", () => QuoteUsageInput) input: QuoteUsageInput,
    @Ctx() context: RequestContext,
  ) {
    const { lines, period } = input;
    if (lines.length < 1 || lines.length > linesMax)
      throw badInput("input.lines", `must have 1 to ${linesMax} lines, got ${lines.length}.`);
    const plan = optionalKey("input.plan", input.plan);
    const customerId = optionalKey("input.customerId", input.customerId);
    if (plan !== null && customerId !== null)
      throw badInput("input", "must have at most one of customerId and plan.");
    const question = { lines: lines.map(usageOf), period: period ?? "MONTH", plan, customerId };
    return toResult(await context.services.quoteUsage({ ...question, viewer: viewerOf(context) }));
  }
}
