import { watchOver } from "../domain/advance.js";
import { add, zero } from "../domain/amount.js";
import type { ChainedEntry } from "../domain/chain.js";
import type { NewEvent } from "../domain/event.js";
import { hasExpired } from "../domain/grant.js";
import type { Instant } from "../domain/instant.js";
import type { WalletState } from "../domain/wallet.js";
import { recordEvents } from "../events/outbox.js";
import { chain } from "../storage/chain.js";
import type { Tx } from "../storage/database.js";
import type { GivenColumn } from "../storage/dialect.js";
import {
  CreditGrantRow,
  HoldDrawRow,
  HoldRow,
  LedgerEntryRow,
  WalletRow,
  WindowReturnRow,
} from "../storage/rows/ledger.js";
import { together } from "../storage/together.js";
import { writeRows } from "../storage/write.js";
import { raiseAlerts } from "./alerts.js";
import { storedCounts, writeBudgetHours } from "./budgets.js";

/** A wallet with what was decided on it, and the time at which that is written. */
export interface Posting {
  readonly state: WalletState;
  readonly recordedAt: Instant;
}

/**
 * The one door to the ledger: writes what was decided on any number of wallets, all of it or, with the transaction,
 * nothing. The entries' primary key makes it impossible to post on top of a state that somebody else has moved on.
 */
export async function post(tx: Tx, given: readonly Posting[]): Promise<void> {
  const postings = given.map(({ state, recordedAt }) => ({
    state: watchOver(state, recordedAt),
    recordedAt,
  }));
  const chained = postings.map(chainedPosting);
  const entries = chained.flatMap((posting) => posting.entries);
  const grants = postings.flatMap(({ state }) => [...state.changedGrants.values()]);
  const wallets = chained.map(({ wallet }) => wallet);
  for (const { customerId } of entries) tx.changed(customerId);
  await together([
    writeRows(tx, LedgerEntryRow, entries),
    writeRows(tx, CreditGrantRow, grants, { replace: true }),
    writeRows(tx, WalletRow, wallets, { replace: true }),
    writeHolds(tx, postings),
    forgetReturns(tx, postings),
    writeRows(tx, WindowReturnRow, postings.flatMap(returnRows), { add: ["amount"] }),
    postSupplies(tx, postings),
    writeBudgetHours(
      tx,
      postings.map(({ state }) => state),
    ),
  ]);
  await recordEvents(tx, postings.flatMap(grantEvents));
  await raiseAlerts(
    tx,
    postings.flatMap(({ state }) => state.alerts),
  );
}

/** What puts a grant's credits into the wallet is an entry, whoever gives them and however late that is noticed. */
const grantEvents = ({ state }: Posting): NewEvent[] =>
  state.entries.flatMap(({ type, amount, grantId, occurredAt: at }) => {
    const grant = type === "GRANT" && grantId !== null ? state.changedGrants.get(grantId) : undefined;
    if (grant === undefined) return [];
    const { id, customerId } = grant;
    return [{ customerId, type: "CREDITS_GRANTED" as const, data: { ...grant, grantId: id, amount }, at }];
  });

/** Each entry is hashed with the one before it, and the wallet keeps the last hash. */
function chainedPosting({ state, recordedAt }: Posting): { entries: ChainedEntry[]; wallet: WalletRow } {
  const { hash, wallet } = state;
  const entries = chain(hash, state.entries, {
    customerId: wallet.customerId,
    unit: wallet.unit,
    recordedAt,
  });
  return {
    entries,
    wallet: {
      customerId: wallet.customerId,
      unit: wallet.unit,
      posted: wallet.posted,
      held: wallet.held,
      postpaid: wallet.postpaid,
      sequence: wallet.sequence,
      hash: entries.at(-1)?.hash ?? hash,
      nextHoldEndAt: wallet.nextHoldEndAt,
      nextDueAt: wallet.nextDueAt,
      topUpBelow: wallet.topUpBelow,
      watches: wallet.watches.length === 0 ? null : wallet.watches,
      budgetCounts: storedCounts(state.budgets),
    },
  };
}

async function writeHolds(tx: Tx, postings: readonly Posting[]): Promise<void> {
  const holds = postings.flatMap(({ state }) => [...state.changedHolds.values()]);
  const rows = holds.map(({ id, draws: _, group, ...hold }) => ({
    ...hold,
    holdId: id,
    operationGroup: group,
  }));
  const draws = holds.flatMap(({ id, customerId, draws: held }) =>
    held.map((draw, position) => ({ ...draw, position, customerId, holdId: id })),
  );
  await together([
    writeRows(tx, HoldRow, rows, { replace: true }),
    writeRows(tx, HoldDrawRow, draws, { replace: true }),
  ]);
}

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

/**
 * Returns that have been given back, and those of a rolling supply that has ended with its subscription, however long a
 * hold keeps a part of it. That of a trial knows its end from the start, and gets credits back until then.
 */
async function forgetReturns(tx: Tx, postings: readonly Posting[]): Promise<void> {
  const ended = postings.flatMap(({ state, recordedAt }) =>
    [...state.changedGrants.values()]
      .filter((grant) => grant.windowDays !== null && hasExpired(grant, recordedAt))
      .map(({ customerId, unit, id }) => [customerId, unit, id]),
  );
  const until = postings.flatMap(({ state: { wallet, returnedUntil } }) =>
    returnedUntil === null ? [] : [[wallet.customerId, wallet.unit, returnedUntil]],
  );
  await together([
    forget(tx, { column: "grant_id text", which: "r.grant_id = given.grant_id", rows: ended }),
    forget(tx, { column: "until bigint", which: "r.due_at <= given.until", rows: until }),
  ]);
}

interface Forgotten {
  readonly column: GivenColumn;
  readonly which: string;
  readonly rows: readonly (readonly (string | number)[])[];
}

/** Returns of these wallets, found by their keys. */
async function forget(tx: Tx, { column, which, rows }: Forgotten): Promise<void> {
  if (rows.length === 0) return;
  const given = tx.dialect.given("$1", ["customer_id text", "unit text", column]);
  await tx.query(
    `DELETE FROM window_returns WHERE (customer_id, unit, due_at, grant_id) IN (
       SELECT r.customer_id, r.unit, r.due_at, r.grant_id FROM ${given} AS given CROSS JOIN window_returns r
       WHERE r.customer_id = given.customer_id AND r.unit = given.unit AND ${which})`,
    [JSON.stringify(rows)],
  );
}

/** Renewals move the subscription on in the same transaction as the supply they gave. */
async function postSupplies(tx: Tx, postings: readonly Posting[]): Promise<void> {
  const renewed = postings.flatMap(({ state: { suppliers, renewed } }) =>
    suppliers
      .filter(({ subscription }) => renewed.has(subscription.id))
      .map(({ subscription }) => subscription),
  );
  if (renewed.length === 0) return;
  const columns = ["customer_id text", "subscription_id text", "next_period_index bigint"] as const;
  await tx.query(
    `UPDATE subscriptions SET next_period_index = given.next_period_index
     FROM ${tx.dialect.given("$1", columns)} AS given
     WHERE subscriptions.customer_id = given.customer_id
       AND subscriptions.subscription_id = given.subscription_id`,
    [JSON.stringify(renewed.map((one) => [one.customerId, one.id, one.nextPeriodIndex]))],
  );
}
