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
import type { SetUpPaymentOutcome } from "../billing/paymentAccounts.js";
import type { RequestContext } from "./context.js";
import { typename } from "./enums.js";
import { key } from "./input.js";
import * as problems from "./problems.js";

@InputType()
class SetUpPaymentInput {
  @Field(() => ID) customerId!: string;
}

@ObjectType()
class PaymentSetup {
  @Field(() => String) url!: string;
}

const SetUpPaymentResult = createUnionType({
  name: "SetUpPaymentResult",
  types: () => [PaymentSetup, problems.CustomerNotFound] as const,
  resolveType: typename,
});

const toSetUpPaymentResult = (outcome: SetUpPaymentOutcome) =>
  outcome.kind === "paymentSetup"
    ? { __typename: "PaymentSetup" as const, url: outcome.url }
    : problems.toProblem(outcome);

@Resolver()
export class PaymentSetupResolver {
  @Mutation(() => SetUpPaymentResult)
  async setUpPayment(
    @Arg("input", () => SetUpPaymentInput) input: SetUpPaymentInput,
    @Ctx() context: RequestContext,
  ) {
    const customerId = key("input.customerId", input.customerId);
    return toSetUpPaymentResult(await context.services.setUpPayment({ customerId }));
  }
}
