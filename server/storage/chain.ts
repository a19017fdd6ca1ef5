import { hash } from "node:crypto";
import { type ChainedEntry, hashedText, type UnchainedEntry } from "../domain/chain.js";

/** Whoever changes, removes or adds an entry has to change every hash after it. */
export const entryHash = (previous: string | null, entry: UnchainedEntry): string =>
  hash("sha256", hashedText(previous, entry), "base64url");

/** Chains new entries, in order, to what a wallet has. */
export function chain(previous: string | null, entries: readonly UnchainedEntry[]): ChainedEntry[] {
  let last = previous;
  return entries.map((entry) => {
    last = entryHash(last, entry);
    return { ...entry, hash: last };
  });
}
