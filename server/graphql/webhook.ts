import { Arg, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Query, Resolver } from "type-graphql";
import { badInput } from "../domain/errors.js";
import type { EventType as DomainEventType } from "../domain/event.js";
import type { Instant } from "../domain/instant.js";
import type { EndpointStatus, EndpointTrouble } from "../domain/webhook.js";
import type * as events from "../events/endpoints.js";
import type { RequestContext } from "./context.js";
import { EventType, WebhookEndpointStatus, WebhookEndpointTrouble } from "./enums.js";
import { between, key, optionalText } from "./input.js";
import { DateTimeScalar } from "./scalars.js";

@ObjectType()
class WebhookReplay {
  @Field(() => DateTimeScalar) from!: Instant;
  @Field(() => DateTimeScalar) startedAt!: Instant;
  @Field(() => DateTimeScalar, { nullable: true }) finishedAt!: Instant | null;
  @Field(() => Int) events!: number;
}

@ObjectType()
class WebhookEndpoint {
  @Field(() => ID) id!: string;
  @Field(() => String) url!: string;
  @Field(() => String, { nullable: true }) description!: string | null;
  @Field(() => [EventType], { nullable: true }) eventTypes!: readonly DomainEventType[] | null;
  @Field(() => WebhookEndpointStatus) status!: EndpointStatus;
  @Field(() => WebhookEndpointTrouble, { nullable: true }) trouble!: EndpointTrouble | null;
  @Field(() => DateTimeScalar, { nullable: true }) disabledAt!: Instant | null;
  @Field(() => DateTimeScalar, { nullable: true }) failingSince!: Instant | null;
  @Field(() => DateTimeScalar, { nullable: true }) oldSecretUntil!: Instant | null;
  @Field(() => WebhookReplay, { nullable: true }) replay!: WebhookReplay | null;
  @Field(() => DateTimeScalar) createdAt!: Instant;
}

const toEndpoint = ({ endpointId: id, ...endpoint }: events.WebhookEndpoint): WebhookEndpoint => ({
  ...endpoint,
  id,
});

@ObjectType()
class WebhookSecret {
  @Field(() => WebhookEndpoint) endpoint!: WebhookEndpoint;
  @Field(() => String) secret!: string;
}

const toSecret = ({ endpoint, secret }: events.EndpointSecret): WebhookSecret => ({
  endpoint: toEndpoint(endpoint),
  secret,
});

@InputType()
class CreateWebhookEndpointInput {
  @Field(() => String) url!: string;
  @Field(() => String, { nullable: true }) description?: string | null;
  @Field(() => [EventType], { nullable: true }) eventTypes?: DomainEventType[] | null;
}

@InputType()
class UpdateWebhookEndpointInput {
  @Field(() => ID) id!: string;
  @Field(() => String, { nullable: true }) url?: string | null;
  @Field(() => String, { nullable: true }) description?: string | null;
  @Field(() => [EventType], { nullable: true }) eventTypes?: DomainEventType[] | null;
  @Field(() => WebhookEndpointStatus, { nullable: true }) status?: EndpointStatus | null;
}

@InputType()
class DeleteWebhookEndpointInput {
  @Field(() => ID) id!: string;
}

@InputType()
class RotateWebhookSecretInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true, defaultValue: 24 }) overlapHours?: number | null;
}

@InputType()
class ReplayWebhooksInput {
  @Field(() => ID) endpointId!: string;
  @Field(() => DateTimeScalar) from!: Instant;
}

const urlMax = 2_000;
const overlapMaxHours = 168;

const url = (value: string): string => optionalText("input.url", value, urlMax) ?? "";

/** Each once, so that a list means what it holds. */
function types(value: readonly DomainEventType[] | null): readonly DomainEventType[] | null {
  if (value?.length === 0)
    throw badInput(
      "input.eventTypes",
      "must name at least one type; leave it out, or null, for all of them.",
    );
  return value === null ? null : [...new Set(value)];
}

function changesOf(input: UpdateWebhookEndpointInput): events.EndpointUpdate["changes"] {
  const { url: to, description, eventTypes, status } = input;
  return {
    ...(to === undefined || to === null ? {} : { url: url(to) }),
    ...(description === undefined ? {} : { description: optionalText("input.description", description) }),
    ...(eventTypes === undefined ? {} : { eventTypes: types(eventTypes) }),
    ...(status === undefined || status === null ? {} : { status }),
  };
}

@Resolver(() => WebhookEndpoint)
export class WebhookEndpointResolver {
  @Query(() => [WebhookEndpoint])
  async webhookEndpoints(@Ctx() context: RequestContext): Promise<WebhookEndpoint[]> {
    return (await context.services.webhookEndpoints()).map(toEndpoint);
  }

  @Query(() => WebhookEndpoint, { nullable: true })
  async webhookEndpoint(
    @Arg("id", () => ID) id: string,
    @Ctx() context: RequestContext,
  ): Promise<WebhookEndpoint | null> {
    const endpoint = await context.services.webhookEndpoint(key("id", id));
    return endpoint === null ? null : toEndpoint(endpoint);
  }

  @Mutation(() => WebhookSecret)
  async createWebhookEndpoint(
    @Arg("input", () => CreateWebhookEndpointInput) input: CreateWebhookEndpointInput,
    @Ctx() context: RequestContext,
  ): Promise<WebhookSecret> {
    const wish = {
      url: url(input.url),
      description: optionalText("input.description", input.description),
      eventTypes: types(input.eventTypes ?? null),
    };
    return toSecret(await context.services.createWebhookEndpoint(wish));
  }

  @Mutation(() => WebhookEndpoint)
  async updateWebhookEndpoint(
    @Arg("input", () => UpdateWebhookEndpointInput) input: UpdateWebhookEndpointInput,
    @Ctx() context: RequestContext,
  ): Promise<WebhookEndpoint> {
    const update = { endpointId: key("input.id", input.id), changes: changesOf(input) };
    return toEndpoint(await context.services.updateWebhookEndpoint(update));
  }

  @Mutation(() => WebhookEndpoint)
  async deleteWebhookEndpoint(
    @Arg("input", () => DeleteWebhookEndpointInput) input: DeleteWebhookEndpointInput,
    @Ctx() context: RequestContext,
  ): Promise<WebhookEndpoint> {
    return toEndpoint(await context.services.deleteWebhookEndpoint(key("input.id", input.id)));
  }

  @Mutation(() => WebhookSecret)
  async rotateWebhookSecret(
    @Arg("input", () => RotateWebhookSecretInput) input: RotateWebhookSecretInput,
    @Ctx() context: RequestContext,
  ): Promise<WebhookSecret> {
    const overlapHours = between("input.overlapHours", input.overlapHours ?? 24, {
      min: 0,
      max: overlapMaxHours,
    });
    const rotation = { endpointId: key("input.id", input.id), overlapHours };
    return toSecret(await context.services.rotateWebhookSecret(rotation));
  }

  @Mutation(() => WebhookEndpoint)
  async replayWebhooks(
    @Arg("input", () => ReplayWebhooksInput) input: ReplayWebhooksInput,
    @Ctx() context: RequestContext,
  ): Promise<WebhookEndpoint> {
    const wish = { endpointId: key("input.endpointId", input.endpointId), from: input.from };
    return toEndpoint(await context.services.replayWebhooks(wish));
  }
}
