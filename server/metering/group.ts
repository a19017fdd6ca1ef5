import type { Micros } from "../domain/amount.js";
import { walletId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import { occurrenceOf, type UsageRecord } from "../domain/usage.js";
import {
  type KeptKey,
  type KeyedInput,
  keyedInput,
  keyName,
  loadKeptKeys,
  type SpentKey,
} from "../ledger/idempotency.js";
import { type Account, loadAccounts, loadWallets, type WalletRef, type Wallets } from "../ledger/load.js";
import type { Tx } from "../storage/database.js";
import { together } from "../storage/together.js";
import { activePlan } from "./activePlan.js";
import type { ConsumeCommand, ConsumeRequest } from "./consume.js";
import { loadPeriodQuantities, periodCounter } from "./periodQuantity.js";
import { loadUsageRecords, type MeteredUsage } from "./usageRecords.js";

/** A command with its key, and where it stands in its request. */
export interface Call {
  readonly command: Omit<ConsumeCommand, "path">;
  readonly keyed: KeyedInput;
  readonly path: string;
}

/** Everything that deciding a group of calls needs, loaded with a few statements, and what has been decided so far. */
export interface Group {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly keptKeys: Map<string, KeptKey>;
  /** Those that a key of this group stands for, by id. */
  readonly records: Map<string, UsageRecord>;
  readonly wallets: Wallets;
  /** By counter name. */
  readonly quantities: Map<string, Micros>;
  readonly changedWallets: Set<string>;
  readonly usages: MeteredUsage[];
  readonly spentKeys: SpentKey[];
}

export const callsOf = (request: ConsumeRequest): Call[] =>
  request.map(({ path = "input", ...command }) => ({ command, path, keyed: keyedInput("consume", command) }));

export async function loadGroup(tx: Tx, calls: readonly Call[], wallNow: Instant): Promise<Group> {
  // First, because it locks the customers: what is read after that is true until the transaction ends.
  const customerIds = calls.map(({ command }) => command.customerId);
  const keys = calls.map(({ keyed }) => keyed);
  const [accounts, keptKeys] = await together([
    loadAccounts(tx, customerIds, wallNow),
    loadKeptKeys(tx, keys),
  ]);
  const records = await loadReplayed(tx, calls, keptKeys);
  const [wallets, quantities] = await together([
    loadWallets(tx, walletsOf(accounts, records)),
    loadQuantities(tx, calls, accounts),
  ]);
  return {
    accounts,
    keptKeys,
    records,
    wallets,
    quantities,
    changedWallets: new Set(),
    usages: [],
    spentKeys: [],
  };
}

function loadReplayed(
  tx: Tx,
  calls: readonly Call[],
  keptKeys: ReadonlyMap<string, KeptKey>,
): Promise<Map<string, UsageRecord>> {
  const replayed = calls.flatMap(({ keyed }) => {
    const kept = keptKeys.get(keyName(keyed));
    return kept?.inputHash === keyed.inputHash ? [{ customerId: keyed.customerId, id: kept.resultId }] : [];
  });
  return loadUsageRecords(tx, replayed);
}

/** The wallet that each customer's plan burns, and those of records that are answered once more. */
function walletsOf(
  accounts: ReadonlyMap<string, Account>,
  records: ReadonlyMap<string, UsageRecord>,
): WalletRef[] {
  const refs = new Map<string, WalletRef>();
  const want = (account: Account, unit: string) =>
    refs.set(walletId(account.customerId, unit), { account, unit });
  for (const account of accounts.values())
    if (account.supplier !== null) want(account, account.supplier.plan.unit);
  for (const { customerId, unit } of records.values()) {
    const account = accounts.get(customerId);
    if (account !== undefined) want(account, unit);
  }
  return [...refs.values()];
}

function loadQuantities(
  tx: Tx,
  calls: readonly Call[],
  accounts: ReadonlyMap<string, Account>,
): Promise<Map<string, Micros>> {
  const counters = calls.flatMap(({ command }) => {
    const account = accounts.get(command.customerId);
    const active = account === undefined ? null : activePlan(account);
    if (account === undefined || active === null || "kind" in active) return [];
    const occurredAt = occurrenceOf(command.occurredAt, account.now) ?? account.now;
    const counter = periodCounter(active, command.operation, occurredAt);
    return counter === null ? [] : [counter];
  });
  return loadPeriodQuantities(tx, counters);
}
