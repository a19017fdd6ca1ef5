import { advance } from "../domain/advance.js";
import { unwatched } from "../domain/alert.js";
import type { CreditGrant } from "../domain/grant.js";
import { walletId } from "../domain/ids.js";
import type { Clock, Instant } from "../domain/instant.js";
import { byStart, currentSubscription, type SubscribedPlan } from "../domain/subscription.js";
import { emptyWallet, openWallet, type Wallet, type WalletState } from "../domain/wallet.js";
import type { Tx } from "../storage/database.js";
import { together } from "../storage/together.js";
import { type Budgeted, bookOf, loadBudgetBooks, type StoredCounts } from "./budgets.js";
import { loadLiveGrants } from "./grants.js";
import { loadHoldEnds } from "./holds.js";
import { loadReturns } from "./returns.js";
import { type SubscriptionRecord, subscriptionColumns, subscriptionOf, withPlan } from "./subscriptions.js";

/** What every decision about a customer starts from. */
export interface Account {
  readonly customerId: string;
  /** The customer's own time: the wall clock's, or that of the test clock it lives on. */
  readonly now: Instant;
  /** The subscription that counts now; null when there never was one. */
  readonly current: SubscribedPlan | null;
  /** Every subscription that may still have an effect, by its start. */
  readonly subscriptions: readonly SubscribedPlan[];
  /** When something of billing falls due next: a fee, the end of a period, an invoice; null when nothing ever will. */
  readonly billingDueAt: Instant | null;
}

interface CustomerRecord {
  readonly customer_id: string;
  readonly clock_now: Instant | null;
  readonly billing_due_at: Instant | null;
}

type AccountRecord = CustomerRecord & (SubscriptionRecord | { readonly subscription_id: null });

/**
 * The accounts of those customers that exist. Where others write at the same time, the customers are locked first, in
 * sorted order: whatever belongs to a customer, also what does not exist yet, is then ours until the transaction ends.
 */
export async function loadAccounts(
  tx: Tx,
  customerIds: readonly string[],
  clock: Clock,
): Promise<Map<string, Account>> {
  const wanted = JSON.stringify([...new Set(customerIds)].map((id) => [id]));
  const given = tx.dialect.given("$1", ["customer_id text"]);
  const lock = `SELECT customer_id FROM customers WHERE customer_id IN (SELECT customer_id FROM ${given} AS given)
       ORDER BY customer_id FOR NO KEY UPDATE`;
  const locked = tx.locks ? tx.query(lock, [wanted]) : [];
  const loaded = tx.query<AccountRecord>(
    `SELECT c.customer_id, k.now AS clock_now, c.billing_due_at, ${subscriptionColumns}
     FROM ${given} AS given
     CROSS JOIN customers c
     LEFT JOIN test_clocks k ON k.test_clock_id = c.test_clock_id
     LEFT JOIN subscriptions s ON s.customer_id = c.customer_id AND s.settled_at IS NULL
     WHERE c.customer_id = given.customer_id`,
    [wanted],
  );
  const [, records] = await together([locked, loaded]);
  // Read when the customers are ours: who waited for them must not be earlier than what it waited for.
  const wallNow = clock();
  const byCustomer = new Map<string, AccountRecord[]>();
  for (const record of records) {
    const known = byCustomer.get(record.customer_id);
    if (known === undefined) byCustomer.set(record.customer_id, [record]);
    else known.push(record);
  }
  const accounts = new Map<string, Account>();
  for (const [id, ofCustomer] of byCustomer) accounts.set(id, await accountOf(tx, ofCustomer, wallNow));
  return accounts;
}

async function accountOf(tx: Tx, records: readonly AccountRecord[], wallNow: Instant): Promise<Account> {
  const [first] = records;
  if (first === undefined) throw new Error("An account has at least one record.");
  const subscriptions: SubscribedPlan[] = [];
  for (const record of records)
    if (record.subscription_id !== null) subscriptions.push(await withPlan(tx, subscriptionOf(record)));
  const now = first.clock_now ?? wallNow;
  return {
    customerId: first.customer_id,
    now,
    subscriptions: subscriptions.sort(byStart),
    current: currentSubscription(subscriptions, now),
    billingDueAt: first.billing_due_at,
  };
}

/** An account as it is when its subscriptions have become others, or at another time. */
export const withSubscriptions = (
  account: Account,
  subscriptions: readonly SubscribedPlan[],
  now: Instant = account.now,
): Account => ({
  ...account,
  now,
  subscriptions: subscriptions.toSorted(byStart),
  current: currentSubscription(subscriptions, now),
});

/** Null when there is no such customer. */
export const loadAccount = async (tx: Tx, customerId: string, clock: Clock): Promise<Account | null> =>
  (await loadAccounts(tx, [customerId], clock)).get(customerId) ?? null;

/** Which wallet: an account and a unit. */
export interface WalletRef {
  readonly account: Account;
  readonly unit: string;
}

/** By wallet id. */
export type Wallets = Map<string, WalletState>;

const idOf = ({ account, unit }: WalletRef): string => walletId(account.customerId, unit);

