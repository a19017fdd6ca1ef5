import {
  Arg,
  Ctx,
  createUnionType,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import type { CreateCustomerOutcome } from "../billing/customers.js";
import type { Attributes } from "../domain/catalog.js";
import type * as domain from "../domain/customer.js";
import type { Instant } from "../domain/instant.js";
import type { RequestContext } from "./context.js";
import { ProblemCode, typename } from "./enums.js";
import { idempotencyKey, key, newCustomerId, optionalKey, optionalText, pageSize } from "./input.js";
import { Address, AddressInput, toAddress } from "./parties.js";
import * as problems from "./problems.js";
import { DateTimeScalar, JsonObjectScalar } from "./scalars.js";
import { PlanSubscription, toSubscription } from "./subscription.js";
import { TestClock, toTestClock } from "./testClock.js";
import { toWallet, Wallet } from "./wallet.js";

@ObjectType()
export class Customer {
  @Field(() => ID) id!: string;
  @Field(() => String, { nullable: true }) name!: string | null;
  @Field(() => String, { nullable: true }) email!: string | null;
  @Field(() => JsonObjectScalar) metadata!: Attributes;
  @Field(() => DateTimeScalar) createdAt!: Instant;
  @Field(() => Address, { nullable: true }) billingAddress!: Address | null;
  @Field(() => String, { nullable: true }) taxId!: string | null;
  @Field(() => Boolean) taxExempt!: boolean;
  testClockId!: string | null;
}

export const toCustomer = (customer: domain.Customer): Customer => ({ ...customer, id: customer.customerId });

@InputType()
class CreateCustomerInput {
  @Field(() => ID, { nullable: true }) id?: string | null;
  @Field(() => String, { nullable: true }) name?: string | null;
  @Field(() => String, { nullable: true }) email?: string | null;
  @Field(() => JsonObjectScalar, { nullable: true }) metadata?: Attributes | null;
  @Field(() => String, { nullable: true }) plan?: string | null;
  @Field(() => ID, { nullable: true }) testClockId?: string | null;
  @Field(() => AddressInput, { nullable: true }) billingAddress?: AddressInput | null;
  @Field(() => String, { nullable: true }) taxId?: string | null;
  @Field(() => Boolean, { nullable: true, defaultValue: false }) taxExempt!: boolean | null;
  @Field(() => String) idempotencyKey!: string;
}

@ObjectType()
class CustomerCreated {
  @Field(() => Customer) customer!: Customer;
  @Field(() => Boolean) replayed!: boolean;
}

@ObjectType({ implements: problems.Problem })
class CustomerExists extends problems.Problem {
  @Field(() => Customer) customer!: Customer;
}

const CreateCustomerResult = createUnionType({
  name: "CreateCustomerResult",
  types: () =>
    [
      CustomerCreated,
      CustomerExists,
      problems.PlanNotFound,
      problems.TestClockNotFound,
      problems.IdempotencyConflict,
    ] as const,
  resolveType: typename,
});

/** Only what is given, as `CreateCustomerCommand` wants it. */
function billingDetails({ billingAddress, taxId, taxExempt }: CreateCustomerInput) {
  const id = optionalText("input.taxId", taxId);
  return {
    ...(billingAddress ? { billingAddress: toAddress("input.billingAddress", billingAddress) } : {}),
    ...(id === null ? {} : { taxId: id }),
    ...(taxExempt === true ? { taxExempt } : {}),
  };
}

function toCreateCustomerResult(outcome: CreateCustomerOutcome) {
  switch (outcome.kind) {
    case "customerCreated": {
      const { customer, replayed } = outcome;
      return { __typename: "CustomerCreated" as const, customer: toCustomer(customer), replayed };
    }
    case "customerExists":
      return {
        __typename: "CustomerExists" as const,
        code: ProblemCode.CUSTOMER_EXISTS,
        message: `A customer with the id "${outcome.customer.customerId}" exists already.`,
        customer: toCustomer(outcome.customer),
      };
    default:
      return problems.toProblem(outcome);
  }
}

@Resolver(() => Customer)
export class CustomerResolver {
  @Query(() => Customer, { nullable: true })
  async customer(
    @Arg("id", () => ID) id: string,
    @Ctx() { services }: RequestContext,
  ): Promise<Customer | null> {
    const customer = await services.customer(key("id", id));
    return customer === null ? null : toCustomer(customer);
  }

  @Mutation(() => CreateCustomerResult)
  async createCustomer(
    @Arg("input", () => CreateCustomerInput) input: CreateCustomerInput,
    @Ctx() context: RequestContext,
  ) {
    const outcome = await context.services.createCustomer({
      id: newCustomerId(input.id),
      name: optionalText("input.name", input.name),
      email: optionalText("input.email", input.email),
      metadata: input.metadata ?? {},
      plan: optionalKey("input.plan", input.plan),
      testClockId: optionalKey("input.testClockId", input.testClockId),
      ...billingDetails(input),
      idempotencyKey: idempotencyKey(input.idempotencyKey),
    });
    return toCreateCustomerResult(outcome);
  }

  @FieldResolver(() => TestClock, { nullable: true })
  async testClock(
    @Root() { testClockId }: Customer,
    @Ctx() { services }: RequestContext,
  ): Promise<TestClock | null> {
    const clock = testClockId === null ? null : await services.testClock(testClockId);
    return clock === null ? null : toTestClock(clock);
  }

  @FieldResolver(() => PlanSubscription, { nullable: true })
  async subscription(
    @Root() { id }: Customer,
    @Ctx() { services }: RequestContext,
  ): Promise<PlanSubscription | null> {
    const standing = await services.standing(id);
    return standing === null ? null : toSubscription(standing);
  }

  @FieldResolver(() => [PlanSubscription])
  async subscriptions(
    @Root() { id }: Customer,
    @Arg("first", () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Ctx() { services }: RequestContext,
  ): Promise<PlanSubscription[]> {
    return (await services.subscriptions(id, pageSize(first))).map(toSubscription);
  }

  @FieldResolver(() => [Wallet])
  async wallets(@Root() { id }: Customer, @Ctx() { services }: RequestContext): Promise<Wallet[]> {
    return (await services.wallets(id)).map(toWallet);
  }
}
