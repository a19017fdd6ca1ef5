import { Column, Entity, PrimaryColumn } from "typeorm";
import type { EventType, WireData } from "../../domain/event.js";
import type { Instant } from "../../domain/instant.js";
import type { DeliveryStatus, EndpointStatus, EndpointTrouble } from "../../domain/webhook.js";
import {
  jsonColumn,
  numberColumn,
  optionalJson,
  optionalNumber,
  optionalText,
  textColumn,
} from "../columns.js";

/** The outbox: append-only, written in the transaction of what it tells. */
@Entity({ name: "events" })
export class EventRow {
  @PrimaryColumn(textColumn) customerId!: string;
  /** Counted for each customer, from 1, without gaps: the order in which things happened. */
  @PrimaryColumn(numberColumn) sequence!: number;
  @Column(textColumn) eventId!: string;
  @Column(textColumn) type!: EventType;
  @Column(jsonColumn) data!: WireData;
  /** The customer's time. */
  @Column(numberColumn) createdAt!: Instant;
}

/** Where events go. The secrets are what its requests are signed with, so they are kept as they are. */
@Entity({ name: "webhook_endpoints" })
export class WebhookEndpointRow {
  @PrimaryColumn(textColumn) endpointId!: string;
  @Column(textColumn) url!: string;
  @Column(optionalText) description!: string | null;
  /** Null: all that there are, and that there will be. */
  @Column(optionalJson) eventTypes!: readonly EventType[] | null;
  @Column(textColumn) status!: EndpointStatus;
  @Column(optionalNumber) disabledAt!: Instant | null;
  /** Null where somebody has disabled it. */
  @Column(optionalText) trouble!: EndpointTrouble | null;
  @Column(textColumn) secret!: string;
  /** Those that were replaced and are still in force for a while, newest first. */
  @Column(jsonColumn) oldSecrets!: readonly { readonly secret: string; readonly until: Instant }[];
  @Column(numberColumn) createdAt!: Instant;
  /** From then on it gets nothing, and what it has got is forgotten, little by little. */
  @Column(optionalNumber) deletedAt!: Instant | null;
  /** The latest replay: what happened from then on is sent once more. It has come as far as the place below. */
  @Column(optionalNumber) replayFrom!: Instant | null;
  @Column(optionalNumber) replayStartedAt!: Instant | null;
  @Column(optionalNumber) replayFinishedAt!: Instant | null;
  @Column(numberColumn) replayed!: number;
  @Column(textColumn) replayCustomerId!: string;
  @Column(numberColumn) replaySequence!: number;
}

/** The events of one customer for one endpoint wait in a line, of which the first is tried. */
@Entity({ name: "webhook_lanes" })
export class WebhookLaneRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) endpointId!: string;
  /** By the wall clock; also until when whoever is trying it has it to itself. Null: nothing waits. */
  @Column(optionalNumber) nextAttemptAt!: Instant | null;
  @Column(numberColumn) failures!: number;
  @Column(optionalNumber) failingSince!: Instant | null;
}

@Entity({ name: "webhook_deliveries" })
export class WebhookDeliveryRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) endpointId!: string;
  /** Of the event. */
  @PrimaryColumn(numberColumn) sequence!: number;
  @Column(textColumn) status!: DeliveryStatus;
  /** So far, of which the last ones are kept. */
  @Column(numberColumn) attempts!: number;
  /** Of the event. */
  @Column(numberColumn) createdAt!: Instant;
  /** The last time. */
  @Column(optionalNumber) deliveredAt!: Instant | null;
}

@Entity({ name: "webhook_attempts" })
export class WebhookAttemptRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) endpointId!: string;
  @PrimaryColumn(numberColumn) sequence!: number;
  @PrimaryColumn(numberColumn) attempt!: number;
  @Column(numberColumn) startedAt!: Instant;
  @Column(numberColumn) durationMs!: number;
  @Column(optionalNumber) statusCode!: number | null;
  @Column(optionalText) error!: string | null;
  @Column(optionalText) response!: string | null;
}
