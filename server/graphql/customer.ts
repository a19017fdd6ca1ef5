import {
  Arg,
  Ctx,
  createUnionType,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import type { CreateCustomerOutcome } from "../billing/customers.js";
import type { SubscribeOutcome } from "../billing/subscribe.js";
import type { Attributes } from "../domain/catalog.js";
import type * as domain from "../domain/customer.js";
import type { Instant } from "../domain/instant.js";
import { periodAt } from "../domain/period.js";
import { type SubscribedPlan, subscriptionStatus } from "../domain/subscription.js";
import { Money, Plan, toPlan } from "./catalog.js";
import { type RequestContext, requireAdmin } from "./context.js";
import { ProblemCode, SubscriptionStatus, typename } from "./enums.js";
import { idempotencyKey, key, newCustomerId, optionalKey, optionalText } from "./input.js";
import { BillingPeriod } from "./period.js";
import * as problems from "./problems.js";
import { DateTimeScalar, JsonObjectScalar } from "./scalars.js";
import { TestClock, toTestClock } from "./testClock.js";
import { toWallet, Wallet } from "./wallet.js";

@ObjectType()
export class PlanSubscription {
  @Field(() => ID) id!: string;
  @Field(() => Plan) plan!: Plan;
  @Field(() => SubscriptionStatus) status!: keyof typeof SubscriptionStatus;
  @Field(() => DateTimeScalar) startedAt!: Instant;
  @Field(() => BillingPeriod, { nullable: true }) currentPeriod!: BillingPeriod | null;
}

const toSubscription = ({ subscription, plan }: SubscribedPlan, at: Instant): PlanSubscription => ({
  id: subscription.id,
  plan: toPlan(plan),
  status: subscriptionStatus(subscription, at),
  startedAt: subscription.startsAt,
  currentPeriod: at < subscription.startsAt ? null : periodAt(plan.period, subscription.anchorAt, at),
});

@ObjectType()
export class Customer {
  @Field(() => ID) id!: string;
  @Field(() => String, { nullable: true }) name!: string | null;
  @Field(() => String, { nullable: true }) email!: string | null;
  @Field(() => JsonObjectScalar) metadata!: Attributes;
  @Field(() => DateTimeScalar) createdAt!: Instant;
  testClockId!: string | null;
}

const toCustomer = (customer: domain.Customer): Customer => ({ ...customer, id: customer.customerId });

@InputType()
class CreateCustomerInput {
  @Field(() => ID, { nullable: true }) id?: string | null;
  @Field(() => String, { nullable: true }) name?: string | null;
  @Field(() => String, { nullable: true }) email?: string | null;
  @Field(() => JsonObjectScalar, { nullable: true }) metadata?: Attributes | null;
  @Field(() => String, { nullable: true }) plan?: string | null;
  @Field(() => ID, { nullable: true }) testClockId?: string | null;
  @Field(() => String) idempotencyKey!: string;
}

@InputType()
class SubscribeInput {
  @Field(() => ID) customerId!: string;
  @Field(() => String) plan!: string;
  @Field(() => DateTimeScalar, { nullable: true }) startsAt?: Instant | null;
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

@ObjectType()
class Subscribed {
  @Field(() => PlanSubscription) subscription!: PlanSubscription;
  @Field(() => Wallet) wallet!: Wallet;
  @Field(() => Boolean) replayed!: boolean;
}

@ObjectType({ implements: problems.Problem })
class AlreadySubscribed extends problems.Problem {
  @Field(() => PlanSubscription) subscription!: PlanSubscription;
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

const SubscribeResult = createUnionType({
  name: "SubscribeResult",
  types: () =>
    [
      Subscribed,
      problems.CustomerNotFound,
      problems.PlanNotFound,
      AlreadySubscribed,
      problems.IdempotencyConflict,
    ] as const,
  resolveType: typename,
});

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

function toSubscribeResult(outcome: SubscribeOutcome) {
  switch (outcome.kind) {
    case "subscribed": {
      const subscription = toSubscription(outcome.subscribed, outcome.wallet.at);
      const { replayed } = outcome;
      return { __typename: "Subscribed" as const, subscription, wallet: toWallet(outcome.wallet), replayed };
    }
    case "alreadySubscribed":
      return {
        __typename: "AlreadySubscribed" as const,
        code: ProblemCode.ALREADY_SUBSCRIBED,
        message: `The customer is subscribed to ${outcome.plan.key} already.`,
        subscription: toSubscription(outcome, outcome.at),
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
    requireAdmin(context);
    const outcome = await context.services.createCustomer({
      id: newCustomerId(input.id),
      name: optionalText("input.name", input.name),
      email: optionalText("input.email", input.email),
      metadata: input.metadata ?? {},
      plan: optionalKey("input.plan", input.plan),
      testClockId: optionalKey("input.testClockId", input.testClockId),
      idempotencyKey: idempotencyKey(input.idempotencyKey),
    });
    return toCreateCustomerResult(outcome);
  }

  @Mutation(() => SubscribeResult)
  async subscribe(@Arg("input", () => SubscribeInput) input: SubscribeInput, @Ctx() context: RequestContext) {
    requireAdmin(context);
    const outcome = await context.services.subscribe({
      customerId: key("input.customerId", input.customerId),
      plan: key("input.plan", input.plan),
      startsAt: input.startsAt ?? null,
      idempotencyKey: idempotencyKey(input.idempotencyKey),
    });
    return toSubscribeResult(outcome);
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
    const account = await services.account(id);
    return account === null || account.current === null ? null : toSubscription(account.current, account.now);
  }

  @FieldResolver(() => [Wallet])
  async wallets(@Root() { id }: Customer, @Ctx() { services }: RequestContext): Promise<Wallet[]> {
    return (await services.wallets(id)).map(toWallet);
  }

  @FieldResolver(() => [Money])
  async creditBalances(@Root() { id }: Customer, @Ctx() { services }: RequestContext): Promise<Money[]> {
    return services.creditBalances(id);
  }
}
