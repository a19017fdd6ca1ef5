import { add, zero } from "../domain/amount.js";
import type { CreditPack, Plan } from "../domain/catalog.js";
import { type ConsumptionDecision, decideConsumption } from "../domain/consumption.js";
import { badInput, type Fault } from "../domain/errors.js";
import type { CreditGrant } from "../domain/grant.js";
import { type NewId, walletId } from "../domain/ids.js";
import { type Instant, toIso } from "../domain/instant.js";
import { snapshot } from "../domain/snapshot.js";
import type { SubscribedPlan } from "../domain/subscription.js";
import { occurrenceAllowed, occurrenceOf, type UsageRecord } from "../domain/usage.js";
import type { WalletState } from "../domain/wallet.js";
import { judgeKey, keepKeys, keyName } from "../ledger/idempotency.js";
import type { Account } from "../ledger/load.js";
import { loadPacks } from "../ledger/packs.js";
import { post } from "../ledger/post.js";
import type { Tx } from "../storage/database.js";
import { together } from "../storage/together.js";
import { activePlan } from "./activePlan.js";
import type { Consumed, ConsumeOutcome, ConsumeRequest } from "./consume.js";
import { type Call, callsOf, type Group, loadGroup } from "./group.js";
import type { Settled } from "./groupCommit.js";
import { counterName, periodCounter } from "./periodQuantity.js";
import { writeUsages } from "./usageRecords.js";

/** A refusal that still lacks the packs on offer. */
interface Short {
  readonly kind: "short";
  readonly decision: Extract<ConsumptionDecision, { kind: "insufficientCredits" }>;
  readonly plan: Plan;
}

type Judged = ConsumeOutcome | Short;
type Outcomes = Settled<readonly ConsumeOutcome[]>;

interface Times {
  readonly wallNow: Instant;
  readonly newId: NewId;
}

/** Load all, decide each in memory in order of arrival, write all: for one call as for many the same few statements. */
export async function settleGroup(
  tx: Tx,
  requests: readonly ConsumeRequest[],
  { wallNow, newId }: Times,
): Promise<Outcomes[]> {
  const requested = requests.map(callsOf);
  const group = await loadGroup(tx, requested.flat(), wallNow);
  const settled = requested.map((calls) => judgeRequest(group, calls, newId));
  await write(tx, group);
  return nameThePacks(tx, settled);
}

function judgeRequest(group: Group, calls: readonly Call[], newId: NewId): Settled<readonly Judged[]> {
  for (const call of calls) {
    const fault = occurrenceFault(group, call);
    if (fault !== null) return { kind: "fault", fault };
  }
  return { kind: "answered", answer: calls.map((call) => judge(group, call, newId)) };
}

/** A time out of bounds is no call at all; a replay is answered whatever time it is by now. */
function occurrenceFault(group: Group, { command, keyed, path }: Call): Fault | null {
  const account = group.accounts.get(command.customerId);
  if (account === undefined || group.keptKeys.has(keyName(keyed))) return null;
  if (occurrenceOf(command.occurredAt, account.now) !== null) return null;
  const time = toIso(account.now);
  return badInput(
    `${path}.occurredAt`,
    `must be ${occurrenceAllowed} for the customer, whose time is ${time}.`,
  );
}

function judge(group: Group, call: Call, newId: NewId): Judged {
  const { customerId } = call.command;
  const earlier = judgeKey(call.keyed, group.keptKeys.get(keyName(call.keyed)));
  if (earlier.kind === "idempotencyConflict") return earlier;
  const account = group.accounts.get(customerId);
  if (earlier.kind === "replay") return replay(group, account, earlier.resultId);
  if (account === undefined) return { kind: "customerNotFound", customerId };
  const active = activePlan(account);
  return "kind" in active ? active : decide(group, call, { account, active, usageRecordId: newId("usage") });
}

interface Facts {
  readonly account: Account;
  readonly active: SubscribedPlan;
  readonly usageRecordId: string;
}

