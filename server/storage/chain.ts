import { hash } from "node:crypto";
import { type ChainedEntry, hashedText, type UnchainedEntry } from "../domain/chain.js";
import type { LedgerEntry } from "../domain/wallet.js";

/** What an entry is told when it is written. */
type Written = Pick<UnchainedEntry, "customerId" | "unit" | "recordedAt">;

/** Whoever changes, removes or adds an entry has to change every hash after it. */
export const entryHash = (previous: string | null, entry: UnchainedEntry): string =>
  hash("sha256", hashedText(previous, entry), "base64url");

/** Chains new entries, in order, to what a wallet has. */
export function chain(
  previous: string | null,
  entries: readonly LedgerEntry[],
  { customerId, unit, recordedAt }: Written,
): ChainedEntry[] {
  let last = previous;
  return entries.map((entry) => {
    const chained = {
      customerId,
      unit,
      sequence: entry.sequence,
      type: entry.type,
      amount: entry.amount,
      balanceAfter: entry.balanceAfter,
      grantId: entry.grantId,
      usageRecordId: entry.usageRecordId,
      occurredAt: entry.occurredAt,
      recordedAt,
      hash: "",
    };
    last = entryHash(last, chained);
    chained.hash = last;
    return chained;
  });
}
