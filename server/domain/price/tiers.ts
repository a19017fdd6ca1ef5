import { formatAmount, isMicros, type Micros, micros } from "../amount.js";
import type { PriceModel, Tier } from "../catalog.js";
import type { Call, Rater, Subject } from "./call.js";
import { type PriceStep, type Unpriced, unpriced } from "./outcome.js";
import { decimalText, plus, type Ratio, ratio, ratioOf, ratioOfMicros, times, zeroRatio } from "./ratio.js";

type Model<Name> = Extract<PriceModel, { readonly model: Name }>;

interface RatedTier {
  readonly index: number;
  /** Infinite for the last tier. */
  readonly upTo: number;
  readonly rate: Ratio;
  readonly label: string;
}

const ratedTiers = (tiers: readonly Tier[]): readonly RatedTier[] =>
  tiers.map(({ upTo, unitPrice }, index) => ({
    index,
    upTo: upTo ?? Number.POSITIVE_INFINITY,
    rate: ratioOf(unitPrice),
    label: upTo === null ? "the last tier" : `the tier up to ${formatAmount(upTo)}`,
  }));

/** Each part of the quantity at the price of the tier it falls in. */
export function graduatedRater({ tiers: given }: Model<"GRADUATED">, subject: Subject): Rater {
  const tiers = ratedTiers(given);
  return (call, steps, parts) => {
    let from: number = call.periodQuantity;
    let left: number = call.quantity;
    let total = zeroRatio;
    for (const tier of tiers) {
      if (tier.upTo <= from) continue;
      const part = micros(Math.min(tier.upTo - from, left));
      total = plus(total, times(tier.rate, ratioOfMicros(part)));
      steps.push(tierStep(`${formatAmount(part)} at ${decimalText(tier.rate)} in ${tier.label}`, total));
      parts.push({ tier: tier.index, quantity: part, reached: total });
      from += part;
      left -= part;
      if (left === 0) return total;
    }
    return beyondTiers(subject);
  };
}

/** The whole call at the price of the tier that the period has reached with it. */
export function volumeRater({ tiers: given }: Model<"VOLUME">, subject: Subject): Rater {
  const tiers = ratedTiers(given);
  const { unit, operation } = subject;
  return (call, steps, parts) => {
    const tier = tiers.find(({ upTo }) => call.quantity <= upTo - call.periodQuantity);
    if (tier === undefined) return beyondTiers(subject);
    steps.push(
      tierStep(`${decimalText(tier.rate)} ${unit} per ${operation.per} in ${tier.label}`, tier.rate),
    );
    parts.push({ tier: tier.index, quantity: call.quantity, reached: tier.rate });
    return tier.rate;
  };
}

/** Every started package of the period's quantity is paid in full, by the call that starts it. */
export function packageRater({ packageSize, packagePrice }: Model<"PACKAGE">, subject: Subject): Rater {
  const price = ratioOf(packagePrice);
  const label = `packages of ${formatAmount(packageSize)} at ${decimalText(price)} ${subject.unit}`;
  return (call, steps) => {
    const end = endOf(call);
    if (end === null) return tooMuch(subject);
    const started = packagesIn(end, packageSize) - packagesIn(call.periodQuantity, packageSize);
    const total = times(price, ratio(BigInt(started)));
    steps.push({ kind: "PACKAGE", description: `${started} new ${label}`, value: decimalText(total) });
    return total;
  };
}

/** Exact: the quotient of two safe integers keeps even the smallest rest, which is above half its last digit. */
const packagesIn = (quantity: Micros, size: Micros): number => Math.ceil(quantity / size);

const tierStep = (description: string, value: Ratio): PriceStep => ({
  kind: "TIER",
  description,
  value: decimalText(value),
});

function endOf({ quantity, periodQuantity }: Call): Micros | null {
  const end = periodQuantity + quantity;
  return isMicros(end) ? end : null;
}

const tooMuch = ({ operation }: Subject): Unpriced =>
  unpriced("AMOUNT_OUT_OF_RANGE", {
    attribute: "quantity",
    message: `The billing period's quantity of ${operation.key} would pass what can be counted exactly.`,
    allowed: null,
  });

const beyondTiers = ({ operation }: Subject): Unpriced =>
  unpriced("NO_MATCHING_PRICE", {
    attribute: "quantity",
    message: `The last price tier of ${operation.key} ends below the billing period's quantity.`,
    allowed: null,
  });
