import type { Micros } from "../domain/amount.js";
import type { Plan } from "../domain/catalog.js";
import type { Hold } from "../domain/hold.js";
import { walletId } from "../domain/ids.js";
import type { ReportBy } from "../domain/reportBy.js";
import { periodIndexAt } from "../domain/subscription.js";
import { occurrenceOf, type UsageRecord } from "../domain/usage.js";
import { withAtHand } from "../domain/wallet.js";
import { loadGrants } from "../ledger/grants.js";
import { type HoldRef, loadHolds } from "../ledger/holds.js";
import {
  type KeptKey,
  type KeyedInput,
  keyedInput,
  keyName,
  loadKeptKeys,
  type SpentKey,
} from "../ledger/idempotency.js";
import { type Account, loadWallets, type WalletRef, type Wallets } from "../ledger/load.js";
import { loadPlanVersion } from "../ledger/plans.js";
import { type Present, presentAccounts } from "../ledger/present.js";
import { loadReportBy } from "../ledger/reportBy.js";
import type { Tx } from "../storage/database.js";
import { together } from "../storage/together.js";
import { activePlan } from "./activePlan.js";
import type { MeterCommand } from "./commands.js";
import type { MeterRequest } from "./meter.js";
import { loadPeriodQuantities, type PeriodCounter, periodCounter } from "./periodQuantity.js";
import type { ReversedUsage } from "./reversals.js";
import { loadUsageRecords, type MeteredUsage } from "./usageRecords.js";

/** A command with its key, and where it stands in its request. */
export interface Call {
  readonly named: MeterCommand;
  readonly keyed: KeyedInput;
  readonly path: string;
}

/** Everything that deciding a group of calls needs, loaded with a few statements, and what has been decided so far. */
export interface Group {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly keptKeys: Map<string, KeptKey>;
  /** Those that a command or a kept key names and those made by this group, by id. */
  readonly records: Map<string, UsageRecord>;
  /** Likewise; as they are by now, they are in the wallets. */
  readonly holds: Map<string, Pick<Hold, "customerId" | "unit">>;
  /** The plan versions that holds pin, and records that are to be reversed, by their ids. */
  readonly pinnedPlans: Map<string, Plan>;
  readonly wallets: Wallets;
  /** By counter name. */
  readonly quantities: Map<string, Micros>;
  readonly reportBy: ReportBy;
  readonly changedWallets: Set<string>;
  readonly usages: MeteredUsage[];
  readonly reversals: ReversedUsage[];
  readonly spentKeys: SpentKey[];
}

export const callsOf = (request: MeterRequest): Call[] =>
  request.map((named) => {
    const { path = "input", apiKeyId: _, ...command }: Told = named.command;
    return { named, path, keyed: keyedInput(named.kind, command) };
  });

/** What a command tells besides what its key stands for. */
type Told = MeterCommand["command"] & { readonly path?: string; readonly apiKeyId?: string | null };

export async function loadGroup(tx: Tx, calls: readonly Call[], present: Present): Promise<Group> {
  // First, because it locks the customers: what is read after that is true until the transaction ends.
  const customerIds = calls.map(({ keyed }) => keyed.customerId);
  const keys = calls.map(({ keyed }) => keyed);
  const [accounts, keptKeys] = await together([
    presentAccounts(tx, customerIds, present),
    loadKeptKeys(tx, keys),
  ]);
  const reportBy = await loadReportBy(tx, present.clock());
  const records = await loadUsageRecords(tx, namedRecords(calls, keptKeys));
  const holds = await loadHolds(tx, namedHolds(calls, keptKeys, records));
  const pinnedPlans = await loadPinnedPlans(tx, [...holds.values(), ...records.values()]);
  const [wallets, quantities] = await together([
    loadNamedWallets(tx, { calls, accounts, records, holds }),
    loadPeriodQuantities(tx, countersOf(calls, { accounts, holds, pinnedPlans })),
  ]);
  return {
    accounts,
    keptKeys,
    records,
    holds: new Map(holds),
    pinnedPlans,
    wallets,
    quantities,
    reportBy,
    changedWallets: new Set(),
    usages: [],
    reversals: [],
    spentKeys: [],
  };
}

/** What a kept key stands for, when this call is a replay of it. */
function keptResult({ keyed }: Call, keptKeys: ReadonlyMap<string, KeptKey>): string | null {
  const kept = keptKeys.get(keyName(keyed));
  return kept?.inputHash === keyed.inputHash ? kept.resultId : null;
}

function namedRecords(calls: readonly Call[], keptKeys: ReadonlyMap<string, KeptKey>) {
  return calls.flatMap((call) => {
    const { kind, command } = call.named;
    const { customerId } = command;
    if (kind === "reverseUsage") return [{ customerId, id: command.usageRecordId }];
    const id = kind === "consume" || kind === "capture" ? keptResult(call, keptKeys) : null;
    return id === null ? [] : [{ customerId, id }];
  });
}