/** The wallets asked for, at their accounts' times. One that does not exist yet is an empty one. */
export async function loadWallets(tx: Tx, refs: readonly WalletRef[]): Promise<Wallets> {
  const [rows, grants] = await together([loadWalletRows(tx, refs), loadLiveGrants(tx, refs)]);
  return openWallets(tx, refs, { rows, grants });
}

export async function loadWallet(tx: Tx, account: Account, unit: string): Promise<WalletState> {
  const ref = { account, unit };
  const state = (await loadWallets(tx, [ref])).get(idOf(ref));
  if (state === undefined) throw new Error(`Wallet ${idOf(ref)} was not opened.`);
  return state;
}

/** Null when the customer has no wallet in this unit. */
export async function findWallet(tx: Tx, account: Account, unit: string): Promise<WalletState | null> {
  const ref = { account, unit };
  const [rows, grants] = await together([loadWalletRows(tx, [ref]), loadLiveGrants(tx, [ref])]);
  return rows.size === 0 ? null : ((await openWallets(tx, [ref], { rows, grants })).get(idOf(ref)) ?? null);
}

interface StoredWallets {
  readonly rows: ReadonlyMap<string, StoredRow>;
  readonly grants: ReadonlyMap<string, CreditGrant[]>;
}

async function openWallets(
  tx: Tx,
  refs: readonly WalletRef[],
  { rows, grants }: StoredWallets,
): Promise<Wallets> {
  const rolling = refs.filter((ref) => grants.get(idOf(ref))?.some((grant) => grant.windowDays !== null));
  const ending = refs.filter((ref) => mayEndHold(rows.get(idOf(ref)), ref.account.now));
  const [returns, holdEnds, books] = await together([
    loadReturns(tx, rolling),
    loadHoldEnds(tx, ending),
    loadBudgetBooks(
      tx,
      refs.flatMap((ref) => budgeted(ref, rows.get(idOf(ref)))),
    ),
  ]);
  const opened: Wallets = new Map();
  for (const ref of refs) {
    const { account, unit } = ref;
    const id = idOf(ref);
    const row = rows.get(id);
    const wallet = row?.wallet ?? emptyWallet(account.customerId, unit);
    const ends = holdEnds.get(id);
    const stored = {
      hash: row?.hash ?? null,
      wallet: ends === undefined ? wallet : { ...wallet, nextHoldEndAt: ends.nextAt },
      grants: grants.get(id) ?? [],
      suppliers: account.subscriptions.filter(({ plan }) => plan.unit === unit),
      dueReturns: returns.get(id)?.due ?? [],
      nextReturnAt: returns.get(id)?.nextAt ?? null,
      holds: ends?.due ?? new Map(),
      budgets: bookOf(books, id),
    };
    opened.set(id, advance(openWallet(stored), account.now));
  }
  return opened;
}

const budgeted = (ref: WalletRef, row: StoredRow | undefined): Budgeted[] =>
  row === undefined || row.budgets === null
    ? []
    : [
        {
          ...{ walletId: idOf(ref), account: ref.account, unit: ref.unit },
          stored: JSON.parse(row.budgets) as StoredCounts,
          nextSequence: row.wallet.sequence + 1,
        },
      ];

const mayEndHold = (row: StoredRow | undefined, now: Instant): boolean => {
  const endAt = row?.wallet.nextHoldEndAt ?? null;
  return endAt !== null && endAt <= now;
};

interface StoredRow {
  readonly wallet: Wallet;
  readonly hash: string | null;
  /** JSON; null for who never had any. */
  readonly budgets: string | null;
}

type WalletRecord = Omit<Wallet, "watches"> &
  Pick<StoredRow, "hash" | "budgets"> & { readonly watches: string | null };

const watchesOf = (text: string) => JSON.parse(text) as Wallet["watches"];

const given = (tx: Tx) => tx.dialect.given("$1", ["customer_id text", "unit text"]);
const wanted = (refs: readonly WalletRef[]): string =>
  JSON.stringify(refs.map(({ account, unit }) => [account.customerId, unit]));

async function loadWalletRows(tx: Tx, refs: readonly WalletRef[]): Promise<Map<string, StoredRow>> {
  const rows = await tx.query<WalletRecord>(
    `SELECT w.customer_id AS "customerId", w.unit, posted, held, postpaid, sequence, hash,
            next_hold_end_at AS "nextHoldEndAt", next_due_at AS "nextDueAt",
            top_up_below AS "topUpBelow", watches, budget_counts AS budgets
     FROM ${given(tx)} AS given CROSS JOIN wallets w
     WHERE w.customer_id = given.customer_id AND w.unit = given.unit`,
    [wanted(refs)],
  );
  return new Map(
    rows.map((row) => {
      const { hash, budgets } = row;
      const wallet: Wallet = {
        customerId: row.customerId,
        unit: row.unit,
        posted: row.posted,
        held: row.held,
        postpaid: row.postpaid,
        sequence: row.sequence,
        nextHoldEndAt: row.nextHoldEndAt,
        nextDueAt: row.nextDueAt,
        topUpBelow: row.topUpBelow,
        watches: row.watches === null ? unwatched : watchesOf(row.watches),
      };
      return [walletId(row.customerId, row.unit), { wallet, hash, budgets }];
    }),
  );
}
