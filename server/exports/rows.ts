import { formatAmount } from "../domain/amount.js";
import type { ChainedEntry } from "../domain/chain.js";
import { ledgerEntryId } from "../domain/ids.js";
import { toIso } from "../domain/instant.js";
import { reversedOf, type UsageRecord } from "../domain/usage.js";

/**
 * A value of an exported row. A text may hold whatever a customer has sent; a figure (an amount, a count or a time) and
 * JSON are of our own making.
 */
export type Cell =
  | { readonly kind: "text" | "figure"; readonly value: string | null }
  | { readonly kind: "count"; readonly value: number }
  | { readonly kind: "json"; readonly value: unknown };

/** By column, in the order of the columns. */
export type Row = Readonly<Record<string, Cell>>;

const text = (value: string | null): Cell => ({ kind: "text", value });
const figure = (value: string): Cell => ({ kind: "figure", value });
const count = (value: number): Cell => ({ kind: "count", value });
const json = (value: unknown): Cell => ({ kind: "json", value });

export const usageRow = (record: UsageRecord): Row => ({
  customerId: text(record.customerId),
  id: text(record.id),
  occurredAt: figure(toIso(record.occurredAt)),
  recordedAt: figure(toIso(record.recordedAt)),
  operation: text(record.operation),
  quantity: figure(formatAmount(record.quantity)),
  unit: text(record.unit),
  amount: figure(formatAmount(record.amount)),
  postpaid: figure(formatAmount(record.postpaid)),
  reversed: figure(formatAmount(reversedOf(record))),
  balanceAfter: figure(formatAmount(record.balanceAfter)),
  plan: text(record.planKey),
  planVersion: count(record.planVersion),
  apiKeyId: text(record.apiKeyId),
  holdId: text(record.holdId),
  idempotencyKey: text(record.idempotencyKey),
  attributes: json(record.attributes),
  draws: json(record.draws.map(({ grantId, amount }) => ({ grantId, amount: formatAmount(amount) }))),
});

export const ledgerRow = (entry: ChainedEntry): Row => ({
  customerId: text(entry.customerId),
  id: text(ledgerEntryId(entry.customerId, entry.unit, entry.sequence)),
  unit: text(entry.unit),
  sequence: count(entry.sequence),
  type: text(entry.type),
  amount: figure(formatAmount(entry.amount)),
  balanceAfter: figure(formatAmount(entry.balanceAfter)),
  grantId: text(entry.grantId),
  usageRecordId: text(entry.usageRecordId),
  occurredAt: figure(toIso(entry.occurredAt)),
  recordedAt: figure(toIso(entry.recordedAt)),
  hash: figure(entry.hash),
});

export const usageColumns = [
  ...["customerId", "id", "occurredAt", "recordedAt", "operation", "quantity", "unit", "amount", "postpaid"],
  ...[
    "reversed",
    "balanceAfter",
    "plan",
    "planVersion",
    "apiKeyId",
    "holdId",
    "idempotencyKey",
    "attributes",
  ],
  "draws",
];

export const ledgerColumns = [
  ...["customerId", "id", "unit", "sequence", "type", "amount", "balanceAfter", "grantId", "usageRecordId"],
  ...["occurredAt", "recordedAt", "hash"],
];
