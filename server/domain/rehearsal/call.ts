import { add, countOn, type Micros, portion, subtract, sum, zero } from "../amount.js";
import type { Plan } from "../catalog.js";
import { budgetedCall, type ConsumptionDecision, decideConsumption, type Usage } from "../consumption.js";
import { type CreditGrant, free, newGrant } from "../grant.js";
import type { Instant } from "../instant.js";
import type { Span } from "../invoice.js";
import { addPeriodUsage, type PeriodUsage } from "../periodUsage.js";
import { countsThePeriod } from "../price/discounts.js";
import type { UnpricedUsage } from "../refusal.js";
import { decideReversal } from "../reversal.js";
import { type SubscribedPlan, servedPeriod } from "../subscription.js";
import { addGrant, voidCredits, type WalletState } from "../wallet.js";
import type { RehearsedWallet } from "./wallet.js";

export const subscriptionId = "sub_rehearsal";

/** A call, and how much of what it cost was undone afterwards. */
export interface RehearsedCall extends Usage {
  readonly reversed?: { readonly part: Micros; readonly whole: Micros };
}

export type RehearsedOutcome =
  | RehearsedUse
  | { readonly kind: "refused"; readonly required: Micros }
  | UnpricedUsage;

interface RehearsedUse {
  readonly kind: "used";
  readonly amount: Micros;
  readonly listAmount: Micros;
  readonly parts: CallParts;
  /** What the period had used of the operation before, where the price counts it. */
  readonly periodQuantity: Micros;
}

/** What paid for a call. */
export interface CallParts {
  readonly supply: Micros;
  readonly credits: Micros;
  readonly lent: Micros;
  readonly postpaid: Micros;
}

/** What a billing period came to. */
export interface RehearsedPeriod extends CallParts {
  readonly index: number;
  readonly span: Span;
  readonly calls: number;
  readonly amount: Micros;
  /** By operation and tier: what an invoice for usage is made of. */
  readonly usage: readonly PeriodUsage[];
}

/** A period's sums while they grow. */
export interface Book {
  readonly index: number;
  readonly usage: Map<string, PeriodUsage>;
  /** By operation, where the price counts it. */
  readonly quantities: Map<string, Micros>;
  calls: number;
  amount: Micros;
  parts: CallParts;
}

const noParts: CallParts = { supply: zero, credits: zero, lent: zero, postpaid: zero };

export const emptyBook = (index: number): Book => ({
  index,
  usage: new Map(),
  quantities: new Map(),
  calls: 0,
  amount: zero,
  parts: noParts,
});

export const addParts = (a: CallParts, b: CallParts): CallParts => ({
  supply: add(a.supply, b.supply),
  credits: add(a.credits, b.credits),
  lent: add(a.lent, b.lent),
  postpaid: add(a.postpaid, b.postpaid),
});

export const periodOf = (
  subscribed: SubscribedPlan,
  { index, calls, amount, parts, usage }: Book,
): RehearsedPeriod => ({
  index,
  span: servedPeriod(subscribed, index),
  calls,
  amount,
  ...parts,
  usage: [...usage.values()],
});

interface Scene {
  readonly wallet: RehearsedWallet;
  readonly plan: Plan;
  readonly book: Book;
  readonly lends: boolean;
}

/** Whether the price of an operation depends on what the period has used of it. */
function countsThem({ plan }: Pick<Scene, "plan">, operation: string): boolean {
  const priced = Object.hasOwn(plan.operations, operation) ? plan.operations[operation] : undefined;
  return priced !== undefined && countsThePeriod(priced, plan.tailored);
}

/**
 * A call that was undone altogether costs nothing, and later ones cost what they cost with it before them: it keeps its
 * place in tiers and in what is reserved.
 */
export function keepPlace({ operation, quantity }: Usage, scene: Pick<Scene, "plan" | "book">): void {
  const { quantities } = scene.book;
  if (countsThem(scene, operation))
    quantities.set(operation, countOn(quantities.get(operation) ?? zero, quantity));
}

