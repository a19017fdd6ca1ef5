import type { ChainedEntry } from "../domain/chain.js";
import { type Instant, minuteMs } from "../domain/instant.js";
import type { LedgerEntryType } from "../domain/wallet.js";
import type { Database, Tx } from "../storage/database.js";
import { type SearchedPage, searchedMax, searchedPage } from "../storage/page.js";
import { entriesOfKey, type OfKey } from "./entriesOfKey.js";
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
  readonly idempotencyKey?: string | null;
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
    database
      .transact((tx) => postDue(tx, customerId, present))
      .then((account) =>
        // Searching takes its time, and the customer's calls do not have to wait for it.
        database.read(async (tx) => {
          const walletUnit = unit ?? (account && defaultUnit(account));
          const { from = null, idempotencyKey = null } = filter;
          const ofKey = idempotencyKey === null ? {} : await entriesOfKey(tx, customerId, idempotencyKey);
          if (walletUnit === null || ofKey === null) return { items: [], hasNextPage: false, endsAt: null };
          const wallet = { customerId, unit: walletUnit };
          const below = after ?? (await nextSequence(tx, wallet));
          const since = from ?? ofKey.writtenAt ?? null;
          const oldest = since === null ? 1 : await firstWrittenFrom(tx, wallet, since);
          const start = isSearch(filter) ? Math.max(oldest, below - searchedMax) : oldest;
          const walk = { ...wallet, from: start, to: below, filter, ofKey };
          const entries = await selectEntries(tx, { ...walk, newestFirst: true, limit: first + 1 });
          return searchedPage(entries, first, start <= oldest ? null : start);
        }),
      );

interface WalletRef {
  readonly customerId: string;
  readonly unit: string;
}

/** Nothing is written before it happens, as far as the clocks of several processes agree. */
const aheadMs = 5 * minuteMs;

/** What happened from a time on was written from this one on. */
export const writtenFrom = (from: Instant): Instant => Math.max(0, from - aheadMs) as Instant;

/**
 * The first entry that may have happened at a time or after it. Entries are written in the order of time, so it is
 * found by halving, without an index that every call would have to pay for.
 */
export async function firstWrittenFrom(tx: Tx, wallet: WalletRef, from: Instant): Promise<number> {
  const written = writtenFrom(from);
  let [low, high] = [1, await nextSequence(tx, wallet)];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [entry] = await tx.query<{ recordedAt: Instant }>(
      `SELECT recorded_at AS "recordedAt" FROM ledger_entries
       WHERE customer_id = $1 AND unit = $2 AND sequence = $3`,
      [wallet.customerId, wallet.unit, middle],
    );
    if (entry !== undefined && entry.recordedAt < written) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function nextSequence(tx: Tx, { customerId, unit }: WalletRef): Promise<number> {
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
  /** What an idempotency key that is looked for stands for. */
  readonly ofKey?: OfKey;
  readonly newestFirst: boolean;
  readonly limit: number;
}

export function selectEntries(
  tx: Tx,
  { filter, ofKey = {}, newestFirst, limit, ...walk }: Walk,
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
  if (ofKey.grantId !== undefined) conditions.push(`e.grant_id = ${bind(ofKey.grantId)}`);
  if (ofKey.usageRecordId !== undefined) conditions.push(`e.usage_record_id = ${bind(ofKey.usageRecordId)}`);
  if (ofKey.type !== undefined) conditions.push(`e.type = ${bind(ofKey.type)}`);
  if (ofKey.writtenAt !== undefined) conditions.push(`e.recorded_at = ${bind(ofKey.writtenAt)}`);
  return tx.query<ChainedEntry>(
    `SELECT e.customer_id AS "customerId", e.unit, e.sequence, e.type, e.amount, e.balance_after AS "balanceAfter",
            e.grant_id AS "grantId", e.usage_record_id AS "usageRecordId", e.occurred_at AS "occurredAt",
            e.recorded_at AS "recordedAt", e.hash
     FROM ledger_entries e WHERE ${conditions.join(" AND ")}
     ORDER BY e.sequence ${newestFirst ? "DESC" : "ASC"} LIMIT $5`,
    parameters,
  );
}
