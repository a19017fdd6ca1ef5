import { IsNull } from "typeorm";
import { Fault } from "../domain/errors.js";
import type { Instant } from "../domain/instant.js";
import type { EndpointTrouble } from "../domain/webhook.js";
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

/** Gives an endpoint up, and tells the others; what waits for it stays where it is. */
export async function disableEndpoint(
  tx: Tx,
  endpointId: string,
  { trouble, since, now, lastError }: GivenUp,
): Promise<void> {
  const [disabled] = await tx.query<{ url: string }>(
    `UPDATE webhook_endpoints SET status = 'DISABLED', disabled_at = $1, trouble = $2
     WHERE endpoint_id = $3 AND status = 'ENABLED' AND deleted_at IS NULL RETURNING url`,
    [now, trouble, endpointId],
  );
  // Another lane of it was first.
  if (disabled === undefined) return;
  const data = { endpointId, url: disabled.url, reason: trouble, failingSince: since, lastError };
  await recordEvents(tx, [{ customerId: null, type: "WEBHOOK_ENDPOINT_DISABLED", data, at: now }]);
}
