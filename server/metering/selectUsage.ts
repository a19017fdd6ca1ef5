import type { Micros } from "../domain/amount.js";
import type { Attributes } from "../domain/catalog.js";
import type { Instant } from "../domain/instant.js";
import type { UsageRecord } from "../domain/usage.js";
import type { Tx } from "../storage/database.js";
import type { Dialect } from "../storage/dialect.js";
import { searchedMax } from "../storage/page.js";
import { type StoredUsageRecord, withDetails } from "./usageRecords.js";

/** A record's place in the total order of its customer's. */
export interface UsagePlace {
  readonly occurredAt: Instant;
  readonly id: string;
}

/** What to look for; left out or null: everything. */
export interface UsageSelection {
  readonly customerId: string;
  readonly from?: Instant | null;
  readonly to?: Instant | null;
  readonly idempotencyKey?: string | null;
  readonly holdId?: string | null;
  readonly operation?: string | null;
  readonly unit?: string | null;
  readonly plan?: string | null;
  /** Null in the list is the bootstrap key. */
  readonly apiKeyIds?: readonly (string | null)[] | null;
  readonly minAmount?: Micros | null;
  readonly maxAmount?: Micros | null;
  readonly attributes?: Attributes | null;
  readonly reversed?: boolean | null;
  /** Continue after this record. */
  readonly after?: UsagePlace | null;
}

/** Conditions of a statement, and the values that they name. */
function statementOf({ customerId, from, to, after, ...selection }: UsageSelection) {
  const parameters: unknown[] = [customerId];
  const conditions = ["u.customer_id = $1"];
  const bind = (value: unknown) => `$${parameters.push(value)}` as const;
  const when = <Value>(value: Value | null | undefined, condition: (value: Value) => string) => {
    if (value !== null && value !== undefined) conditions.push(condition(value));
  };
  when(from, (at) => `u.occurred_at >= ${bind(at)}`);
  when(to, (at) => `u.occurred_at < ${bind(at)}`);
  when(
    after,
    ({ occurredAt, id }) => `(u.occurred_at, u.usage_record_id) < (${bind(occurredAt)}, ${bind(id)})`,
  );
  return { selection, parameters, conditions, bind, when };
}

type Statement = ReturnType<typeof statementOf>;

/** What an index finds. */
function addFound({ selection: { idempotencyKey, holdId }, when, bind }: Statement): void {
  when(
    idempotencyKey,
    (key) => `u.usage_record_id IN
       (SELECT k.result_id FROM idempotency_keys k WHERE k.customer_id = $1 AND k.key = ${bind(key)})`,
  );
  when(holdId, (id) => `u.hold_id = ${bind(id)}`);
}

/** What only looking at each record finds. */
function addSearched({ selection, when, bind, conditions }: Statement, dialect: Dialect): void {
  when(selection.operation, (operation) => `u.operation = ${bind(operation)}`);
  when(selection.unit, (unit) => `u.unit = ${bind(unit)}`);
  when(selection.plan, (plan) => `u.plan_key = ${bind(plan)}`);
  when(selection.apiKeyIds, (ids) => {
    const named = `u.api_key_id IN ${dialect.among(bind(JSON.stringify(ids.filter((id) => id !== null))))}`;
    return ids.includes(null) ? `(${named} OR u.api_key_id IS NULL)` : named;
  });
  when(selection.minAmount, (least) => `u.amount >= ${bind(least)}`);
  when(selection.maxAmount, (most) => `u.amount <= ${bind(most)}`);
  when(
    selection.reversed,
    (reversed) => `${reversed ? "" : "NOT "}EXISTS (SELECT 1 FROM reversals r
       WHERE r.customer_id = u.customer_id AND r.usage_record_id = u.usage_record_id)`,
  );
  for (const [name, value] of Object.entries(selection.attributes ?? {})) {
    // Attributes are stored flat and as JSON writes them: in a text of theirs each quotation mark is escaped, so that
    // this part stands in it as an attribute or not at all.
    const part = `${JSON.stringify(name)}:${JSON.stringify(value)}`;
    const stands = [",", "}"].map((end) => `replace(u.attributes, ${bind(part + end)}, '') <> u.attributes`);
    conditions.push(`(${stands.join(" OR ")})`);
  }
}

const searched = [
  ...(["operation", "unit", "plan", "apiKeyIds"] as const),
  ...(["minAmount", "maxAmount", "attributes", "reversed"] as const),
] as const satisfies readonly (keyof UsageSelection)[];

const isSearch = (selection: UsageSelection): boolean =>
  (selection.idempotencyKey ?? selection.holdId ?? null) === null &&
  searched.some((name) => (selection[name] ?? null) !== null);

/** How far a page may search; null when it need not, or when it may to the end. */
export async function searchEnd(tx: Tx, selection: UsageSelection): Promise<UsagePlace | null> {
  if (!isSearch(selection)) return null;
  const { conditions, parameters } = statementOf(selection);
  const [place] = await tx.query<UsagePlace>(
    `SELECT u.occurred_at AS "occurredAt", u.usage_record_id AS id FROM usage_records u
     WHERE ${conditions.join(" AND ")} ORDER BY u.occurred_at DESC, u.usage_record_id DESC
     LIMIT 1 OFFSET ${searchedMax - 1}`,
    parameters,
  );
  return place ?? null;
}

/** Newest first; the order is total, so a page never repeats or skips a record. */
export async function selectUsageRecords(
  tx: Tx,
  { end, limit, ...selection }: UsageSelection & { end: UsagePlace | null; limit: number },
): Promise<UsageRecord[]> {
  const statement = statementOf(selection);
  addFound(statement);
  addSearched(statement, tx.dialect);
  const { conditions, parameters, bind, when } = statement;
  when(
    end,
    ({ occurredAt, id }) => `(u.occurred_at, u.usage_record_id) >= (${bind(occurredAt)}, ${bind(id)})`,
  );
  const stored = await tx.query<StoredUsageRecord>(
    `SELECT u.* FROM usage_records u WHERE ${conditions.join(" AND ")}
     ORDER BY u.occurred_at DESC, u.usage_record_id DESC LIMIT ${bind(limit)}`,
    parameters,
  );
  return withDetails(tx, stored);
}
