import type { ScripEventPage } from "./events.js";
import type {
  CreateWebhookEndpointInput,
  DeleteWebhookEndpointInput,
  EventsVariables,
  RedeliverWebhookInput,
  ReplayWebhooksInput,
  RotateWebhookSecretInput,
  UpdateWebhookEndpointInput,
  WebhookDeliveriesVariables,
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookEndpoint,
  WebhookEndpointVariables,
  WebhookSecret,
} from "./generated.js";
import type { RequestOptions } from "./options.js";

/** What has happened, and who is told. All of it needs an admin key; what changes something is sent once only. */
export interface ScripWebhooks {
  /**
   * A page of what has happened to a customer, newest first, or, without `customerId`, of what is about none. All
   * pages: {@link iterate}.
   */
  events(input: EventsVariables, options?: RequestOptions): Promise<ScripEventPage>;

  /** Every webhook endpoint, oldest first. */
  webhookEndpoints(options?: RequestOptions): Promise<readonly WebhookEndpoint[]>;

  /** One webhook endpoint; null when there is none with this id. */
  webhookEndpoint(input: WebhookEndpointVariables, options?: RequestOptions): Promise<WebhookEndpoint | null>;

  /** A page of the log of what was sent to an endpoint, and of what waits, newest first: all by {@link iterate}. */
  webhookDeliveries(
    input: WebhookDeliveriesVariables,
    options?: RequestOptions,
  ): Promise<WebhookDeliveryPage>;

  /**
   * Has events sent to a URL from now on. Its secret is answered this once, for {@link verifyWebhook}. A URL that is
   * not https, or not on the public internet, is the error `BAD_INPUT`.
   */
  createWebhookEndpoint(input: CreateWebhookEndpointInput, options?: RequestOptions): Promise<WebhookSecret>;

  /** Changes an endpoint; what is not named stays. `status: "ENABLED"` has all that waits tried at once. */
  updateWebhookEndpoint(
    input: UpdateWebhookEndpointInput,
    options?: RequestOptions,
  ): Promise<WebhookEndpoint>;

  /** Deletes an endpoint with its log and all that waits. */
  deleteWebhookEndpoint(
    input: DeleteWebhookEndpointInput,
    options?: RequestOptions,
  ): Promise<WebhookEndpoint>;

  /** Gives an endpoint a new secret; for `overlapHours` requests are signed with the old one as well. */
  rotateWebhookSecret(input: RotateWebhookSecretInput, options?: RequestOptions): Promise<WebhookSecret>;

  /** Sends one event to its endpoint once more. */
  redeliverWebhook(input: RedeliverWebhookInput, options?: RequestOptions): Promise<WebhookDelivery>;

  /**
   * Sends everything to an endpoint once more that has happened, or was delivered, since a time. The work is done in
   * the background; `replay` of the endpoint tells how far it has come.
   */
  replayWebhooks(input: ReplayWebhooksInput, options?: RequestOptions): Promise<WebhookEndpoint>;
}
