import { Decimal } from "decimal.js";
import { Arg, Ctx, Field, ID, Int, ObjectType, Query, Resolver } from "type-graphql";
import type * as billing from "../billing/forecast.js";
import { type Micros, micros } from "../domain/amount.js";
import type * as domain from "../domain/forecast/forecast.js";
import type { Instant } from "../domain/instant.js";
import type { RequestContext } from "./context.js";
import { ForecastGap } from "./enums.js";
import { between, key, optionalKey } from "./input.js";
import { PlannedInvoice, toPlannedInvoice } from "./plannedInvoice.js";
import { DateTimeScalar, DecimalScalar } from "./scalars.js";

const daysDefault = 31;
const daysMax = 92;

@ObjectType()
class OperationBurnRate {
  @Field(() => String) operation!: string;
  @Field(() => DecimalScalar) perDay!: Micros;
  @Field(() => DecimalScalar) quantityPerDay!: Micros;
}

@ObjectType()
class BurnRate {
  @Field(() => DecimalScalar) perDay!: Micros;
  @Field(() => DecimalScalar) deviation!: Micros;
  @Field(() => Int) days!: number;
  @Field(() => DateTimeScalar) from!: Instant;
  @Field(() => Boolean) weekly!: boolean;
  @Field(() => [OperationBurnRate]) operations!: OperationBurnRate[];
}

@ObjectType()
class Exhaustion {
  @Field(() => DateTimeScalar, { nullable: true }) at!: Instant | null;
  @Field(() => DateTimeScalar, { nullable: true }) earliest!: Instant | null;
  @Field(() => DateTimeScalar, { nullable: true }) latest!: Instant | null;
}

@ObjectType()
class ForecastDay {
  @Field(() => DateTimeScalar) start!: Instant;
  @Field(() => DecimalScalar) used!: Micros;
  @Field(() => DecimalScalar) refused!: Micros;
  @Field(() => DecimalScalar) granted!: Micros;
  @Field(() => DecimalScalar) returned!: Micros;
  @Field(() => DecimalScalar) expired!: Micros;
  @Field(() => DecimalScalar) available!: Micros;
}

@ObjectType()
class ForecastInvoice {
  @Field(() => PlannedInvoice) expected!: PlannedInvoice;
  @Field(() => DecimalScalar) least!: Micros;
  @Field(() => DecimalScalar) most!: Micros;
  @Field(() => DateTimeScalar, { nullable: true }) closesAt!: Instant | null;
}

@ObjectType()
class Forecast {
  @Field(() => ID) customerId!: string;
  @Field(() => String) unit!: string;
  @Field(() => DateTimeScalar) at!: Instant;
  @Field(() => DecimalScalar) available!: Micros;
  @Field(() => ForecastGap, { nullable: true }) gap!: domain.ForecastGap | null;
  @Field(() => BurnRate, { nullable: true }) burnRate!: BurnRate | null;
  @Field(() => Exhaustion, { nullable: true }) exhaustion!: Exhaustion | null;
  @Field(() => DateTimeScalar, { nullable: true }) horizon!: Instant | null;
  @Field(() => [ForecastDay]) days!: readonly ForecastDay[];
  @Field(() => ForecastInvoice, { nullable: true }) invoice!: ForecastInvoice | null;
}

/** A statistic is no amount that anybody pays: it is shown to the millionth. */
const shown = (statistic: Decimal): Micros =>
  micros(statistic.toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toNumber());

const toBurnRate = ({
  perDay,
  deviation,
  days,
  from,
  week,
  operations,
}: NonNullable<billing.Forecast["burn"]>): BurnRate => ({
  ...{ days, from, weekly: week !== null },
  perDay: shown(perDay),
  deviation: shown(deviation),
  operations: operations.map(({ operation, amountPerDay, quantityPerDay }) => ({
    operation,
    perDay: shown(amountPerDay),
    quantityPerDay: shown(quantityPerDay),
  })),
});

const toForecast = ({ burn, outlook, invoice, ...forecast }: billing.Forecast): Forecast => ({
  ...forecast,
  burnRate: burn === null ? null : toBurnRate(burn),
  exhaustion: outlook?.exhaustion ?? null,
  horizon: outlook?.horizon ?? null,
  days: outlook?.days ?? [],
  invoice: invoice === null ? null : { ...invoice, expected: toPlannedInvoice(invoice.expected) },
});

@Resolver()
export class ForecastResolver {
  @Query(() => Forecast, { nullable: true })
  async forecast(
    @Arg("customerId", () => ID) customerId: string,
    @Arg("unit", () => String, { nullable: true }) unit: string | null,
    @Arg("days", () => Int, { nullable: true, defaultValue: daysDefault }) days: number | null,
    @Ctx() { services }: RequestContext,
  ): Promise<Forecast | null> {
    const forecast = await services.forecast({
      customerId: key("customerId", customerId),
      unit: optionalKey("unit", unit),
      days: between("days", days ?? daysDefault, { min: 0, max: daysMax }),
    });
    return forecast === null ? null : toForecast(forecast);
  }
}
