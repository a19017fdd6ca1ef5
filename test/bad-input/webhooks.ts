import type { Expected } from "../harness/untouched.js";
import { badText, type Case, fault, half, type Input, inherited, long, nul, spoiling } from "./case.js";

const mutation = (field: string, good: Input) => {
  const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input`;
  return spoiling(`mutation($input: ${type}!) { ${field}(input: $input) { __typename } }`, good);
};

const url = "https://hooks.example.com/scrip";
const create = mutation("createWebhookEndpoint", { url });
const update = mutation("updateWebhookEndpoint", { id: "endpoint_1" });
const remove = mutation("deleteWebhookEndpoint", { id: "endpoint_1" });
const rotate = mutation("rotateWebhookSecret", { id: "endpoint_1" });
const redeliver = mutation("redeliverWebhook", { id: "delivery_endpoint_1/ada/1" });
const replay = mutation("replayWebhooks", { endpointId: "endpoint_1", from: "2026-01-01T00:00:00Z" });

const noEndpoint = (field = "input.id", id = "endpoint_1"): Expected => ({
  ...{ code: "NOT_FOUND", field, says: `No webhook endpoint has the id "${id}"` },
});

const urls: readonly (readonly [string, string | RegExp])[] = [
  ["", "must be a URL such as https"],
  ["hooks.example.com", "must be a URL such as https"],
  ["https://", "must be a URL such as https"],
  ["http://hooks.example.com", "must begin with https://"],
  ["javascript:alert(1)", "must begin with https://"],
  ["file:///etc/passwd", "must begin with https://"],
  ["https://ada:secret@hooks.example.com", "must not hold a name or a password"],
  ["https://hooks.example.com/#secret", "must not have a fragment"],
  ["https://127.0.0.1/", "has no public address"],
  ["https://[::1]:8443/", "has no public address"],
  ["https://[::ffff:127.0.0.1]/", "has no public address"],
  ["https://169.254.169.254/latest/meta-data", "has no public address"],
  ["https://0177.0.0.1/", "has no public address"],
  [`https://hooks.example.com/${"x".repeat(2_000)}`, "at most 2000 characters"],
  [`https://hooks.example.com/${nul}`, badText],
  [`https://hooks.example.com/${half}`, badText],
];

export const webhooks: readonly Case[] = [
  ...urls.map(([text, says]) =>
    create(`an endpoint at ${text.slice(0, 50)}`, { url: text }, fault("input.url", says)),
  ),
  create("an endpoint at no URL", { url: undefined }, fault("input", "was not provided")),
  create("a long description", { description: long }, fault("input.description", "at most 255 characters")),
  create("half a character", { description: half }, fault("input.description", badText)),
  ...["USAGE_RECORDED", "invoice_paid", "", ...inherited].map((type) =>
    create(`the type of event "${type}"`, { eventTypes: [type] }, fault("input.eventTypes.0", "EventType")),
  ),
  create("a type of null", { eventTypes: [null] }, fault("input.eventTypes.0", "EventType")),
  update("a change of what is unknown", { status: "ENABLED" }, noEndpoint()),
  update("a URL of this machine", { url: "https://127.0.0.1/" }, fault("input.url", "has no public address")),
  update("a status that there is not", { status: "DELETED" }, fault("input.status", "WebhookEndpointStatus")),
  update("an empty id", { id: "" }, fault("input.id", "must not be empty")),
  remove("what is unknown, deleted", {}, noEndpoint()),
  ...inherited.map((id) => remove(`${id}, deleted`, { id }, noEndpoint("input.id", id))),
  remove("an id of 300 characters", { id: long }, fault("input.id", "at most 255 characters")),
  rotate("a new secret for what is unknown", {}, noEndpoint()),
  ...[-1, 169].map((overlapHours) =>
    rotate(`${overlapHours} hours`, { overlapHours }, fault("input.overlapHours", "must be from 0 to 168")),
  ),
  ...["delivery_endpoint_1/ada/1", "delivery_a/b", "delivery_a/b/-1", "delivery_a/b/c/1", ...inherited].map(
    (id) =>
      redeliver(
        `${id}, once more`,
        { id },
        {
          ...{ code: "NOT_FOUND", field: "input.id", says: "No webhook delivery has the id" },
        },
      ),
  ),
  replay("a replay for what is unknown", {}, noEndpoint("input.endpointId")),
  replay("a replay from nowhen", { from: "yesterday" }, fault("input.from", "A DateTime is written like")),
];
