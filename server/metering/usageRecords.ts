import type { Micros } from "../domain/amount.js";
import type { Attributes } from "../domain/catalog.js";
import { type Instant, startOfHour } from "../domain/instant.js";
import type { Draw, UsageRecord } from "../domain/usage.js";
import type { Tx } from "../storage/database.js";
import { DrawRow, UsageCounterRow, UsageRecordRow, UsageRollupRow } from "../storage/rows/metering.js";
import { writeRows } from "../storage/write.js";
import type { PeriodCounter } from "./periodQuantity.js";

/** Writes the record, its draws and every sum that it is part of, in the transaction that burned the credits. */
export async function writeUsageRecord(
  tx: Tx,
  record: UsageRecord,
  counter: PeriodCounter | null,
): Promise<void> {
  const { id, draws, ...rest } = record;
  const { customerId, unit, operation, quantity, amount, postpaid } = record;
  await writeRows(tx, UsageRecordRow, [{ ...rest, usageRecordId: id }]);
  const drawRows = draws.map((draw, position) => ({ ...draw, position, customerId, usageRecordId: id }));
  await writeRows(tx, DrawRow, drawRows);
  const hour = startOfHour(record.occurredAt);
  const rollup: UsageRollupRow = { customerId, hour, operation, unit, calls: 1, quantity, amount, postpaid };
  await writeRows(tx, UsageRollupRow, [rollup], { add: ["calls", "quantity", "amount", "postpaid"] });
  if (counter !== null)
    await writeRows(tx, UsageCounterRow, [{ ...counter, customerId, quantity }], { add: ["quantity"] });
}

interface StoredUsageRecord {
  readonly customer_id: string;
  readonly usage_record_id: string;
  readonly unit: string;
  readonly operation: string;
  readonly quantity: Micros;
  readonly attributes: string;
  readonly amount: Micros;
  readonly postpaid: Micros;
  readonly balance_after: Micros;
  readonly plan_key: string;
  readonly plan_version: number;
  readonly period_quantity: Micros;
  readonly idempotency_key: string;
  readonly occurred_at: Instant;
  readonly recorded_at: Instant;
}

export async function findUsageRecord(tx: Tx, customerId: string, id: string): Promise<UsageRecord | null> {
  const [stored] = await tx.query<StoredUsageRecord>(
    "SELECT * FROM usage_records WHERE customer_id = $1 AND usage_record_id = $2",
    [customerId, id],
  );
  if (stored === undefined) return null;
  const [record] = await withDraws(tx, customerId, [stored]);
  return record ?? null;
}

export interface UsageRecordSelection {
  readonly customerId: string;
  readonly operation: string | null;
  readonly from: Instant | null;
  readonly to: Instant | null;
  /** Continue after this record. */
  readonly after: { readonly occurredAt: Instant; readonly id: string } | null;
  readonly limit: number;
}

/** Newest first; the order is total, so a page never repeats or skips a record. */
export async function selectUsageRecords(tx: Tx, selection: UsageRecordSelection): Promise<UsageRecord[]> {
  const { customerId, operation, from, to, after, limit } = selection;
  const parameters: unknown[] = [customerId, limit];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  const conditions = ["customer_id = $1"];
  if (operation !== null) conditions.push(`operation = ${bind(operation)}`);
  if (from !== null) conditions.push(`occurred_at >= ${bind(from)}`);
  if (to !== null) conditions.push(`occurred_at < ${bind(to)}`);
  if (after !== null)
    conditions.push(`(occurred_at, usage_record_id) < (${bind(after.occurredAt)}, ${bind(after.id)})`);
  const stored = await tx.query<StoredUsageRecord>(
    `SELECT * FROM usage_records WHERE ${conditions.join(" AND ")}
     ORDER BY occurred_at DESC, usage_record_id DESC LIMIT $2`,
    parameters,
  );
  return withDraws(tx, customerId, stored);
}

async function withDraws(
  tx: Tx,
  customerId: string,
  stored: readonly StoredUsageRecord[],
): Promise<UsageRecord[]> {
  if (stored.length === 0) return [];
  const places = stored.map((_, index) => `$${index + 2}`).join(", ");
  const draws = await tx.query<{ usage_record_id: string; grant_id: string; amount: Micros }>(
    `SELECT usage_record_id, grant_id, amount FROM draws
     WHERE customer_id = $1 AND usage_record_id IN (${places}) ORDER BY usage_record_id, position`,
    [customerId, ...stored.map((record) => record.usage_record_id)],
  );
  const byRecord = new Map<string, Draw[]>(stored.map((record) => [record.usage_record_id, []]));
  for (const draw of draws)
    byRecord.get(draw.usage_record_id)?.push({ grantId: draw.grant_id, amount: draw.amount });
  return stored.map((record) => usageRecord(record, byRecord.get(record.usage_record_id) ?? []));
}

const usageRecord = (stored: StoredUsageRecord, draws: readonly Draw[]): UsageRecord => ({
  id: stored.usage_record_id,
  customerId: stored.customer_id,
  unit: stored.unit,
  operation: stored.operation,
  quantity: stored.quantity,
  attributes: JSON.parse(stored.attributes) as Attributes,
  amount: stored.amount,
  postpaid: stored.postpaid,
  balanceAfter: stored.balance_after,
  planKey: stored.plan_key,
  planVersion: stored.plan_version,
  periodQuantity: stored.period_quantity,
  idempotencyKey: stored.idempotency_key,
  occurredAt: stored.occurred_at,
  recordedAt: stored.recorded_at,
  draws,
});
