import { createHash } from "node:crypto";
import type { Event } from "../domain/event.js";
import { addMs, type Instant, minuteMs } from "../domain/instant.js";
import {
  decideNext,
  type EndpointTrouble,
  freshLane,
  type Lane,
  type SendResult,
} from "../domain/webhook.js";
import type { Tx } from "../storage/database.js";
import { EventRow, WebhookAttemptRow, WebhookDeliveryRow, WebhookLaneRow } from "../storage/rows/events.js";
import { disableEndpoint, enabledTarget, type Target } from "./endpointRows.js";
import { eventOf } from "./stored.js";

/** How long whoever works on a lane has it to itself: much longer than an attempt takes, in case the process dies. */
const leaseMs = minuteMs;

/** Attempts of one delivery that are kept, the last ones. */
const attemptsKept = 50;

interface LaneKey {
  readonly customerId: string;
  readonly endpointId: string;
}

/** A lane that nobody else works on, with the event to send next. */
export interface Claimed extends LaneKey {
  readonly leasedUntil: Instant;
  readonly target: Target;
  readonly event: Event;
}

interface DueLane {
  readonly customerId: string;
  readonly nextAttemptAt: Instant;
}

/** Behind which lane to go on, so that one that is always due does not keep the others waiting. */
export type Place = DueLane | null;

interface Wish {
  readonly endpointId: string;
  readonly now: Instant;
  readonly limit: number;
  readonly after: Place;
}

export const dueLanes = (tx: Tx, { endpointId, now, limit, after }: Wish): Promise<DueLane[]> =>
  tx.query<DueLane>(
    `SELECT customer_id AS "customerId", next_attempt_at AS "nextAttemptAt" FROM webhook_lanes
     WHERE endpoint_id = $1 AND next_attempt_at <= $2 AND (next_attempt_at, customer_id) > ($3, $4)
     ORDER BY next_attempt_at, customer_id LIMIT $5`,
    [endpointId, now, after?.nextAttemptAt ?? -1, after?.customerId ?? "", limit],
  );

/** Null when somebody else was faster, or when nothing is to be sent. */
export async function claim(
  tx: Tx,
  endpointId: string,
  { due, now }: { due: DueLane; now: Instant },
): Promise<Claimed | null> {
  const key = { customerId: due.customerId, endpointId };
  const leasedUntil = addMs(now, leaseMs);
  const taken = await tx.query(
    `UPDATE webhook_lanes SET next_attempt_at = $1
     WHERE customer_id = $2 AND endpoint_id = $3 AND next_attempt_at = $4 RETURNING customer_id`,
    [leasedUntil, due.customerId, endpointId, due.nextAttemptAt],
  );
  return taken.length === 0 ? null : goOn(tx, key, { leasedUntil, now });
}

/** The lane is locked: an event that comes after this look finds it empty, and makes it due. */
async function goOn(
  tx: Tx,
  key: LaneKey,
  { leasedUntil, now }: { leasedUntil: Instant; now: Instant },
): Promise<Claimed | null> {
  const event = await firstWaiting(tx, key);
  const target = event === null ? null : await enabledTarget(tx, key.endpointId);
  const isTaken = event !== null && target !== null;
  const nextAttemptAt = isTaken ? leasedUntil : event === null ? null : now;
  await tx.manager.update(WebhookLaneRow, key, { nextAttemptAt });
  return isTaken ? { ...key, leasedUntil, target, event } : null;
}

async function firstWaiting(tx: Tx, { customerId, endpointId }: LaneKey): Promise<Event | null> {
  const [first] = await tx.query<{ sequence: number }>(
    `SELECT sequence FROM webhook_deliveries
     WHERE customer_id = $1 AND endpoint_id = $2 AND status <> 'DELIVERED' ORDER BY sequence LIMIT 1`,
    [customerId, endpointId],
  );
  if (first === undefined) return null;
  const { sequence } = first;
  return eventOf(await tx.manager.findOneByOrFail(EventRow, { customerId, sequence }));
}

