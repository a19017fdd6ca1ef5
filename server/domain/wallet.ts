import { type Alert, type BalanceWatch, unwatched } from "./alert.js";
import { add, type Micros, negate, subtract, sum, zero } from "./amount.js";
import { type BudgetBook, noBudgets } from "./budget.js";
import { type CreditGrant, compareBurnOrder, draw, free } from "./grant.js";
import { type Hold, heldBy } from "./hold.js";
import type { Instant } from "./instant.js";
import type { SubscribedPlan } from "./subscription.js";

export interface Wallet {
  readonly customerId: string;
  readonly unit: string;
  /** What the grants hold less what is owed: always the sum of the ledger. */
  readonly posted: Micros;
  readonly held: Micros;
  /** Used beyond the credits and not yet invoiced. */
  readonly postpaid: Micros;
  /** The sequence of the last ledger entry. */
  readonly sequence: number;
  /** No active hold ends before this; null when there is none. It may be early, never late. */
  readonly nextHoldEndAt: Instant | null;
  /** The first instant at which something falls due; null when nothing ever will. */
  readonly nextDueAt: Instant | null;
  /** With less available than this, credits are to be bought by themselves; null when no call has to look. */
  readonly topUpBelow: Micros | null;
  /** By setter; nobody in most wallets. */
  readonly watches: readonly BalanceWatch[];
}

export const ledgerEntryTypes = [
  "GRANT",
  "USAGE",
  "EXPIRY",
  "RETURN",
  "REVERSAL",
  "VOID",
  "INVOICE",
] as const;
export type LedgerEntryType = (typeof ledgerEntryTypes)[number];

export interface LedgerEntry {
  readonly sequence: number;
  readonly type: LedgerEntryType;
  readonly amount: Micros;
  readonly balanceAfter: Micros;
  readonly grantId: string | null;
  readonly usageRecordId: string | null;
  readonly occurredAt: Instant;
}

/** Credits that a rolling supply gets back; below zero where a reversal has given them back already. */
export interface CreditReturn {
  readonly grantId: string;
  readonly at: Instant;
  readonly amount: Micros;
}

/**
 * A wallet as one transaction works on it: what is stored, what supplies it, and what has been decided but not
 * written yet. Every function here returns a new state; only the ledger's post makes it lasting.
 */
export interface WalletState {
  readonly wallet: Wallet;
  /** The hash of the last stored entry, which stands for all before it; null while there is none. */
  readonly hash: string | null;
  /** All scheduled and active grants, in burn order. */
  readonly grants: readonly CreditGrant[];
  /** The subscriptions that supply this wallet, or will: those of the customer whose plans count in its unit. */
  readonly suppliers: readonly SubscribedPlan[];
  /** Returns that are due, added up for each grant, and the time of the first one that is not. */
  readonly dueReturns: readonly CreditReturn[];
  readonly nextReturnAt: Instant | null;
  /** Holds at hand, by id: those that are due, and those that a command names. */
  readonly holds: ReadonlyMap<string, Hold>;
  /** Ended grants at hand, by id: those that a reversal may give credits back to. */
  readonly endedGrants: ReadonlyMap<string, CreditGrant>;
  /** As they are by now. */
  readonly budgets: BudgetBook;

  readonly alerts: readonly Alert[];
  /** To which instant it has been brought, where somebody watches it: nothing is told with an earlier time. */
  readonly broughtTo: Instant | null;
  readonly entries: readonly LedgerEntry[];
  /** Grants that are new or have changed, by id. */
  readonly changedGrants: ReadonlyMap<string, CreditGrant>;
  /** Holds that are new or have changed, by id. */
  readonly changedHolds: ReadonlyMap<string, Hold>;
  readonly newReturns: readonly CreditReturn[];
  /** Returns up to this instant have been given back and can be forgotten. */
  readonly returnedUntil: Instant | null;
  /** Whether something seemed due when it was opened, so that what is due next may have to be written. */
  readonly advanced: boolean;
  /** Subscriptions that have moved on to their next period, by id. */
  readonly renewed: ReadonlySet<string>;
}

