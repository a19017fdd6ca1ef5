import type { AttributeSpec } from "../catalog.js";
import { unreachable } from "../unreachable.js";

const shownCharsMax = 60;
const shownValuesMax = 20;
export const textCharsMax = 255;

/** Shows what a caller sent without running any of its code and without repeating a flood of it. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value.length > shownCharsMax
        ? `${JSON.stringify(value.slice(0, shownCharsMax))}…`
        : JSON.stringify(value);
    case "number":
    case "boolean":
      return String(value);
    default:
      return value === null ? "null" : Array.isArray(value) ? "a list" : `a value of type ${typeof value}`;
  }
}

export function listed(values: readonly unknown[]): string {
  const first = values.slice(0, shownValuesMax).map(shown).join(", ");
  return values.length > shownValuesMax ? `${first} and ${values.length - shownValuesMax} others` : first;
}

/** Completes the sentence "it must be …". */
export function requirement(spec: AttributeSpec): string {
  if (spec.values !== undefined) return `one of ${listed(spec.values)}`;
  switch (spec.type) {
    case "INTEGER":
      return `a whole number${range(spec)}`;
    case "NUMBER":
      return `a number${range(spec)}`;
    case "STRING":
      return `a text of at most ${textCharsMax} characters`;
    case "BOOLEAN":
      return "true or false";
    default:
      return unreachable(spec.type);
  }
}

function range({ min, max }: AttributeSpec): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? "" : ` of at most ${max}`;
}
