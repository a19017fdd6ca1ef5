import { Decimal } from "decimal.js";
import { countOn, type Micros, maxMicros, micros, portion, sum, zero } from "../amount.js";
import { rateUsage } from "../consumption.js";
import type { PeriodUsage } from "../periodUsage.js";
import { countsThePeriod } from "../price/discounts.js";
import type { PricePart } from "../price/price.js";
import { isSamePlan, type SubscribedPlan } from "../subscription.js";
import type { OperationBurn } from "./burn.js";

/** What of a customer's past the price of its calls to come follows from. */
export interface Spending {
  /** The plan by which the past was priced. */
  readonly current: SubscribedPlan;
  /** By operation, where the price counts it: what the present period has used. */
  readonly quantities: ReadonlyMap<string, Micros>;
  /** Of the present period so far, where it is invoiced. */
  readonly usage: readonly PeriodUsage[];
}

export interface Bill {
  readonly operation: string;
  readonly amount: Micros;
  readonly parts: readonly PricePart[];
}

/** The plan that is in force, and which of its billing periods it is. */
export interface Serving {
  readonly subscribed: SubscribedPlan;
  readonly index: number;
}

/** How far an operation has come, in millionths; it is never changed, so that a walk can go back to it. */
export interface Progress {
  readonly amount: Decimal;
  readonly quantity: Decimal;
  /** What the period has used of it, where its price counts that. */
  readonly before: Micros;
  readonly serving: Serving;
}

export interface Spender {
  readonly burn: OperationBurn;
  readonly progress: Progress;
}

/** Where usage is asked for: so many average days from now, in full millionths by this rounding. */
interface Reach {
  readonly days: Decimal;
  readonly serving: Serving;
  readonly rounding: Decimal.Rounding;
}

export const spenderOf = ({ quantities }: Spending, burn: OperationBurn, serving: Serving): Spender => ({
  burn,
  progress: {
    amount: new Decimal(0),
    quantity: new Decimal(0),
    before: quantities.get(burn.operation) ?? zero,
    serving,
  },
});

/** What an operation uses from where it has come to; no bill for nothing. */
export function billFrom(
  spending: Spending,
  { burn, progress }: Spender,
  { days, serving, rounding }: Reach,
): { readonly bill: Bill | null; readonly progress: Progress } {
  const reached = {
    amount: Decimal.max(progress.amount, rounded(burn.amountPerDay, days, rounding)),
    quantity: Decimal.max(progress.quantity, rounded(burn.quantityPerDay, days, rounding)),
  };
  const added = {
    amount: partOf(reached.amount.minus(progress.amount)),
    quantity: partOf(reached.quantity.minus(progress.quantity)),
  };
  const before = isSamePeriod(progress.serving, serving) ? progress.before : zero;
  const next = { ...reached, before: countOn(before, added.quantity), serving };
  if (added.amount === zero && added.quantity === zero) return { bill: null, progress: next };
  return { bill: priced(spending, { ...added, operation: burn.operation, before }, serving), progress: next };
}

const isSamePeriod = (a: Serving, b: Serving): boolean =>
  a.index === b.index && a.subscribed.subscription.id === b.subscribed.subscription.id;

interface Added {
  readonly operation: string;
  readonly amount: Micros;
  readonly quantity: Micros;
  readonly before: Micros;
}

/**
 * A price that follows from the period's quantity, or that another plan has, is asked for the quantity to come; any
 * other operation goes on costing what it has cost on average, since nobody knows the attributes of calls to come. That
 * is also how another plan prices what follows from attributes. What another plan does not have is not used under it.
 */
function priced(
  { current, usage }: Spending,
  { operation, amount, quantity, before }: Added,
  { subscribed: { plan } }: Serving,
): Bill | null {
  const sold = Object.hasOwn(plan.operations, operation) ? plan.operations[operation] : undefined;
  const isOther = !isSamePlan(plan, current.plan);
  if (sold === undefined && isOther) return null;
  const isAsked = isOther || (sold !== undefined && countsThePeriod(sold, plan.tailored));
  const rated = isAsked ? rateUsage(plan, { operation, quantity, attributes: {} }, before) : null;
  if (rated?.kind === "priced") return { operation, amount: rated.amount, parts: rated.parts };
  const ofOperation = usage.filter((one) => one.operation === operation);
  const list = listShare(ofOperation);
  const tier = isOther ? 0 : (ofOperation.at(-1)?.tier ?? 0);
  const listAmount = portion(amount, list.list, list.amount);
  return { operation, amount, parts: [{ tier, quantity, listAmount, amount }] };
}

/** Beyond millionths of a millionth it is what is left of decimals that do not end. */
const noiseDecimals = 6;

const rounded = (perDay: Decimal, days: Decimal, rounding: Decimal.Rounding): Decimal =>
  perDay.times(days).toDecimalPlaces(noiseDecimals).toDecimalPlaces(0, rounding);

const partOf = (exact: Decimal): Micros => micros(Decimal.min(exact, maxMicros).toNumber());

/** What calls are listed at beside what they cost, after a savings plan. */
function listShare(usage: readonly PeriodUsage[]) {
  const [list, amount] = [sum(usage.map((one) => one.listAmount)), sum(usage.map((one) => one.amount))];
  return amount > 0 ? { list: BigInt(list), amount: BigInt(amount) } : { list: 1n, amount: 1n };
}

/** Only a part of it can be paid; that is of the last tier that it reaches. */
export function cut(parts: readonly PricePart[], spent: Micros, amount: Micros): PricePart[] {
  const share = (part: Micros): Micros => portion(part, BigInt(spent), BigInt(amount));
  const quantity = share(sum(parts.map((part) => part.quantity)));
  const listAmount = share(sum(parts.map((part) => part.listAmount)));
  return [{ tier: parts.at(-1)?.tier ?? 0, quantity, listAmount, amount: spent }];
}
