import { In } from "typeorm";
import type { CreditGrant } from "../domain/grant.js";
import type { Instant } from "../domain/instant.js";
import { snapshot, type WalletSnapshot } from "../domain/snapshot.js";
import type { CreditReturn, LedgerEntry, WalletState } from "../domain/wallet.js";
import type { Database, Tx } from "../storage/database.js";
import { type Page, pageOf } from "../storage/page.js";
import { CreditGrantRow, LedgerEntryRow, WindowReturnRow } from "../storage/rows/ledger.js";
import { type Account, findWallet, loadAccount } from "./load.js";
import { post } from "./post.js";

export interface StoredEntry extends LedgerEntry {
  readonly customerId: string;
  readonly unit: string;
  readonly recordedAt: Instant;
}

interface Needs {
  readonly database: Database;
  readonly clock: () => Instant;
}

/** The unit that a customer's wallet has when none is named. */
const defaultUnit = (account: Account): string | null => account.supplier?.plan.unit ?? null;

/** A wallet as it is now; reading it writes nothing. */
export const makeWallet =
  ({ database, clock }: Needs) =>
  (customerId: string, unit: string | null): Promise<WalletSnapshot | null> =>
    database.read(async (tx) => {
      const account = await loadAccount(tx, customerId, clock());
      return account === null ? null : snapshotOf(tx, account, unit ?? defaultUnit(account));
    });

/** All wallets of a customer. */
export const makeWallets =
  ({ database, clock }: Needs) =>
  (customerId: string): Promise<WalletSnapshot[]> =>
    database.read(async (tx) => {
      const account = await loadAccount(tx, customerId, clock());
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

const unitsOf = async (tx: Tx, customerId: string): Promise<string[]> =>
  (
    await tx.query<{ unit: string }>("SELECT unit FROM wallets WHERE customer_id = $1 ORDER BY unit", [
      customerId,
    ])
  ).map((row) => row.unit);

/** Writes what has fallen due in all of a customer's wallets, so that lists of rows show it. */
export async function postDue(tx: Tx, customerId: string, wallNow: Instant): Promise<Account | null> {
  const account = await loadAccount(tx, customerId, wallNow);
  if (account === null) return null;
  for (const unit of await unitsOf(tx, customerId)) {
    const state = await findWallet(tx, account, unit);
    if (state !== null && hasAdvanced(state)) await post(tx, [{ state, recordedAt: account.now }]);
  }
  return account;
}

/** Advancing is the only thing that has touched these states, so nothing of this means that nothing was due. */
const hasAdvanced = ({ changedGrants, returnedUntil, renewed }: WalletState): boolean =>
  changedGrants.size > 0 || returnedUntil !== null || renewed;

export interface LedgerQuestion {
  readonly customerId: string;
  readonly unit: string | null;
  readonly first: number;
  /** Continue below this sequence. */
  readonly after: number | null;
}

/** Newest first, everything that is due included. */
export const makeLedgerEntries =
  ({ database, clock }: Needs) =>
  ({ customerId, unit, first, after }: LedgerQuestion): Promise<Page<StoredEntry>> =>
    database.transact(async (tx) => {
      const account = await postDue(tx, customerId, clock());
      const walletUnit = unit ?? (account && defaultUnit(account));
      if (walletUnit === null) return { items: [], hasNextPage: false };
      const entries = await tx.manager
        .createQueryBuilder(LedgerEntryRow, "entry")
        .where({ customerId, unit: walletUnit })
        .andWhere("entry.sequence < :below", { below: after ?? Number.MAX_SAFE_INTEGER })
        .orderBy("entry.sequence", "DESC")
        .limit(first + 1)
        .getMany();
      return pageOf(entries, first);
    });

/** Every grant of a wallet, those that start later and those that have ended included, newest last. */
export const makeAllGrants =
  ({ database, clock }: Needs) =>
  (customerId: string, unit: string): Promise<CreditGrant[]> =>
    database.transact(async (tx) => {
      await postDue(tx, customerId, clock());
      const rows = await tx.manager.find(CreditGrantRow, {
        where: { customerId, unit },
        order: { effectiveAt: "ASC", grantId: "ASC" },
      });
      return rows.map(grantOf);
    });

export const makeGrantsById =
  (database: Database) =>
  (customerId: string, ids: readonly string[]): Promise<CreditGrant[]> =>
    database.read(async (tx) => {
      const rows = await tx.manager.findBy(CreditGrantRow, { customerId, grantId: In([...ids]) });
      return rows.map(grantOf);
    });

const grantOf = ({ grantId, ...grant }: CreditGrantRow): CreditGrant => ({ ...grant, id: grantId });

/** What a rolling supply gets back and when, soonest first. */
export const makeReturns =
  (database: Database) =>
  ({ wallet, at }: WalletSnapshot, first: number): Promise<Pick<CreditReturn, "at" | "amount">[]> =>
    database.read(async (tx) => {
      const rows = await tx.manager
        .createQueryBuilder(WindowReturnRow, "back")
        .where({ customerId: wallet.customerId, unit: wallet.unit })
        .andWhere("back.due_at > :at", { at })
        .orderBy("back.due_at", "ASC")
        .limit(first)
        .getMany();
      return rows.map((row) => ({ at: row.dueAt, amount: row.amount }));
    });

export const findGrant = async (tx: Tx, customerId: string, grantId: string): Promise<CreditGrant> =>
  grantOf(await tx.manager.findOneByOrFail(CreditGrantRow, { customerId, grantId }));
