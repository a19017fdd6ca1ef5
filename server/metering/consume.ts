import { billedPeriod } from "../domain/billedPeriod.js";
import { decideConsumption } from "../domain/consumption.js";
import { occurrenceOf } from "../domain/usage.js";
import { activePlan } from "./activePlan.js";
import type { ConsumeCommand } from "./commands.js";
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

/** Judges one call; the plan must be in force. */
export function judgeConsume(context: Context, command: ConsumeCommand): Judged {
  const { group, account, newId } = context;
  const active = activePlan(account);
  if ("kind" in active) return active;
  const { plan } = active;
  const { now } = account;
  const { operation, quantity, attributes, apiKeyId, idempotencyKey } = command;
  const occurredAt = occurrenceOf(command.occurredAt, now) ?? now;
  const counter = periodCounter(active, operation, occurredAt);
  const state = walletOf(group, account.customerId, plan.unit);
  const billed = billedPeriod(account, plan, occurredAt);
  const facts = { state, plan, periodQuantity: periodQuantityOf(group, counter), billed, now };
  const usageRecordId = newId("usage");
  const decision = decideConsumption(facts, {
    operation,
    quantity,
    attributes,
    apiKeyId: apiKeyId ?? null,
    idempotencyKey,
    usageRecordId,
    occurredAt,
    reportBy: group.reportBy,
  });
  if (decision.kind === "insufficientCredits") return { kind: "short", decision, plan };
  if (decision.kind !== "consumed") return decision;
  const { usageRecord, periodUsage } = decision;
  const allowance = suppliedBy(decision.state, usageRecord.draws);
  meter(group, { record: usageRecord, allowance, periodUsage, counter }, plan);
  const wallet = settle(context, { state: decision.state, resultId: usageRecordId });
  const grants = grantsOf(decision.state, usageRecord.draws);
  return { kind: "consumed", usageRecord, grants, wallet, replayed: false };
}