/** Leaves a lane to whoever comes next, with nothing said of its event. */
export async function release(tx: Tx, { customerId, endpointId, leasedUntil }: Claimed, now: Instant) {
  const key = { customerId, endpointId, nextAttemptAt: leasedUntil };
  await tx.manager.update(WebhookLaneRow, key, { nextAttemptAt: now });
}

export interface Attempted {
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly result: SendResult;
}

interface Concluded {
  /** The lane's next event, if that can be sent at once. */
  readonly next: Claimed | null;
  /** Why the endpoint has been given up by this; null when it has not. */
  readonly givenUp: EndpointTrouble | null;
}

/** Writes what has come of an attempt. */
export async function conclude(tx: Tx, claimed: Claimed, attempted: Attempted): Promise<Concluded> {
  const { customerId, endpointId, leasedUntil, event } = claimed;
  const key = { customerId, endpointId };
  const lane = await lockLane(tx, key);
  const delivery = { ...key, sequence: event.sequence };
  const row = await tx.manager.findOneBy(WebhookDeliveryRow, delivery);
  // The endpoint was deleted meanwhile.
  if (lane === null || row === null) return nothingMore;
  // Its time was over, and somebody else works on it now.
  const isOurs = lane.nextAttemptAt === leasedUntil;
  await note(tx, row, { attempted, isOurs });
  if (!isOurs) return nothingMore;
  const { result, endedAt: now } = attempted;
  const decision = decideNext(lane, { result, now, chance: chanceOf(event.eventId, row.attempts) });
  if (decision.kind === "goOn") {
    await saveLane(tx, key, freshLane, leasedUntil);
    return { ...nothingMore, next: await goOn(tx, key, { leasedUntil: addMs(now, leaseMs), now }) };
  }
  await saveLane(tx, key, decision.lane, decision.kind === "wait" ? decision.until : now);
  if (decision.kind === "wait") return nothingMore;
  const isFirst = await disableEndpoint(tx, endpointId, { ...decision, now, lastError: result.error });
  return { ...nothingMore, givenUp: isFirst ? decision.trouble : null };
}

const nothingMore: Concluded = { next: null, givenUp: null };

async function lockLane(tx: Tx, key: LaneKey): Promise<WebhookLaneRow | null> {
  if (tx.locks)
    await tx.query(
      "SELECT 1 FROM webhook_lanes WHERE customer_id = $1 AND endpoint_id = $2 FOR NO KEY UPDATE",
      [key.customerId, key.endpointId],
    );
  return tx.manager.findOneBy(WebhookLaneRow, key);
}

const saveLane = async (tx: Tx, key: LaneKey, lane: Lane, nextAttemptAt: Instant): Promise<void> =>
  void (await tx.manager.update(WebhookLaneRow, key, { ...lane, nextAttemptAt }));

async function note(
  tx: Tx,
  { customerId, endpointId, sequence, status, attempts }: WebhookDeliveryRow,
  { attempted, isOurs }: { attempted: Attempted; isOurs: boolean },
): Promise<void> {
  const { startedAt, endedAt, result } = attempted;
  const key = { customerId, endpointId, sequence };
  const attempt = attempts + 1;
  await tx.manager.insert(WebhookAttemptRow, {
    ...{ ...key, attempt, startedAt, durationMs: endedAt - startedAt },
    ...{ statusCode: result.statusCode, error: result.error, response: result.response },
  });
  if (attempt > attemptsKept)
    await tx.manager.delete(WebhookAttemptRow, { ...key, attempt: attempt - attemptsKept });
  const isDelivered = result.error === null;
  const failed = { attempts: attempt, status: isOurs ? ("FAILING" as const) : status };
  const delivered = { attempts: attempt, status: "DELIVERED" as const, deliveredAt: endedAt };
  await tx.manager.update(WebhookDeliveryRow, key, isDelivered ? delivered : failed);
}

/** From 0 to 1, the same however often it is computed. */
const chanceOf = (eventId: string, attempts: number): number =>
  createHash("sha256").update(`${eventId}/${attempts}`).digest().readUInt32BE(0) / 2 ** 32;
