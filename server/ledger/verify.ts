import { walletId } from "../domain/ids.js";
import type { Database, Tx } from "../storage/database.js";
import { findBudgetDrifts } from "./budgetCheck.js";
import { type Drift, findBrokenLinks, type Part } from "./chainCheck.js";
import { findCounterDrifts } from "./counterCheck.js";
import { laws } from "./laws.js";
import { findOrphans } from "./orphans.js";

export interface Progress {
  readonly checked: number;
  readonly customers: number;
  /** Ledger entries whose hashes have been recomputed. */
  readonly entries: number;
}

const customersAtOnce = 200;

/** Recomputes the laws of the books from the stored rows, some customers at a time, and reports every drift. */
export const makeVerify =
  (database: Database) =>
  async (onProgress: (progress: Progress) => void): Promise<readonly Drift[]> => {
    const customers = await database.read(countCustomers);
    const drifts: Drift[] = [];
    let checked = 0;
    let entries = 0;
    let after: string | null = "";
    const tell = () => {
      if (customers > 0) onProgress({ checked, customers, entries });
    };
    const onEntries = (more: number) => {
      entries += more;
      tell();
    };
    while (after !== null) {
      const from: string = after;
      const part = await database.read((tx) => verifyPart(tx, from, onEntries), { unhurried: true });
      drifts.push(...part.drifts);
      checked += part.customers;
      after = part.last;
      tell();
    }
    return drifts;
  };

async function countCustomers(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ customers: number }>("SELECT COUNT(*) AS customers FROM customers");
  return row?.customers ?? 0;
}

/** Ids hold no control characters, so nothing is between a customer's and this, and nothing after the other. */
const rightAfter = (id: string): string => (id === "" ? "" : `${id}\u0001`);
const afterAll = "\u{10ffff}";

/**
 * Each part is read in one transaction, so calls that are made meanwhile cannot look like drift. The parts leave
 * nothing out between them: rows whose customer is gone are in one of them too.
 */
async function verifyPart(tx: Tx, after: string, onEntries: (more: number) => void) {
  const ids = await tx.query<{ id: string }>(
    "SELECT customer_id AS id FROM customers WHERE customer_id > $1 ORDER BY customer_id LIMIT $2",
    [after, customersAtOnce],
  );
  const last = ids.length < customersAtOnce ? null : (ids.at(-1)?.id ?? null);
  const drifts = await findDrifts(tx, { first: rightAfter(after), last: last ?? afterAll, onEntries });
  return { drifts, last, customers: ids.length };
}

async function findDrifts(tx: Tx, part: Part): Promise<Drift[]> {
  const drifts: Drift[] = [];
  for (const { name, broken } of laws)
    for (const row of await tx.query<Record<string, unknown>>(broken, [part.first, part.last]))
      drifts.push({ law: name, row });
  for (const find of [findOrphans, findCounterDrifts, findBudgetDrifts, findBrokenLinks])
    drifts.push(...(await find(tx, part)));
  return drifts;
}

export interface WalletVerification {
  readonly walletId: string;
  readonly entries: number;
  readonly hash: string | null;
  readonly drifts: readonly Drift[];
}

/** The same for one wallet; null when there is none in the unit, which is the plan's unless one is named. */
export const makeVerifyWallet =
  (database: Database) =>
  (customerId: string, unit: string): Promise<WalletVerification | null> =>
    database.read(
      async (tx) => {
        const [wallet] = await tx.query<{ sequence: number; hash: string | null }>(
          "SELECT sequence, hash FROM wallets WHERE customer_id = $1 AND unit = $2",
          [customerId, unit],
        );
        if (wallet === undefined) return null;
        const found = await findDrifts(tx, {
          first: customerId,
          last: customerId,
          onEntries: () => undefined,
        });
        const drifts = found.filter(({ row }) => row.unit === undefined || row.unit === unit);
        return { walletId: walletId(customerId, unit), entries: wallet.sequence, hash: wallet.hash, drifts };
      },
      { unhurried: true },
    );
