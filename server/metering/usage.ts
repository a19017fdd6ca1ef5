import { rateRecord } from "../domain/consumption.js";
import type { Instant } from "../domain/instant.js";
import type { PriceStep } from "../domain/price/price.js";
import type { UsageRecord } from "../domain/usage.js";
import { loadPlanVersion } from "../ledger/plans.js";
import type { Database } from "../storage/database.js";
import { type Page, pageOf } from "../storage/page.js";
import { selectUsageRecords } from "./usageRecords.js";

export interface UsageQuestion {
  readonly customerId: string;
  readonly operation: string | null;
  readonly from: Instant | null;
  readonly to: Instant | null;
  readonly first: number;
  readonly after: { readonly occurredAt: Instant; readonly id: string } | null;
}

export const makeUsageRecords =
  (database: Database) =>
  ({ first, ...question }: UsageQuestion): Promise<Page<UsageRecord>> =>
    database.read(async (tx) =>
      pageOf(await selectUsageRecords(tx, { ...question, limit: first + 1 }), first),
    );

/** Recomputes a record's derivation from the plan version that it pins. */
export const makeExplainUsage =
  (database: Database) =>
  (record: UsageRecord): Promise<readonly PriceStep[]> =>
    database.read(async (tx) => {
      const plan = await loadPlanVersion(tx, record.planKey, record.planVersion);
      return rateRecord(plan, record).steps;
    });
