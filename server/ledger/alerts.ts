import { createHash } from "node:crypto";
import { type Alert, type AlertKind, wholeAlert } from "../domain/alert.js";
import type { NewEvent } from "../domain/event.js";
import { recordEvents } from "../events/outbox.js";
import type { Database, Tx } from "../storage/database.js";
import { type Page, pageOf } from "../storage/page.js";
import { AlertRow } from "../storage/rows/budgets.js";
import { writeRows } from "../storage/write.js";

/** An alert as it is kept. */
export type KeptAlert = Alert & { readonly id: string; readonly sequence: number };

/**
 * Keeps alerts, and tells of each by an event, in the transaction in which they were raised. Their ids follow from what
 * they are about: one that was raised before cannot be raised again, it would fail the transaction.
 */
export async function raiseAlerts(tx: Tx, alerts: readonly Alert[]): Promise<void> {
  if (alerts.length === 0) return;
  const last = await lastSequences(tx, [...new Set(alerts.map(({ customerId }) => customerId))]);
  const kept = alerts.map((alert): KeptAlert => {
    const sequence = (last.get(alert.customerId) ?? 0) + 1;
    last.set(alert.customerId, sequence);
    return { ...alert, sequence, id: alertId(alert) };
  });
  await writeRows(tx, AlertRow, kept.map(alertRow));
  await recordEvents(tx, kept.map(alertEvent));
}

async function lastSequences(tx: Tx, customerIds: readonly string[]): Promise<Map<string, number>> {
  // By the end of the index, as events do it.
  const rows = await tx.query<{ customer_id: string; last: number | null }>(
    `SELECT given.customer_id,
            (SELECT MAX(a.sequence) FROM alerts a WHERE a.customer_id = given.customer_id) AS last
     FROM ${tx.dialect.given("$1", ["customer_id text"])} AS given`,
    [JSON.stringify(customerIds.map((id) => [id]))],
  );
  return new Map(rows.map(({ customer_id, last }) => [customer_id, last ?? 0]));
}

const alertRow = ({ customerId, id, sequence, kind, unit, raisedAt, ...data }: KeptAlert): AlertRow => ({
  ...{ customerId, alertId: id, sequence, kind, unit, raisedAt },
  data,
});

/** Hashed, since a unit or a customer's id may hold anything, and ids are to be told apart without their customers. */
const alertId = ({ customerId, key }: Alert): string =>
  `alert_${createHash("sha256").update(`${customerId.length}:${customerId}${key}`).digest("hex").slice(0, 32)}`;

const alertEvent = (alert: KeptAlert): NewEvent => ({
  customerId: alert.customerId,
  type: "ALERT_RAISED",
  data: wholeAlert(alert, alert.id),
  at: alert.raisedAt,
});

export interface AlertSelection {
  readonly customerId: string;
  readonly kind: AlertKind | null;
  readonly first: number;
  /** Continue below this sequence. */
  readonly after: number | null;
}

/** Newest first; the order is total, so a page never repeats or skips one. */
export const makeAlerts =
  (database: Database) =>
  ({ customerId, kind, first, after }: AlertSelection): Promise<Page<KeptAlert>> =>
    database.read(async (tx) => {
      const rows = await tx.manager
        .createQueryBuilder(AlertRow, "alert")
        .where({ customerId, ...(kind === null ? {} : { kind }) })
        .andWhere("alert.sequence < :below", { below: after ?? Number.MAX_SAFE_INTEGER })
        .orderBy("alert.sequence", "DESC")
        .limit(first + 1)
        .getMany();
      return pageOf(rows.map(alertOf), first);
    });

const alertOf = ({ alertId: id, data, ...row }: AlertRow): KeptAlert =>
  ({ ...data, ...row, id }) as KeptAlert;
