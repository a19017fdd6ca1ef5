import type { ScripWebhooks } from "./apiWebhooks.js";
import type { TypedDocument } from "./document.js";
import type { ScripEventPage } from "./events.js";
import {
  CreateWebhookEndpointDocument,
  DeleteWebhookEndpointDocument,
  EventsDocument,
  RedeliverWebhookDocument,
  ReplayWebhooksDocument,
  RotateWebhookSecretDocument,
  UpdateWebhookEndpointDocument,
  WebhookDeliveriesDocument,
  WebhookEndpointDocument,
  WebhookEndpointsDocument,
  type WebhookEventPage,
} from "./generated.js";
import type { RequestOptions, Settings } from "./options.js";
import { send } from "./send.js";

/** The contract leaves the data of events open; the catalogue that `events.ts` is written from says what it is. */
const eventPage = (page: WebhookEventPage): ScripEventPage => page as ScripEventPage;

export function makeWebhooks(settings: Settings): ScripWebhooks {
  const sender =
    (repeatable: boolean) =>
    <Data, Variables>(
      document: TypedDocument<Data, Variables>,
      variables: NoInfer<Variables>,
      options?: RequestOptions,
    ): Promise<Data> =>
      send(settings, { document, variables, repeatable, idempotencyKey: null }, options);
  const query = sender(true);
  const once = sender(false);

  return {
    events: (input, options) => query(EventsDocument, input, options).then((data) => eventPage(data.events)),
    webhookEndpoints: (options) =>
      query(WebhookEndpointsDocument, {}, options).then((data) => data.webhookEndpoints),
    webhookEndpoint: (input, options) =>
      query(WebhookEndpointDocument, input, options).then((data) => data.webhookEndpoint),
    webhookDeliveries: (input, options) =>
      query(WebhookDeliveriesDocument, input, options).then((data) => data.webhookDeliveries),
    createWebhookEndpoint: (input, options) =>
      once(CreateWebhookEndpointDocument, { input }, options).then((data) => data.createWebhookEndpoint),
    updateWebhookEndpoint: (input, options) =>
      once(UpdateWebhookEndpointDocument, { input }, options).then((data) => data.updateWebhookEndpoint),
    deleteWebhookEndpoint: (input, options) =>
      once(DeleteWebhookEndpointDocument, { input }, options).then((data) => data.deleteWebhookEndpoint),
    rotateWebhookSecret: (input, options) =>
      once(RotateWebhookSecretDocument, { input }, options).then((data) => data.rotateWebhookSecret),
    redeliverWebhook: (input, options) =>
      once(RedeliverWebhookDocument, { input }, options).then((data) => data.redeliverWebhook),
    replayWebhooks: (input, options) =>
      once(ReplayWebhooksDocument, { input }, options).then((data) => data.replayWebhooks),
  };
}
