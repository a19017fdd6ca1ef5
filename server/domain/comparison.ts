import { add, type Micros, sum, zero } from "./amount.js";
import { charged, moneyOf, type Offer, packsFor, purchases } from "./calculator.js";
import type { Money } from "./catalog.js";
import type { PlannedPurchase } from "./cheapestPacks.js";
import type { Instant } from "./instant.js";
import type { InvoiceLineKind } from "./invoice.js";
import type { UnpricedUsage } from "./refusal.js";
import type { RehearsedCall, RehearsedOutcome, RehearsedPeriod } from "./rehearsal/call.js";
import { type Rehearsal, rehearse } from "./rehearsal/subscriber.js";

/** A plan that usage is replayed against, with the packs that are on sale beside it. */
export interface ComparedOffer extends Pick<Offer, "plan" | "packs" | "currency"> {
  /** Of a catalogue that is not on offer. */
  readonly draft: boolean;
  /** The version that the customer is on. */
  readonly current: boolean;
}

export interface Replay {
  readonly customerId: string;
  readonly from: Instant;
  readonly to: Instant;
}

/** Calls that a plan has no price for, for one reason. */
export interface UnpricedCalls {
  readonly calls: number;
  /** Of the first of them. */
  readonly problem: UnpricedUsage;
}

/** What is charged by one kind of invoice line, before coupons and tax. */
interface ChargedKind {
  readonly kind: InvoiceLineKind;
  readonly money: Money;
}

export interface ComparedPlan extends Pick<ComparedOffer, "plan" | "draft" | "current"> {
  readonly complete: boolean;
  /** Calls that were priced and paid. */
  readonly calls: number;
  readonly amount: Micros;
  readonly periods: readonly RehearsedPeriod[];
  readonly unpriced: readonly UnpricedCalls[];
  /** Calls for which credits would have been missing, where none can be bought; and what they cost. */
  readonly refused: { readonly calls: number; readonly amount: Micros };
  readonly purchases: readonly PlannedPurchase[];
  readonly charges: readonly ChargedKind[];
  /** Null when charges are in several currencies, or no currency is known. */
  readonly cost: Money | null;
}

/** A subscriber to one plan, who makes the calls in the order of their times. */
export interface Comparison {
  use(call: RehearsedCall, at: Instant): void;
  /** One that was undone altogether. */
  undone(call: RehearsedCall, at: Instant): void;
  /** What it has come to when the range is over. */
  end(): ComparedPlan;
}

export function compare(offer: ComparedOffer, replay: Replay): Comparison {
  const run = runOf(offer, replay);
  return {
    use: (call, at) => note(run, run.rehearsal.use(call, at)),
    undone: run.rehearsal.undone,
    end: () => resultOf(run),
  };
}

interface Run {
  readonly offer: ComparedOffer;
  readonly rehearsal: Rehearsal;
  readonly unpriced: Map<string, UnpricedCalls>;
  refused: ComparedPlan["refused"];
}

/** A plan whose customers may buy packs is never short of credits: what they would have to buy is counted. */
function runOf(offer: ComparedOffer, { customerId, from, to }: Replay): Run {
  const { plan, packs } = offer;
  const lends = packsFor({ plan, packs }).length > 0;
  const rehearsal = rehearse({ plan, customerId, startsAt: from, endsAt: to, credits: [], lends });
  return { offer, rehearsal, unpriced: new Map(), refused: { calls: 0, amount: zero } };
}

function note(run: Run, outcome: RehearsedOutcome): void {
  if (outcome.kind === "refused")
    run.refused = { calls: run.refused.calls + 1, amount: add(run.refused.amount, outcome.required) };
  if (outcome.kind !== "unpricedUsage") return;
  const { operation, reason, attribute } = outcome;
  const name = `${reason}/${attribute}/${operation}`;
  const known = run.unpriced.get(name);
  run.unpriced.set(name, { calls: (known?.calls ?? 0) + 1, problem: known?.problem ?? outcome });
}

function resultOf({ offer, rehearsal, unpriced, refused }: Run): ComparedPlan {
  rehearsal.end();
  const { plan, draft, current } = offer;
  const periods = rehearsal.periods();
  const bought = boughtFor(offer, periods);
  const charges = chargesOf(rehearsal, bought ?? []);
  return {
    ...{ plan, draft, current, periods, refused, charges },
    complete: unpriced.size === 0 && refused.calls === 0 && bought !== null,
    calls: periods.reduce((calls, period) => calls + period.calls, 0),
    amount: sum(periods.map(({ amount }) => amount)),
    unpriced: [...unpriced.values()],
    purchases: bought ?? [],
    cost: costOf(charges, moneyOf(offer) ?? offer.currency),
  };
}

/** Where packs expire, each period buys its own; credits that never do are bought for the whole range at once. */
function boughtFor(offer: ComparedOffer, periods: readonly RehearsedPeriod[]): PlannedPurchase[] | null {
  const needs = periods.map(({ lent }) => lent);
  const packs = packsFor(offer);
  const lasts = packs.every(({ expiresAfterDays }) => expiresAfterDays === null);
  const wanted = lasts ? [sum(needs)] : needs.filter((need) => need > 0);
  // The work of all periods together is bounded, as that of one is.
  const share = 1 / Math.max(1, wanted.length);
  const all = wanted.map((need) => purchases(offer, need, share));
  return all.some((some) => some === null) ? null : all.flatMap((some) => some ?? []);
}

function chargesOf(rehearsal: Rehearsal, bought: readonly PlannedPurchase[]): ChargedKind[] {
  const byKind = new Map<string, ChargedKind>();
  const note = (kind: InvoiceLineKind, { amount, currency }: Money): void => {
    const name = `${currency}/${kind}`;
    const before = byKind.get(name)?.money.amount ?? zero;
    byKind.set(name, { kind, money: { amount: add(before, amount), currency } });
  };
  for (const { currency, lines } of rehearsal.charges())
    for (const line of lines) note(line.kind, { amount: charged([line]), currency });
  for (const { price } of bought) note("CREDIT_PACK", price);
  return [...byKind.values()];
}

function costOf(charges: readonly ChargedKind[], fallback: string | null): Money | null {
  const [first, ...others] = new Set(charges.map(({ money }) => money.currency));
  if (others.length > 0) return null;
  const currency = first ?? fallback;
  return currency === null ? null : { amount: sum(charges.map(({ money }) => money.amount)), currency };
}
