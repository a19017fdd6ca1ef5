import type { CreditGrant } from "../domain/grant.js";
import type { Hold } from "../domain/hold.js";
import { snapshot, type WalletSnapshot } from "../domain/snapshot.js";
import type { Database, Tx } from "../storage/database.js";
import { type Page, pageOf } from "../storage/page.js";
import { loadAllGrants, loadGrants } from "./grants.js";
import { type HoldSelection, loadHolds, selectHolds } from "./holds.js";
import { type Account, findWallet } from "./load.js";
import { post } from "./post.js";
import { type Present, presentAccount, readPresent } from "./present.js";

interface Needs {
  readonly database: Database;
  readonly present: Present;
}

/** The unit that a customer's wallet has when none is named. */
export const defaultUnit = (account: Account): string | null => account.current?.plan.unit ?? null;

/** A wallet as it is now; reading it writes nothing. */
export const makeWallet =
  (needs: Needs) =>
  (customerId: string, unit: string | null): Promise<WalletSnapshot | null> =>
    readPresent(needs, customerId, async (tx, account) =>
      account === null ? null : snapshotOf(tx, account, unit ?? defaultUnit(account)),
    );

/** All wallets of a customer. */
export const makeWallets =
  (needs: Needs) =>
  (customerId: string): Promise<WalletSnapshot[]> =>
    readPresent(needs, customerId, async (tx, account) => {
      if (account === null) return [];
      const wallets: WalletSnapshot[] = [];
      for (const unit of await unitsOf(tx, customerId)) {
        const wallet = await snapshotOf(tx, account, unit);
        if (wallet !== null) wallets.push(wallet);
      }
      return wallets;
    });

async function snapshotOf(tx: Tx, account: Account, unit: string | null): Promise<WalletSnapshot | null> {
  const state = unit === null ? null : await findWallet(tx, account, unit);
  return state === null ? null : snapshot(state, account.now);
}

export const unitsOf = async (tx: Tx, customerId: string): Promise<string[]> =>
  (
    await tx.query<{ unit: string }>("SELECT unit FROM wallets WHERE customer_id = $1 ORDER BY unit", [
      customerId,
    ])
  ).map((row) => row.unit);

/** Writes what has fallen due in all of a customer's wallets, so that lists of rows show it. */
export async function postDue(tx: Tx, customerId: string, present: Present): Promise<Account | null> {
  const account = await presentAccount(tx, customerId, present);
  if (account === null) return null;
  for (const unit of await unitsOf(tx, customerId)) {
    const state = await findWallet(tx, account, unit);
    if (state?.advanced === true) await post(tx, [{ state, recordedAt: account.now }]);
  }
  return account;
}

/** Every grant of a wallet, those that start later and those that have ended included, newest last. */
export const makeAllGrants =
  ({ database, present }: Needs) =>
  (customerId: string, unit: string): Promise<CreditGrant[]> =>
    database.transact(async (tx) => {
      await postDue(tx, customerId, present);
      return loadAllGrants(tx, { customerId, unit });
    });

export const makeGrantsById =
  (database: Database) =>
  (customerId: string, ids: readonly string[]): Promise<CreditGrant[]> =>
    database.read((tx) =>
      loadGrants(
        tx,
        ids.map((grantId) => ({ customerId, grantId })),
      ),
    );

/** A hold as it is now: it has ended when its time is over, whether or not that has been written. */
export const makeFindHold =
  (needs: Needs) =>
  (customerId: string, id: string): Promise<Hold | null> =>
    readPresent(needs, customerId, async (tx, account) => {
      const hold = account && (await loadHolds(tx, [{ customerId, id }])).get(id);
      if (account === null || hold === null || hold === undefined) return null;
      return (await findWallet(tx, account, hold.unit))?.holds.get(id) ?? hold;
    });

/** Newest first. */
export const makeHolds =
  ({ database, present }: Needs) =>
  ({ first, ...question }: Omit<HoldSelection, "limit"> & { first: number }): Promise<Page<Hold>> =>
    database.transact(async (tx) => {
      await postDue(tx, question.customerId, present);
      return pageOf(await selectHolds(tx, { ...question, limit: first + 1 }), first);
    });

export async function findGrant(tx: Tx, customerId: string, grantId: string): Promise<CreditGrant> {
  const [grant] = await loadGrants(tx, [{ customerId, grantId }]);
  if (grant === undefined) throw new Error(`Grant ${grantId} is missing.`);
  return grant;
}
