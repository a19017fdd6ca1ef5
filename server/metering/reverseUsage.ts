import { reversedPeriod } from "../domain/billedPeriod.js";
import type { Plan } from "../domain/catalog.js";
import { budgetedCall } from "../domain/consumption.js";
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
  const { group: groupOfCall } = budgetedCall(planOf(context, record), record);
  const facts = { state, record, billed, group: groupOfCall, now };
  const decision = decideReversal(facts, { ...command, reversalId });
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
function billedWith(context: Context, record: UsageRecord) {
  const billed = reversedPeriod(context.account, record);
  return billed === null ? null : { ...billed, plan: planOf(context, record) };
}

function planOf({ group }: Context, { id }: UsageRecord): Plan {
  const plan = group.pinnedPlans.get(id);
  if (plan === undefined) throw new Error(`The plan of usage record ${id} was not loaded.`);
  return plan;
}
