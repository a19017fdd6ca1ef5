import { Fault } from "../domain/errors.js";
import type { Event } from "../domain/event.js";
import type { Instant } from "../domain/instant.js";
import type { DeliveryStatus } from "../domain/webhook.js";
import type { Database, Tx } from "../storage/database.js";
import { type Page, pageOf } from "../storage/page.js";
import { type EventRow, type WebhookAttemptRow, WebhookDeliveryRow } from "../storage/rows/events.js";
import { findEndpoint } from "./endpointRows.js";
import { putInLine } from "./fanOut.js";
import { eventOf, nobody } from "./stored.js";

/** One event for one endpoint, and how sending it has gone. */
export interface WebhookDelivery {
  readonly endpointId: string;
  readonly event: Event;
  readonly status: DeliveryStatus;
  readonly attemptCount: number;
  readonly deliveredAt: Instant | null;
  /** Of one that has failed. */
  readonly nextAttemptAt: Instant | null;
  /** Newest first. */
  readonly attempts: readonly WebhookAttempt[];
}

interface WebhookAttempt {
  readonly number: number;
  readonly startedAt: Instant;
  readonly durationMs: number;
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly response: string | null;
}

/** Which delivery. An id names all three, so that nothing has to be looked up by it. */
interface DeliveryKey {
  readonly endpointId: string;
  readonly customerId: string;
  readonly sequence: number;
}

export const deliveryId = ({ endpointId, event }: WebhookDelivery): string =>
  `delivery_${endpointId}/${event.customerId ?? nobody}/${event.sequence}`;

function keyOf(id: string): DeliveryKey | null {
  const [, endpointId, customerId, sequence] = /^delivery_([^/]+)\/([^/]*)\/(\d{1,15})$/.exec(id) ?? [];
  return endpointId === undefined || customerId === undefined
    ? null
    : { endpointId, customerId, sequence: Number(sequence) };
}

/** Its place in the log. */
export const placeOf = ({ event }: WebhookDelivery): [number, string, number] => [
  event.createdAt,
  event.customerId ?? nobody,
  event.sequence,
];

export interface DeliveriesQuestion {
  readonly endpointId: string;
  readonly status: DeliveryStatus | null;
  readonly customerId: string | null;
  readonly first: number;
  readonly after: Place | null;
}

/** In the order of the log: by the event's time, and within one by customer and sequence. */
interface Place {
  readonly createdAt: Instant;
  readonly customerId: string;
  readonly sequence: number;
}

/** Newest first. */
export const makeDeliveries =
  (database: Database) =>
  ({ endpointId, status, customerId, first, after }: DeliveriesQuestion): Promise<Page<WebhookDelivery>> =>
    database.read(async (tx) => {
      // What is kept of a deleted one is only waiting to be forgotten.
      if ((await findEndpoint(tx, endpointId)) === null) return { items: [], hasNextPage: false };
      const query = tx.manager.createQueryBuilder(WebhookDeliveryRow, "delivery").where({
        endpointId,
        ...(status === null ? {} : { status }),
        ...(customerId === null ? {} : { customerId }),
      });
      if (after !== null)
        query.andWhere(
          "(delivery.created_at, delivery.customer_id, delivery.sequence) < (:createdAt, :customer, :sequence)",
          { createdAt: after.createdAt, customer: after.customerId, sequence: after.sequence },
        );
      const rows = await query
        .orderBy("delivery.createdAt", "DESC")
        .addOrderBy("delivery.customerId", "DESC")
        .addOrderBy("delivery.sequence", "DESC")
        .limit(first + 1)
        .getMany();
      const { items, hasNextPage } = pageOf(rows, first);
      return { items: await deliveriesOf(tx, items), hasNextPage };
    });

const given = (tx: Tx) => tx.dialect.given("$1", ["customer_id text", "endpoint_id text", "sequence bigint"]);

