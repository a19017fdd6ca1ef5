import type { Micros } from "../domain/amount.js";
import type { CreditPack } from "../domain/catalog.js";
import {
  type ConsumptionCommand,
  type ConsumptionDecision,
  decideConsumption,
} from "../domain/consumption.js";
import { badInput } from "../domain/errors.js";
import type { NewId } from "../domain/ids.js";
import { type Instant, toIso } from "../domain/instant.js";
import type {
  CustomerNotFound,
  IdempotencyConflict,
  InsufficientCredits,
  SubscriptionInactive,
  UnpricedUsage,
} from "../domain/refusal.js";
import { snapshot, type WalletSnapshot } from "../domain/snapshot.js";
import { type SubscribedPlan, subscriptionStatus } from "../domain/subscription.js";
import { occurrenceAllowed, occurrenceOf, type UsageRecord } from "../domain/usage.js";
import { findEarlierUse, type KeyedInput, keepKey, keyedInput } from "../ledger/idempotency.js";
import { type Account, loadAccount, loadWallet } from "../ledger/load.js";
import { loadOfferedPacks } from "../ledger/packs.js";
import { post } from "../ledger/post.js";
import type { Database, Tx } from "../storage/database.js";
import { loadPeriodQuantity, periodCounter } from "./periodQuantity.js";
import { findUsageRecord, writeUsageRecord } from "./usageRecords.js";

export interface ConsumeCommand {
  readonly customerId: string;
  readonly operation: string;
  readonly quantity: Micros;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Null: now. */
  readonly occurredAt: Instant | null;
  readonly idempotencyKey: string;
  /** Where the call stands in its request, for faults, such as `input.items.3`. No part of what the key stands for. */
  readonly path?: string;
}

export interface Consumed {
  readonly kind: "consumed";
  readonly usageRecord: UsageRecord;
  readonly wallet: WalletSnapshot;
  readonly replayed: boolean;
}

export type ConsumeOutcome =
  | Consumed
  | InsufficientCredits
  | UnpricedUsage
  | CustomerNotFound
  | SubscriptionInactive
  | IdempotencyConflict;

interface Needs {
  readonly database: Database;
  readonly clock: () => Instant;
  readonly newId: NewId;
}

/** All commands in one durable transaction, each judged alone and in order, and seeing what those before it did. */
export const makeConsume =
  ({ database, clock, newId }: Needs) =>
  (commands: readonly ConsumeCommand[]): Promise<ConsumeOutcome[]> =>
    database.transact(async (tx) => {
      const now = clock();
      const outcomes: ConsumeOutcome[] = [];
      for (const command of commands) outcomes.push(await consumeOne(tx, command, { now, newId }));
      return outcomes;
    });

async function consumeOne(
  tx: Tx,
  { path = "input", ...command }: ConsumeCommand,
  { now, newId }: { now: Instant; newId: NewId },
): Promise<ConsumeOutcome> {
  const keyed = keyedInput("consume", command);
  const earlier = await findEarlierUse(tx, keyed);
  if (earlier.kind === "idempotencyConflict") return earlier;
  const account = await loadAccount(tx, command.customerId, now);
  if (earlier.kind === "replay") return replay(tx, account, earlier.resultId);
  if (account === null) return { kind: "customerNotFound", customerId: command.customerId };
  const occurredAt = checkedOccurrence(`${path}.occurredAt`, command.occurredAt, account.now);
  const active = activePlan(account);
  if ("kind" in active) return active;
  const call = { ...command, occurredAt, usageRecordId: newId("usage") };
  return decideAndPost(tx, account, { call, keyed, active });
}

function checkedOccurrence(field: string, said: Instant | null, now: Instant): Instant {
  const occurredAt = occurrenceOf(said, now);
  if (occurredAt === null)
    throw badInput(field, `must be ${occurrenceAllowed} for the customer, whose time is ${toIso(now)}.`);
  return occurredAt;
}

/** The customer's plan, if calls may be metered under it now. */
export function activePlan({ customerId, now, supplier }: Account): SubscribedPlan | SubscriptionInactive {
  const status = supplier === null ? null : subscriptionStatus(supplier.subscription, now);
  return supplier !== null && status === "ACTIVE"
    ? supplier
    : { kind: "subscriptionInactive", customerId, status };
}

interface KeyedCall {
  readonly call: ConsumptionCommand;
  readonly keyed: KeyedInput;
  readonly active: SubscribedPlan;
}

async function decideAndPost(
  tx: Tx,
  account: Account,
  { call, keyed, active }: KeyedCall,
): Promise<ConsumeOutcome> {
  const { customerId, now } = account;
  const state = await loadWallet(tx, account, active.plan.unit);
  const counter = periodCounter(active, call.operation, call.occurredAt);
  const periodQuantity = await loadPeriodQuantity(tx, customerId, counter);
  const decision = decideConsumption({ state, plan: active.plan, periodQuantity, now }, call);
  if (decision.kind !== "consumed") return refusal(tx, account, decision);
  await post(tx, decision.state, now);
  await writeUsageRecord(tx, decision.usageRecord, counter);
  await keepKey(tx, keyed, { id: call.usageRecordId, at: now });
  const { usageRecord } = decision;
  return { kind: "consumed", usageRecord, wallet: snapshot(decision.state, now), replayed: false };
}

/** A caller who is short of credits is told what it can buy. */
async function refusal(
  tx: Tx,
  account: Account,
  decision: Exclude<ConsumptionDecision, { kind: "consumed" }>,
): Promise<InsufficientCredits | UnpricedUsage> {
  if (decision.kind === "unpricedUsage") return decision;
  const creditPacks: readonly CreditPack[] = await loadOfferedPacks(tx, account.supplier?.plan ?? null);
  return { ...decision, creditPacks: creditPacks.filter((pack) => pack.unit === decision.unit) };
}

async function replay(tx: Tx, account: Account | null, usageRecordId: string): Promise<Consumed> {
  const usageRecord = account && (await findUsageRecord(tx, account.customerId, usageRecordId));
  if (!account || !usageRecord) throw new Error(`Usage record ${usageRecordId} of a kept key is missing.`);
  const state = await loadWallet(tx, account, usageRecord.unit);
  return { kind: "consumed", usageRecord, wallet: snapshot(state, account.now), replayed: true };
}
