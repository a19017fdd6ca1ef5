import { reversedPeriod } from "../domain/billedPeriod.js";
import { decideReversal } from "../domain/reversal.js";
import type { UsageRecord } from "../domain/usage.js";
import type { ReverseUsageCommand } from "./commands.js";
import { type Context, grantsOf, type Judged, settle, suppliedBy, walletOf } from "./judge.js";

/** It needs no plan in force: what was metered can always be undone. */
export function judgeReverseUsage(context: Context, command: ReverseUsageCommand): Judged {
  const { group, account, newId } = context;
  const { customerId, now } = account;
  const record = group.records.get(command.usageRecordId);
  if (record === undefined || record.customerId !== customerId)
    return { kind: "usageRecordNotFound", usageRecordId: command.usageRecordId };
  const state = walletOf(group, customerId, record.unit);
  const reversalId = newId("reversal");
  const billed = billedWith(context, record);
  const decision = decideReversal({ state, record, billed, now }, { ...command, reversalId });
  if (decision.kind === "reversalExceedsUsage") return decision;
  const { reversal, usageRecord, periodUsage } = decision;
  const allowance = suppliedBy(decision.state, reversal.draws);
  group.reversals.push({ reversal, record, allowance, periodUsage });
  group.records.set(record.id, usageRecord);
  const wallet = settle(context, { state: decision.state, resultId: reversalId });
  const grants = grantsOf(decision.state, usageRecord.draws);
  return { kind: "usageReversed", reversal, usageRecord, grants, wallet, replayed: false };
}

/** The billing period that a reversal lowers, and the plan version by which its call was priced. */
function billedWith({ group, account }: Context, record: UsageRecord) {
  const billed = reversedPeriod(account, record);
  if (billed === null) return null;
  const plan = group.pinnedPlans.get(record.id);
  if (plan === undefined) throw new Error(`The plan of usage record ${record.id} was not loaded.`);
  return { ...billed, plan };
}
