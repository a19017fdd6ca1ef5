import type { AttributeValue, Condition } from "../../../domain/catalog.js";

interface Factor {
  readonly when: Condition;
  readonly decimals: number;
}

/** How many decimals multiplying can add, at most: factors whose conditions exclude each other never meet. */
export function worstDecimals(factors: readonly Factor[]): number {
  const [first, ...rest] = factors;
  if (first === undefined) return 0;
  const together = rest.filter((factor) => canMeet(first.when, factor.when));
  const withFirst = first.decimals + worstDecimals(together);
  // Leaving the first one out gains something only where it keeps another out.
  return together.length === rest.length ? withFirst : Math.max(withFirst, worstDecimals(rest));
}

const canMeet = (a: Condition, b: Condition): boolean =>
  Object.keys(a).every((name) => {
    const others = valuesOf(b, name);
    return others.length === 0 || valuesOf(a, name).some((value) => others.includes(value));
  });

/** None for an attribute that the condition does not name. */
function valuesOf(condition: Condition, name: string): readonly AttributeValue[] {
  const wanted = Object.hasOwn(condition, name) ? condition[name] : undefined;
  if (wanted === undefined) return [];
  return typeof wanted === "object" ? wanted : [wanted];
}
