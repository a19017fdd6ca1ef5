import { add, zero } from "../domain/amount.js";
import type { ChainedEntry } from "../domain/chain.js";
import type { CreditGrant } from "../domain/grant.js";
import type { Instant } from "../domain/instant.js";
import type { WalletState } from "../domain/wallet.js";
import { chain } from "../storage/chain.js";
import type { Tx } from "../storage/database.js";
import {
  CreditGrantRow,
  HoldDrawRow,
  HoldRow,
  LedgerEntryRow,
  WalletRow,
  WindowReturnRow,
} from "../storage/rows/ledger.js";
import { writeRows } from "../storage/write.js";

/** A wallet with what was decided on it, and the time at which that is written. */
export interface Posting {
  readonly state: WalletState;
  readonly recordedAt: Instant;
}

/**
 * The one door to the ledger: writes what was decided on any number of wallets, all of it or, with the transaction,
 * nothing. The entries' primary key makes it impossible to post on top of a state that somebody else has moved on.
 */
export async function post(tx: Tx, postings: readonly Posting[]): Promise<void> {
  const chained = postings.map(chainedPosting);
  await writeRows(
    tx,
    LedgerEntryRow,
    chained.flatMap(({ entries }) => entries),
  );
  const grants = postings.flatMap(({ state }) => [...state.changedGrants.values()]);
  await writeRows(tx, CreditGrantRow, grants.map(grantRow), { replace: true });
  await writeRows(
    tx,
    WalletRow,
    chained.map(({ wallet }) => wallet),
    { replace: true },
  );
  await writeHolds(tx, postings);
  await forgetReturns(tx, postings);
  await writeRows(tx, WindowReturnRow, postings.flatMap(returnRows), { add: ["amount"] });
  await postSupplies(tx, postings);
}

/** Each entry is hashed with the one before it, and the wallet keeps the last hash. */
function chainedPosting({ state, recordedAt }: Posting): { entries: ChainedEntry[]; wallet: WalletRow } {
  const { wallet, hash } = state;
  const { customerId, unit } = wallet;
  const entries = chain(
    hash,
    state.entries.map((entry) => ({ ...entry, customerId, unit, recordedAt })),
  );
  return { entries, wallet: { ...wallet, hash: entries.at(-1)?.hash ?? hash } };
}

async function writeHolds(tx: Tx, postings: readonly Posting[]): Promise<void> {
  const holds = postings.flatMap(({ state }) => [...state.changedHolds.values()]);
  await writeRows(
    tx,
    HoldRow,
    holds.map(({ id, draws: _, ...hold }) => ({ ...hold, holdId: id })),
    { replace: true },
  );
  const draws = holds.flatMap(({ id, customerId, draws: held }) =>
    held.map((draw, position) => ({ ...draw, position, customerId, holdId: id })),
  );
  await writeRows(tx, HoldDrawRow, draws, { replace: true });
}

const grantRow = ({ id, ...grant }: CreditGrant): CreditGrantRow => ({ ...grant, grantId: id });

/** Calls of one instant come back together, so they share a row. */
function returnRows({ state }: Posting): WindowReturnRow[] {
  const { customerId, unit } = state.wallet;
  const rows = new Map<string, WindowReturnRow>();
  for (const { grantId, at, amount } of state.newReturns) {
    const row = rows.get(`${at}/${grantId}`);
    if (row === undefined) rows.set(`${at}/${grantId}`, { customerId, unit, dueAt: at, grantId, amount });
    else row.amount = add(row.amount, amount);
  }
  // What was drawn and undone in one transaction cancels out.
  return [...rows.values()].filter((row) => row.amount !== zero);
}

async function forgetReturns(tx: Tx, postings: readonly Posting[]): Promise<void> {
  for (const { state } of postings)
    if (state.returnedUntil !== null)
      await tx.query("DELETE FROM window_returns WHERE customer_id = $1 AND unit = $2 AND due_at <= $3", [
        state.wallet.customerId,
        state.wallet.unit,
        state.returnedUntil,
      ]);
}

/** Renewals move the subscription on in the same transaction as the supply they gave. */
async function postSupplies(tx: Tx, postings: readonly Posting[]): Promise<void> {
  for (const { state } of postings)
    if (state.renewed && state.supplier !== null) {
      const { customerId, id, nextPeriodIndex } = state.supplier.subscription;
      await tx.query(
        "UPDATE subscriptions SET next_period_index = $3 WHERE customer_id = $1 AND subscription_id = $2",
        [customerId, id, nextPeriodIndex],
      );
    }
}