function decide(group: Group, { command, keyed }: Call, { account, active, usageRecordId }: Facts): Judged {
  const { now } = account;
  const { plan } = active;
  const occurredAt = occurrenceOf(command.occurredAt, now) ?? now;
  const counter = periodCounter(active, command.operation, occurredAt);
  const periodQuantity = (counter && group.quantities.get(counterName(counter))) ?? zero;
  const state = walletOf(group, account, plan.unit);
  const facts = { state, plan, periodQuantity, now };
  const decision = decideConsumption(facts, { ...command, usageRecordId, occurredAt });
  if (decision.kind === "unpricedUsage") return decision;
  if (decision.kind === "insufficientCredits") return { kind: "short", decision, plan };
  const { usageRecord } = decision;
  const id = walletId(account.customerId, plan.unit);
  group.wallets.set(id, decision.state);
  group.changedWallets.add(id);
  group.usages.push({ record: usageRecord, counter });
  group.records.set(usageRecordId, usageRecord);
  if (counter !== null) group.quantities.set(counterName(counter), add(periodQuantity, command.quantity));
  const spent = { ...keyed, resultId: usageRecordId, usedAt: now };
  group.spentKeys.push(spent);
  group.keptKeys.set(keyName(keyed), spent);
  const grants = drawnGrants(decision.state, usageRecord);
  return { kind: "consumed", usageRecord, grants, wallet: snapshot(decision.state, now), replayed: false };
}

function walletOf(group: Group, { customerId }: Account, unit: string): WalletState {
  const state = group.wallets.get(walletId(customerId, unit));
  if (state === undefined) throw new Error(`Wallet ${walletId(customerId, unit)} was not loaded.`);
  return state;
}

function replay(group: Group, account: Account | undefined, usageRecordId: string): Consumed {
  const usageRecord = group.records.get(usageRecordId);
  if (account === undefined || usageRecord === undefined)
    throw new Error(`Usage record ${usageRecordId} of a kept key is missing.`);
  const state = walletOf(group, account, usageRecord.unit);
  const grants = drawnGrants(state, usageRecord);
  return { kind: "consumed", usageRecord, grants, wallet: snapshot(state, account.now), replayed: true };
}

/** Those that this transaction has changed, or that are still live; nobody has to read them again to show them. */
function drawnGrants({ changedGrants, grants }: WalletState, { draws }: UsageRecord): CreditGrant[] {
  const found = draws.map(
    ({ grantId }) => changedGrants.get(grantId) ?? grants.find((grant) => grant.id === grantId),
  );
  return found.filter((grant) => grant !== undefined);
}

async function write(tx: Tx, group: Group): Promise<void> {
  const postings = [...group.changedWallets].flatMap((id) => {
    const state = group.wallets.get(id);
    const account = state && group.accounts.get(state.wallet.customerId);
    return state && account ? [{ state, recordedAt: account.now }] : [];
  });
  await together([post(tx, postings), writeUsages(tx, group.usages), keepKeys(tx, group.spentKeys)]);
}

/** Callers who are short of credits are told what they can buy; the packs are read only when there are such. */
async function nameThePacks(tx: Tx, settled: readonly Settled<readonly Judged[]>[]): Promise<Outcomes[]> {
  const isShort = (one: Settled<readonly Judged[]>): boolean =>
    one.kind === "answered" && one.answer.some(({ kind }) => kind === "short");
  const packs = settled.some(isShort) ? await loadPacks(tx) : [];
  const told = (judged: Judged): ConsumeOutcome =>
    judged.kind === "short" ? { ...judged.decision, creditPacks: packsFor(judged, packs) } : judged;
  return settled.map((one) => (one.kind === "fault" ? one : { ...one, answer: one.answer.map(told) }));
}

const packsFor = ({ plan }: Short, packs: readonly CreditPack[]): CreditPack[] =>
  plan.sellsCreditPacks ? packs.filter((pack) => pack.unit === plan.unit) : [];
