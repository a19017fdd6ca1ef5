import { Decimal } from "decimal.js";
import type { AttributeSpec, Attributes, AttributeValue, Operation } from "../catalog.js";
import { unreachable } from "../unreachable.js";
import { type Unpriced, unpriced } from "./outcome.js";
import { listed, requirement, shown, textCharsMax } from "./wording.js";

interface Bound {
  readonly value: number;
  /** False when the decimal bound lies just beyond the number nearest to it, which is then outside. */
  readonly inclusive: boolean;
}

export interface AttributeRule {
  readonly name: string;
  readonly spec: AttributeSpec;
  readonly values: ReadonlySet<AttributeValue> | null;
  readonly least: Bound | null;
  readonly most: Bound | null;
}

interface CheckedAttributes {
  readonly kind: "checked";
  readonly attributes: Attributes;
}

const wholeRange = `a whole number from ${Number.MIN_SAFE_INTEGER} to ${Number.MAX_SAFE_INTEGER}`;

/** Bounds become numbers once, so that a call compares numbers and still obeys the decimals exactly. */
export const attributeRules = ({ attributes }: Operation): readonly AttributeRule[] =>
  Object.entries(attributes).map(([name, spec]) => ({
    name,
    spec,
    values: spec.values === undefined ? null : new Set(spec.values),
    least: spec.min === undefined ? null : bound(spec.min, (nearest, exact) => nearest.gte(exact)),
    most: spec.max === undefined ? null : bound(spec.max, (nearest, exact) => nearest.lte(exact)),
  }));

function bound(text: string, inside: (nearest: Decimal, exact: Decimal) => boolean): Bound {
  const value = Number(text);
  return { value, inclusive: inside(new Decimal(String(value)), new Decimal(text)) };
}

/** A name that is not declared is looked for first: a misspelt attribute is better called unknown than missing. */
export function checkAttributes(
  operation: Operation,
  rules: readonly AttributeRule[],
  given: Readonly<Record<string, unknown>>,
): CheckedAttributes | Unpriced {
  for (const name of Object.keys(given))
    if (!Object.hasOwn(operation.attributes, name)) return unknown(operation, name);
  const attributes: Record<string, AttributeValue> = {};
  for (const rule of rules) {
    const value = Object.hasOwn(given, rule.name) ? given[rule.name] : undefined;
    const filled = value === undefined ? rule.spec.default : value;
    if (filled === undefined) {
      if (rule.spec.required) return missing(operation, rule);
    } else if (accepts(rule, filled)) attributes[rule.name] = filled;
    else return unacceptable(operation, rule, filled);
  }
  return { kind: "checked", attributes };
}

/** What an attribute was given or defaulted to; never something inherited, such as "constructor". */
export const attributeOf = (attributes: Attributes, name: string): AttributeValue | undefined =>
  Object.hasOwn(attributes, name) ? attributes[name] : undefined;

const accepts = (rule: AttributeRule, value: unknown): value is AttributeValue =>
  hasType(rule.spec, value) && isInRange(rule, value);

function hasType({ type }: AttributeSpec, value: unknown): value is AttributeValue {
  switch (type) {
    case "INTEGER":
      return Number.isInteger(value);
    case "NUMBER":
      return Number.isFinite(value);
    case "STRING":
      return typeof value === "string";
    case "BOOLEAN":
      return typeof value === "boolean";
    default:
      return unreachable(type);
  }
}

function isInRange({ spec, values, least, most }: AttributeRule, value: AttributeValue): boolean {
  if (values !== null && !values.has(value)) return false;
  if (typeof value === "string") return value.length <= textCharsMax;
  if (typeof value === "boolean") return true;
  // Beyond 2^53 a JSON number may already differ from the digits that the caller wrote.
  if (spec.type === "INTEGER" && !Number.isSafeInteger(value)) return false;
  if (least !== null && !(value > least.value || (value === least.value && least.inclusive))) return false;
  return most === null || value < most.value || (value === most.value && most.inclusive);
}

function unacceptable(operation: Operation, { name, spec }: AttributeRule, value: unknown): Unpriced {
  const typed = hasType(spec, value);
  const isUnsafe = typed && spec.type === "INTEGER" && !Number.isSafeInteger(value);
  const allowed = isUnsafe && spec.values === undefined ? wholeRange : requirement(spec);
  return unpriced(typed ? "ATTRIBUTE_OUT_OF_RANGE" : "ATTRIBUTE_TYPE", {
    attribute: name,
    message: `Attribute "${name}" of ${operation.key} must be ${allowed}; got ${shown(value)}.`,
    allowed,
  });
}

export function missing(
  operation: Operation,
  { name, spec }: Pick<AttributeRule, "name" | "spec">,
): Unpriced {
  const allowed = requirement(spec);
  return unpriced("ATTRIBUTE_MISSING", {
    attribute: name,
    message: `Attribute "${name}" of ${operation.key} is missing; it must be ${allowed}.`,
    allowed,
  });
}

function unknown(operation: Operation, name: string): Unpriced {
  const names = Object.keys(operation.attributes);
  const allowed = names.length === 0 ? null : `one of ${listed(names)}`;
  return unpriced("ATTRIBUTE_UNKNOWN", {
    // The caller chose this name, so it is not repeated at any length.
    attribute: name.slice(0, textCharsMax),
    message: `${operation.key} has no attribute ${shown(name)}; ${
      names.length === 0 ? "it takes none" : `it takes ${listed(names)}`
    }.`,
    allowed,
  });
}
