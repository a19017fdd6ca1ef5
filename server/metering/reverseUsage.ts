import { decideReversal } from "../domain/reversal.js";
import type { ReverseUsageCommand } from "./commands.js";
import { type Context, grantsOf, type Judged, settle, walletOf } from "./judge.js";

/** It needs no plan in force: what was metered can always be undone. */
export function judgeReverseUsage(context: Context, command: ReverseUsageCommand): Judged {
  const { group, account, newId } = context;
  const { customerId, now } = account;
  const record = group.records.get(command.usageRecordId);
  if (record === undefined || record.customerId !== customerId)
    return { kind: "usageRecordNotFound", usageRecordId: command.usageRecordId };
  const state = walletOf(group, customerId, record.unit);
  const reversalId = newId("reversal");
  const decision = decideReversal({ state, record, now }, { ...command, reversalId });
  if (decision.kind === "reversalExceedsUsage") return decision;
  const { reversal, usageRecord } = decision;
  group.reversals.push({ reversal, record });
  group.records.set(record.id, usageRecord);
  const wallet = settle(context, { state: decision.state, resultId: reversalId });
  const grants = grantsOf(decision.state, usageRecord.draws);
  return { kind: "usageReversed", reversal, usageRecord, grants, wallet, replayed: false };
}
