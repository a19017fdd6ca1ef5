import { add, type Micros, negate, sum, zero } from "./amount.js";
import type { CreditPack, Money, Plan } from "./catalog.js";
import { cheapestPacks, type PlannedPurchase } from "./cheapestPacks.js";
import { rateUsage, type Usage } from "./consumption.js";
import type { CreditGrant } from "./grant.js";
import type { Instant } from "./instant.js";
import type { InvoiceContent, InvoiceKind, InvoiceLine } from "./invoice.js";
import { type BillingFacts, composeInvoice, withEffect } from "./invoicing/compose.js";
import { fractionOf } from "./invoicing/fraction.js";
import { calendarStart } from "./period.js";
import type { PriceStep } from "./price/price.js";
import { ratio } from "./price/ratio.js";
import { packLine } from "./purchase.js";
import type { UnpricedUsage } from "./refusal.js";
import { addParts, type CallParts } from "./rehearsal/call.js";
import { firstPeriodCharges, type Rehearsal, rehearse } from "./rehearsal/subscriber.js";
import { firstPeriodIndex, wholePeriod } from "./subscription.js";

/** For how long the lines are meant: a month, so that they come twelve times in a plan's year; or a period of the plan. */
export const quotedPeriods = ["MONTH", "BILLING_PERIOD"] as const;
export type QuotedPeriod = (typeof quotedPeriods)[number];

export interface QuotedUsage {
  readonly lines: readonly Usage[];
  readonly period: QuotedPeriod;
}

/** A plan and all else that the cost of using it follows from. */
export interface Offer {
  readonly plan: Plan;
  /** All that are on sale; which of them this plan may buy is up to the plan. */
  readonly packs: readonly CreditPack[];
  /** What the customer has beside its supply, and what changes its invoices. */
  readonly credits: readonly CreditGrant[];
  readonly facts: BillingFacts;
  /** What costs nothing costs nothing of this; null when nothing on offer costs money. */
  readonly currency: string | null;
  readonly now: Instant;
}

/** What somebody pays and gets who is not a customer yet: no coupons, and no tax, as nobody knows where. */
export const nobody: BillingFacts = {
  customer: { customerId: "", name: null, email: null, address: null, taxId: null, taxExempt: false },
  taxRates: [],
  coupons: [],
  creditBalances: [],
};

export interface PlanQuoteLine extends Usage {
  /** Null when it has no price. */
  readonly priced: {
    readonly listAmount: Micros;
    readonly amount: Micros;
    /** How the first use of it in the period comes to its amount. */
    readonly explanation: readonly PriceStep[];
  } | null;
  readonly problem: UnpricedUsage | null;
}

interface QuotedInvoice extends InvoiceContent {
  readonly kind: InvoiceKind;
}

/** What lines of usage come to in one billing period of a plan. */
export interface PlanQuote extends CallParts {
  readonly plan: Plan;
  /** How often the lines come in the plan's period. */
  readonly times: number;
  readonly lines: readonly PlanQuoteLine[];
  readonly amount: Micros;
  /** What neither supply, credits and overage cover, nor packs can. */
  readonly beyond: Micros;
  /** The purchases that cover what is lent; null for none that can. */
  readonly purchases: readonly PlannedPurchase[];
  readonly invoices: readonly QuotedInvoice[];
  /** Of all invoices; null when they are in several currencies, or no currency is known. */
  readonly total: Money | null;
  readonly perMonth: Money | null;
}

/** Whether the plan can be used in this way at all. */
export const isComplete = ({ lines, beyond }: PlanQuote): boolean =>
  beyond === zero && lines.every(({ problem }) => problem === null);

/**
 * What usage would cost: a subscriber that does not exist makes these calls, at the beginning of a period, and is
 * invoiced for it. Each line is one call of its quantity; those that have no price are left out and say why.
 */
export function quotePlan(offer: Offer, { lines, period }: QuotedUsage): PlanQuote {
  const { plan, credits, facts, now } = offer;
  const { customerId } = facts.customer;
  const startsAt = calendarStart(plan.period, now) ?? now;
  const rehearsal = rehearse({ plan, customerId, startsAt, endsAt: null, credits, lends: true });
  const times = period === "MONTH" ? monthsOf(plan) : 1;
  let quoted: PlanQuoteLine[] = lines.map((line) => ({ ...line, priced: null, problem: null }));
  for (let time = 0; time < times; time += 1) quoted = quoted.map((line) => useLine(line, rehearsal, offer));
  const [used] = rehearsal.periods();
  const parts = used ?? { supply: zero, credits: zero, lent: zero, postpaid: zero };
  const bought = purchases(offer, parts.lent);
  const invoices = invoicesOf(offer, rehearsal, bought ?? []);
  const total = totalOf(invoices, moneyOf(offer) ?? offer.currency);
  return {
    plan,
    times,
    lines: quoted,
    amount: used?.amount ?? zero,
    ...addParts(parts, { ...nothing, lent: bought === null ? negate(parts.lent) : zero }),
    beyond: bought === null ? parts.lent : zero,
    purchases: bought ?? [],
    invoices,
    total,
    perMonth: total === null ? null : monthly(total, monthsOf(plan)),
  };
}

const nothing: CallParts = { supply: zero, credits: zero, lent: zero, postpaid: zero };

