import { type Micros, negate, zero } from "../domain/amount.js";
import type { PeriodUsage } from "../domain/periodUsage.js";
import type { Reversal, ReversalEffect, ReversedDraw, UsageRecord } from "../domain/usage.js";
import type { Tx } from "../storage/database.js";
import { ReversalDrawRow, ReversalRow, type UsageRollupRow } from "../storage/rows/metering.js";
import { writeRows } from "../storage/write.js";
import { writePeriodUsage } from "./periodUsage.js";
import { rollupRow, writeRollups } from "./rollups.js";

export interface ReversedUsage {
  readonly reversal: Reversal;
  readonly record: UsageRecord;
  /** What of its draws gives back to the plan's own supply. */
  readonly allowance: Micros;
  /** What it takes back from its billing period. */
  readonly periodUsage: readonly PeriodUsage[];
}

/** Writes reversals, and takes them out of the sums of the hours in which the calls happened. */
export async function writeReversals(tx: Tx, reversed: readonly ReversedUsage[]): Promise<void> {
  const reversals = reversed.map(({ reversal }) => reversal);
  await writeRows(
    tx,
    ReversalRow,
    reversals.map(({ id, draws: _, ...rest }) => ({ ...rest, reversalId: id })),
  );
  const draws = reversals.flatMap(({ id, customerId, usageRecordId, draws: undone }) =>
    undone.map((draw) => ({ ...draw, customerId, usageRecordId, reversalId: id })),
  );
  await writeRows(tx, ReversalDrawRow, draws);
  await writeRollups(tx, reversed.map(correction));
  await writePeriodUsage(
    tx,
    reversed.map(({ reversal, periodUsage }) => ({ of: reversal, periodUsage })),
  );
}

/** The call was made, so it stays counted; what it cost goes down. An invoice counts what it charges for instead. */
const correction = ({ record, reversal, allowance }: ReversedUsage): UsageRollupRow =>
  rollupRow(record, {
    calls: 0,
    quantity: zero,
    amount: negate(reversal.amount),
    allowance: negate(allowance),
    postpaid: negate(reversal.postpaid),
    reversed: reversal.amount,
  });

interface RecordRef {
  readonly customer_id: string;
  readonly usage_record_id: string;
}

/** By usage record id, oldest first. */
export async function loadReversals(tx: Tx, records: readonly RecordRef[]): Promise<Map<string, Reversal[]>> {
  const byRecord = new Map<string, Reversal[]>();
  const given = tx.dialect.given("$1", ["customer_id text", "id text"]);
  const wanted = JSON.stringify(records.map((record) => [record.customer_id, record.usage_record_id]));
  const reversals = await tx.query<Omit<Reversal, "draws">>(
    `SELECT r.reversal_id AS id, r.customer_id AS "customerId", r.usage_record_id AS "usageRecordId", r.amount,
            r.postpaid, r.subscription_id AS "subscriptionId", r.period_index AS "periodIndex", r.reason, r.idempotency_key AS "idempotencyKey", r.created_at AS "createdAt"
     FROM ${given} AS given CROSS JOIN reversals r
     WHERE r.customer_id = given.customer_id AND r.usage_record_id = given.id
     ORDER BY r.created_at, r.reversal_id`,
    [wanted],
  );
  if (reversals.length === 0) return byRecord;
  const draws = await loadDraws(tx, given, wanted);
  for (const reversal of reversals) {
    const { id, usageRecordId } = reversal;
    const whole = { ...reversal, draws: draws.get(id) ?? [] };
    byRecord.set(usageRecordId, [...(byRecord.get(usageRecordId) ?? []), whole]);
  }
  return byRecord;
}

/** By reversal id, last burned first. */
async function loadDraws(tx: Tx, given: string, wanted: string): Promise<Map<string, ReversedDraw[]>> {
  const rows = await tx.query<{
    id: string;
    position: number;
    grantId: string;
    amount: Micros;
    effect: ReversalEffect;
  }>(
    `SELECT d.reversal_id AS id, d.position, d.grant_id AS "grantId", d.amount, d.effect
     FROM ${given} AS given CROSS JOIN reversal_draws d
     WHERE d.customer_id = given.customer_id AND d.usage_record_id = given.id
     ORDER BY d.reversal_id, d.position DESC`,
    [wanted],
  );
  const draws = new Map<string, ReversedDraw[]>();
  for (const { id, ...draw } of rows) draws.set(id, [...(draws.get(id) ?? []), draw]);
  return draws;
}
