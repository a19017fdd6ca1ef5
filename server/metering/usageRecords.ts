import { add, type Micros, zero } from "../domain/amount.js";
import type { Attributes } from "../domain/catalog.js";
import type { Instant } from "../domain/instant.js";
import type { PeriodUsage } from "../domain/periodUsage.js";
import type { Draw, Reversal, UsageRecord } from "../domain/usage.js";
import type { Tx } from "../storage/database.js";
import { DrawRow, UsageCounterRow, UsageRecordRow, type UsageRollupRow } from "../storage/rows/metering.js";
import { together } from "../storage/together.js";
import { writeRows } from "../storage/write.js";
import { counterName, type PeriodCounter } from "./periodQuantity.js";
import { writePeriodUsage } from "./periodUsage.js";
import { loadReversals } from "./reversals.js";
import { rollupRow, writeRollups } from "./rollups.js";

/** A record, the count that it adds to when its price counts the period, and what it adds to its billing period. */
export interface MeteredUsage {
  readonly record: UsageRecord;
  /** What of it the plan's own supply has paid. */
  readonly allowance: Micros;
  readonly periodUsage: readonly PeriodUsage[];
  readonly counter: PeriodCounter | null;
}

/** Writes records, their draws and every sum that they are part of, in the transaction that burned the credits. */
export async function writeUsages(tx: Tx, usages: readonly MeteredUsage[]): Promise<void> {
  const records = usages.map(({ record }) => record);
  await together([
    writeRows(tx, UsageRecordRow, records),
    writeRows(tx, DrawRow, records.flatMap(drawRows)),
    writeRollups(tx, usages.map(rollup)),
    writeRows(tx, UsageCounterRow, counters(usages), { add: ["quantity"] }),
    writePeriodUsage(
      tx,
      usages.map(({ record, periodUsage }) => ({ of: record, periodUsage })),
    ),
  ]);
}

const drawRows = ({ id, customerId, draws }: UsageRecord): DrawRow[] =>
  draws.map(({ grantId, amount }, position) => ({
    customerId,
    usageRecordId: id,
    position,
    grantId,
    amount,
  }));

const rollup = ({ record, allowance }: MeteredUsage): UsageRollupRow => {
  const { quantity, amount, postpaid } = record;
  return rollupRow(record, { calls: 1, quantity, amount, allowance, postpaid, reversed: zero });
};

function counters(usages: readonly MeteredUsage[]): UsageCounterRow[] {
  const rows = new Map<string, UsageCounterRow>();
  for (const { record, counter } of usages) {
    if (counter === null) continue;
    const row = rows.get(counterName(counter));
    if (row === undefined) rows.set(counterName(counter), { ...counter, quantity: record.quantity });
    else row.quantity = add(row.quantity, record.quantity);
  }
  return [...rows.values()];
}

export interface StoredUsageRecord {
  readonly customer_id: string;
  readonly usage_record_id: string;
  readonly unit: string;
  readonly operation: string;
  readonly quantity: Micros;
  readonly attributes: string;
  readonly amount: Micros;
  readonly postpaid: Micros;
  readonly balance_after: Micros;
  readonly sequence: number;
  readonly plan_key: string;
  readonly plan_version: number;
  readonly period_quantity: Micros;
  readonly subscription_id: string | null;
  readonly period_index: number | null;
  readonly hold_id: string | null;
  readonly idempotency_key: string;
  readonly api_key_id: string | null;
  readonly reported_attributes: string;
  readonly occurred_at: Instant;
  readonly recorded_at: Instant;
}

/** By id. */
export async function loadUsageRecords(
  tx: Tx,
  refs: readonly { readonly customerId: string; readonly id: string }[],
): Promise<Map<string, UsageRecord>> {
  if (refs.length === 0) return new Map();
  // A key that a group holds many times is still one record; others may name it too, and are not to find it.
  const distinct = new Map(refs.map(({ customerId, id }) => [`${customerId}/${id}`, [customerId, id]]));
  const stored = await tx.query<StoredUsageRecord>(
    `SELECT u.* FROM ${tx.dialect.given("$1", ["customer_id text", "id text"])} AS given
     CROSS JOIN usage_records u WHERE u.customer_id = given.customer_id AND u.usage_record_id = given.id`,
    [JSON.stringify([...distinct.values()])],
  );
  return new Map((await withDetails(tx, stored)).map((record) => [record.id, record]));
}

/** With their draws and what was reversed of them. */
export async function withDetails(tx: Tx, stored: readonly StoredUsageRecord[]): Promise<UsageRecord[]> {
  if (stored.length === 0) return [];
  const draws = await tx.query<{ usage_record_id: string; grant_id: string; amount: Micros }>(
    `SELECT d.usage_record_id, d.grant_id, d.amount
     FROM ${tx.dialect.given("$1", ["customer_id text", "id text"])} AS given CROSS JOIN draws d
     WHERE d.customer_id = given.customer_id AND d.usage_record_id = given.id
     ORDER BY d.usage_record_id, d.position`,
    [JSON.stringify(stored.map((record) => [record.customer_id, record.usage_record_id]))],
  );
  const byRecord = new Map<string, Draw[]>(stored.map((record) => [record.usage_record_id, []]));
  for (const draw of draws)
    byRecord.get(draw.usage_record_id)?.push({ grantId: draw.grant_id, amount: draw.amount });
  const reversals = await loadReversals(tx, stored);
  return stored.map((record) => {
    const id = record.usage_record_id;
    return usageRecord(record, byRecord.get(id) ?? [], reversals.get(id) ?? []);
  });
}

const usageRecord = (
  stored: StoredUsageRecord,
  draws: readonly Draw[],
  reversals: readonly Reversal[],
): UsageRecord => ({
  id: stored.usage_record_id,
  customerId: stored.customer_id,
  unit: stored.unit,
  operation: stored.operation,
  quantity: stored.quantity,
  attributes: JSON.parse(stored.attributes) as Attributes,
  amount: stored.amount,
  postpaid: stored.postpaid,
  balanceAfter: stored.balance_after,
  sequence: stored.sequence,
  planKey: stored.plan_key,
  planVersion: stored.plan_version,
  periodQuantity: stored.period_quantity,
  subscriptionId: stored.subscription_id,
  periodIndex: stored.period_index,
  holdId: stored.hold_id,
  idempotencyKey: stored.idempotency_key,
  apiKeyId: stored.api_key_id,
  reportedAttributes: stored.reported_attributes,
  occurredAt: stored.occurred_at,
  recordedAt: stored.recorded_at,
  draws,
  reversals,
});
