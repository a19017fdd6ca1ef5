import { add, type Micros, micros, negate, zero } from "../domain/amount.js";
import { type BudgetCounting, type BudgetedCall, counts, measured, type Spending } from "../domain/budget.js";
import { budgetedCall } from "../domain/consumption.js";
import { hourMs, type Instant } from "../domain/instant.js";
import type { Tx } from "../storage/database.js";
import { loadPlanVersion } from "./plans.js";

interface WalletKey {
  readonly customerId: string;
  readonly unit: string;
}

/** What calls of one kind have come to in an hour, by when they were metered. */
interface UsageSum extends Spending {
  readonly call: BudgetedCall;
  readonly hour: Instant;
}

interface StoredSum {
  readonly operation: string;
  readonly api_key_id: string | null;
  readonly plan_key: string;
  readonly plan_version: number;
  readonly hour: Instant;
  readonly amount: number;
  readonly postpaid: number;
}

/** Which entries of a wallet's ledger. */
export interface Stretch extends WalletKey {
  /** The first one and the last one. */
  readonly from: number;
  readonly to: number;
  /** Only calls metered since then; null for all. */
  readonly since: Instant | null;
}

const kindOfCall = `u.operation, u.api_key_id, u.plan_key, u.plan_version, u.recorded_at - u.recorded_at % ${hourMs}`;

/** What the calls of a stretch of the ledger have come to; the cost follows the stretch, not all there ever was. */
export async function usageIn(tx: Tx, { customerId, unit, from, to, since }: Stretch): Promise<UsageSum[]> {
  const rows = await tx.query<StoredSum>(
    `SELECT u.operation, u.api_key_id, u.plan_key, u.plan_version, u.recorded_at - u.recorded_at % ${hourMs} AS hour,
            SUM(u.amount) AS amount, SUM(u.postpaid) AS postpaid
     FROM ledger_entries e
     JOIN usage_records u ON u.customer_id = e.customer_id AND u.usage_record_id = e.usage_record_id
     WHERE e.customer_id = $1 AND e.unit = $2 AND e.sequence >= $3 AND e.sequence <= $4 AND e.type = 'USAGE'
       AND u.recorded_at >= $5
     GROUP BY ${kindOfCall}`,
    [customerId, unit, from, to, since ?? 0],
  );
  return summed(tx, rows);
}

/** From where on a window counts calls: by their entries in the ledger, or by when they were metered. */
export interface Beginning {
  readonly since: Instant;
  /** Null: by when they were metered. */
  readonly from: number | null;
}

/** What was undone, whenever that was, of the calls that a window counts: no reversal comes before its call. */
export async function reversedSince(
  tx: Tx,
  { customerId, unit }: WalletKey,
  { since, from }: Beginning,
): Promise<UsageSum[]> {
  const rows = await tx.query<StoredSum>(
    `SELECT u.operation, u.api_key_id, u.plan_key, u.plan_version, u.recorded_at - u.recorded_at % ${hourMs} AS hour,
            SUM(r.amount) AS amount, SUM(r.postpaid) AS postpaid
     FROM reversals r
     JOIN usage_records u ON u.customer_id = r.customer_id AND u.usage_record_id = r.usage_record_id
     WHERE r.customer_id = $1 AND r.created_at >= $3 AND u.unit = $2 AND u.recorded_at >= $4 AND u.sequence >= $5
     GROUP BY ${kindOfCall}`,
    [customerId, unit, since - skewMaxMs, from === null ? since : 0, from ?? 0],
  );
  return summed(tx, rows);
}

async function summed(tx: Tx, rows: readonly StoredSum[]): Promise<UsageSum[]> {
  const sums: UsageSum[] = [];
  for (const { plan_key, plan_version, api_key_id: apiKeyId, operation, hour, amount, postpaid } of rows) {
    const plan = await loadPlanVersion(tx, plan_key, plan_version);
    const call = budgetedCall(plan, { operation, apiKeyId });
    sums.push({ call, hour, amount: micros(amount), postpaid: micros(postpaid) });
  }
  return sums;
}

/** What active holds reserve as a budget counts it, those aside that have ended by now although nobody wrote it yet. */
export async function heldFor(
  tx: Tx,
  { customerId, unit }: WalletKey,
  { budget, now }: { readonly budget: BudgetCounting; readonly now: Instant | null },
): Promise<Micros> {
  const rows = await tx.query<BudgetedCall & { amount: number; postpaid: number }>(
    `SELECT h.operation, h.operation_group AS "group", h.api_key_id AS "apiKeyId", h.postpaid,
            h.postpaid + COALESCE((SELECT SUM(d.amount) FROM hold_draws d
                                   WHERE d.customer_id = h.customer_id AND d.hold_id = h.hold_id), 0) AS amount
     FROM holds h
     WHERE h.customer_id = $1 AND h.unit = $2 AND h.status = 'ACTIVE' AND h.expires_at > $3`,
    [customerId, unit, now ?? 0],
  );
  return rows
    .filter((hold) => counts(budget, hold))
    .map(({ amount, postpaid }) => measured(budget, { amount: micros(amount), postpaid: micros(postpaid) }))
    .reduce(add, zero);
}

/** Adds what a budget counts of such sums to what the hours have come to. */
export function addHours(
  hours: Map<Instant, Micros>,
  budget: BudgetCounting,
  sums: readonly UsageSum[],
  sign: 1 | -1 = 1,
): void {
  for (const { call, hour, ...spending } of sums) {
    if (!counts(budget, call)) continue;
    const amount = measured(budget, spending);
    hours.set(hour, add(hours.get(hour) ?? zero, sign === 1 ? amount : negate(amount)));
  }
}

/** The clocks of two processes, and so the times of entries that follow each other, are never this far apart. */
const skewMaxMs = hourMs;

/** The first entry of a ledger that was written at a time or later; the one after the last when there is none. */
export async function firstEntrySince(
  tx: Tx,
  { customerId, unit, last }: WalletKey & { readonly last: number },
  since: Instant,
): Promise<number> {
  let [low, high] = [1, last + 1];
  // Entries are numbered without gaps and, but for what clocks differ, in the order of their times.
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [entry] = await tx.query<{ at: Instant }>(
      "SELECT recorded_at AS at FROM ledger_entries WHERE customer_id = $1 AND unit = $2 AND sequence = $3",
      [customerId, unit, middle],
    );
    if (entry !== undefined && entry.at < since - skewMaxMs) low = middle + 1;
    else high = middle;
  }
  const [first] = await tx.query<{ sequence: number }>(
    `SELECT sequence FROM ledger_entries
     WHERE customer_id = $1 AND unit = $2 AND sequence >= $3 AND recorded_at >= $4 ORDER BY sequence LIMIT 1`,
    [customerId, unit, low, since],
  );
  return first?.sequence ?? last + 1;
}
