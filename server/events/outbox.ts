import { createHash } from "node:crypto";
import { type NewEvent, wireData } from "../domain/event.js";
import type { Database, Tx } from "../storage/database.js";
import { EventRow } from "../storage/rows/events.js";
import { writeRows } from "../storage/write.js";
import { fanOut } from "./fanOut.js";
import { nobody } from "./stored.js";

/** Transactions that have recorded something, with the last of it: who comes next waits for its place in the order. */
const recorded = new WeakMap<Tx, Promise<void>>();

/**
 * Puts events into the outbox, and in line for the endpoints that want them, in the transaction of what they tell: all
 * of it happens or none. The customers must be locked, so that nobody else can be given the same place in the order.
 */
export function recordEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return Promise.resolve();
  const before = recorded.get(tx) ?? Promise.resolve();
  const done = before.then(() => record(tx, events));
  recorded.set(tx, done);
  return done;
}

/** The same database, which calls somebody once a transaction with events in it is durable. */
export const noticing = (database: Database, onRecorded: () => void): Database => ({
  ...database,
  transact: async (work) => {
    let last: Tx | null = null;
    const result = await database.transact((tx) => {
      last = tx;
      return work(tx);
    });
    if (last !== null && recorded.has(last)) onRecorded();
    return result;
  },
});

async function record(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  const last = await lastSequences(tx, [...new Set(events.map(customerOf))]);
  const rows = events.map((event): EventRow => {
    const customerId = customerOf(event);
    const sequence = (last.get(customerId) ?? 0) + 1;
    last.set(customerId, sequence);
    const { type, at: createdAt } = event;
    return {
      ...{ customerId, sequence, type, createdAt },
      eventId: eventId([customerId, sequence, createdAt, type]),
      data: wireData(event),
    };
  });
  for (const { customerId } of rows) tx.changed(customerId);
  await writeRows(tx, EventRow, rows);
  await fanOut(tx, rows);
}

const customerOf = ({ customerId }: NewEvent): string => customerId ?? nobody;

async function lastSequences(tx: Tx, customerIds: readonly string[]): Promise<Map<string, number>> {
  // Each looks at the end of the primary key only; a GROUP BY would read all that a customer was ever told.
  const rows = await tx.query<{ customer_id: string; last: number | null }>(
    `SELECT given.customer_id,
            (SELECT MAX(e.sequence) FROM events e WHERE e.customer_id = given.customer_id) AS last
     FROM ${tx.dialect.given("$1", ["customer_id text"])} AS given`,
    [JSON.stringify(customerIds.map((id) => [id]))],
  );
  return new Map(rows.map(({ customer_id, last }) => [customer_id, last ?? 0]));
}

/**
 * Derived, so that nothing random is needed; hashed, since receivers sign ids and a customer's may hold anything. With
 * its time, so that another installation, or a database that was restored, does not use an id for something else.
 */
const eventId = (about: readonly (string | number)[]): string =>
  `event_${createHash("sha256").update(JSON.stringify(about)).digest("hex").slice(0, 32)}`;