export const emptyWallet = (customerId: string, unit: string): Wallet => ({
  customerId,
  unit,
  posted: zero,
  held: zero,
  postpaid: zero,
  sequence: 0,
  nextHoldEndAt: null,
  nextDueAt: null,
  topUpBelow: null,
  watches: unwatched,
});

export type StoredWallet = Pick<
  WalletState,
  "wallet" | "hash" | "grants" | "suppliers" | "dueReturns" | "nextReturnAt" | "holds"
> &
  Partial<Pick<WalletState, "budgets">>;

export const openWallet = (stored: StoredWallet): WalletState => ({
  wallet: stored.wallet,
  hash: stored.hash,
  grants: stored.grants.toSorted(compareBurnOrder),
  suppliers: stored.suppliers,
  dueReturns: stored.dueReturns,
  nextReturnAt: stored.nextReturnAt,
  holds: stored.holds,
  budgets: stored.budgets ?? noBudgets,
  endedGrants: new Map(),
  alerts: [],
  broughtTo: null,
  entries: [],
  changedGrants: new Map(),
  changedHolds: new Map(),
  newReturns: [],
  returnedUntil: null,
  advanced: false,
  renewed: new Set(),
});

/** With holds and ended grants that commands name. What the wallet has moved on already stays as it is. */
export const withAtHand = (
  state: WalletState,
  holds: readonly Hold[],
  endedGrants: readonly CreditGrant[],
): WalletState => ({
  ...state,
  holds: new Map([...holds.map((hold) => [hold.id, hold] as const), ...state.holds]),
  endedGrants: new Map(endedGrants.map((grant) => [grant.id, grant])),
});

/** Balances as the contract words them. */
export const available = (wallet: Wallet): Micros => subtract(wallet.posted, wallet.held);

export interface NewEntry {
  readonly type: LedgerEntryType;
  readonly amount: Micros;
  readonly occurredAt: Instant;
  readonly grantId?: string;
  readonly usageRecordId?: string;
}

/**
 * The only way a balance changes: one entry, with the grants it changed and what it adds to the debt. It refuses to
 * return a state in which the ledger, the grants and the balance disagree.
 */
export function applyEntry(state: WalletState, entry: NewEntry, change: EntryEffect): WalletState {
  const { wallet } = state;
  const before = new Map(state.grants.map((grant) => [grant.id, grant.remaining]));
  const moved = sum(change.grants.map((grant) => subtract(grant.remaining, before.get(grant.id) ?? zero)));
  const owed = change.postpaid ?? zero;
  if (subtract(moved, owed) !== entry.amount)
    throw new Error(`Entry of ${entry.amount} does not match its grants (${moved}) and debt (${owed}).`);
  const posted = add(wallet.posted, entry.amount);
  const sequence = wallet.sequence + 1;
  return {
    ...withGrants(state, change.grants),
    wallet: { ...wallet, posted, postpaid: add(wallet.postpaid, owed), sequence },
    entries: [
      ...state.entries,
      {
        sequence,
        type: entry.type,
        amount: entry.amount,
        balanceAfter: posted,
        grantId: entry.grantId ?? null,
        usageRecordId: entry.usageRecordId ?? null,
        occurredAt: entry.occurredAt,
      },
    ],
  };
}

interface EntryEffect {
  readonly grants: readonly CreditGrant[];
  readonly postpaid?: Micros;
}

/**
 * The only way a hold changes: it, the grants that it reserves, and what the wallet holds. Nothing is burned by it, so
 * there is no entry. It refuses to return a state in which the three disagree.
 */
export function applyHold(state: WalletState, hold: Hold, grants: readonly CreditGrant[]): WalletState {
  const { wallet, holds, changedHolds } = state;
  const before = holds.get(hold.id);
  const byGrants = heldIn(grants) - heldIn(state.grants.filter(({ id }) => grants.some((g) => g.id === id)));
  const byDebt = hold.postpaid - (before?.postpaid ?? zero);
  const held = subtract(heldBy(hold), before === undefined ? zero : heldBy(before));
  if (byGrants + byDebt !== held)
    throw new Error(`Hold ${hold.id} changes by ${held}, its grants by ${byGrants}, its debt by ${byDebt}.`);
  return {
    ...withGrants(state, grants),
    wallet: { ...wallet, held: add(wallet.held, held) },
    holds: new Map(holds).set(hold.id, hold),
    changedHolds: new Map(changedHolds).set(hold.id, hold),
  };
}

