import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from "type-graphql";
import type * as domain from "../domain/customer.js";
import type { Instant } from "../domain/instant.js";
import type { RequestContext } from "./context.js";
import { key, optionalText } from "./input.js";
import { DateTimeScalar } from "./scalars.js";

@ObjectType()
export class TestClock {
  @Field(() => ID) id!: string;
  @Field(() => String, { nullable: true }) name!: string | null;
  @Field(() => DateTimeScalar) now!: Instant;
}

export const toTestClock = ({ testClockId, name, now }: domain.TestClock): TestClock => ({
  id: testClockId,
  name,
  now,
});

@InputType()
class CreateTestClockInput {
  @Field(() => String, { nullable: true }) name?: string | null;
  @Field(() => DateTimeScalar) now!: Instant;
}

@InputType()
class AdvanceTestClockInput {
  @Field(() => ID) id!: string;
  @Field(() => DateTimeScalar) to!: Instant;
}

@Resolver(() => TestClock)
export class TestClockResolver {
  @Query(() => TestClock, { nullable: true })
  async testClock(
    @Arg("id", () => ID) id: string,
    @Ctx() { services }: RequestContext,
  ): Promise<TestClock | null> {
    const clock = await services.testClock(key("id", id));
    return clock === null ? null : toTestClock(clock);
  }

  @Mutation(() => TestClock)
  async createTestClock(
    @Arg("input", () => CreateTestClockInput) input: CreateTestClockInput,
    @Ctx() context: RequestContext,
  ): Promise<TestClock> {
    const name = optionalText("input.name", input.name);
    return toTestClock(await context.services.createTestClock({ name, now: input.now }));
  }

  @Mutation(() => TestClock)
  async advanceTestClock(
    @Arg("input", () => AdvanceTestClockInput) input: AdvanceTestClockInput,
    @Ctx() context: RequestContext,
  ): Promise<TestClock> {
    return toTestClock(
      await context.services.advanceTestClock({ id: key("input.id", input.id), to: input.to }),
    );
  }
}
