import { Column, Entity, PrimaryColumn } from "typeorm";
import type { EventType } from "../../domain/event.js";
import type { Instant } from "../../domain/instant.js";
import { jsonColumn, numberColumn, textColumn } from "../columns.js";

/** The outbox: append-only, written in the transaction of what it tells. */
@Entity({ name: "events" })
export class EventRow {
  @PrimaryColumn(textColumn) customerId!: string;
  /** Counted for each customer, from 1, without gaps: the order in which things happened. */
  @PrimaryColumn(numberColumn) sequence!: number;
  @Column(textColumn) eventId!: string;
  @Column(textColumn) type!: EventType;
  @Column(jsonColumn) data!: Readonly<Record<string, unknown>>;
  /** The customer's time. */
  @Column(numberColumn) createdAt!: Instant;
}
