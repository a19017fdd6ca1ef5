import { createHash } from "node:crypto";
import { type Alert, type AlertKind, alertData } from "../domain/alert.js";
import type { NewEvent } from "../domain/event.js";
import type { Instant } from "../domain/instant.js";
import { recordEvents } from "../events/outbox.js";
import type { Database, Tx } from "../storage/database.js";
import { type Page, pageOf } from "../storage/page.js";
import { AlertRow } from "../storage/rows/budgets.js";
import { writeRows } from "../storage/write.js";

/** An alert as it is kept. */
export type KeptAlert = Alert & { readonly id: string };

/**
 * Keeps alerts, and tells of each by an event, in the transaction in which they were raised. Their ids follow from what
 * they are about: one that was raised before cannot be raised again, it would fail the transaction.
 */
export async function raiseAlerts(tx: Tx, alerts: readonly Alert[]): Promise<void> {
  if (alerts.length === 0) return;
  const kept = alerts.map((alert) => ({ ...alert, id: alertId(alert) }));
  await writeRows(
    tx,
    AlertRow,
    kept.map(({ customerId, id, kind, unit, raisedAt, ...data }) => ({
      ...{ customerId, alertId: id, kind, unit, raisedAt },
      data,
    })),
  );
  await recordEvents(tx, kept.map(alertEvent));
}

/** Hashed, since a unit or a customer's id may hold anything, and ids are to be told apart without their customers. */
const alertId = ({ customerId, key }: Alert): string =>
  `alert_${createHash("sha256").update(`${customerId.length}:${customerId}${key}`).digest("hex").slice(0, 32)}`;

const alertEvent = (alert: KeptAlert): NewEvent => ({
  customerId: alert.customerId,
  type: "ALERT_RAISED",
  data: alertData(alert),
  at: alert.raisedAt,
});

export interface AlertSelection {
  readonly customerId: string;
  readonly kind: AlertKind | null;
  readonly first: number;
  /** Continue after this one. */
  readonly after: { readonly raisedAt: Instant; readonly id: string } | null;
}

/** Newest first; the order is total, so a page never repeats or skips one. */
export const makeAlerts =
  (database: Database) =>
  ({ customerId, kind, first, after }: AlertSelection): Promise<Page<KeptAlert>> =>
    database.read(async (tx) => {
      const query = tx.manager
        .createQueryBuilder(AlertRow, "alert")
        .where({ customerId, ...(kind === null ? {} : { kind }) })
        .orderBy("alert.raisedAt", "DESC")
        .addOrderBy("alert.alertId", "DESC")
        .limit(first + 1);
      if (after !== null)
        query.andWhere("(alert.raisedAt, alert.alertId) < (:raisedAt, :id)", {
          raisedAt: after.raisedAt,
          id: after.id,
        });
      return pageOf((await query.getMany()).map(alertOf), first);
    });

const alertOf = ({ alertId: id, data, ...row }: AlertRow): KeptAlert =>
  ({ ...data, ...row, id }) as KeptAlert;
