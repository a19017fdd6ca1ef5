import type { AttributeSpec, AttributeValue } from "../catalog.js";
import { attributeOf, missing } from "./attributes.js";
import type { Call, Subject } from "./call.js";
import { type Unpriced, unpriced } from "./outcome.js";
import { listed, shown } from "./wording.js";

/** One attribute that a price is looked up by. */
export interface Axis {
  readonly name: string;
  readonly spec: AttributeSpec;
}

export function axisOf({ operation }: Subject, name: string): Axis {
  const spec = Object.hasOwn(operation.attributes, name) ? operation.attributes[name] : undefined;
  if (spec === undefined) throw new TypeError(`${operation.key} declares no attribute "${name}".`);
  return { name, spec };
}

/** A price depends on this attribute, so leaving it out is a refusal even where it is optional. */
export const valueAt = (axis: Axis, call: Call, subject: Subject): AttributeValue | Unpriced =>
  attributeOf(call.attributes, axis.name) ?? missing(subject.operation, axis);

interface NoEntry {
  readonly axis: Axis;
  readonly value: AttributeValue;
  /** What was looked up: the price, or the table's name. */
  readonly name: string;
  readonly known: readonly string[];
}

export const noEntry = ({ operation }: Subject, { axis, value, name, known }: NoEntry): Unpriced =>
  unpriced("NO_MATCHING_PRICE", {
    attribute: axis.name,
    message: `${operation.key} has no ${name} for ${axis.name} ${shown(value)}; there is one for ${listed(known)}.`,
    allowed: `one of ${listed(known)}`,
  });
