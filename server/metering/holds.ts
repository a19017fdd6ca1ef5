import { billedPeriod } from "../domain/billedPeriod.js";
import { decideCapture } from "../domain/capture.js";
import { type Hold, holdEnd } from "../domain/hold.js";
import { extendHold } from "../domain/holding.js";
import type { HoldNotActive, HoldNotFound } from "../domain/refusal.js";
import { releaseHold } from "../domain/release.js";
import { decideReservation } from "../domain/reservation.js";
import type { WalletState } from "../domain/wallet.js";
import { activePlan } from "./activePlan.js";
import type { CaptureCommand, ExtendHoldCommand, ReleaseCommand, ReserveCommand } from "./commands.js";
import { captureCounter, type Group } from "./group.js";
import {
  type Context,
  grantsOf,
  type Judged,
  meter,
  periodQuantityOf,
  settle,
  suppliedBy,
  walletOf,
} from "./judge.js";
import { periodCounter } from "./periodQuantity.js";

/** Judged as the call itself would be. */
export function judgeReserve(context: Context, command: ReserveCommand): Judged {
  const { group, account, newId } = context;
  const active = activePlan(account);
  if ("kind" in active) return active;
  const { plan } = active;
  const { now, customerId } = account;
  const periodQuantity = periodQuantityOf(group, periodCounter(active, command.operation, now));
  const facts = { state: walletOf(group, customerId, plan.unit), plan, periodQuantity, now };
  const holdId = newId("hold");
  const decision = decideReservation(facts, { ...command, holdId });
  if (decision.kind === "insufficientCredits") return { kind: "short", decision, plan };
  if (decision.kind !== "reserved") return decision;
  const { hold, state } = decision;
  group.holds.set(holdId, hold);
  group.pinnedPlans.set(holdId, plan);
  const wallet = settle(context, { state, resultId: holdId });
  return { kind: "reserved", hold, wallet, grants: grantsOf(state, hold.draws), replayed: false };
}

/** A hold is a promise: it can be captured even if the subscription has ended meanwhile. */
export function judgeCapture(context: Context, command: CaptureCommand): Judged {
  const { group, account, newId } = context;
  const { now } = account;
  const found = activeHold(group, account.customerId, command.holdId);
  if ("kind" in found) return found;
  const { hold, state } = found;
  const plan = group.pinnedPlans.get(hold.id);
  if (plan === undefined) throw new Error(`The plan of hold ${hold.id} was not loaded.`);
  const counter = captureCounter(account, plan, hold.operation);
  const billed = billedPeriod(account, plan, now);
  const facts = { state, plan, hold, periodQuantity: periodQuantityOf(group, counter), billed, now };
  const usageRecordId = newId("usage");
  const decision = decideCapture(facts, { ...command, usageRecordId, reportBy: group.reportBy });
  if (decision.kind === "insufficientCredits") return { kind: "short", decision, plan };
  if (decision.kind !== "captured") return decision;
  const { usageRecord, periodUsage } = decision;
  const allowance = suppliedBy(decision.state, usageRecord.draws);
  meter(group, { record: usageRecord, allowance, periodUsage, counter }, plan);
  const wallet = settle(context, { state: decision.state, resultId: usageRecordId });
  const grants = grantsOf(decision.state, [...usageRecord.draws, ...decision.hold.draws]);
  return { kind: "captured", usageRecord, hold: decision.hold, wallet, grants, replayed: false };
}

export function judgeExtendHold(context: Context, command: ExtendHoldCommand): Judged {
  const { group, account } = context;
  const found = activeHold(group, account.customerId, command.holdId);
  if ("kind" in found) return found;
  const asked = holdEnd(account.now, command.expiresInSeconds);
  const later = asked > found.hold.expiresAt ? asked : found.hold.expiresAt;
  const changed = extendHold(found.state, found.hold, later);
  return { kind: "holdExtended", ...answer(context, changed, command.holdId) };
}

export function judgeRelease(context: Context, command: ReleaseCommand): Judged {
  const { group, account } = context;
  const found = activeHold(group, account.customerId, command.holdId);
  if ("kind" in found) return found;
  const changed = releaseHold(found.state, found.hold, account.now);
  return { kind: "released", ...answer(context, changed, command.holdId) };
}

function answer(context: Context, changed: WalletState, holdId: string) {
  const wallet = settle(context, { state: changed, resultId: holdId });
  const hold = heldOf(changed, holdId);
  return { hold, wallet, grants: grantsOf(changed, hold.draws), replayed: false };
}

interface Found {
  readonly hold: Hold;
  readonly state: WalletState;
}

/** The hold and its wallet, both as they are by now. */
export function findHold(group: Group, customerId: string, holdId: string): Found | null {
  const known = group.holds.get(holdId);
  if (known === undefined || known.customerId !== customerId) return null;
  const state = walletOf(group, customerId, known.unit);
  return { state, hold: heldOf(state, holdId) };
}

function heldOf({ holds }: WalletState, holdId: string): Hold {
  const hold = holds.get(holdId);
  if (hold === undefined) throw new Error(`Hold ${holdId} is not at hand.`);
  return hold;
}

function activeHold(group: Group, customerId: string, holdId: string): Found | HoldNotFound | HoldNotActive {
  const found = findHold(group, customerId, holdId);
  if (found === null) return { kind: "holdNotFound", holdId };
  return found.hold.status === "ACTIVE" ? found : { kind: "holdNotActive", hold: found.hold };
}
