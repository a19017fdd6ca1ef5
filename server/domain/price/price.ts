import { formatAmount, type Micros, maxMicros, micros, microsPerUnit } from "../amount.js";
import type { PricedOperation, PriceModel, Rounding } from "../catalog.js";
import { unreachable } from "../unreachable.js";
import { type AttributeRule, attributeRules, checkAttributes } from "./attributes.js";
import type { Call, Rater, Subject } from "./call.js";
import { formulaRater } from "./formula-rate.js";
import { matrixRater } from "./matrix.js";
import { applyMultipliers, type RatedMultiplier, ratedMultipliers } from "./multipliers.js";
import { isUnpriced, type PriceOutcome, type PriceStep, type Unpriced } from "./outcome.js";
import { flatRater } from "./rate.js";
import { decimalText, isSame, type Ratio, ratioOfMicros, times } from "./ratio.js";
import { amountTooLarge, negativePrice, negativeQuantity, quantityNotExact } from "./refusals.js";
import { describeRounding, roundTo } from "./rounding.js";
import { graduatedRater, packageRater, volumeRater } from "./tiers.js";

export type { Priced, PriceOutcome, PriceStep, PriceStepKind, Unpriced, UnpricedReason } from "./outcome.js";

export interface PriceRequest {
  readonly priced: PricedOperation;
  readonly unit: string;
  readonly quantity: Micros;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of this operation, earlier in the billing period. */
  readonly periodQuantity: Micros;
}

/** A price made ready: all that does not depend on the call is read and converted once. */
interface Rating {
  readonly subject: Subject;
  readonly attributeRules: readonly AttributeRule[];
  readonly rate: Rater;
  /** Whether the rate is the price of one, and not yet that of the whole call. */
  readonly isForOne: boolean;
  readonly multipliers: readonly RatedMultiplier[];
  readonly rounding: Rounding;
  readonly roundingText: string;
}

/** What one call of an operation costs, and how that came about; or what kept it from having a price. */
export function priceUsage(request: PriceRequest): PriceOutcome {
  const { priced, unit, quantity, periodQuantity } = request;
  const rating = ratingOf(priced, unit);
  const { subject } = rating;
  const checked = checkAttributes(subject.operation, rating.attributeRules, request.attributes);
  if (checked.kind === "unpriced") return checked;
  if (quantity < 0) return negativeQuantity(subject, quantity);
  const { attributes } = checked;
  const steps: PriceStep[] = [];
  const amount = amountOf(rating, { attributes, quantity, periodQuantity }, steps);
  return typeof amount === "number" ? { kind: "priced", amount, attributes, steps } : amount;
}

/** Ready prices live as long as the plan version they belong to. */
const ratings = new WeakMap<PricedOperation, Rating>();

function ratingOf(priced: PricedOperation, unit: string): Rating {
  const known = ratings.get(priced);
  if (known !== undefined && known.subject.unit === unit) return known;
  const { operation, price } = priced;
  const subject = { operation, unit };
  const isForOne = price.model !== "GRADUATED" && price.model !== "PACKAGE";
  if (price.rounding.on === "UNIT_PRICE" && (!isForOne || price.model === "VOLUME"))
    throw new TypeError(`The ${price.model} price of ${operation.key} can only be rounded on AMOUNT.`);
  const rating = {
    subject,
    attributeRules: attributeRules(operation),
    rate: raterOf(price, subject),
    isForOne,
    multipliers: ratedMultipliers(price.multipliers),
    rounding: price.rounding,
    roundingText: describeRounding(price.rounding),
  };
  ratings.set(priced, rating);
  return rating;
}

function raterOf(price: PriceModel, subject: Subject): Rater {
  switch (price.model) {
    case "FLAT":
      return flatRater(price, subject);
    case "MATRIX":
      return matrixRater(price, subject);
    case "FORMULA":
      return formulaRater(price, subject);
    case "GRADUATED":
      return graduatedRater(price, subject);
    case "VOLUME":
      return volumeRater(price, subject);
    case "PACKAGE":
      return packageRater(price, subject);
    default:
      return unreachable(price);
  }
}

function amountOf(rating: Rating, call: Call, steps: PriceStep[]): Micros | Unpriced {
  const { subject, rounding } = rating;
  const rate = rating.rate(call, steps);
  if (isUnpriced(rate)) return rate;
  if (rate.numerator < 0n) return negativePrice(subject);
  const listPrice = rounding.on === "UNIT_PRICE" ? rounded(rating, rate, steps) : rate;
  const price = applyMultipliers(rating.multipliers, call.attributes, listPrice, steps);
  if (price.numerator < 0n) return negativePrice(subject);
  const exact = rating.isForOne ? timesQuantity(price, call.quantity, steps) : price;
  const amount = rounding.on === "AMOUNT" ? rounded(rating, exact, steps) : exact;
  const scaled = amount.numerator * microsFactor;
  const inMicros = scaled / amount.denominator;
  if (inMicros * amount.denominator !== scaled) return quantityNotExact(subject, price, call.quantity);
  return inMicros > amountMax ? amountTooLarge(subject) : micros(Number(inMicros));
}

const microsFactor = BigInt(microsPerUnit);
const amountMax = BigInt(maxMicros);

function rounded({ rounding, roundingText }: Rating, value: Ratio, steps: PriceStep[]): Ratio {
  const result = roundTo(value, rounding);
  // A rounding that changed nothing explains nothing.
  if (!isSame(result, value))
    steps.push({ kind: "ROUNDING", description: roundingText, value: decimalText(result) });
  return result;
}

function timesQuantity(price: Ratio, quantity: Micros, steps: PriceStep[]): Ratio {
  const product = times(price, ratioOfMicros(quantity));
  steps.push({ kind: "QUANTITY", description: `× ${formatAmount(quantity)}`, value: decimalText(product) });
  return product;
}
