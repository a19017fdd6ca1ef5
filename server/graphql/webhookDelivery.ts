import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
} from "type-graphql";
import type { Instant } from "../domain/instant.js";
import type { DeliveryStatus } from "../domain/webhook.js";
import * as events from "../events/deliveries.js";
import type { RequestContext } from "./context.js";
import { WebhookDeliveryStatus } from "./enums.js";
import { Event, toEvent } from "./event.js";
import { key, optionalKey, pageSize } from "./input.js";
import { connection, connectionOf, decodeCursor } from "./page.js";
import { DateTimeScalar } from "./scalars.js";

@ObjectType()
class WebhookAttempt {
  @Field(() => Int) number!: number;
  @Field(() => DateTimeScalar) startedAt!: Instant;
  @Field(() => Int) durationMs!: number;
  @Field(() => Int, { nullable: true }) statusCode!: number | null;
  @Field(() => String, { nullable: true }) error!: string | null;
  @Field(() => String, { nullable: true }) response!: string | null;
}

@ObjectType()
class WebhookDelivery {
  @Field(() => ID) id!: string;
  @Field(() => ID) endpointId!: string;
  @Field(() => Event) event!: Event;
  @Field(() => WebhookDeliveryStatus) status!: DeliveryStatus;
  @Field(() => Int) attemptCount!: number;
  @Field(() => DateTimeScalar, { nullable: true }) nextAttemptAt!: Instant | null;
  @Field(() => DateTimeScalar, { nullable: true }) deliveredAt!: Instant | null;
  @Field(() => [WebhookAttempt]) attempts!: readonly WebhookAttempt[];
}

const toDelivery = (delivery: events.WebhookDelivery): WebhookDelivery => ({
  ...delivery,
  id: events.deliveryId(delivery),
  event: toEvent(delivery.event),
});

@InputType()
class RedeliverWebhookInput {
  @Field(() => ID) id!: string;
}

@ArgsType()
class WebhookDeliveriesArgs {
  @Field(() => ID) endpointId!: string;
  @Field(() => WebhookDeliveryStatus, { nullable: true }) status?: DeliveryStatus | null;
  @Field(() => ID, { nullable: true }) customerId?: string | null;
  @Field(() => Int, { nullable: true, defaultValue: 50 }) first!: number | null;
  @Field(() => String, { nullable: true }) after?: string | null;
}

const WebhookDeliveryConnection = connectionOf("WebhookDelivery", WebhookDelivery);

@Resolver(() => WebhookDelivery)
export class WebhookDeliveryResolver {
  @Query(() => WebhookDeliveryConnection)
  async webhookDeliveries(
    @Args(() => WebhookDeliveriesArgs) question: WebhookDeliveriesArgs,
    @Ctx() context: RequestContext,
  ) {
    const { endpointId, status, customerId, first, after } = question;
    const place = decodeCursor(after, [0, "", 0]);
    const page = await context.services.webhookDeliveries({
      endpointId: key("endpointId", endpointId),
      status: status ?? null,
      customerId: optionalKey("customerId", customerId),
      first: pageSize(first),
      after:
        place === null
          ? null
          : { createdAt: place[0] as Instant, customerId: String(place[1]), sequence: Number(place[2]) },
    });
    return connection(page, { node: toDelivery, place: events.placeOf, after });
  }

  @Mutation(() => WebhookDelivery)
  async redeliverWebhook(
    @Arg("input", () => RedeliverWebhookInput) input: RedeliverWebhookInput,
    @Ctx() context: RequestContext,
  ): Promise<WebhookDelivery> {
    return toDelivery(await context.services.redeliverWebhook(key("input.id", input.id)));
  }
}
