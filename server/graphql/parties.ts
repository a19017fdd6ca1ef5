import { Field, ID, InputType, ObjectType } from "type-graphql";
import { isCountry } from "../domain/country.js";
import type * as domain from "../domain/customer.js";
import { badInput } from "../domain/errors.js";
import { optionalText } from "./input.js";

@ObjectType()
export class Address {
  @Field(() => String, { nullable: true }) name!: string | null;
  @Field(() => [String]) lines!: readonly string[];
  @Field(() => String, { nullable: true }) postalCode!: string | null;
  @Field(() => String, { nullable: true }) city!: string | null;
  @Field(() => String) country!: string;
}

@ObjectType()
class Operator {
  @Field(() => String) name!: string;
  @Field(() => Address, { nullable: true }) address!: Address | null;
  @Field(() => String, { nullable: true }) taxId!: string | null;
  @Field(() => String, { nullable: true }) email!: string | null;
}

@ObjectType()
class BilledCustomer {
  @Field(() => ID) customerId!: string;
  @Field(() => String, { nullable: true }) name!: string | null;
  @Field(() => String, { nullable: true }) email!: string | null;
  @Field(() => Address, { nullable: true }) address!: Address | null;
  @Field(() => String, { nullable: true }) taxId!: string | null;
  @Field(() => Boolean) taxExempt!: boolean;
}

@ObjectType()
export class InvoiceParties {
  @Field(() => Operator, { nullable: true }) operator!: Operator | null;
  @Field(() => BilledCustomer) customer!: BilledCustomer;
}

@InputType()
export class AddressInput {
  @Field(() => String, { nullable: true }) name?: string | null;
  @Field(() => [String], { nullable: true }) lines?: string[] | null;
  @Field(() => String, { nullable: true }) postalCode?: string | null;
  @Field(() => String, { nullable: true }) city?: string | null;
  @Field(() => String) country!: string;
}

const linesMax = 5;
const postalCodeMax = 32;

export function toAddress(field: string, input: AddressInput): domain.Address {
  const lines = input.lines ?? [];
  if (lines.length > linesMax)
    throw badInput(`${field}.lines`, `must be at most ${linesMax} lines, got ${lines.length}.`);
  if (!isCountry(input.country))
    throw badInput(`${field}.country`, "must be an ISO 3166-1 alpha-2 code in capitals, such as DE.");
  return {
    name: optionalText(`${field}.name`, input.name),
    lines: lines.map((line, index) => optionalText(`${field}.lines.${index}`, line) ?? ""),
    postalCode: optionalText(`${field}.postalCode`, input.postalCode, postalCodeMax),
    city: optionalText(`${field}.city`, input.city),
    country: input.country,
  };
}
