import type { Attributes, AttributeValue, Condition, Multiplier } from "../catalog.js";
import { attributeOf } from "./attributes.js";
import type { PriceStep } from "./outcome.js";
import { decimalText, type Ratio, ratioOf, times } from "./ratio.js";

type Accepted = readonly [name: string, values: readonly AttributeValue[]];

export interface RatedMultiplier {
  readonly factor: Ratio;
  readonly description: string;
  readonly conditions: readonly Accepted[];
}

export const ratedMultipliers = (multipliers: readonly Multiplier[]): readonly RatedMultiplier[] =>
  multipliers.map(({ label, when, times: factor }) => ({
    factor: ratioOf(factor),
    description: `× ${factor} ${label}`,
    conditions: acceptedBy(when),
  }));

const acceptedBy = (when: Condition): readonly Accepted[] =>
  Object.entries(when).map(([name, value]) => [name, typeof value === "object" ? value : [value]]);

/** In their order; a condition over an attribute that was not given does not hold. */
export function applyMultipliers(
  multipliers: readonly RatedMultiplier[],
  attributes: Attributes,
  price: Ratio,
  steps: PriceStep[],
): Ratio {
  let product = price;
  for (const { factor, description, conditions } of multipliers) {
    if (!conditions.every((condition) => holds(condition, attributes))) continue;
    product = times(product, factor);
    steps.push({ kind: "MULTIPLIER", description, value: decimalText(product) });
  }
  return product;
}

function holds([name, values]: Accepted, attributes: Attributes): boolean {
  const value = attributeOf(attributes, name);
  return value !== undefined && values.includes(value);
}
