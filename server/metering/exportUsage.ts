import { badInput } from "../domain/errors.js";
import type { Instant } from "../domain/instant.js";
import type { UsageRecord } from "../domain/usage.js";
import {
  type Export,
  type ExportNeeds,
  type ExportQuestion,
  exportedAtOnce,
  exportedCustomers,
  exportTime,
} from "../ledger/exporting.js";
import type { Tx } from "../storage/database.js";
import type { UsagePlace } from "./selectUsage.js";
import { loadUsageRecords, type StoredUsageRecord, withDetails } from "./usageRecords.js";

export interface UsageExportQuestion extends ExportQuestion {
  /** Continue after this record. */
  readonly after: { readonly customerId: string; readonly id: string } | null;
}

/** Usage records by customer, and then from the oldest call to the newest. */
export const makeExportUsage =
  (needs: ExportNeeds) =>
  async (question: UsageExportQuestion): Promise<Export<UsageRecord>> => {
    const asOf = await exportTime(needs, question);
    const after = await needs.database.read((tx) => placeOf(tx, question.after));
    return { asOf, pages: pagesOf(needs, { ...question, asOf }, after) };
  };

async function placeOf(tx: Tx, after: UsageExportQuestion["after"]): Promise<UsagePlace | null> {
  if (after === null) return null;
  const record = (await loadUsageRecords(tx, [after])).get(after.id);
  if (record === undefined) throw badInput("after", "names no usage record of this customer.");
  return { occurredAt: record.occurredAt, id: record.id };
}

async function* pagesOf(
  needs: ExportNeeds,
  { after: begun, ...question }: UsageExportQuestion & { asOf: Instant },
  begunAt: UsagePlace | null,
): AsyncGenerator<readonly UsageRecord[]> {
  const from = begun?.customerId ?? null;
  const some = {
    condition: `EXISTS (SELECT 1 FROM usage_records u WHERE u.customer_id = c.customer_id
                        AND u.occurred_at >= $3 AND u.occurred_at < $4)`,
    parameters: [question.from ?? 0, question.to ?? Number.MAX_SAFE_INTEGER],
  };
  for await (const { customerId, asOf } of exportedCustomers(needs, { ...question, from, some })) {
    let after = begun?.customerId === customerId ? begunAt : null;
    for (;;) {
      question.signal?.throwIfAborted();
      const part = { ...question, customerId, asOf, after };
      const records: UsageRecord[] = await needs.database.read((tx) => selectOldest(tx, part));
      if (records.length > 0) yield records.map((record) => asItWas(record, asOf));
      const last = records.at(-1);
      if (last === undefined || records.length < exportedAtOnce) break;
      after = { occurredAt: last.occurredAt, id: last.id };
    }
  }
}

interface Part extends Pick<ExportQuestion, "from" | "to"> {
  readonly customerId: string;
  readonly asOf: Instant;
  readonly after: UsagePlace | null;
}

async function selectOldest(tx: Tx, { customerId, asOf, from, to, after }: Part): Promise<UsageRecord[]> {
  const parameters: unknown[] = [customerId, asOf, exportedAtOnce];
  const conditions = ["customer_id = $1", "recorded_at <= $2"];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  if (from !== null) conditions.push(`occurred_at >= ${bind(from)}`);
  if (to !== null) conditions.push(`occurred_at < ${bind(to)}`);
  if (after !== null)
    conditions.push(`(occurred_at, usage_record_id) > (${bind(after.occurredAt)}, ${bind(after.id)})`);
  const stored = await tx.query<StoredUsageRecord>(
    `SELECT * FROM usage_records WHERE ${conditions.join(" AND ")}
     ORDER BY occurred_at, usage_record_id LIMIT $3`,
    parameters,
  );
  return withDetails(tx, stored);
}

/** Without what was reversed of it later. */
const asItWas = (record: UsageRecord, asOf: Instant): UsageRecord => ({
  ...record,
  reversals: record.reversals.filter(({ createdAt }) => createdAt <= asOf),
});
