import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  createUnionType,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  InterfaceType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import type { SetBalanceAlertOutcome } from "../billing/balanceAlerts.js";
import * as domain from "../domain/alert.js";
import { formatAmount, type Micros } from "../domain/amount.js";
import type * as budgets from "../domain/budget.js";
import { type Instant, toIso } from "../domain/instant.js";
import { budgetSetters, type BudgetSetter as Setter, wasTold } from "../domain/setter.js";
import type { KeptAlert } from "../ledger/alerts.js";
import { actingFor } from "./acting.js";
import type { RequestContext } from "./context.js";
import { AlertKind, BudgetAction, BudgetMeasure, BudgetSetter, typename } from "./enums.js";
import { between, idempotencyKey, key, optionalKey, pageSize } from "./input.js";
import { connection, connectionOf, decodeCursor } from "./page.js";
import * as problems from "./problems.js";
import { DateTimeScalar, DecimalScalar } from "./scalars.js";
import { Wallet } from "./wallet.js";

@InterfaceType({ resolveType: (value: { __typename: string }) => value.__typename })
abstract class Alert {
  @Field(() => ID) id!: string;
  @Field(() => AlertKind) kind!: domain.AlertKind;
  @Field(() => ID) customerId!: string;
  @Field(() => String) unit!: string;
  @Field(() => String) message!: string;
  @Field(() => DateTimeScalar) raisedAt!: Instant;
}

@ObjectType({ implements: Alert })
class BudgetAlert extends Alert {
  @Field(() => ID) budgetId!: string;
  @Field(() => String) name!: string;
  @Field(() => BudgetSetter) setBy!: Setter;
  @Field(() => BudgetMeasure) measure!: budgets.BudgetMeasure;
  @Field(() => BudgetAction) action!: budgets.BudgetAction;
  @Field(() => Int) threshold!: number;
  @Field(() => DecimalScalar) limit!: Micros;
  @Field(() => DecimalScalar) spent!: Micros;
  @Field(() => DecimalScalar) remaining!: Micros;
  @Field(() => DateTimeScalar) windowStart!: Instant;
  @Field(() => DateTimeScalar, { nullable: true }) resetsAt!: Instant | null;
}

@ObjectType({ implements: Alert })
class LowBalanceAlert extends Alert {
  @Field(() => BudgetSetter) setBy!: Setter;
  @Field(() => DecimalScalar) below!: Micros;
  @Field(() => DecimalScalar) available!: Micros;
}

@ObjectType({ implements: Alert })
class ExpiryAlert extends Alert {
  @Field(() => BudgetSetter) setBy!: Setter;
  @Field(() => ID) grantId!: string;
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => DateTimeScalar) expiresAt!: Instant;
}

type AnyAlert = BudgetAlert | LowBalanceAlert | ExpiryAlert;

function toAlert(alert: KeptAlert): AnyAlert & { readonly __typename: string } {
  switch (alert.kind) {
    case "BUDGET_THRESHOLD": {
      const { threshold, unit } = alert;
      const [spent, limit] = [formatAmount(alert.spent), formatAmount(alert.limit)];
      return {
        __typename: "BudgetAlert" as const,
        ...alert,
        name: alert.budgetName,
        message: `The budget ${problems.shown(alert.budgetName)} has reached ${threshold} %: ${spent} of ${limit} ${unit}.`,
      };
    }
    case "LOW_BALANCE": {
      const [available, below] = [formatAmount(alert.available), formatAmount(alert.below)];
      return {
        __typename: "LowBalanceAlert" as const,
        ...alert,
        message: `${available} ${alert.unit} are available, which is less than ${below}.`,
      };
    }
    case "CREDITS_EXPIRING":
      return {
        __typename: "ExpiryAlert" as const,
        ...alert,
        message: `${formatAmount(alert.amount)} ${alert.unit} will expire at ${toIso(alert.expiresAt)}.`,
      };
  }
}

@ArgsType()
class AlertsArgs {
  @Field(() => ID) customerId!: string;
  @Field(() => AlertKind, { nullable: true }) kind?: domain.AlertKind | null;
  @Field(() => Int, { nullable: true, defaultValue: 50 }) first!: number | null;
  @Field(() => String, { nullable: true }) after?: string | null;
}

