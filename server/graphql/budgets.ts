import {
  Arg,
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
import type { DeleteBudgetOutcome } from "../billing/budgets.js";
import type { SetBudgetOutcome } from "../billing/setBudget.js";
import { formatAmount, type Micros } from "../domain/amount.js";
import * as domain from "../domain/budget.js";
import { badInput } from "../domain/errors.js";
import type { BudgetSetter as Setter } from "../domain/setter.js";
import { actingFor } from "./acting.js";
import { Budget, toBudget } from "./budget.js";
import { BudgetNotFound, BudgetSetByOperator, toBudgetProblem } from "./budgetProblems.js";
import type { RequestContext } from "./context.js";
import { BudgetAction, BudgetMeasure, BudgetSetter, BudgetWindow, typename } from "./enums.js";
import { between, idempotencyKey, key, optionalKey } from "./input.js";
import * as problems from "./problems.js";
import { DecimalScalar } from "./scalars.js";

const usualThresholds = [50, 80, 100];

@InputType()
class SetBudgetInput {
  @Field(() => ID) customerId!: string;
  @Field(() => ID, { nullable: true }) budgetId?: string | null;
  @Field(() => String) name!: string;
  @Field(() => BudgetSetter, { nullable: true, defaultValue: "OPERATOR" })
  setBy!: Setter | null;
  @Field(() => String, { nullable: true }) operation?: string | null;
  @Field(() => String, { nullable: true }) group?: string | null;
  @Field(() => ID, { nullable: true }) apiKeyId?: string | null;
  @Field(() => BudgetWindow) window!: domain.BudgetWindow;
  @Field(() => Int, { nullable: true }) days?: number | null;
  @Field(() => BudgetMeasure, { nullable: true, defaultValue: "CREDITS" })
  measure!: domain.BudgetMeasure | null;
  @Field(() => String, { nullable: true }) unit?: string | null;
  @Field(() => DecimalScalar) limit!: Micros;
  @Field(() => [Int], { nullable: true, defaultValue: usualThresholds }) thresholds!: number[] | null;
  @Field(() => BudgetAction, { nullable: true, defaultValue: "WARN" }) action!: domain.BudgetAction | null;
  @Field(() => String) idempotencyKey!: string;
}

@InputType()
class DeleteBudgetInput {
  @Field(() => ID) customerId!: string;
  @Field(() => ID) budgetId!: string;
  @Field(() => BudgetSetter, { nullable: true, defaultValue: "OPERATOR" })
  setBy!: Setter | null;
  @Field(() => String) idempotencyKey!: string;
}

@ObjectType()
class BudgetSet {
  @Field(() => Budget) budget!: Budget;
  @Field(() => Boolean) replayed!: boolean;
}

@ObjectType()
class BudgetDeleted {
  @Field(() => ID) budgetId!: string;
  @Field(() => Boolean) replayed!: boolean;
}

const SetBudgetResult = createUnionType({
  name: "SetBudgetResult",
  types: () =>
    [
      BudgetSet,
      BudgetNotFound,
      BudgetSetByOperator,
      problems.UnitNotFound,
      problems.CustomerNotFound,
      problems.IdempotencyConflict,
    ] as const,
  resolveType: typename,
});

const DeleteBudgetResult = createUnionType({
  name: "DeleteBudgetResult",
  types: () =>
    [
      BudgetDeleted,
      BudgetNotFound,
      BudgetSetByOperator,
      problems.CustomerNotFound,
      problems.IdempotencyConflict,
    ] as const,
  resolveType: typename,
});

function toSetBudgetResult(outcome: SetBudgetOutcome) {
  if (outcome.kind !== "budgetSet") return toBudgetProblem(outcome);
  const { running, replayed } = outcome;
  return { __typename: "BudgetSet" as const, budget: toBudget(running), replayed };
}

function toDeleteBudgetResult(outcome: DeleteBudgetOutcome) {
  if (outcome.kind !== "budgetDeleted") return toBudgetProblem(outcome);
  const { budgetId, replayed } = outcome;
  return { __typename: "BudgetDeleted" as const, budgetId, replayed };
}

function daysOf({ window, days = null }: SetBudgetInput): number | null {
  if (window !== "ROLLING") {
    if (days !== null) throw badInput("input.days", "is only for a window that is ROLLING.");
    return null;
  }
  if (days === null) throw badInput("input.days", "must be given for a window that is ROLLING.");
  return between("input.days", days, domain.budgetDays);
}

function thresholdsOf(given: readonly number[]): number[] {
  const field = "input.thresholds";
  if (given.length > domain.thresholdsMax)
    throw badInput(field, `must be at most ${domain.thresholdsMax}, got ${given.length}.`);
  const distinct = new Set(given.map((percent) => between(field, percent, domain.thresholdPercent)));
  if (distinct.size < given.length) throw badInput(field, "must all be different.");
  return [...distinct].sort((a, b) => a - b);
}

function limitOf({ limit }: SetBudgetInput): Micros {
  if (limit < 0) throw badInput("input.limit", `must not be below 0, got ${formatAmount(limit)}.`);
  return limit;
}

function scopeOf(input: SetBudgetInput): domain.BudgetScope {
  const operation = optionalKey("input.operation", input.operation);
  const group = optionalKey("input.group", input.group);
  if (operation !== null && group !== null)
    throw badInput("input.group", "must not be given together with operation.");
  return { operation, group, apiKeyId: optionalKey("input.apiKeyId", input.apiKeyId) };
}

@Resolver(() => Budget)
export class BudgetResolver {
  @Query(() => [Budget])
  async budgets(
    @Arg("customerId", () => ID) customerId: string,
    @Ctx() { services }: RequestContext,
  ): Promise<Budget[]> {
    return (await services.budgets(key("customerId", customerId))).map(toBudget);
  }

  @Mutation(() => SetBudgetResult)
  async setBudget(@Arg("input", () => SetBudgetInput) input: SetBudgetInput, @Ctx() context: RequestContext) {
    const setBy = actingFor(context, input.setBy);
    const { window, measure, thresholds, action } = input;
    const outcome = await context.services.setBudget({
      ...scopeOf(input),
      ...{ setBy, window, days: daysOf(input), measure: measure ?? "CREDITS", action: action ?? "WARN" },
      customerId: key("input.customerId", input.customerId),
      budgetId: optionalKey("input.budgetId", input.budgetId),
      name: key("input.name", input.name),
      unit: optionalKey("input.unit", input.unit),
      limit: limitOf(input),
      thresholds: thresholdsOf(thresholds ?? usualThresholds),
      idempotencyKey: idempotencyKey(input.idempotencyKey),
    });
    return toSetBudgetResult(outcome);
  }

  @Mutation(() => DeleteBudgetResult)
  async deleteBudget(
    @Arg("input", () => DeleteBudgetInput) input: DeleteBudgetInput,
    @Ctx() context: RequestContext,
  ) {
    const outcome = await context.services.deleteBudget({
      customerId: key("input.customerId", input.customerId),
      budgetId: key("input.budgetId", input.budgetId),
      setBy: actingFor(context, input.setBy),
      idempotencyKey: idempotencyKey(input.idempotencyKey),
    });
    return toDeleteBudgetResult(outcome);
  }
}
