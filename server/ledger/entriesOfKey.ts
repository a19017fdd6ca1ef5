import type { Instant } from "../domain/instant.js";
import type { LedgerEntryType } from "../domain/wallet.js";
import type { Tx } from "../storage/database.js";
import { keyName, loadKeptKeys } from "./idempotency.js";

/** Which entries an idempotency key stands for: those of a call, of one reversal of a call, or of a grant. */
export interface OfKey {
  readonly grantId?: string;
  readonly usageRecordId?: string;
  /** Of what kind and when written, where the call has others too. */
  readonly type?: LedgerEntryType;
  readonly writtenAt?: Instant;
}

/** Null when the key is not spent, or on something that is no change of a balance. */
export async function entriesOfKey(tx: Tx, customerId: string, key: string): Promise<OfKey | null> {
  const kept = (await loadKeptKeys(tx, [{ customerId, key }])).get(keyName({ customerId, key }));
  if (kept === undefined) return null;
  const { resultId, usedAt } = kept;
  const first = async (sql: string): Promise<string | null> =>
    (await tx.query<{ id: string | null }>(sql, [customerId, resultId]))[0]?.id ?? null;
  const call = await first(
    "SELECT usage_record_id AS id FROM usage_records WHERE customer_id = $1 AND usage_record_id = $2",
  );
  if (call !== null) return { usageRecordId: call, type: "USAGE", writtenAt: usedAt };
  const grantId =
    (await first("SELECT grant_id AS id FROM credit_grants WHERE customer_id = $1 AND grant_id = $2")) ??
    (await first("SELECT grant_id AS id FROM purchases WHERE customer_id = $1 AND purchase_id = $2"));
  if (grantId !== null) return { grantId };
  const undone = await first(
    "SELECT usage_record_id AS id FROM reversals WHERE customer_id = $1 AND reversal_id = $2",
  );
  return undone === null ? null : { usageRecordId: undone, type: "REVERSAL", writtenAt: usedAt };
}