function namedHolds(
  calls: readonly Call[],
  keptKeys: ReadonlyMap<string, KeptKey>,
  records: ReadonlyMap<string, UsageRecord>,
): HoldRef[] {
  const named = calls.flatMap((call) => {
    const { kind, command } = call.named;
    const { customerId } = command;
    if ("holdId" in command) return [{ customerId, id: command.holdId }];
    const id = kind === "reserve" ? keptResult(call, keptKeys) : null;
    return id === null ? [] : [{ customerId, id }];
  });
  const captured = [...records.values()].flatMap(({ customerId, holdId }) =>
    holdId === null ? [] : [{ customerId, id: holdId }],
  );
  return [...named, ...captured];
}

type Pinning = Pick<Hold | UsageRecord, "id" | "planKey" | "planVersion">;

async function loadPinnedPlans(tx: Tx, pinning: readonly Pinning[]): Promise<Map<string, Plan>> {
  const plans = new Map<string, Plan>();
  for (const { id, planKey, planVersion } of pinning)
    plans.set(id, await loadPlanVersion(tx, planKey, planVersion));
  return plans;
}

interface Named {
  readonly calls: readonly Call[];
  readonly accounts: ReadonlyMap<string, Account>;
  readonly records: ReadonlyMap<string, UsageRecord>;
  readonly holds: ReadonlyMap<string, Hold>;
}

/** The wallet that each customer's plan burns, and those of the records and holds that are named. */
async function loadNamedWallets(tx: Tx, { calls, accounts, records, holds }: Named): Promise<Wallets> {
  const refs = new Map<string, WalletRef>();
  const want = (account: Account | undefined, unit: string) => {
    if (account !== undefined) refs.set(walletId(account.customerId, unit), { account, unit });
  };
  for (const account of accounts.values())
    if (account.current !== null) want(account, account.current.plan.unit);
  const named = [...records.values(), ...holds.values()];
  for (const { customerId, unit } of named) want(accounts.get(customerId), unit);
  const wallets = await loadWallets(tx, [...refs.values()]);
  if (named.length === 0) return wallets;
  const ended = (await loadGrants(tx, grantsToRefill(calls, records))).filter(
    ({ state }) => state === "ENDED",
  );
  for (const [id, state] of wallets) {
    const { customerId, unit } = state.wallet;
    const isOurs = (one: { customerId: string; unit: string }): boolean =>
      one.customerId === customerId && one.unit === unit;
    wallets.set(id, withAtHand(state, [...holds.values()].filter(isOurs), ended.filter(isOurs)));
  }
  return wallets;
}

/** Reversals give credits back to grants that may have ended long ago. */
function grantsToRefill(calls: readonly Call[], records: ReadonlyMap<string, UsageRecord>) {
  return calls.flatMap(({ named }) => {
    if (named.kind !== "reverseUsage") return [];
    const record = records.get(named.command.usageRecordId);
    return (record?.draws ?? []).map(({ grantId }) => ({ customerId: named.command.customerId, grantId }));
  });
}

interface CounterFacts {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly holds: ReadonlyMap<string, Hold>;
  readonly pinnedPlans: ReadonlyMap<string, Plan>;
}

function countersOf(calls: readonly Call[], facts: CounterFacts): PeriodCounter[] {
  return calls.flatMap(({ named }) => {
    const account = facts.accounts.get(named.command.customerId);
    const counter = account === undefined ? null : counterOf(named, account, facts);
    return counter === null ? [] : [counter];
  });
}

function counterOf(
  { kind, command }: MeterCommand,
  account: Account,
  { holds, pinnedPlans }: CounterFacts,
): PeriodCounter | null {
  const { now } = account;
  if (kind === "capture") {
    const hold = holds.get(command.holdId);
    const plan = pinnedPlans.get(command.holdId);
    return hold === undefined || plan === undefined ? null : captureCounter(account, plan, hold.operation);
  }
  if (kind !== "consume" && kind !== "reserve") return null;
  const active = activePlan(account);
  if ("kind" in active) return null;
  const at = kind === "consume" ? (occurrenceOf(command.occurredAt, now) ?? now) : now;
  return periodCounter(active, command.operation, at);
}

/**
 * A capture counts to the customer's present period, even when the plan that it pins has been left; that one only says
 * whether it counts at all.
 */
export function captureCounter(
  { current, now }: Account,
  plan: Plan,
  operation: string,
): PeriodCounter | null {
  if (current === null) return null;
  const counter = periodCounter({ subscription: current.subscription, plan }, operation, now);
  return counter && { ...counter, periodIndex: periodIndexAt(current, now) };
}
