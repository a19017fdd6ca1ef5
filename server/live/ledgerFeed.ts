import type { ChainedEntry } from "../domain/chain.js";
import type { UsageRecord } from "../domain/usage.js";
import { loadUsageRecords } from "../metering/usageRecords.js";
import type { Tx } from "../storage/database.js";
import { type Feed, foundIn, type NotThere, pageMax, type Topic, type Wanted } from "./feed.js";

/** What changed a wallet's balance: its ledger, entry by entry. */
export const walletFeed: Feed<ChainedEntry> = {
  name: "wallet",
  last: lastEntry,
  read: async (tx, wanted) =>
    foundIn(wanted, await entriesAfter(tx, wanted), ({ nth: _, ...entry }) => entry),
};

/**
 * Each metered call has exactly one ledger entry, also when it costs nothing. So the ledger is its order too, and
 * nothing else has to be kept for it.
 */
export const usageFeed: Feed<UsageRecord> = {
  name: "usage",
  last: lastEntry,
  read: async (tx, wanted) => {
    const entries = await entriesAfter(tx, wanted);
    const called = entries.flatMap(({ customerId, type, usageRecordId: id }) =>
      type === "USAGE" && id !== null ? [{ customerId, id }] : [],
    );
    const records = await loadUsageRecords(tx, called);
    return foundIn(wanted, entries, ({ type, usageRecordId }) => {
      if (type !== "USAGE" || usageRecordId === null) return null;
      const record = records.get(usageRecordId);
      if (record === undefined) throw new Error(`Usage record ${usageRecordId} of an entry is missing.`);
      return record;
    });
  },
};

interface FoundEntry extends ChainedEntry {
  readonly nth: number;
}

/** Sequences have no gaps, so that a range of them is a page. */
const entriesAfter = (tx: Tx, wanted: readonly Wanted[]): Promise<FoundEntry[]> =>
  tx.query<FoundEntry>(
    `SELECT given.nth, e.customer_id AS "customerId", e.unit, e.sequence, e.type, e.amount,
            e.balance_after AS "balanceAfter", e.grant_id AS "grantId", e.usage_record_id AS "usageRecordId",
            e.occurred_at AS "occurredAt", e.recorded_at AS "recordedAt", e.hash
     FROM ${tx.dialect.given("$1", ["nth bigint", "customer_id text", "unit text", "after bigint"])} AS given
     CROSS JOIN ledger_entries e
     WHERE e.customer_id = given.customer_id AND e.unit = given.unit
       AND e.sequence > given.after AND e.sequence <= given.after + ${pageMax}
     ORDER BY given.nth, e.sequence`,
    [JSON.stringify(wanted.map(({ topic, after }, nth) => [nth, topic.customerId, topic.unit, after]))],
  );

/** A wallet that has not been used yet is none, but can be waited for where there is such a unit. */
async function lastEntry(tx: Tx, { customerId, unit }: Topic): Promise<number | NotThere> {
  const [row] = await tx.query<{ sequence: number | null; known: string | null }>(
    `SELECT w.sequence, u.key AS known FROM customers c
     LEFT JOIN wallets w ON w.customer_id = c.customer_id AND w.unit = $2
     LEFT JOIN units u ON u.key = $2
     WHERE c.customer_id = $1`,
    [customerId, unit],
  );
  if (row === undefined) return "noCustomer";
  return row.sequence ?? (row.known === null ? "noUnit" : 0);
}
