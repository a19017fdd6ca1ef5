import type { Event, EventType } from "../domain/event.js";
import type { Instant } from "../domain/instant.js";
import type { Tx } from "../storage/database.js";
import { type Feed, foundIn, type NotThere, pageMax, type Topic } from "./feed.js";

/** The events that want somebody's attention. */
const alertTypes: ReadonlySet<EventType> = new Set<EventType>(["ALERT_RAISED", "AUTO_TOP_UP_TURNED_OFF"]);

interface FoundEvent {
  readonly nth: number;
  readonly customer_id: string;
  readonly sequence: number;
  readonly event_id: string;
  readonly type: EventType;
  readonly data: string;
  readonly created_at: Instant;
}

/** What a customer, or who sells to it, has to be told: those events of the outbox, in its order. */
export const alertFeed: Feed<Event> = {
  name: "alerts",
  last: lastEvent,
  read: async (tx, wanted) => {
    const events = await tx.query<FoundEvent>(
      `SELECT given.nth, e.customer_id, e.sequence, e.event_id, e.type, e.data, e.created_at
       FROM ${tx.dialect.given("$1", ["nth bigint", "customer_id text", "after bigint"])} AS given
       CROSS JOIN events e
       WHERE e.customer_id = given.customer_id
         AND e.sequence > given.after AND e.sequence <= given.after + ${pageMax}
       ORDER BY given.nth, e.sequence`,
      [JSON.stringify(wanted.map(({ topic, after }, nth) => [nth, topic.customerId, after]))],
    );
    return foundIn(wanted, events, alertOf);
  },
};

const alertOf = ({ type, sequence, ...found }: FoundEvent): Event | null =>
  alertTypes.has(type)
    ? {
        type,
        sequence,
        eventId: found.event_id,
        customerId: found.customer_id,
        createdAt: found.created_at,
        data: JSON.parse(found.data),
      }
    : null;

async function lastEvent(tx: Tx, { customerId }: Topic): Promise<number | NotThere> {
  const [row] = await tx.query<{ sequence: number | null }>(
    `SELECT (SELECT MAX(sequence) FROM events e WHERE e.customer_id = c.customer_id) AS sequence
     FROM customers c WHERE c.customer_id = $1`,
    [customerId],
  );
  return row === undefined ? "noCustomer" : (row.sequence ?? 0);
}
