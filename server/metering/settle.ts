import type { CreditPack } from "../domain/catalog.js";
import { badInput, type Fault } from "../domain/errors.js";
import type { NewId } from "../domain/ids.js";
import { toIso } from "../domain/instant.js";
import { occurrenceAllowed, occurrenceOf } from "../domain/usage.js";
import { judgeKey, keepKeys, keyName } from "../ledger/idempotency.js";
import { loadPacks } from "../ledger/packs.js";
import { post } from "../ledger/post.js";
import type { Present } from "../ledger/present.js";
import type { Tx } from "../storage/database.js";
import { together } from "../storage/together.js";
import type { MeterOutcome } from "./commands.js";
import { judgeConsume } from "./consume.js";
import { type Call, callsOf, type Group, loadGroup } from "./group.js";
import type { Settled } from "./groupCommit.js";
import { judgeCapture, judgeExtendHold, judgeRelease, judgeReserve } from "./holds.js";
import type { Context, Judged, ShortOfCredits } from "./judge.js";
import type { MeterRequest } from "./meter.js";
import { replay } from "./replay.js";
import { writeReversals } from "./reversals.js";
import { judgeReverseUsage } from "./reverseUsage.js";
import { markTopUpsDue, type TopUpDue, takeTopUpsDue } from "./topUps.js";
import { writeUsages } from "./usageRecords.js";

type Outcomes = Settled<readonly MeterOutcome[]>;

interface Needs {
  readonly present: Present;
  readonly newId: NewId;
}

/** A group that has been judged and written. */
interface SettledGroup {
  /** In the order of its requests. */
  readonly outcomes: readonly Outcomes[];
  /** What has to be seen to once it is committed. */
  readonly topUps: readonly TopUpDue[];
}

/** Load all, decide each in memory in order of arrival, write all: for one call as for many the same few statements. */
export async function settleGroup(
  tx: Tx,
  requests: readonly MeterRequest[],
  { present, newId }: Needs,
): Promise<SettledGroup> {
  const requested = requests.map(callsOf);
  const group = await loadGroup(tx, requested.flat(), present);
  const settled = requested.map((calls) => judgeRequest(group, calls, newId));
  const topUps = takeTopUpsDue(group);
  await write(tx, group, topUps);
  return { outcomes: await nameThePacks(tx, settled), topUps };
}

function judgeRequest(group: Group, calls: readonly Call[], newId: NewId): Settled<readonly Judged[]> {
  for (const call of calls) {
    const fault = occurrenceFault(group, call);
    if (fault !== null) return { kind: "fault", fault };
  }
  return { kind: "answered", answer: calls.map((call) => judge(group, call, newId)) };
}

/** A time out of bounds is no call at all; a replay is answered whatever time it is by now. */
function occurrenceFault(group: Group, { named, keyed, path }: Call): Fault | null {
  const account = group.accounts.get(keyed.customerId);
  if (named.kind !== "consume" || account === undefined || group.keptKeys.has(keyName(keyed))) return null;
  if (occurrenceOf(named.command.occurredAt, account.now) !== null) return null;
  const time = toIso(account.now);
  return badInput(
    `${path}.occurredAt`,
    `must be ${occurrenceAllowed} for the customer, whose time is ${time}.`,
  );
}

function judge(group: Group, call: Call, newId: NewId): Judged {
  const { customerId } = call.keyed;
  const earlier = judgeKey(call.keyed, group.keptKeys.get(keyName(call.keyed)));
  if (earlier.kind === "idempotencyConflict") return earlier;
  const account = group.accounts.get(customerId);
  if (earlier.kind === "replay") return replay(group, call, { account, resultId: earlier.resultId });
  if (account === undefined) return { kind: "customerNotFound", customerId };
  return judgeNew({ group, account, keyed: call.keyed, newId }, call);
}

function judgeNew(context: Context, { named: { kind, command } }: Call): Judged {
  switch (kind) {
    case "consume":
      return judgeConsume(context, command);
    case "reserve":
      return judgeReserve(context, command);
    case "capture":
      return judgeCapture(context, command);
    case "extendHold":
      return judgeExtendHold(context, command);
    case "release":
      return judgeRelease(context, command);
    case "reverseUsage":
      return judgeReverseUsage(context, command);
  }
}

async function write(tx: Tx, group: Group, topUps: readonly TopUpDue[]): Promise<void> {
  const postings = [...group.changedWallets].flatMap((id) => {
    const state = group.wallets.get(id);
    const account = state && group.accounts.get(state.wallet.customerId);
    return state && account ? [{ state, recordedAt: account.now }] : [];
  });
  await together([
    post(tx, postings),
    writeUsages(tx, group.usages),
    writeReversals(tx, group.reversals),
    keepKeys(tx, group.spentKeys),
    markTopUpsDue(tx, topUps),
  ]);
}

/** Callers who are short of credits are told what they can buy; the packs are read only when there are such. */
async function nameThePacks(tx: Tx, settled: readonly Settled<readonly Judged[]>[]): Promise<Outcomes[]> {
  const isShort = (one: Settled<readonly Judged[]>): boolean =>
    one.kind === "answered" && one.answer.some(({ kind }) => kind === "short");
  const packs = settled.some(isShort) ? await loadPacks(tx) : [];
  const told = (judged: Judged): MeterOutcome =>
    judged.kind === "short" ? { ...judged.decision, creditPacks: packsFor(judged, packs) } : judged;
  return settled.map((one) => (one.kind === "fault" ? one : { ...one, answer: one.answer.map(told) }));
}

const packsFor = ({ plan }: ShortOfCredits, packs: readonly CreditPack[]): CreditPack[] =>
  plan.sellsCreditPacks ? packs.filter((pack) => pack.unit === plan.unit) : [];
