import {
  Arg,
  Ctx,
  createUnionType,
  Field,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
} from "type-graphql";
import type { CustomerDetails, UpdateCustomerOutcome } from "../billing/updateCustomer.js";
import type { Attributes } from "../domain/catalog.js";
import type { RequestContext } from "./context.js";
import { Customer, toCustomer } from "./customer.js";
import { typename } from "./enums.js";
import { idempotencyKey, key, optionalText } from "./input.js";
import { AddressInput, toAddress } from "./parties.js";
import * as problems from "./problems.js";
import { JsonObjectScalar } from "./scalars.js";

@InputType()
class UpdateCustomerInput {
  @Field(() => ID) customerId!: string;
  @Field(() => String, { nullable: true }) name?: string | null;
  @Field(() => String, { nullable: true }) email?: string | null;
  @Field(() => JsonObjectScalar, { nullable: true }) metadata?: Attributes | null;
  @Field(() => AddressInput, { nullable: true }) billingAddress?: AddressInput | null;
  @Field(() => String, { nullable: true }) taxId?: string | null;
  @Field(() => Boolean, { nullable: true }) taxExempt?: boolean | null;
  @Field(() => String) idempotencyKey!: string;
}

@ObjectType()
class CustomerUpdated {
  @Field(() => Customer) customer!: Customer;
  @Field(() => Boolean) replayed!: boolean;
}

const UpdateCustomerResult = createUnionType({
  name: "UpdateCustomerResult",
  types: () => [CustomerUpdated, problems.CustomerNotFound, problems.IdempotencyConflict] as const,
  resolveType: typename,
});

/** Null clears; what is undefined was left out. */
function changesOf(input: UpdateCustomerInput): Partial<CustomerDetails> {
  const { name, email, metadata, billingAddress, taxId, taxExempt } = input;
  const address = billingAddress && toAddress("input.billingAddress", billingAddress);
  return {
    ...(name === undefined ? {} : { name: optionalText("input.name", name) }),
    ...(email === undefined ? {} : { email: optionalText("input.email", email) }),
    ...(metadata === undefined ? {} : { metadata: metadata ?? {} }),
    ...(address === undefined ? {} : { billingAddress: address }),
    ...(taxId === undefined ? {} : { taxId: optionalText("input.taxId", taxId) }),
    ...(taxExempt === undefined ? {} : { taxExempt: taxExempt ?? false }),
  };
}

function toUpdateCustomerResult(outcome: UpdateCustomerOutcome) {
  if (outcome.kind !== "customerUpdated") return problems.toProblem(outcome);
  const { customer, replayed } = outcome;
  return { __typename: "CustomerUpdated" as const, customer: toCustomer(customer), replayed };
}

@Resolver()
export class CustomerUpdateResolver {
  @Mutation(() => UpdateCustomerResult)
  async updateCustomer(
    @Arg("input", () => UpdateCustomerInput) input: UpdateCustomerInput,
    @Ctx() context: RequestContext,
  ) {
    const outcome = await context.services.updateCustomer({
      customerId: key("input.customerId", input.customerId),
      changes: changesOf(input),
      idempotencyKey: idempotencyKey(input.idempotencyKey),
    });
    return toUpdateCustomerResult(outcome);
  }
}
