import { walletId } from "../domain/ids.js";
import type { Database, Tx } from "../storage/database.js";
import { findBudgetDrifts } from "./budgetCheck.js";
import { type Drift, findBrokenLinks, type Part } from "./chainCheck.js";
import { laws } from "./laws.js";
import { findNumberDrifts } from "./numberCheck.js";

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
    let after = "";
    const tell = () => onProgress({ checked, customers, entries });
    const onEntries = (more: number) => {
      entries += more;
      tell();
    };
    for (;;) {
      const part = await database.read((tx) => verifyPart(tx, after, onEntries));
      if (part === null) return [...drifts, ...(await database.read(findNumberDrifts))];
      drifts.push(...part.drifts);
      checked += part.customers;
      after = part.last;
      tell();
    }
  };

async function countCustomers(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ customers: number }>("SELECT COUNT(*) AS customers FROM customers");
  return row?.customers ?? 0;
}

/** Each part is read in one transaction, so calls that are made meanwhile cannot look like drift. */
async function verifyPart(tx: Tx, after: string, onEntries: (more: number) => void) {
  const ids = await tx.query<{ id: string }>(
    "SELECT customer_id AS id FROM customers WHERE customer_id > $1 ORDER BY customer_id LIMIT $2",
    [after, customersAtOnce],
  );
  const [first, last] = [ids[0]?.id, ids.at(-1)?.id];
  if (first === undefined || last === undefined) return null;
  const drifts = await findDrifts(tx, { first, last, onEntries });
  return { drifts, last, customers: ids.length };
}

async function findDrifts(tx: Tx, part: Part): Promise<Drift[]> {
  const drifts: Drift[] = [];
  for (const { name, broken } of laws)
    for (const row of await tx.query<Record<string, unknown>>(broken, [part.first, part.last]))
      drifts.push({ law: name, row });
  return [...drifts, ...(await findBudgetDrifts(tx, part)), ...(await findBrokenLinks(tx, part))];
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
    database.read(async (tx) => {
      const [wallet] = await tx.query<{ sequence: number; hash: string | null }>(
        "SELECT sequence, hash FROM wallets WHERE customer_id = $1 AND unit = $2",
        [customerId, unit],
      );
      if (wallet === undefined) return null;
      const found = await findDrifts(tx, { first: customerId, last: customerId, onEntries: () => undefined });
      const drifts = found.filter(({ row }) => row.unit === undefined || row.unit === unit);
      return { walletId: walletId(customerId, unit), entries: wallet.sequence, hash: wallet.hash, drifts };
    });