@ObjectType()
class BalanceAlert {
  @Field(() => String) unit!: string;
  @Field(() => BudgetSetter) setBy!: Setter;
  @Field(() => DecimalScalar, { nullable: true }) below!: Micros | null;
  @Field(() => Boolean) low!: boolean;
  @Field(() => Int, { nullable: true }) daysBeforeExpiry!: number | null;
}

const toBalanceAlert = (unit: string, watch: domain.BalanceWatch): BalanceAlert => ({
  unit,
  setBy: watch.setBy,
  below: watch.lowBelow,
  low: watch.lowBelow !== null && wasTold(watch.lowTurns),
  daysBeforeExpiry: watch.expiryNoticeDays,
});

@InputType()
class SetBalanceAlertInput {
  @Field(() => ID) customerId!: string;
  @Field(() => BudgetSetter, { nullable: true, defaultValue: "OPERATOR" }) setBy!: Setter | null;
  @Field(() => String, { nullable: true }) unit?: string | null;
  @Field(() => DecimalScalar, { nullable: true }) below?: Micros | null;
  @Field(() => Int, { nullable: true }) daysBeforeExpiry?: number | null;
  @Field(() => String) idempotencyKey!: string;
}

@ObjectType()
class BalanceAlertSet {
  @Field(() => BalanceAlert) balanceAlert!: BalanceAlert;
  @Field(() => Boolean) replayed!: boolean;
}

const SetBalanceAlertResult = createUnionType({
  name: "SetBalanceAlertResult",
  types: () =>
    [
      BalanceAlertSet,
      problems.UnitNotFound,
      problems.CustomerNotFound,
      problems.IdempotencyConflict,
    ] as const,
  resolveType: typename,
});

function toSetBalanceAlertResult(outcome: SetBalanceAlertOutcome) {
  if (outcome.kind !== "balanceAlertSet") return problems.toProblem(outcome);
  const { unit, watch, replayed } = outcome;
  return { __typename: "BalanceAlertSet" as const, balanceAlert: toBalanceAlert(unit, watch), replayed };
}

const AlertConnection = connectionOf("Alert", Alert);

@Resolver()
export class AlertResolver {
  @Query(() => AlertConnection)
  async alerts(
    @Args(() => AlertsArgs) { customerId, kind = null, first, after }: AlertsArgs,
    @Ctx() { services }: RequestContext,
  ) {
    const place = decodeCursor(after, [0]);
    const page = await services.alerts({
      customerId: key("customerId", customerId),
      kind,
      first: pageSize(first),
      after: place === null ? null : Number(place[0]),
    });
    return connection(page, { node: toAlert, place: ({ sequence }) => [sequence], after });
  }

  @Mutation(() => SetBalanceAlertResult)
  async setBalanceAlert(
    @Arg("input", () => SetBalanceAlertInput) input: SetBalanceAlertInput,
    @Ctx() context: RequestContext,
  ) {
    const { below = null, daysBeforeExpiry: days = null } = input;
    const outcome = await context.services.setBalanceAlert({
      customerId: key("input.customerId", input.customerId),
      setBy: actingFor(context, input.setBy),
      unit: optionalKey("input.unit", input.unit),
      below,
      daysBeforeExpiry: days === null ? null : between("input.daysBeforeExpiry", days, domain.noticeDays),
      idempotencyKey: idempotencyKey(input.idempotencyKey),
    });
    return toSetBalanceAlertResult(outcome);
  }
}

@Resolver(() => Wallet)
export class WalletAlertResolver {
  @FieldResolver(() => [BalanceAlert])
  balanceAlerts(@Root() { snapshot }: Wallet): BalanceAlert[] {
    if (snapshot.past !== null) return [];
    const { unit, watches } = snapshot.wallet;
    return budgetSetters
      .map((setBy) => domain.watchOf(watches, setBy))
      .filter(({ lowBelow, expiryNoticeDays }) => lowBelow !== null || expiryNoticeDays !== null)
      .map((watch) => toBalanceAlert(unit, watch));
  }
}
