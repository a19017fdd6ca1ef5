import { IsNull } from "typeorm";
import { badInput, Fault } from "../domain/errors.js";
import type { EventType } from "../domain/event.js";
import type { NewId } from "../domain/ids.js";
import { addMs, type Clock, hourMs, type Instant } from "../domain/instant.js";
import type { EndpointStatus, EndpointTrouble } from "../domain/webhook.js";
import type { Database, Tx } from "../storage/database.js";
import { WebhookEndpointRow } from "../storage/rows/events.js";
import { urlProblem } from "./addresses.js";
import { findEndpoint, lockEndpoint } from "./endpointRows.js";
import { inForceAt, newSecret } from "./signature.js";

/** More would be a mistake, and every event costs a row for each. */
const endpointsMax = 50;

/** Each is one more signature on every request. */
const oldSecretsMax = 5;

/** An endpoint as it is shown: its secrets are not. */
export interface WebhookEndpoint {
  readonly endpointId: string;
  readonly url: string;
  readonly description: string | null;
  readonly eventTypes: readonly EventType[] | null;
  readonly status: EndpointStatus;
  readonly trouble: EndpointTrouble | null;
  readonly disabledAt: Instant | null;
  readonly createdAt: Instant;
  readonly oldSecretUntil: Instant | null;
  /** Since when the event that it has refused for the longest time is tried; null when all is well. */
  readonly failingSince: Instant | null;
  readonly replay: Replay | null;
}

interface Replay {
  readonly from: Instant;
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
  readonly events: number;
}

/** With the secret, which is shown this once. */
export interface EndpointSecret {
  readonly endpoint: WebhookEndpoint;
  readonly secret: string;
}

interface Needs {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Whether receivers on this machine and in its network are allowed. */
  readonly allowPrivate: boolean;
}

export interface NewEndpoint {
  readonly url: string;
  readonly description: string | null;
  readonly eventTypes: readonly EventType[] | null;
}

export const makeCreateEndpoint =
  ({ database, clock, newId, allowPrivate }: Needs) =>
  async (wish: NewEndpoint): Promise<EndpointSecret> => {
    checkUrl(wish.url, allowPrivate);
    const row: WebhookEndpointRow = {
      ...wish,
      endpointId: newId("endpoint"),
      ...{ status: "ENABLED", disabledAt: null, trouble: null, createdAt: clock(), deletedAt: null },
      ...{ secret: newSecret(), oldSecrets: [] },
      ...{ replayFrom: null, replayStartedAt: null, replayFinishedAt: null },
      ...{ replayed: 0, replayCustomerId: "", replaySequence: 0 },
    };
    await database.transact(async (tx) => {
      // A transaction whose COMMIT was not answered is tried again, and may have happened.
      if ((await findEndpoint(tx, row.endpointId)) !== null) return;
      if ((await tx.manager.countBy(WebhookEndpointRow, { deletedAt: IsNull() })) >= endpointsMax)
        throw new Fault(
          "BAD_INPUT",
          `There are ${endpointsMax} webhook endpoints already; delete one first.`,
        );
      await tx.manager.insert(WebhookEndpointRow, row);
    });
    return { endpoint: endpointOf(row, null), secret: row.secret };
  };

function checkUrl(url: string, allowPrivate: boolean): void {
  const problem = urlProblem(url, { allowPrivate });
  if (problem !== null) throw badInput("input.url", problem);
}

export interface EndpointUpdate {
  readonly endpointId: string;
  /** What is not named stays as it is. */
  readonly changes: Partial<NewEndpoint & { readonly status: EndpointStatus }>;
}

/** Enabling has everything that waits tried at once, also when it is enabled already. */
export const makeUpdateEndpoint =
  ({ database, clock, allowPrivate }: Needs) =>
  ({ endpointId, changes }: EndpointUpdate): Promise<WebhookEndpoint> =>
    database.transact(async (tx) => {
      if (changes.url !== undefined) checkUrl(changes.url, allowPrivate);
      const before = await lockEndpoint(tx, endpointId, "input.id");
      const change = { ...changes, ...statusChange(before, changes.status, clock) };
      const after = { ...before, ...change };
      if (Object.keys(change).length > 0) await tx.manager.update(WebhookEndpointRow, { endpointId }, change);
      if (changes.status === "ENABLED") await tryAgain(tx, endpointId);
      return shown(tx, after);
    });

