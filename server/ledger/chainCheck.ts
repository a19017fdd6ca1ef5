import type { ChainedEntry } from "../domain/chain.js";
import { walletId } from "../domain/ids.js";
import { entryHash } from "../storage/chain.js";
import type { Tx } from "../storage/database.js";

export interface Drift {
  readonly law: string;
  /** The row that breaks it, with the figures that disagree. */
  readonly row: Readonly<Record<string, unknown>>;
}

/** Some customers, and who hears how far it is. */
export interface Part {
  /** The first and the last customer. */
  readonly first: string;
  readonly last: string;
  readonly onEntries: (more: number) => void;
}

const entriesAtOnce = 5_000;
const entryLaw = "each ledger entry's hash covers it and the hash of the one before it";
const walletLaw = "a wallet knows the hash of its last ledger entry";
const strayLaw = "ledger entries are those of a wallet that there is";

/** Recomputes the hash chains of some customers' wallets, reading so many entries at a time. */
export async function findBrokenLinks(tx: Tx, part: Part): Promise<Drift[]> {
  const drifts: Drift[] = [];
  const heads = new Map<string, Head>();
  let after: Place = [part.first, "", 0];
  for (;;) {
    const entries = await nextEntries(tx, after, part.last);
    for (const entry of entries) {
      const wallet = walletId(entry.customerId, entry.unit);
      const { customerId: customer_id, unit, sequence, hash: stored } = entry;
      const computed = entryHash(heads.get(wallet)?.hash ?? null, entry);
      if (computed !== stored)
        drifts.push({ law: entryLaw, row: { customer_id, unit, sequence, stored, computed } });
      // Going on from what is stored tells the entry that was changed from those after it, which were not.
      heads.set(wallet, { customer_id, unit, hash: stored });
      after = [customer_id, unit, sequence];
    }
    part.onEntries(entries.length);
    if (entries.length < entriesAtOnce) break;
  }
  return [...drifts, ...(await findWrongHeads(tx, part, heads))];
}

type Place = readonly [customerId: string, unit: string, sequence: number];

const nextEntries = (tx: Tx, [customerId, unit, sequence]: Place, last: string) =>
  tx.query<ChainedEntry>(
    `SELECT customer_id AS "customerId", unit, sequence, type, amount, balance_after AS "balanceAfter",
            grant_id AS "grantId", usage_record_id AS "usageRecordId", occurred_at AS "occurredAt",
            recorded_at AS "recordedAt", hash
     FROM ledger_entries
     WHERE (customer_id, unit, sequence) > ($1, $2, $3) AND customer_id <= $4
     ORDER BY customer_id, unit, sequence LIMIT ${entriesAtOnce}`,
    [customerId, unit, sequence, last],
  );

/** The last entry of a wallet, as far as entries were read. */
interface Head {
  readonly customer_id: string;
  readonly unit: string;
  readonly hash: string;
}

/** Wallets that know another last entry than there is, and entries of a wallet that is gone. */
async function findWrongHeads(tx: Tx, { first, last }: Part, heads: ReadonlyMap<string, Head>) {
  const wallets = await tx.query<{ customer_id: string; unit: string; hash: string | null }>(
    "SELECT customer_id, unit, hash FROM wallets WHERE customer_id >= $1 AND customer_id <= $2",
    [first, last],
  );
  const drifts = wallets.flatMap(({ customer_id, unit, hash: stored }): Drift[] => {
    const computed = heads.get(walletId(customer_id, unit))?.hash ?? null;
    return computed === stored ? [] : [{ law: walletLaw, row: { customer_id, unit, stored, computed } }];
  });
  const known = new Set(wallets.map(({ customer_id, unit }) => walletId(customer_id, unit)));
  for (const [id, { customer_id, unit, hash: computed }] of heads)
    if (!known.has(id)) drifts.push({ law: strayLaw, row: { customer_id, unit, computed } });
  return drifts;
}
