import { Field, ObjectType } from "type-graphql";
import type { Micros } from "../domain/amount.js";
import { DecimalScalar } from "./scalars.js";

@ObjectType()
export class InvoiceTax {
  @Field(() => String) name!: string;
  @Field(() => String) country!: string;
  @Field(() => DecimalScalar) percent!: Micros;
  @Field(() => Boolean) inclusive!: boolean;
  @Field(() => DecimalScalar) taxable!: Micros;
  @Field(() => DecimalScalar) amount!: Micros;
}