function statusChange(before: WebhookEndpointRow, status: EndpointStatus | undefined, clock: Clock) {
  if (status === undefined || status === before.status) return {};
  return { trouble: null, disabledAt: status === "DISABLED" ? clock() : null };
}

/** Whoever is being sent to goes on; should its lane be taken a second time, the event comes twice. */
async function tryAgain(tx: Tx, endpointId: string): Promise<void> {
  await tx.query(
    `UPDATE webhook_lanes SET next_attempt_at = 0, failures = 0, failing_since = NULL
     WHERE endpoint_id = $1 AND next_attempt_at IS NOT NULL`,
    [endpointId],
  );
}

/** From then on it gets nothing. What has been kept for it goes in the background. */
export const makeDeleteEndpoint =
  ({ database, clock }: Pick<Needs, "database" | "clock">) =>
  (endpointId: string): Promise<WebhookEndpoint> =>
    database.transact(async (tx) => {
      const row = await lockEndpoint(tx, endpointId, "input.id");
      await tx.manager.update(WebhookEndpointRow, { endpointId }, { deletedAt: clock() });
      return shown(tx, row);
    });

export interface Rotation {
  readonly endpointId: string;
  /** For how many hours requests are signed with the old secret as well. */
  readonly overlapHours: number;
}

export const makeRotateSecret =
  ({ database, clock }: Pick<Needs, "database" | "clock">) =>
  ({ endpointId, overlapHours }: Rotation): Promise<EndpointSecret> =>
    database.transact(async (tx) => {
      const before = await lockEndpoint(tx, endpointId, "input.id");
      const now = clock();
      // Whoever did not get the last answer rotates again, while its receivers still know the secret before that.
      const replaced = { secret: before.secret, until: addMs(now, overlapHours * hourMs) };
      const kept = [replaced, ...inForceAt(before.oldSecrets, now)].slice(0, oldSecretsMax);
      const change = { secret: newSecret(), oldSecrets: overlapHours === 0 ? [] : kept };
      await tx.manager.update(WebhookEndpointRow, { endpointId }, change);
      return { endpoint: await shown(tx, { ...before, ...change }), secret: change.secret };
    });

/** Oldest first. */
export const makeEndpoints = (database: Database) => (): Promise<WebhookEndpoint[]> =>
  database.read(async (tx) => {
    const rows = await tx.manager.find(WebhookEndpointRow, {
      where: { deletedAt: IsNull() },
      order: { createdAt: "ASC", endpointId: "ASC" },
    });
    const endpoints: WebhookEndpoint[] = [];
    for (const row of rows) endpoints.push(await shown(tx, row));
    return endpoints;
  });

export const makeFindEndpoint =
  (database: Database) =>
  (endpointId: string): Promise<WebhookEndpoint | null> =>
    database.read(async (tx) => {
      const row = await findEndpoint(tx, endpointId);
      return row === null ? null : shown(tx, row);
    });

export async function shown(tx: Tx, row: WebhookEndpointRow): Promise<WebhookEndpoint> {
  const [failing] = await tx.query<{ since: Instant | null }>(
    `SELECT MIN(failing_since) AS since FROM webhook_lanes
     WHERE endpoint_id = $1 AND failing_since IS NOT NULL`,
    [row.endpointId],
  );
  return endpointOf(row, failing?.since ?? null);
}

/** Until when the last of them is in force. */
const oldSecretUntil = ({ oldSecrets }: WebhookEndpointRow): Instant | null =>
  oldSecrets.reduce<Instant | null>((latest, { until }) => (until > (latest ?? 0) ? until : latest), null);

const endpointOf = (row: WebhookEndpointRow, failingSince: Instant | null): WebhookEndpoint => ({
  ...{ endpointId: row.endpointId, url: row.url, description: row.description },
  ...{ eventTypes: row.eventTypes, status: row.status, trouble: row.trouble, disabledAt: row.disabledAt },
  ...{ createdAt: row.createdAt, oldSecretUntil: oldSecretUntil(row), failingSince },
  replay:
    row.replayFrom === null || row.replayStartedAt === null
      ? null
      : {
          from: row.replayFrom,
          startedAt: row.replayStartedAt,
          finishedAt: row.replayFinishedAt,
          events: row.replayed,
        },
});
