import { type Micros, micros } from "../domain/amount.js";
import { dayMs, type Instant } from "../domain/instant.js";
import type { Database } from "../storage/database.js";

export interface ReportQuestion {
  readonly customerId: string;
  /** Full hours. */
  readonly from: Instant;
  readonly to: Instant;
  readonly byOperation: boolean;
  readonly byDay: boolean;
}

export interface UsageSum {
  readonly unit: string;
  readonly calls: number;
  readonly quantity: Micros;
  readonly amount: Micros;
  readonly postpaid: Micros;
}

export interface UsageReportRow extends UsageSum {
  readonly operation: string | null;
  readonly day: Instant | null;
}

export interface UsageReport {
  readonly rows: readonly UsageReportRow[];
  readonly totals: readonly UsageSum[];
}

/** Adds up hourly sums, so that a million calls of an hour cost as much to report as one. */
export const makeUsageReport =
  (database: Database) =>
  (question: ReportQuestion): Promise<UsageReport> =>
    database.read(async (tx) => {
      const day = question.byDay ? `hour - hour % ${dayMs}` : "NULL";
      const operation = question.byOperation ? "operation" : "NULL";
      const rows = await tx.query<UsageReportRow>(
        `SELECT ${operation} AS operation, ${day} AS day, unit, SUM(calls) AS calls, SUM(quantity) AS quantity,
                SUM(amount) AS amount, SUM(postpaid) AS postpaid
         FROM usage_rollups WHERE customer_id = $1 AND hour >= $2 AND hour < $3
         GROUP BY 1, 2, unit ORDER BY 2, 1, unit`,
        [question.customerId, question.from, question.to],
      );
      // Sums of very large quantities can leave the exact range, where a number would only look right.
      for (const row of rows) micros(row.quantity);
      return { rows, totals: totals(rows) };
    });

function totals(rows: readonly UsageSum[]): UsageSum[] {
  const byUnit = new Map<string, UsageSum>();
  for (const row of rows) {
    const sum = byUnit.get(row.unit);
    byUnit.set(row.unit, sum === undefined ? row : addSums(sum, row));
  }
  return [...byUnit.values()];
}

const addSums = (a: UsageSum, b: UsageSum): UsageSum => ({
  unit: a.unit,
  calls: a.calls + b.calls,
  quantity: micros(a.quantity + b.quantity),
  amount: micros(a.amount + b.amount),
  postpaid: micros(a.postpaid + b.postpaid),
});
