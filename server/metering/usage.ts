import { rateRecord } from "../domain/consumption.js";
import type { PriceStep } from "../domain/price/price.js";
import type { UsageRecord } from "../domain/usage.js";
import { loadPlanVersion } from "../ledger/plans.js";
import type { Database } from "../storage/database.js";
import { type SearchedPage, searchedPage } from "../storage/page.js";
import { searchEnd, selectUsageRecords, type UsagePlace, type UsageSelection } from "./selectUsage.js";
import { loadUsageRecords } from "./usageRecords.js";

export interface UsageQuestion extends UsageSelection {
  readonly first: number;
}

/** Newest first. */
export const makeUsageRecords =
  (database: Database) =>
  ({ first, ...selection }: UsageQuestion): Promise<SearchedPage<UsageRecord, UsagePlace>> =>
    database.read(async (tx) => {
      const end = await searchEnd(tx, selection);
      const selected = await selectUsageRecords(tx, { ...selection, end, limit: first + 1 });
      return searchedPage(selected, first, end);
    });

/** By id; those that there are. */
export const makeUsageRecordsById =
  (database: Database) =>
  (customerId: string, ids: readonly string[]): Promise<Map<string, UsageRecord>> =>
    database.read((tx) =>
      loadUsageRecords(
        tx,
        ids.map((id) => ({ customerId, id })),
      ),
    );

/** Recomputes a record's derivation from the plan version that it pins. */
export const makeExplainUsage =
  (database: Database) =>
  (record: UsageRecord): Promise<readonly PriceStep[]> =>
    database.read(async (tx) => {
      const plan = await loadPlanVersion(tx, record.planKey, record.planVersion);
      return rateRecord(plan, record).steps;
    });