/** With their events and attempts, all at once. */
async function deliveriesOf(tx: Tx, rows: readonly WebhookDeliveryRow[]): Promise<WebhookDelivery[]> {
  if (rows.length === 0) return [];
  const keys = JSON.stringify(rows.map((row) => [row.customerId, row.endpointId, row.sequence]));
  const events = await tx.query<Omit<EventRow, "data"> & { data: string }>(
    `SELECT e.customer_id AS "customerId", e.sequence, e.event_id AS "eventId", e.type, e.data,
            e.created_at AS "createdAt"
     FROM ${given(tx)} AS given CROSS JOIN events e
     WHERE e.customer_id = given.customer_id AND e.sequence = given.sequence`,
    [keys],
  );
  const attempts = await tx.query<WebhookAttemptRow>(
    `SELECT a.customer_id AS "customerId", a.sequence, a.attempt, a.started_at AS "startedAt",
            a.duration_ms AS "durationMs", a.status_code AS "statusCode", a.error, a.response
     FROM ${given(tx)} AS given CROSS JOIN webhook_attempts a
     WHERE a.customer_id = given.customer_id AND a.endpoint_id = given.endpoint_id
       AND a.sequence = given.sequence
     ORDER BY a.attempt DESC`,
    [keys],
  );
  const lanes = await tx.query<{ customerId: string; nextAttemptAt: Instant | null }>(
    `SELECT DISTINCT l.customer_id AS "customerId", l.next_attempt_at AS "nextAttemptAt"
     FROM ${given(tx)} AS given CROSS JOIN webhook_lanes l
     WHERE l.customer_id = given.customer_id AND l.endpoint_id = given.endpoint_id`,
    [keys],
  );
  const laneOf = (row: WebhookDeliveryRow) => lanes.find(({ customerId }) => customerId === row.customerId);
  const isOf = (row: WebhookDeliveryRow) => (other: { customerId: string; sequence: number }) =>
    other.customerId === row.customerId && other.sequence === row.sequence;
  return rows.map((row) => {
    const event = events.find(isOf(row));
    if (event === undefined) throw new Error(`Event ${row.sequence} of ${row.customerId} is missing.`);
    return {
      ...{ endpointId: row.endpointId, status: row.status, deliveredAt: row.deliveredAt },
      event: eventOf({ ...event, data: JSON.parse(event.data) }),
      attemptCount: row.attempts,
      nextAttemptAt: row.status === "FAILING" ? (laneOf(row)?.nextAttemptAt ?? null) : null,
      attempts: attempts.filter(isOf(row)).map(({ attempt: number, ...rest }) => ({ ...rest, number })),
    };
  });
}

/** Puts one event in line once more, before those of its customer that wait there, and has it tried at once. */
export const makeRedeliver =
  (database: Database) =>
  (id: string): Promise<WebhookDelivery> =>
    database.transact(async (tx) => {
      const key = keyOf(id);
      const row = key === null ? null : await tx.manager.findOneBy(WebhookDeliveryRow, key);
      const endpoint = row === null ? null : await findEndpoint(tx, row.endpointId);
      if (row === null || endpoint === null)
        throw new Fault("NOT_FOUND", `No webhook delivery has the id "${id.slice(0, 60)}".`, "input.id");
      const status = row.status === "DELIVERED" ? "PENDING" : row.status;
      await putInLine(tx, [{ ...row, status }]);
      // Whoever asks has mended the receiver; the pause after what it refused before has no reason any more.
      await tx.query(
        `UPDATE webhook_lanes SET next_attempt_at = 0
         WHERE customer_id = $1 AND endpoint_id = $2 AND failures > 0 AND next_attempt_at IS NOT NULL`,
        [row.customerId, row.endpointId],
      );
      const [delivery] = await deliveriesOf(tx, [{ ...row, status }]);
      if (delivery === undefined) throw new Error(`Delivery ${id} is missing.`);
      return delivery;
    });
