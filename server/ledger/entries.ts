import type { ChainedEntry } from "../domain/chain.js";
import type { Instant } from "../domain/instant.js";
import type { LedgerEntryType } from "../domain/wallet.js";
import type { Database, Tx } from "../storage/database.js";
import { type SearchedPage, searchedMax, searchedPage } from "../storage/page.js";
import type { Present } from "./present.js";
import { defaultUnit, postDue } from "./statement.js";

interface Needs {
  readonly database: Database;
  readonly present: Present;
}

/** What to look for; left out or null: everything. */
interface LedgerFilter {
  readonly types?: readonly LedgerEntryType[] | null;
  readonly from?: Instant | null;
  readonly to?: Instant | null;
  readonly grantId?: string | null;
  readonly usageRecordId?: string | null;
}

export interface LedgerQuestion {
  readonly customerId: string;
  readonly unit: string | null;
  readonly filter?: LedgerFilter;
  readonly first: number;
  /** Continue below this sequence. */
  readonly after: number | null;
}

/** Newest first, everything that is due included. */
export const makeLedgerEntries =
  ({ database, present }: Needs) =>
  ({
    customerId,
    unit,
    filter = {},
    first,
    after,
  }: LedgerQuestion): Promise<SearchedPage<ChainedEntry, number>> =>
    database.transact(async (tx) => {
      const account = await postDue(tx, customerId, present);
      const walletUnit = unit ?? (account && defaultUnit(account));
      if (walletUnit === null) return { items: [], hasNextPage: false, endsAt: null };
      const below = after ?? (await nextSequence(tx, customerId, walletUnit));
      const end = isSearch(filter) && below > searchedMax ? below - searchedMax : null;
      const walk = { customerId, unit: walletUnit, from: end ?? 1, to: below, filter };
      const entries = await selectEntries(tx, { ...walk, newestFirst: true, limit: first + 1 });
      return searchedPage(entries, first, end === 1 ? null : end);
    });

async function nextSequence(tx: Tx, customerId: string, unit: string): Promise<number> {
  const [wallet] = await tx.query<{ sequence: number }>(
    "SELECT sequence FROM wallets WHERE customer_id = $1 AND unit = $2",
    [customerId, unit],
  );
  return (wallet?.sequence ?? 0) + 1;
}

const isSearch = (filter: LedgerFilter): boolean =>
  Object.values(filter).some((value) => value !== null && value !== undefined);

interface Walk {
  readonly customerId: string;
  readonly unit: string;
  /** The sequences to go through: from the one up to, and without, the other. */
  readonly from: number;
  readonly to: number;
  readonly filter: LedgerFilter;
  readonly newestFirst: boolean;
  readonly limit: number;
}

export function selectEntries(
  tx: Tx,
  { filter, newestFirst, limit, ...walk }: Walk,
): Promise<ChainedEntry[]> {
  const parameters: unknown[] = [walk.customerId, walk.unit, walk.from, walk.to, limit];
  const conditions = ["e.customer_id = $1", "e.unit = $2", "e.sequence >= $3", "e.sequence < $4"];
  const bind = (value: unknown) => `$${parameters.push(value)}` as const;
  const { types = null, from = null, to = null, grantId = null, usageRecordId = null } = filter;
  if (types !== null) conditions.push(`e.type IN ${tx.dialect.among(bind(JSON.stringify(types)))}`);
  if (from !== null) conditions.push(`e.occurred_at >= ${bind(from)}`);
  if (to !== null) conditions.push(`e.occurred_at < ${bind(to)}`);
  if (grantId !== null) conditions.push(`e.grant_id = ${bind(grantId)}`);
  if (usageRecordId !== null) conditions.push(`e.usage_record_id = ${bind(usageRecordId)}`);
  return tx.query<ChainedEntry>(
    `SELECT e.customer_id AS "customerId", e.unit, e.sequence, e.type, e.amount, e.balance_after AS "balanceAfter",
            e.grant_id AS "grantId", e.usage_record_id AS "usageRecordId", e.occurred_at AS "occurredAt",
            e.recorded_at AS "recordedAt", e.hash
     FROM ledger_entries e WHERE ${conditions.join(" AND ")}
     ORDER BY e.sequence ${newestFirst ? "DESC" : "ASC"} LIMIT $5`,
    parameters,
  );
}
