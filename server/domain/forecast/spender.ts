import { Decimal } from "decimal.js";
import { add, type Micros, micros, portion, subtract, sum, zero } from "../amount.js";
import { rateUsage } from "../consumption.js";
import type { Instant } from "../instant.js";
import type { PeriodUsage } from "../periodUsage.js";
import { countsThePeriod } from "../price/discounts.js";
import type { PricePart } from "../price/price.js";
import { periodIndexAt, type SubscribedPlan } from "../subscription.js";
import type { OperationBurn } from "./burn.js";

/** What of a customer's past the price of its calls to come follows from. */
export interface Spending {
  readonly current: SubscribedPlan;
  /** By operation, where the price counts it: what the present period has used. */
  readonly quantities: ReadonlyMap<string, Micros>;
  /** Of the present period so far, where it is invoiced. */
  readonly usage: readonly PeriodUsage[];
  readonly now: Instant;
}

export interface Bill {
  readonly operation: string;
  readonly amount: Micros;
  readonly parts: readonly PricePart[];
}

/** What an operation uses from the last time it was asked to so many average days from now; null for nothing. */
export type Spender = (days: Decimal, periodIndex: number) => Bill | null;

/**
 * A price that follows from the period's quantity is asked for the quantity to come; any other operation goes on
 * costing what it has cost on average, since nobody knows the attributes of calls to come.
 */
export function spenderOf({ current, quantities, usage, now }: Spending, burn: OperationBurn): Spender {
  const { plan } = current;
  const { operation } = burn;
  const priced = Object.hasOwn(plan.operations, operation) ? plan.operations[operation] : undefined;
  const counts = priced !== undefined && countsThePeriod(priced, plan.tailored);
  const list = listShare(usage.filter((one) => one.operation === operation));
  const tier = usage.findLast((one) => one.operation === operation)?.tier ?? 0;
  let before = quantities.get(operation) ?? zero;
  let period = periodIndexAt(current, now);
  let done = { amount: zero, quantity: zero };
  return (days, periodIndex) => {
    if (periodIndex !== period) [before, period] = [zero, periodIndex];
    const reached = {
      amount: rounded(burn.amountPerDay, days),
      quantity: rounded(burn.quantityPerDay, days),
    };
    const amount = later(reached.amount, done.amount);
    const quantity = later(reached.quantity, done.quantity);
    done = { amount: add(done.amount, amount), quantity: add(done.quantity, quantity) };
    if (quantity === zero && amount === zero) return null;
    const rated = counts ? rateUsage(plan, { operation, quantity, attributes: {} }, before) : null;
    before = add(before, quantity);
    if (rated?.kind === "priced") return { operation, amount: rated.amount, parts: rated.parts };
    const listAmount = portion(amount, list.list, list.amount);
    return { operation, amount, parts: [{ tier, quantity, listAmount, amount }] };
  };
}

const rounded = (perDay: Decimal, days: Decimal): Micros =>
  micros(perDay.times(days).toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toNumber());

/** Nothing that was used is unused again. */
const later = (reached: Micros, before: Micros): Micros =>
  reached > before ? subtract(reached, before) : zero;

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
