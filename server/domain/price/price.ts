import { formatAmount, type Micros, maxMicros, micros, microsPerUnit } from "../amount.js";
import type { PricedOperation, PriceModel, Rounding, TailoredTerms } from "../catalog.js";
import { unreachable } from "../unreachable.js";
import { type AttributeRule, attributeRules, checkAttributes } from "./attributes.js";
import type { Call, Rater, Subject, TierPart } from "./call.js";
import { type Discounts, discountsOf, roundingOfAmount, takeOff } from "./discounts.js";
import { formulaRater } from "./formula-rate.js";
import { matrixRater } from "./matrix.js";
import { applyMultipliers, type RatedMultiplier, ratedMultipliers } from "./multipliers.js";
import { isUnpriced, type Priced, type PriceOutcome, type PriceStep, type Unpriced } from "./outcome.js";
import { partsOf } from "./parts.js";
import { flatRater } from "./rate.js";
import { decimalText, isSame, type Ratio, ratioOfMicros, times } from "./ratio.js";
import { amountTooLarge, negativePrice, negativeQuantity, quantityNotExact } from "./refusals.js";
import { describeRounding, roundTo } from "./rounding.js";
import { graduatedRater, packageRater, volumeRater } from "./tiers.js";

export type {
  Priced,
  PriceOutcome,
  PricePart,
  PriceStep,
  PriceStepKind,
  Unpriced,
  UnpricedReason,
} from "./outcome.js";

export interface PriceRequest {
  readonly priced: PricedOperation;
  readonly unit: string;
  /** What the plan takes off for its one customer. */
  readonly tailored: TailoredTerms | null;
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
  readonly rounding: NamedRounding;
  /** Of what is left when something is taken off. */
  readonly amountRounding: NamedRounding;
}

/** With the words for it. */
interface NamedRounding extends Rounding {
  readonly text: string;
}

const named = (rounding: Rounding): NamedRounding => ({ ...rounding, text: describeRounding(rounding) });

/** What one call of an operation costs, and how that came about; or what kept it from having a price. */
export function priceUsage(request: PriceRequest): PriceOutcome {
  const { priced, unit, tailored, quantity, periodQuantity } = request;
  const rating = ratingOf(priced, unit);
  const { subject } = rating;
  const checked = checkAttributes(subject.operation, rating.attributeRules, request.attributes);
  if (checked.kind === "unpriced") return checked;
  if (quantity < 0) return negativeQuantity(subject, quantity);
  const { attributes } = checked;
  const call = { attributes, quantity, periodQuantity };
  const steps: PriceStep[] = [];
  const amounts = amountsOf(rating, call, discountsOf(tailored, subject.operation.key), steps);
  if ("kind" in amounts) return amounts;
  const { listAmount, amount, parts } = amounts;
  return { kind: "priced", listAmount, amount, parts, attributes, steps };
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
    rounding: named(price.rounding),
    amountRounding: named(roundingOfAmount(price.rounding)),
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

function amountsOf(
  rating: Rating,
  call: Call,
  discounts: Discounts | null,
  steps: PriceStep[],
): Pick<Priced, "listAmount" | "amount" | "parts"> | Unpriced {
  const { subject, rounding } = rating;
  const tiers: TierPart[] = [];
  const rate = rating.rate(call, steps, tiers);
  if (isUnpriced(rate)) return rate;
  if (rate.numerator < 0n) return negativePrice(subject);
  const listPrice = rounding.on === "UNIT_PRICE" ? rounded(rate, rounding, steps) : rate;
  const price = applyMultipliers(rating.multipliers, call.attributes, listPrice, steps);
  if (price.numerator < 0n) return negativePrice(subject);
  const list = rating.isForOne ? timesQuantity(price, call.quantity, steps) : price;
  const left = discounts === null ? list : takeOff(discounts, call, { price, list }, steps);
  // A price that is rounded for one is rounded once more only where something is taken off it.
  const isRounded = rounding.on === "AMOUNT" || left !== list;
  const charged = inMicros(isRounded ? rounded(left, rating.amountRounding, steps) : left);
  const listed =
    left === list ? charged : inMicros(rounding.on === "AMOUNT" ? roundTo(list, rounding) : list);
  if (listed === null || charged === null) return quantityNotExact(subject, price, call.quantity);
  if (listed > amountMax) return amountTooLarge(subject);
  const [listAmount, amount] = [micros(Number(listed)), micros(Number(charged))];
  return { listAmount, amount, parts: partsOf(tiers, { quantity: call.quantity, listAmount, amount }) };
}

const microsFactor = BigInt(microsPerUnit);
const amountMax = BigInt(maxMicros);

/** Null when it is no whole number of millionths. */
function inMicros({ numerator, denominator }: Ratio): bigint | null {
  const scaled = numerator * microsFactor;
  const whole = scaled / denominator;
  return whole * denominator === scaled ? whole : null;
}

function rounded(value: Ratio, rounding: NamedRounding, steps: PriceStep[]): Ratio {
  const result = roundTo(value, rounding);
  // A rounding that changed nothing explains nothing.
  if (!isSame(result, value))
    steps.push({ kind: "ROUNDING", description: rounding.text, value: decimalText(result) });
  return result;
}

function timesQuantity(price: Ratio, quantity: Micros, steps: PriceStep[]): Ratio {
  const product = times(price, ratioOfMicros(quantity));
  steps.push({ kind: "QUANTITY", description: `× ${formatAmount(quantity)}`, value: decimalText(product) });
  return product;
}
