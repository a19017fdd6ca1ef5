import { type Command, Option } from "commander";
import type { Admin } from "./app/admin.js";
import type { Shell } from "./cli.js";
import { type Instant, instantFrom, toIso } from "./domain/instant.js";
import { deliveryStatuses } from "./domain/webhook.js";
import type { WebhookDelivery } from "./events/deliveries.js";
import type { WebhookEndpoint } from "./events/endpoints.js";
import { UserError } from "./userError.js";

/** Deliveries that are shown; the API has all of them, by pages. */
const shownMax = 50;

type WithAdmin = (work: (admin: Admin) => Promise<void>) => Promise<void>;

export function addWebhookCommands(scrip: Command, shell: Shell, withAdmin: WithAdmin): void {
  const webhooks = scrip.command("webhooks").description("list, inspect and replay what is sent to webhooks");
  webhooks
    .command("list")
    .description("list the endpoints, and which of them are failing")
    .action(() =>
      withAdmin(async (admin) => {
        const endpoints = await admin.webhookEndpoints();
        if (endpoints.length === 0) shell.print("There are no webhook endpoints.");
        for (const endpoint of endpoints) shell.print(endpointLine(endpoint));
      }),
    );
  webhooks
    .command("deliveries <endpoint>")
    .description(`show the last ${shownMax} deliveries to an endpoint, newest first`)
    .addOption(
      new Option("--status <status>", "only those that wait, fail or were taken").choices(
        deliveryStatuses.map((status) => status.toLowerCase()),
      ),
    )
    .action((endpointId: string, { status: wanted }: { status?: string }) =>
      withAdmin(async (admin) => {
        await known(admin, endpointId);
        const status = deliveryStatuses.find((one) => one.toLowerCase() === wanted) ?? null;
        const question = { endpointId, status, customerId: null, first: shownMax, after: null };
        const { items } = await admin.webhookDeliveries(question);
        if (items.length === 0) shell.print("There are no deliveries.");
        for (const delivery of items) shell.print(deliveryLine(delivery));
      }),
    );
  webhooks
    .command("replay <endpoint>")
    .description("send everything once more that has happened, or was delivered, since a time")
    .requiredOption("--from <time>", "RFC 3339, such as 2026-04-15T00:00:00Z")
    .action((endpointId: string, { from }: { from: string }) =>
      withAdmin((admin) => replay(admin, shell, { endpointId, from: timeFrom(from) })),
    );
}

async function known(admin: Admin, endpointId: string): Promise<WebhookEndpoint> {
  const endpoint = await admin.webhookEndpoint(endpointId);
  if (endpoint === null) throw new UserError(`No webhook endpoint has the id ${endpointId}.`);
  return endpoint;
}

function timeFrom(text: string): Instant {
  if (/^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)))
    return instantFrom(text);
  throw new UserError(`--from must be a time such as 2026-04-15T00:00:00Z, got "${text}".`);
}

/** Puts the events in line; a server sends them. Stopped half way, a server puts the rest in line as well. */
async function replay(
  admin: Admin,
  shell: Shell,
  wish: { endpointId: string; from: Instant },
): Promise<void> {
  await known(admin, wish.endpointId);
  await admin.replayWebhooks(wish);
  let looked = 0;
  for (let step = await admin.replayStep(); step > 0; step = await admin.replayStep()) {
    looked += step;
    const { replay: soFar } = await known(admin, wish.endpointId);
    shell.printError(`${looked} events looked at, ${soFar?.events ?? 0} in line`);
  }
  const { replay: done, status } = await known(admin, wish.endpointId);
  const when = status === "ENABLED" ? "servers send them now" : "they are sent once the endpoint is enabled";
  shell.print(`${done?.events ?? 0} events are in line for ${wish.endpointId}; ${when}.`);
}

function endpointLine({
  endpointId,
  url,
  status,
  trouble,
  failingSince,
  eventTypes,
}: WebhookEndpoint): string {
  const state =
    trouble === null ? status.toLowerCase() : `${status.toLowerCase()} (${trouble.toLowerCase()})`;
  const failing = failingSince === null ? "" : `  failing since ${toIso(failingSince)}`;
  return `${endpointId}  ${state}  ${eventTypes?.join(",") ?? "all events"}  ${url}${failing}`;
}

function deliveryLine({ event, status, attemptCount, attempts }: WebhookDelivery): string {
  const error = attempts[0]?.error ?? null;
  const about = `${toIso(event.createdAt)}  ${status.toLowerCase().padEnd(9)}  ${event.type}`;
  const times = `${attemptCount} ${attemptCount === 1 ? "attempt" : "attempts"}`;
  return `${about}  ${event.customerId ?? "-"}  ${times}${error === null ? "" : `  ${error}`}`;
}
