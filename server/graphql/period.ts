import { Field, ObjectType } from "type-graphql";
import type { Instant } from "../domain/instant.js";
import { DateTimeScalar } from "./scalars.js";

@ObjectType()
export class BillingPeriod {
  @Field(() => DateTimeScalar) start!: Instant;
  @Field(() => DateTimeScalar, { nullable: true }) end!: Instant | null;
}
