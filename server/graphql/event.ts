import { Args, ArgsType, Ctx, Field, ID, Int, ObjectType, Query, Resolver } from "type-graphql";
import type * as domain from "../domain/event.js";
import type { Instant } from "../domain/instant.js";
import type { RequestContext } from "./context.js";
import { EventType } from "./enums.js";
import { optionalKey, pageSize } from "./input.js";
import { connection, connectionOf, decodeCursor } from "./page.js";
import { DateTimeScalar, JsonObjectScalar } from "./scalars.js";

@ObjectType()
export class Event {
  @Field(() => ID) id!: string;
  @Field(() => EventType) type!: domain.EventType;
  @Field(() => ID, { nullable: true }) customerId!: string | null;
  @Field(() => Int) sequence!: number;
  @Field(() => DateTimeScalar) createdAt!: Instant;
  @Field(() => JsonObjectScalar) data!: domain.WireData;
}

export const toEvent = ({ eventId: id, ...event }: domain.Event): Event => ({ ...event, id });

@ArgsType()
class EventsArgs {
  @Field(() => ID, { nullable: true }) customerId?: string | null;
  @Field(() => [EventType], { nullable: true }) types?: domain.EventType[] | null;
  @Field(() => Int, { nullable: true, defaultValue: 50 }) first!: number | null;
  @Field(() => String, { nullable: true }) after?: string | null;
}

const EventConnection = connectionOf("Event", Event);

@Resolver(() => Event)
export class EventResolver {
  @Query(() => EventConnection)
  async events(
    @Args(() => EventsArgs) { customerId, types, first, after }: EventsArgs,
    @Ctx() context: RequestContext,
  ) {
    const place = decodeCursor(after, [0]);
    const page = await context.services.events({
      customerId: optionalKey("customerId", customerId),
      types: types ?? null,
      first: pageSize(first),
      after: place === null ? null : Number(place[0]),
    });
    return connection(page, { node: toEvent, place: ({ sequence }) => [sequence], after });
  }
}