export function settle(
  call: RehearsedCall,
  at: Instant,
  { wallet, plan, book, lends }: Scene,
): RehearsedOutcome {
  const counts = countsThem({ plan }, call.operation);
  const before = book.quantities.get(call.operation) ?? zero;
  const decide = (state: WalletState): ConsumptionDecision =>
    decideConsumption(
      { state, plan, periodQuantity: counts ? before : zero, now: at, billed: billedIn(book) },
      { ...call, usageRecordId: "usage_rehearsal", idempotencyKey: "rehearsal", occurredAt: at },
    );
  let decision = decide(wallet.state());
  let lent = zero;
  if (decision.kind === "insufficientCredits" && lends) {
    lent = decision.shortBy;
    decision = decide(addGrant(wallet.state(), loan(wallet.state(), lent, at), at));
  }
  if (decision.kind === "unpricedUsage") return decision;
  if (decision.kind === "budgetExceeded") throw new Error("Nobody has set a budget for a rehearsal.");
  if (decision.kind === "insufficientCredits") return { kind: "refused", required: decision.required };
  if (counts) book.quantities.set(call.operation, countOn(before, call.quantity));
  const settled = undone(decision, call, { plan, book, at });
  for (const usage of settled.periodUsage) enter(book, usage);
  const state = lent === zero ? settled.state : takeBack(settled.state, at);
  const parts = partsOf(
    settled.periodUsage,
    subtract(lent, subtract(settled.state.wallet.posted, state.wallet.posted)),
  );
  const amount = sum(settled.periodUsage.map((one) => one.amount));
  const listAmount = sum(settled.periodUsage.map((one) => one.listAmount));
  book.calls += 1;
  book.amount = add(book.amount, amount);
  book.parts = addParts(book.parts, parts);
  wallet.become(state);
  return { kind: "used", amount, listAmount, parts, periodQuantity: decision.usageRecord.periodQuantity };
}

const billedIn = ({ index }: Book) => ({ subscriptionId, periodIndex: index, lateDay: null });

/** Exactly what is missing, so that the call that it is lent for uses it up. */
const lentGrantId = "grant_lent";

const loan = ({ wallet }: WalletState, amount: Micros, at: Instant): CreditGrant =>
  newGrant({
    id: lentGrantId,
    customerId: wallet.customerId,
    unit: wallet.unit,
    source: "PACK",
    amount,
    priority: Number.MAX_SAFE_INTEGER,
    effectiveAt: at,
    expiresAt: null,
    operations: null,
    windowDays: null,
    reason: null,
    originId: null,
  });

/** What was lent for a call and came back when it was undone. */
function takeBack(state: WalletState, at: Instant): WalletState {
  const left = state.grants.find(({ id }) => id === lentGrantId);
  return left === undefined ? state : voidCredits(state, left, { amount: free(left), at });
}

type Consumed = Extract<ConsumptionDecision, { kind: "consumed" }>;

interface Settled {
  readonly periodUsage: readonly PeriodUsage[];
  readonly state: WalletState;
}

/** The same part of the call's price is undone as was of what it really cost. */
function undone(
  { usageRecord, periodUsage, state }: Consumed,
  { reversed }: RehearsedCall,
  { plan, book, at }: { plan: Plan; book: Book; at: Instant },
): Settled {
  if (reversed === undefined) return { periodUsage, state };
  const amount = portion(usageRecord.amount, BigInt(reversed.part), BigInt(reversed.whole));
  if (amount === zero) return { periodUsage, state };
  const { group } = budgetedCall(plan, usageRecord);
  const facts = { state, record: usageRecord, billed: { ...billedIn(book), plan }, group, now: at };
  const command = { reversalId: "reversal_rehearsal", amount, reason: null, idempotencyKey: "rehearsal" };
  const reversal = decideReversal(facts, command);
  if (reversal.kind !== "usageReversed") throw new Error("A call that was just made can be undone.");
  return { periodUsage: [...periodUsage, ...reversal.periodUsage], state: reversal.state };
}

function enter({ usage }: Book, added: PeriodUsage): void {
  const name = `${added.tier}/${added.operation}`;
  const known = usage.get(name);
  usage.set(name, known === undefined ? added : addPeriodUsage(known, added));
}

function partsOf(usage: readonly PeriodUsage[], lent: Micros): CallParts {
  const prepaid = sum(usage.map((one) => one.prepaid));
  return {
    supply: sum(usage.map(({ allowance }) => allowance)),
    credits: subtract(prepaid, lent),
    lent,
    postpaid: sum(usage.map(({ postpaid }) => postpaid)),
  };
}
