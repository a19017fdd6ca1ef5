import { IsNull, Not } from "typeorm";
import type { EventType } from "../domain/event.js";
import type { Clock, Instant } from "../domain/instant.js";
import type { DeliveryStatus } from "../domain/webhook.js";
import type { Database, Tx } from "../storage/database.js";
import { WebhookEndpointRow } from "../storage/rows/events.js";
import { lockEndpoint } from "./endpointRows.js";
import { shown, type WebhookEndpoint } from "./endpoints.js";
import { putInLine } from "./fanOut.js";

/** Events that are looked at in one transaction. */
const batchMax = 500;

interface Needs {
  readonly database: Database;
  readonly clock: Clock;
}

export interface ReplayWish {
  readonly endpointId: string;
  readonly from: Instant;
}

/** Has everything sent once more that has happened, or was delivered, since a time. The work is done in steps. */
export const makeReplay =
  ({ database, clock }: Needs) =>
  ({ endpointId, from }: ReplayWish): Promise<WebhookEndpoint> =>
    database.transact(async (tx) => {
      const row = await lockEndpoint(tx, endpointId, "input.endpointId");
      // One that is not done yet is done with this one.
      const isUnderWay = row.replayFrom !== null && row.replayFinishedAt === null;
      const earliest = isUnderWay && row.replayFrom !== null && row.replayFrom < from ? row.replayFrom : from;
      const change = {
        ...{ replayFrom: earliest, replayStartedAt: clock(), replayFinishedAt: null },
        ...{ replayed: 0, replayCustomerId: "", replaySequence: 0 },
      };
      await tx.manager.update(WebhookEndpointRow, { endpointId }, change);
      return shown(tx, { ...row, ...change });
    });

/** A batch of each replay that is under way; says how many events that was. Each can be cut short, and goes on. */
export const makeReplayDue =
  ({ database, clock }: Needs) =>
  async (): Promise<number> => {
    const underWay = await database.read((tx) =>
      tx.manager.findBy(WebhookEndpointRow, {
        deletedAt: IsNull(),
        replayFrom: Not(IsNull()),
        replayFinishedAt: IsNull(),
      }),
    );
    let looked = 0;
    for (const { endpointId, replayStartedAt: startedAt } of underWay)
      looked += await database.transact((tx) => step(tx, endpointId, { startedAt, now: clock() }));
    return looked;
  };

interface Candidate {
  readonly customerId: string;
  readonly sequence: number;
  readonly type: EventType;
  readonly createdAt: Instant;
  readonly status: DeliveryStatus | null;
  readonly attempts: number | null;
  readonly deliveredAt: Instant | null;
}

async function step(
  tx: Tx,
  endpointId: string,
  { startedAt, now }: { startedAt: Instant | null; now: Instant },
): Promise<number> {
  const row = await lockEndpoint(tx, endpointId, "input.endpointId");
  const { replayFrom: from, replayStartedAt, replayFinishedAt, eventTypes } = row;
  // Somebody else has done it, or begun anew, meanwhile.
  if (from === null || startedAt === null || replayStartedAt !== startedAt || replayFinishedAt !== null)
    return 0;
  const batch = await after(tx, row);
  const chosen = batch.filter(
    (one) => (eventTypes?.includes(one.type) ?? true) && isMeant(one, { from, startedAt }),
  );
  await putInLine(
    tx,
    chosen.map(({ customerId, sequence, createdAt, attempts, deliveredAt }) => ({
      ...{ customerId, endpointId, sequence, createdAt, deliveredAt },
      ...{ status: "PENDING", attempts: attempts ?? 0 },
    })),
  );
  const last = batch.at(-1);
  const isDone = batch.length < batchMax;
  await tx.manager.update(
    WebhookEndpointRow,
    { endpointId },
    {
      replayed: row.replayed + chosen.length,
      ...(last === undefined ? {} : { replayCustomerId: last.customerId, replaySequence: last.sequence }),
      ...(isDone ? { replayFinishedAt: now } : {}),
    },
  );
  return batch.length;
}

/** What waits is sent anyway, and what was delivered since the replay was asked for has been sent once more. */
function isMeant(
  { status, createdAt, deliveredAt }: Candidate,
  { from, startedAt }: { from: Instant; startedAt: Instant },
): boolean {
  if (status === "PENDING" || status === "FAILING") return false;
  if (deliveredAt !== null && deliveredAt > startedAt) return false;
  return createdAt >= from || (deliveredAt !== null && deliveredAt >= from);
}

const after = (
  tx: Tx,
  { endpointId, replayCustomerId, replaySequence }: WebhookEndpointRow,
): Promise<Candidate[]> =>
  tx.query<Candidate>(
    `SELECT e.customer_id AS "customerId", e.sequence, e.type, e.created_at AS "createdAt",
            d.status, d.attempts, d.delivered_at AS "deliveredAt"
     FROM events e LEFT JOIN webhook_deliveries d
       ON d.customer_id = e.customer_id AND d.endpoint_id = $1 AND d.sequence = e.sequence
     WHERE (e.customer_id, e.sequence) > ($2, $3) ORDER BY e.customer_id, e.sequence LIMIT ${batchMax}`,
    [endpointId, replayCustomerId, replaySequence],
  );
