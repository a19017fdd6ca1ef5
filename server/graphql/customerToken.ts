import {
  Arg,
  Ctx,
  createUnionType,
  Field,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Resolver,
} from "type-graphql";
import { tokenSeconds } from "../access/customerTokens.js";
import type { Instant } from "../domain/instant.js";
import type { RequestContext } from "./context.js";
import { typename } from "./enums.js";
import { between, key } from "./input.js";
import * as problems from "./problems.js";
import { DateTimeScalar } from "./scalars.js";

@InputType()
class CreateCustomerTokenInput {
  @Field(() => ID) customerId!: string;
  @Field(() => Int, { nullable: true, defaultValue: tokenSeconds.usual }) expiresInSeconds!: number | null;
}

@ObjectType()
class CustomerTokenCreated {
  @Field(() => String) token!: string;
  @Field(() => DateTimeScalar) expiresAt!: Instant;
}

const CreateCustomerTokenResult = createUnionType({
  name: "CreateCustomerTokenResult",
  types: () => [CustomerTokenCreated, problems.CustomerNotFound] as const,
  resolveType: typename,
});

@Resolver()
export class CustomerTokenResolver {
  @Mutation(() => CreateCustomerTokenResult)
  async createCustomerToken(
    @Arg("input", () => CreateCustomerTokenInput) input: CreateCustomerTokenInput,
    @Ctx() { services }: RequestContext,
  ) {
    const customerId = key("input.customerId", input.customerId);
    const seconds = input.expiresInSeconds ?? tokenSeconds.usual;
    const expiresInSeconds = between("input.expiresInSeconds", seconds, tokenSeconds);
    if ((await services.customer(customerId)) === null)
      return problems.toProblem({ kind: "customerNotFound", customerId });
    const created = await services.customerTokens.issue(customerId, expiresInSeconds);
    return { __typename: "CustomerTokenCreated" as const, ...created };
  }
}
