import { createHash } from "node:crypto";
import type { NewEvent } from "../domain/event.js";
import type { Tx } from "../storage/database.js";
import { EventRow } from "../storage/rows/events.js";
import { writeRows } from "../storage/write.js";

/**
 * Puts events into the outbox, in the transaction of what they tell: both happen or neither does. The customers must
 * be locked, so that nobody else can be given the same place in the order.
 */
export async function recordEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const last = await lastSequences(tx, [...new Set(events.map(({ customerId }) => customerId))]);
  const rows = events.map(({ at, ...event }): EventRow => {
    const sequence = (last.get(event.customerId) ?? 0) + 1;
    last.set(event.customerId, sequence);
    return { ...event, sequence, eventId: eventId(event.customerId, sequence), createdAt: at };
  });
  await writeRows(tx, EventRow, rows);
}

async function lastSequences(tx: Tx, customerIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ customer_id: string; last: number }>(
    `SELECT e.customer_id, MAX(e.sequence) AS last
     FROM ${tx.dialect.given("$1", ["customer_id text"])} AS given
     CROSS JOIN events e WHERE e.customer_id = given.customer_id GROUP BY e.customer_id`,
    [JSON.stringify(customerIds.map((id) => [id]))],
  );
  return new Map(rows.map(({ customer_id, last }) => [customer_id, Number(last)]));
}

/** Derived, so that nothing random is needed; hashed, since receivers sign ids and a customer's may hold anything. */
const eventId = (customerId: string, sequence: number): string =>
  `event_${createHash("sha256").update(`${sequence}/${customerId}`).digest("hex").slice(0, 32)}`;
