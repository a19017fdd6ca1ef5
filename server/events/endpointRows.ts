import { IsNull } from "typeorm";
import { Fault } from "../domain/errors.js";
import type { Instant } from "../domain/instant.js";
import type { EndpointStatus, EndpointTrouble } from "../domain/webhook.js";
import type { Tx } from "../storage/database.js";
import { WebhookEndpointRow } from "../storage/rows/events.js";
import { recordEvents } from "./outbox.js";
import type { Secrets } from "./signature.js";

/** Where a request goes, and what it is signed with. */
export interface Target extends Secrets {
  readonly url: string;
}

/** Null when it is disabled or deleted. */
export const enabledTarget = (tx: Tx, endpointId: string): Promise<Target | null> =>
  tx.manager.findOneBy(WebhookEndpointRow, { endpointId, status: "ENABLED", deletedAt: IsNull() });

export const enabledEndpoints = async (tx: Tx): Promise<string[]> =>
  (
    await tx.query<{ id: string }>(
      `SELECT endpoint_id AS id FROM webhook_endpoints
       WHERE status = 'ENABLED' AND deleted_at IS NULL ORDER BY endpoint_id`,
    )
  ).map(({ id }) => id);

/** How many there are of each status. */
export async function countEndpoints(tx: Tx): Promise<Readonly<Record<EndpointStatus, number>>> {
  const rows = await tx.query<{ status: EndpointStatus; count: number }>(
    "SELECT status, COUNT(*) AS count FROM webhook_endpoints WHERE deleted_at IS NULL GROUP BY status",
  );
  const of = (wanted: EndpointStatus) => Number(rows.find(({ status }) => status === wanted)?.count ?? 0);
  return { ENABLED: of("ENABLED"), DISABLED: of("DISABLED") };
}

export const findEndpoint = (tx: Tx, endpointId: string): Promise<WebhookEndpointRow | null> =>
  tx.manager.findOneBy(WebhookEndpointRow, { endpointId, deletedAt: IsNull() });

/** The endpoint, which nobody else changes until the transaction ends. */
export async function lockEndpoint(tx: Tx, endpointId: string, field: string): Promise<WebhookEndpointRow> {
  if (tx.locks)
    await tx.query("SELECT 1 FROM webhook_endpoints WHERE endpoint_id = $1 FOR NO KEY UPDATE", [endpointId]);
  const row = await findEndpoint(tx, endpointId);
  if (row === null)
    throw new Fault("NOT_FOUND", `No webhook endpoint has the id "${endpointId.slice(0, 60)}".`, field);
  return row;
}

interface GivenUp {
  readonly trouble: EndpointTrouble;
  readonly since: Instant;
  readonly now: Instant;
  readonly lastError: string | null;
}

/** Gives an endpoint up, and tells the others; what waits for it stays where it is. False: it was given up before. */
export async function disableEndpoint(
  tx: Tx,
  endpointId: string,
  { trouble, since, now, lastError }: GivenUp,
): Promise<boolean> {
  const [disabled] = await tx.query<{ url: string }>(
    `UPDATE webhook_endpoints SET status = 'DISABLED', disabled_at = $1, trouble = $2
     WHERE endpoint_id = $3 AND status = 'ENABLED' AND deleted_at IS NULL RETURNING url`,
    [now, trouble, endpointId],
  );
  // Another lane of it was first.
  if (disabled === undefined) return false;
  // Its path may hold a token, which is none of the other receivers' business.
  const data = {
    endpointId,
    url: new URL(disabled.url).origin,
    reason: trouble,
    failingSince: since,
    lastError,
  };
  await recordEvents(tx, [{ customerId: null, type: "WEBHOOK_ENDPOINT_DISABLED", data, at: now }]);
  return true;
}
