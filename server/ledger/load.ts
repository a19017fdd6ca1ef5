import { advance } from "../domain/advance.js";
import type { Micros } from "../domain/amount.js";
import type { CreditGrant, GrantSource, GrantState } from "../domain/grant.js";
import type { Instant } from "../domain/instant.js";
import type { SubscribedPlan, Subscription } from "../domain/subscription.js";
import {
  type CreditReturn,
  emptyWallet,
  openWallet,
  type Wallet,
  type WalletState,
} from "../domain/wallet.js";
import type { Tx } from "../storage/database.js";
import { loadPlanVersion } from "./plans.js";

/** What every decision about a customer starts from. */
export interface Account {
  readonly customerId: string;
  /** The customer's own time: the wall clock's, or that of the test clock it lives on. */
  readonly now: Instant;
  readonly supplier: SubscribedPlan | null;
}

interface AccountRecord {
  readonly clock_now: Instant | null;
  readonly subscription_id: string | null;
  readonly plan_key: string;
  readonly plan_version: number;
  readonly starts_at: Instant;
  readonly ends_at: Instant | null;
  readonly next_period_index: number;
}

/** Null when there is no such customer. */
export async function loadAccount(tx: Tx, customerId: string, wallNow: Instant): Promise<Account | null> {
  const [record] = await tx.query<AccountRecord>(
    `SELECT k.now AS clock_now, s.subscription_id, s.plan_key, s.plan_version, s.starts_at, s.ends_at,
            s.next_period_index
     FROM customers c
     LEFT JOIN test_clocks k ON k.test_clock_id = c.test_clock_id
     LEFT JOIN subscriptions s ON s.customer_id = c.customer_id
     WHERE c.customer_id = $1
     ORDER BY s.subscription_id DESC LIMIT 1`,
    [customerId],
  );
  if (record === undefined) return null;
  const now = record.clock_now ?? wallNow;
  const { subscription_id: id } = record;
  if (id === null) return { customerId, now, supplier: null };
  const subscription: Subscription = {
    id,
    customerId,
    planKey: record.plan_key,
    planVersion: record.plan_version,
    startsAt: record.starts_at,
    endsAt: record.ends_at,
    nextPeriodIndex: record.next_period_index,
  };
  const plan = await loadPlanVersion(tx, subscription.planKey, subscription.planVersion);
  return { customerId, now, supplier: { subscription, plan } };
}

/** The wallet in this unit as it is at the account's time; a wallet that does not exist yet is an empty one. */
export async function loadWallet(tx: Tx, account: Account, unit: string): Promise<WalletState> {
  const stored = await loadWalletRow(tx, account.customerId, unit);
  return loadContents(tx, account, stored ?? emptyWallet(account.customerId, unit));
}

export async function findWallet(tx: Tx, account: Account, unit: string): Promise<WalletState | null> {
  const stored = await loadWalletRow(tx, account.customerId, unit);
  return stored === null ? null : loadContents(tx, account, stored);
}

async function loadContents(tx: Tx, account: Account, wallet: Wallet): Promise<WalletState> {
  const { customerId, now } = account;
  const supplier = account.supplier?.plan.unit === wallet.unit ? account.supplier : null;
  const grants = await loadLiveGrants(tx, customerId, wallet.unit);
  const rolls = grants.some((grant) => grant.windowDays !== null);
  const due = wallet.nextDueAt !== null && wallet.nextDueAt <= now;
  const dueReturns = rolls && due ? await loadDueReturns(tx, wallet, now) : [];
  const nextReturnAt = rolls ? await loadNextReturnAt(tx, wallet, now) : null;
  return advance(openWallet({ wallet, grants, supplier, dueReturns, nextReturnAt }), now);
}

async function loadWalletRow(tx: Tx, customerId: string, unit: string): Promise<Wallet | null> {
  const [wallet] = await tx.query<Wallet>(
    `SELECT customer_id AS "customerId", unit, posted, held, postpaid, sequence, next_due_at AS "nextDueAt"
     FROM wallets WHERE customer_id = $1 AND unit = $2`,
    [customerId, unit],
  );
  return wallet ?? null;
}

interface GrantRecord {
  readonly grant_id: string;
  readonly source: GrantSource;
  readonly state: GrantState;
  readonly amount: Micros;
  readonly remaining: Micros;
  readonly priority: number;
  readonly effective_at: Instant;
  readonly expires_at: Instant | null;
  readonly operations: string | null;
  readonly window_days: number | null;
  readonly reason: string | null;
  readonly origin_id: string | null;
}

async function loadLiveGrants(tx: Tx, customerId: string, unit: string): Promise<CreditGrant[]> {
  const records = await tx.query<GrantRecord>(
    "SELECT * FROM credit_grants WHERE customer_id = $1 AND unit = $2 AND state <> 'ENDED'",
    [customerId, unit],
  );
  return records.map((record) => ({
    id: record.grant_id,
    customerId,
    unit,
    source: record.source,
    state: record.state,
    amount: record.amount,
    remaining: record.remaining,
    priority: record.priority,
    effectiveAt: record.effective_at,
    expiresAt: record.expires_at,
    operations: record.operations === null ? null : (JSON.parse(record.operations) as string[]),
    windowDays: record.window_days,
    reason: record.reason,
    originId: record.origin_id,
  }));
}

/** However many calls have left the window since the last look, they come back as one sum for each grant. */
async function loadDueReturns(tx: Tx, wallet: Wallet, now: Instant): Promise<CreditReturn[]> {
  return tx.query<CreditReturn>(
    `SELECT grant_id AS "grantId", MAX(due_at) AS at, SUM(amount) AS amount
     FROM window_returns WHERE customer_id = $1 AND unit = $2 AND due_at <= $3
     GROUP BY grant_id ORDER BY at, grant_id`,
    [wallet.customerId, wallet.unit, now],
  );
}

async function loadNextReturnAt(tx: Tx, wallet: Wallet, now: Instant): Promise<Instant | null> {
  const [record] = await tx.query<{ at: Instant | null }>(
    "SELECT MIN(due_at) AS at FROM window_returns WHERE customer_id = $1 AND unit = $2 AND due_at > $3",
    [wallet.customerId, wallet.unit, now],
  );
  return record?.at ?? null;
}
