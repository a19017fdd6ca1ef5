import { advance, withNextDue } from "./advance.js";
import { zero } from "./amount.js";
import { type ConsumptionFacts, priceAndCover, type Usage } from "./consumption.js";
import { type Hold, holdEnd } from "./hold.js";
import { startHold } from "./holding.js";
import type { BudgetExceeded, UnpricedUsage } from "./refusal.js";
import type { Short } from "./settlement.js";
import type { WalletState } from "./wallet.js";

interface ReservationCommand extends Usage {
  readonly holdId: string;
  readonly expiresInSeconds: number;
  readonly idempotencyKey: string;
  readonly apiKeyId?: string | null;
}

type ReservationDecision =
  | { readonly kind: "reserved"; readonly hold: Hold; readonly state: WalletState }
  | Short
  | BudgetExceeded
  | UnpricedUsage;

/** Decides a reservation as the call itself would be decided, and holds what that would burn. */
export function decideReservation(facts: ConsumptionFacts, command: ReservationCommand): ReservationDecision {
  const { state, plan, now } = facts;
  const { quantity, holdId, expiresInSeconds, idempotencyKey } = command;
  const payable = priceAndCover(facts, command);
  if (payable.kind !== "payable") return payable;
  const { call, amount, attributes, settlement } = payable;
  const hold: Hold = {
    id: holdId,
    customerId: state.wallet.customerId,
    unit: state.wallet.unit,
    ...call,
    quantity,
    attributes,
    amount,
    captured: zero,
    draws: settlement.draws.map((draw) => ({ ...draw, reserved: draw.amount })),
    postpaid: settlement.uncovered,
    status: "ACTIVE",
    planKey: plan.key,
    planVersion: plan.version,
    idempotencyKey,
    createdAt: now,
    expiresAt: holdEnd(now, expiresInSeconds),
    endedAt: null,
  };
  return { kind: "reserved", hold, state: advance(withNextDue(startHold(state, hold)), now) };
}
