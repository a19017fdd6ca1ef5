import { advance, withNextDue } from "./advance.js";
import { add, least, type Micros, negate, subtract } from "./amount.js";
import type { BudgetedCall } from "./budget.js";
import { budgetedCall, type CallFacts, rateUsage } from "./consumption.js";
import { draw } from "./grant.js";
import { type Hold, heldBy, take } from "./hold.js";
import { endHold, freeHeld } from "./holding.js";
import { type PeriodUsage, usedOf } from "./periodUsage.js";
import type { PricePart } from "./price/price.js";
import type { BudgetExceeded, HoldExceeded, UnpricedUsage } from "./refusal.js";
import { type ReportBy, reportedAttributes, reportsNoAttributes } from "./reportBy.js";
import { burn, cover, type Settlement, type Short } from "./settlement.js";
import type { UsageRecord } from "./usage.js";
import { grantOf, type WalletState } from "./wallet.js";
import { countCall } from "./watching.js";

interface CaptureFacts extends CallFacts {
  /** An active hold of the wallet; the plan is the version that it pins. */
  readonly hold: Hold;
}

interface CaptureCommand {
  readonly usageRecordId: string;
  /** Null: what was reserved for. */
  readonly quantity: Micros | null;
  /** Those that came out differently. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly final: boolean;
  readonly beyondHold: boolean;
  readonly idempotencyKey: string;
  readonly apiKeyId?: string | null;
  readonly reportBy?: ReportBy;
}

type CaptureDecision =
  | {
      readonly kind: "captured";
      readonly usageRecord: UsageRecord;
      /** What the call adds to its billing period; nothing when it is never invoiced. */
      readonly periodUsage: readonly PeriodUsage[];
      readonly hold: Hold;
      readonly state: WalletState;
    }
  | HoldExceeded
  | BudgetExceeded
  | Short
  | UnpricedUsage;

/** Decides what a hold is charged: the call is priced by what is known now, and paid from the hold first. */
export function decideCapture(facts: CaptureFacts, command: CaptureCommand): CaptureDecision {
  const { plan, hold, periodQuantity } = facts;
  const quantity = command.quantity ?? hold.quantity;
  const attributes = { ...hold.attributes, ...command.attributes };
  const rated = rateUsage(plan, { operation: hold.operation, quantity, attributes }, periodQuantity);
  if (rated.kind === "unpricedUsage") return rated;
  const { amount } = rated;
  const held = heldBy(hold);
  if (amount > held && !command.beyondHold)
    return {
      kind: "holdExceeded",
      unit: plan.unit,
      required: amount,
      held,
      exceededBy: subtract(amount, held),
    };
  const call = budgetedCall(plan, { operation: hold.operation, apiKeyId: command.apiKeyId ?? null });
  const paid = payFrom(facts, call, amount);
  return "kind" in paid
    ? paid
    : captured(facts, command, { ...paid, quantity, attributes: rated.attributes, parts: rated.parts });
}

interface Paid {
  readonly call: BudgetedCall;
  readonly amount: Micros;
  readonly left: Hold;
  /** With the hold's part free again, as `settlement` needs it. */
  readonly state: WalletState;
  readonly settlement: Settlement;
}

/** From the hold as far as it goes, then from what is free. */
function payFrom(
  { state, plan, hold, now }: CaptureFacts,
  call: BudgetedCall,
  amount: Micros,
): Paid | Short | BudgetExceeded {
  const paid = least(amount, heldBy(hold));
  const taken = take(hold, paid);
  const left = { ...taken.hold, captured: add(hold.captured, amount) };
  const freed = freeHeld(state, left, taken.draws);
  const grants = new Map(
    taken.draws.map((part) => [part.grantId, draw(grantOf(freed, part.grantId), part.amount)]),
  );
  // What lies beyond the hold sees the wallet as it is after the hold's part is burned and owed.
  const rest = {
    ...freed,
    grants: freed.grants.map((grant) => grants.get(grant.id) ?? grant),
    wallet: { ...freed.wallet, postpaid: add(freed.wallet.postpaid, taken.postpaid) },
  };
  const promised = { amount: paid, postpaid: taken.postpaid, hold };
  const beyond = cover(rest, plan, { call, amount, promised }, now);
  if ("kind" in beyond) return beyond.kind === "budgetExceeded" ? asItIs(state, beyond) : beyond;
  for (const grant of beyond.grants) grants.set(grant.id, grant);
  const settlement = {
    draws: [...taken.draws, ...beyond.draws],
    uncovered: add(taken.postpaid, beyond.uncovered),
    grants: [...grants.values()],
  };
  return { call, amount, left, state: freed, settlement };
}

/** Nothing of the hold was taken after all. */
const asItIs = (
  { budgets }: WalletState,
  { running: { budget }, ...exceeded }: BudgetExceeded,
): BudgetExceeded => {
  const running = budgets.running.find((one) => one.budget.id === budget.id);
  if (running === undefined) throw new Error(`Budget ${budget.id} is not at hand.`);
  return { ...exceeded, running };
};

interface PaidCall extends Paid, Pick<UsageRecord, "quantity" | "attributes"> {
  readonly parts: readonly PricePart[];
}

function captured(
  { plan, periodQuantity, now, billed }: CaptureFacts,
  { usageRecordId, idempotencyKey, apiKeyId = null, reportBy = reportsNoAttributes, final }: CaptureCommand,
  { call, state, amount, left, settlement, quantity, attributes, parts }: PaidCall,
): CaptureDecision {
  const entry = { type: "USAGE", amount: negate(amount), usageRecordId, occurredAt: now } as const;
  const { operation } = left;
  const { draws, uncovered } = settlement;
  const spending = { amount, postpaid: uncovered };
  const burned = countCall(burn(state, settlement, entry, now), call, { spending, at: now });
  const settled = final ? endHold(burned, left, { status: "CAPTURED", at: now }) : burned;
  return {
    kind: "captured",
    periodUsage: billed === null ? [] : usedOf({ operation, draws, parts }, burned, billed),
    hold: settled.holds.get(left.id) ?? left,
    state: advance(withNextDue(settled), now),
    usageRecord: {
      id: usageRecordId,
      customerId: left.customerId,
      unit: left.unit,
      operation,
      quantity,
      attributes,
      amount,
      postpaid: uncovered,
      balanceAfter: burned.wallet.posted,
      sequence: burned.wallet.sequence,
      planKey: plan.key,
      planVersion: plan.version,
      periodQuantity,
      subscriptionId: billed?.subscriptionId ?? null,
      periodIndex: billed?.periodIndex ?? null,
      holdId: left.id,
      idempotencyKey,
      apiKeyId,
      reportedAttributes: reportedAttributes(reportBy, operation, attributes),
      occurredAt: now,
      recordedAt: now,
      draws,
      reversals: [],
    },
  };
}