export const heldIn = (grants: readonly CreditGrant[]): Micros => sum(grants.map(({ held }) => held));

/** A grant of this wallet, as it stands by now. */
export function grantOf(state: WalletState, id: string): CreditGrant {
  const grant =
    state.grants.find((candidate) => candidate.id === id) ??
    state.changedGrants.get(id) ??
    state.endedGrants.get(id);
  if (grant === undefined) throw new Error(`Grant ${id} is not at hand.`);
  return grant;
}

/** Replaces or adds grants, keeps the burn order and lets go of ended ones. */
function withGrants(state: WalletState, grants: readonly CreditGrant[]): WalletState {
  const changed = new Map(grants.map((grant) => [grant.id, grant]));
  const known = new Set(state.grants.map((grant) => grant.id));
  const added = grants.filter((grant) => !known.has(grant.id));
  const kept = state.grants.map((grant) => changed.get(grant.id) ?? grant);
  const live = [...kept, ...added].filter((grant) => grant.state !== "ENDED");
  return {
    ...state,
    grants: added.length > 0 ? live.sort(compareBurnOrder) : live,
    changedGrants: new Map([...state.changedGrants, ...changed]),
  };
}

/** Adds a grant: in force at once when its time has come, else kept for `advance` to start. */
export function addGrant(state: WalletState, grant: CreditGrant, now: Instant): WalletState {
  if (grant.effectiveAt > now) return withGrants(state, [{ ...grant, state: "SCHEDULED", remaining: zero }]);
  return startGrant(state, grant);
}

export function startGrant(state: WalletState, grant: CreditGrant): WalletState {
  const started: CreditGrant = { ...grant, state: "ACTIVE", remaining: grant.amount };
  const entry: NewEntry = {
    type: "GRANT",
    amount: grant.amount,
    grantId: grant.id,
    occurredAt: grant.effectiveAt,
  };
  return applyEntry(state, entry, { grants: [started] });
}

/** What is reserved stays until its holds end; then they expire it. */
export function expireGrant(state: WalletState, grant: CreditGrant, at: Instant): WalletState {
  const { held } = grant;
  const left: CreditGrant = { ...grant, state: held === zero ? "ENDED" : grant.state, remaining: held };
  // Nothing free means nothing to write: an entry of zero would only make the ledger longer.
  if (free(grant) === zero) return withGrants(state, [left]);
  const entry: NewEntry = { type: "EXPIRY", amount: negate(free(grant)), grantId: grant.id, occurredAt: at };
  return applyEntry(state, entry, { grants: [left] });
}

/** Takes back what was neither burned nor reserved. */
export function voidCredits(
  state: WalletState,
  grant: CreditGrant,
  { amount, at }: { amount: Micros; at: Instant },
): WalletState {
  if (amount === zero) return state;
  const entry: NewEntry = { type: "VOID", amount: negate(amount), grantId: grant.id, occurredAt: at };
  return applyEntry(state, entry, { grants: [draw(grant, amount)] });
}

/** Lets a grant end at another time than it was to; if that has come, `advance` expires it. */
export function setExpiry(state: WalletState, grantId: string, expiresAt: Instant): WalletState {
  const changed = withGrants(state, [{ ...grantOf(state, grantId), expiresAt }]);
  return { ...changed, grants: changed.grants.toSorted(compareBurnOrder) };
}

/** What was owed for a period is on its invoice now; below zero it is what the invoice has given back. */
export function invoiceDebt(state: WalletState, owed: Micros, at: Instant): WalletState {
  if (owed === zero) return state;
  return applyEntry(
    state,
    { type: "INVOICE", amount: owed, occurredAt: at },
    { grants: [], postpaid: negate(owed) },
  );
}

/** Changes what is said of a grant, and no credits. */
export function markGrant(state: WalletState, grant: CreditGrant): WalletState {
  const before = grantOf(state, grant.id);
  if (before.remaining !== grant.remaining || before.held !== grant.held)
    throw new Error(`The credits of grant ${grant.id} change by an entry or a hold only.`);
  return withGrants(state, [grant]);
}
