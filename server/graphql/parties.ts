import { Field, ID, ObjectType } from "type-graphql";

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