const monthsOf = ({ period }: Plan): number =>
  period.type === "CALENDAR_YEAR" || (period.type === "ANCHOR" && period.every === "YEAR") ? 12 : 1;

const monthly = ({ amount, currency }: Money, months: number): Money => ({
  amount: fractionOf(amount, ratio(1n, BigInt(months))),
  currency,
});

function useLine(line: PlanQuoteLine, rehearsal: Rehearsal, { plan, now }: Offer): PlanQuoteLine {
  const outcome = rehearsal.use(line, now);
  if (outcome.kind === "unpricedUsage") return { ...line, problem: outcome };
  if (outcome.kind === "refused") throw new Error("Whoever is lent what is missing is never refused.");
  const { listAmount, amount, periodQuantity } = outcome;
  const before = line.priced;
  if (before !== null)
    return {
      ...line,
      priced: {
        ...before,
        listAmount: add(before.listAmount, listAmount),
        amount: add(before.amount, amount),
      },
    };
  const rated = rateUsage(plan, line, periodQuantity);
  const explanation = rated.kind === "priced" ? rated.steps : [];
  return { ...line, priced: { listAmount, amount, explanation } };
}

/** Those that are sold to who is on the plan, and that pay for calls under it. */
export const packsFor = ({ plan, packs }: Pick<Offer, "plan" | "packs">): readonly CreditPack[] =>
  plan.sellsCreditPacks ? packs.filter(({ unit }) => unit === plan.unit) : [];

/** Null when none are sold, or none can cover so much. The share is of the work that may be done to find them. */
export function purchases(
  offer: Pick<Offer, "plan" | "packs">,
  need: Micros,
  share = 1,
): PlannedPurchase[] | null {
  if (need === zero) return [];
  const packs = packsFor(offer);
  return cheapestPacks(packs, need, { currency: moneyOf({ plan: offer.plan, packs }), share });
}

/** The currency that a plan is paid in; null when nothing about it costs money. */
export function moneyOf({ plan, packs }: Pick<Offer, "plan" | "packs">): string | null {
  const own =
    plan.fee?.currency ??
    plan.minimumFee?.currency ??
    (plan.overage.policy === "POSTPAID" ? plan.unit : null);
  const currencies = packsFor({ plan, packs }).map(({ price }) => price.currency);
  return own !== null && (currencies.length === 0 || currencies.includes(own)) ? own : (currencies[0] ?? own);
}

/** In the order in which they are made: what is left of coupons and credit after one is there for the next. */
function invoicesOf(offer: Offer, rehearsal: Rehearsal, bought: readonly PlannedPurchase[]): QuotedInvoice[] {
  const { plan } = offer;
  const { subscribed } = rehearsal;
  const periodStart = wholePeriod(subscribed, firstPeriodIndex(subscribed)).start;
  const charges = firstPeriodCharges(rehearsal);
  const packs = bought.map(({ creditPack, quantity, price }) => ({
    kind: "PURCHASE" as const,
    currency: price.currency,
    lines: [packLine(creditPack, quantity)],
  }));
  const drafts: Pick<QuotedInvoice, "kind" | "currency" | "lines">[] = [
    ...charges.filter(({ kind }) => kind === "SUBSCRIPTION"),
    ...packs,
    ...charges.filter(({ kind }) => kind === "USAGE"),
  ];
  let { facts } = offer;
  return drafts.map(({ kind, currency, lines }) => {
    const composed = composeInvoice({ kind, currency, lines, of: { planKey: plan.key, periodStart }, facts });
    facts = withEffect(facts, composed);
    return { kind, ...composed.content };
  });
}

function totalOf(invoices: readonly QuotedInvoice[], currency: string | null): Money | null {
  const [first, ...others] = new Set(invoices.map((invoice) => invoice.currency));
  if (others.length > 0) return null;
  const money = first ?? currency;
  return money === null ? null : { amount: sum(invoices.map(({ total }) => total)), currency: money };
}

/** What lines of an invoice come to, before coupons and tax. */
export const charged = (lines: readonly InvoiceLine[]): Micros => sum(lines.map(({ amount }) => amount));

/** What is put in order of cost. */
export interface Costed {
  readonly plan: Plan;
  readonly complete: boolean;
  readonly cost: Money | null;
}

/**
 * First what can be used in this way at all, then by cost; of what costs the same the smaller plan. Places are null
 * when costs in several currencies leave no order.
 */
export function inOrderOfCost<Item extends Costed>(
  items: readonly Item[],
): (Item & { place: number | null })[] {
  const currencies = new Set(items.flatMap(({ cost }) => (cost === null ? [] : [cost.currency])));
  const isPaid = items.some(({ cost }) => cost !== null);
  const placeable = currencies.size <= 1;
  // Where there is money in the catalogue, a cost that cannot be said in one currency has no place.
  const lacksCost = ({ cost }: Item): boolean => isPaid && cost === null;
  const ordered = items.toSorted(
    (a, b) =>
      Number(lacksCost(a)) - Number(lacksCost(b)) ||
      Number(b.complete) - Number(a.complete) ||
      (placeable ? (a.cost?.amount ?? 0) - (b.cost?.amount ?? 0) : 0) ||
      a.plan.rank - b.plan.rank,
  );
  return ordered.map((item, index) => ({ ...item, place: placeable && !lacksCost(item) ? index + 1 : null }));
}
