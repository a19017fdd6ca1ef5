import type { Instant } from "./instant.js";
import type { LedgerEntry } from "./wallet.js";

/** A ledger entry with all that its hash covers. */
export interface UnchainedEntry extends LedgerEntry {
  readonly customerId: string;
  readonly unit: string;
  readonly recordedAt: Instant;
}

export interface ChainedEntry extends UnchainedEntry {
  readonly hash: string;
}

/**
 * What the hash of an entry is taken of: a JSON array in this order, without spaces, that begins with the hash of the
 * entry before. `docs/concepts.md` promises it to auditors, so it must not change.
 */
export function hashedText(previous: string | null, entry: UnchainedEntry): string {
  const { customerId, unit, sequence, type, amount, balanceAfter } = entry;
  const { grantId, usageRecordId, occurredAt, recordedAt } = entry;
  const change = [sequence, type, amount, balanceAfter, grantId, usageRecordId];
  return JSON.stringify([previous, customerId, unit, ...change, occurredAt, recordedAt]);
}
