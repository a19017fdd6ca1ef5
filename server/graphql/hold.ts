import { Field, ID, Int, ObjectType } from "type-graphql";
import { type Micros, zero } from "../domain/amount.js";
import type { Attributes } from "../domain/catalog.js";
import * as domain from "../domain/hold.js";
import type { Instant } from "../domain/instant.js";
import { HoldStatus } from "./enums.js";
import { DateTimeScalar, DecimalScalar, JsonObjectScalar } from "./scalars.js";
import { Draw } from "./usageRecord.js";

@ObjectType()
export class Hold {
  @Field(() => ID) id!: string;
  @Field(() => ID) customerId!: string;
  @Field(() => String) operation!: string;
  @Field(() => DecimalScalar) quantity!: Micros;
  @Field(() => JsonObjectScalar) attributes!: Attributes;
  @Field(() => String) unit!: string;
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => DecimalScalar) held!: Micros;
  @Field(() => DecimalScalar) captured!: Micros;
  @Field(() => DecimalScalar) postpaid!: Micros;
  @Field(() => [Draw]) draws!: readonly Draw[];
  @Field(() => HoldStatus) status!: domain.HoldStatus;
  @Field(() => String) plan!: string;
  @Field(() => Int) planVersion!: number;
  @Field(() => String) idempotencyKey!: string;
  @Field(() => DateTimeScalar) createdAt!: Instant;
  @Field(() => DateTimeScalar) expiresAt!: Instant;
  @Field(() => DateTimeScalar, { nullable: true }) endedAt!: Instant | null;
}

/** Parts that were captured or given back are kept as zeros, and not shown. */
export const toHold = (hold: domain.Hold): Hold => ({
  ...hold,
  held: domain.heldBy(hold),
  plan: hold.planKey,
  draws: hold.draws
    .filter(({ amount }) => amount > zero)
    .map((draw) => ({ ...draw, customerId: hold.customerId })),
});
