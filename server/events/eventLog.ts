import type { Event, EventType } from "../domain/event.js";
import type { Database } from "../storage/database.js";
import { type Page, pageOf } from "../storage/page.js";
import { EventRow } from "../storage/rows/events.js";
import { eventOf, nobody } from "./stored.js";

export interface EventsQuestion {
  /** Null: those that are about no customer. */
  readonly customerId: string | null;
  readonly types: readonly EventType[] | null;
  readonly first: number;
  /** Continue below this sequence. */
  readonly after: number | null;
}

/** Newest first. */
export const makeEvents =
  (database: Database) =>
  ({ customerId, types, first, after }: EventsQuestion): Promise<Page<Event>> =>
    database.read(async (tx) => {
      const query = tx.manager
        .createQueryBuilder(EventRow, "event")
        .where({ customerId: customerId ?? nobody })
        .andWhere("event.sequence < :below", { below: after ?? Number.MAX_SAFE_INTEGER });
      if (types !== null) query.andWhere("event.type IN (:...types)", { types });
      const rows = await query
        .orderBy("event.sequence", "DESC")
        .limit(first + 1)
        .getMany();
      const { items, hasNextPage } = pageOf(rows, first);
      return { items: items.map(eventOf), hasNextPage };
    });
