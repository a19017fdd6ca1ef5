import { Field, ID, Int, ObjectType } from "type-graphql";
import type { Micros } from "../domain/amount.js";
import * as domain from "../domain/budget.js";
import { resetsAt } from "../domain/budgetWindow.js";
import type { Instant } from "../domain/instant.js";
import type { BudgetSetter as Setter } from "../domain/setter.js";
import { BudgetAction, BudgetMeasure, BudgetSetter, BudgetWindow } from "./enums.js";
import { DateTimeScalar, DecimalScalar } from "./scalars.js";

@ObjectType()
export class Budget {
  @Field(() => ID) id!: string;
  @Field(() => ID) customerId!: string;
  @Field(() => String) name!: string;
  @Field(() => BudgetSetter) setBy!: Setter;
  @Field(() => String, { nullable: true }) operation!: string | null;
  @Field(() => String, { nullable: true }) group!: string | null;
  @Field(() => ID, { nullable: true }) apiKeyId!: string | null;
  @Field(() => BudgetWindow) window!: domain.BudgetWindow;
  @Field(() => Int, { nullable: true }) days!: number | null;
  @Field(() => BudgetMeasure) measure!: domain.BudgetMeasure;
  @Field(() => String) unit!: string;
  @Field(() => DecimalScalar) limit!: Micros;
  @Field(() => BudgetAction) action!: domain.BudgetAction;
  @Field(() => [Int]) thresholds!: readonly number[];
  @Field(() => DecimalScalar) spent!: Micros;
  @Field(() => DecimalScalar) held!: Micros;
  @Field(() => DecimalScalar) remaining!: Micros;
  @Field(() => DateTimeScalar) windowStart!: Instant;
  @Field(() => DateTimeScalar, { nullable: true }) resetsAt!: Instant | null;
  @Field(() => DateTimeScalar) createdAt!: Instant;
  @Field(() => DateTimeScalar) updatedAt!: Instant;
}

export const toBudget = (running: domain.RunningBudget): Budget => ({
  ...running.budget,
  spent: running.count.spent,
  held: running.count.held,
  remaining: domain.leftOf(running),
  windowStart: running.count.start,
  resetsAt: resetsAt(running),
});
