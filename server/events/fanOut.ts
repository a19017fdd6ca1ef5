import type { EventType } from "../domain/event.js";
import { freshLane } from "../domain/webhook.js";
import type { Tx } from "../storage/database.js";
import { type EventRow, WebhookDeliveryRow } from "../storage/rows/events.js";
import { writeRows } from "../storage/write.js";

/** Puts events in line for every endpoint that wants them, whether it is enabled or will be later. */
export async function fanOut(tx: Tx, events: readonly EventRow[]): Promise<void> {
  const endpoints = await tx.query<{ endpointId: string; eventTypes: string | null }>(
    `SELECT endpoint_id AS "endpointId", event_types AS "eventTypes" FROM webhook_endpoints
     WHERE deleted_at IS NULL ORDER BY endpoint_id`,
  );
  const wanted = endpoints.map(({ endpointId, eventTypes }) => ({ endpointId, wants: wantedBy(eventTypes) }));
  const deliveries = events.flatMap((event) =>
    wanted.filter(({ wants }) => wants(event.type)).map(({ endpointId }) => newDelivery(event, endpointId)),
  );
  await putInLine(tx, deliveries);
}

function wantedBy(eventTypes: string | null): (type: EventType) => boolean {
  if (eventTypes === null) return () => true;
  const types = new Set<string>(JSON.parse(eventTypes));
  return (type) => types.has(type);
}

const newDelivery = (
  { customerId, sequence, createdAt }: Pick<EventRow, "customerId" | "sequence" | "createdAt">,
  endpointId: string,
): WebhookDeliveryRow => ({
  ...{ customerId, endpointId, sequence, createdAt },
  ...{ status: "PENDING", attempts: 0, deliveredAt: null },
});

const laneColumns = [
  "customer_id text",
  "endpoint_id text",
  "next_attempt_at bigint",
  "failures bigint",
  "failing_since bigint",
] as const;

/** A lane that was empty is due at once; one that waits, or is being worked on, goes on as it is. */
const wakeLane = ` ON CONFLICT (customer_id, endpoint_id) DO UPDATE
  SET next_attempt_at = COALESCE(webhook_lanes.next_attempt_at, excluded.next_attempt_at)`;

/** Before every time that a clock tells: whoever records an event knows its customer's time only. */
const atOnce = 0;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export async function putInLine(tx: Tx, deliveries: readonly WebhookDeliveryRow[]): Promise<void> {
  if (deliveries.length === 0) return;
  // Of one that is sent again nothing else is touched: somebody may be noting an attempt of it.
  await writeRows(tx, WebhookDeliveryRow, deliveries, { set: ["status"] });
  const lanes = new Map(deliveries.map((one) => [JSON.stringify([one.customerId, one.endpointId]), one]));
  // In one order, so that two who wake the same lanes do not wait for each other.
  const rows = [...lanes.values()]
    .sort((a, b) => compare(a.customerId, b.customerId) || compare(a.endpointId, b.endpointId))
    .map(({ customerId, endpointId }) => [
      customerId,
      endpointId,
      atOnce,
      freshLane.failures,
      freshLane.failingSince,
    ]);
  await tx.insert(tx.dialect.insert("webhook_lanes", laneColumns, wakeLane), rows);
}
