import { Field, ID, ObjectType } from "type-graphql";
import { formatAmount, type Micros } from "../domain/amount.js";
import { leftOf } from "../domain/budget.js";
import { resetsAt } from "../domain/budgetWindow.js";
import { type Instant, toIso } from "../domain/instant.js";
import type * as refusal from "../domain/refusal.js";
import { Budget, toBudget } from "./budget.js";
import { ProblemCode } from "./enums.js";
import { Problem, type Refusal, shown, toProblem } from "./problems.js";
import { DateTimeScalar, DecimalScalar } from "./scalars.js";

@ObjectType({ implements: Problem })
export class BudgetExceeded extends Problem {
  @Field(() => Budget) budget!: Budget;
  @Field(() => DecimalScalar) limit!: Micros;
  @Field(() => DecimalScalar) spent!: Micros;
  @Field(() => DecimalScalar) required!: Micros;
  @Field(() => DecimalScalar) remaining!: Micros;
  @Field(() => DateTimeScalar, { nullable: true }) resetsAt!: Instant | null;
}

@ObjectType({ implements: Problem })
export class BudgetNotFound extends Problem {
  @Field(() => ID) budgetId!: string;
}

@ObjectType({ implements: Problem })
export class BudgetSetByOperator extends Problem {
  @Field(() => Budget) budget!: Budget;
}

function toBudgetExceeded({ running, required }: refusal.BudgetExceeded) {
  const { name, unit, limit, measure } = running.budget;
  const { spent } = running.count;
  const remaining = leftOf(running);
  const at = resetsAt(running);
  const adds = `This would ${measure === "MONEY" ? "bill" : "spend"} ${formatAmount(required)} ${unit}`;
  const of = `of whose ${formatAmount(limit)} ${unit} ${formatAmount(remaining)} are left`;
  const next = at === null ? "" : ` There is more at ${toIso(at)}.`;
  return {
    __typename: "BudgetExceeded" as const,
    code: ProblemCode.BUDGET_EXCEEDED,
    message: `${adds}, which passes the budget ${shown(name)}, ${of}.${next}`,
    budget: toBudget(running),
    ...{ limit, spent, required, remaining, resetsAt: at },
  };
}

const toBudgetNotFound = ({ budgetId }: refusal.BudgetNotFound) => ({
  __typename: "BudgetNotFound" as const,
  code: ProblemCode.BUDGET_NOT_FOUND,
  message: `The customer has no budget ${shown(budgetId)}.`,
  budgetId,
});

const toBudgetSetByOperator = ({ running }: refusal.BudgetSetByOperator) => ({
  __typename: "BudgetSetByOperator" as const,
  code: ProblemCode.BUDGET_SET_BY_OPERATOR,
  message: `The budget ${shown(running.budget.name)} was set by the operator; the customer cannot change it.`,
  budget: toBudget(running),
});

type BudgetRefusal = Refusal | refusal.BudgetExceeded | refusal.BudgetNotFound | refusal.BudgetSetByOperator;

/** Likewise, for whatever budgets have a say in. */
export function toBudgetProblem(problem: BudgetRefusal) {
  switch (problem.kind) {
    case "budgetExceeded":
      return toBudgetExceeded(problem);
    case "budgetNotFound":
      return toBudgetNotFound(problem);
    case "budgetSetByOperator":
      return toBudgetSetByOperator(problem);
    default:
      return toProblem(problem);
  }
}
