import { amountDecimals, formatAmount, type Micros, subtract, zero } from "../amount.js";
import type { PricedOperation, PriceModel, Rounding, TailoredTerms } from "../catalog.js";
import type { Call } from "./call.js";
import type { PriceStep } from "./outcome.js";
import { decimalText, minus, over, type Ratio, ratio, ratioOf, ratioOfMicros, times } from "./ratio.js";

/** What a customer's tailored terms take off each call of one operation, made ready. */
export interface Discounts {
  /** How many of a billing period are paid in advance. */
  readonly reserved: Micros;
  readonly savings: Savings | null;
}

interface Savings {
  /** What is left of one. */
  readonly left: Ratio;
  readonly description: string;
}

/** They live as long as the plan version they belong to; by operation. */
const ready = new WeakMap<TailoredTerms, Map<string, Discounts>>();

/** Null when no call of the operation is cheaper for this customer. */
export function discountsOf(tailored: TailoredTerms | null, operation: string): Discounts | null {
  if (tailored === null) return null;
  const known = ready.get(tailored) ?? new Map<string, Discounts>();
  ready.set(tailored, known);
  const discounts = known.get(operation) ?? {
    reserved: reservedQuantity(tailored, operation),
    savings: tailored.savingsPlan === null ? null : savings(tailored.savingsPlan.percentOff),
  };
  known.set(operation, discounts);
  return discounts.reserved === zero && discounts.savings === null ? null : discounts;
}

const reservedQuantity = (tailored: TailoredTerms | null, operation: string): Micros =>
  tailored?.reserved.find((one) => one.operation === operation)?.quantity ?? zero;

/** Those without tiers: of what each one costs by itself, some can be paid for in advance. */
export const hasPriceOfOne = ({ model }: PriceModel): boolean =>
  model === "FLAT" || model === "MATRIX" || model === "FORMULA";

/** Whether what a call costs depends on what its billing period has used before. */
export const countsThePeriod = (
  { operation, price }: PricedOperation,
  tailored: TailoredTerms | null,
): boolean => !hasPriceOfOne(price) || reservedQuantity(tailored, operation.key) > 0;

const hundred = ratio(100n);

const savings = (percentOff: string): Savings => ({
  left: over(minus(hundred, ratioOf(percentOff)), hundred),
  description: `− ${percentOff} % by the savings plan`,
});

interface Listed {
  /** Of one, where there is a price of one. */
  readonly price: Ratio;
  /** The exact list price of the call. */
  readonly list: Ratio;
}

/** First the part that is reserved, then the percent off what is left. The list price itself when nothing is off. */
export function takeOff(
  { reserved, savings: plan }: Discounts,
  { quantity, periodQuantity }: Call,
  { price, list }: Listed,
  steps: PriceStep[],
): Ratio {
  let left = list;
  const paidBefore = Math.min(quantity, Math.max(0, reserved - periodQuantity)) as Micros;
  if (paidBefore > 0) {
    const charged = subtract(quantity, paidBefore);
    left = times(price, ratioOfMicros(charged));
    const paid = `${formatAmount(paidBefore)} of ${formatAmount(quantity)}`;
    const description = `× ${formatAmount(charged)}, as ${paid} are reserved and paid in advance`;
    steps.push({ kind: "RESERVED", description, value: decimalText(left) });
  }
  if (plan === null || left.numerator === 0n) return left;
  left = times(left, plan.left);
  steps.push({ kind: "SAVINGS_PLAN", description: plan.description, value: decimalText(left) });
  return left;
}

/**
 * What is left of a call is rounded once, as its price is. Where that is the price of one, which stays as it is
 * printed, the same mode rounds what is left to millionths.
 */
export const roundingOfAmount = (rounding: Rounding): Rounding =>
  rounding.on === "AMOUNT" ? rounding : { ...rounding, scale: amountDecimals };
