import type { Attributes, AttributeValue, Operation } from "./catalog.js";
import { attributeOf } from "./price/attributes.js";

/** By operation: the attributes that reports tell apart, by name, and which values of them. */
export type ReportBy = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<AttributeValue>>>;

const yesOrNo: readonly AttributeValue[] = [true, false];

export const reportByOf = (operations: readonly Operation[]): ReportBy =>
  new Map(
    operations.map(({ key, attributes, reportBy = [] }) => [
      key,
      new Map(
        [...reportBy].sort().flatMap((name) => {
          const spec = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
          return spec === undefined ? [] : [[name, new Set(spec.values ?? yesOrNo)] as const];
        }),
      ),
    ]),
  );

export const reportsNoAttributes: ReportBy = new Map();

/** What reports tell of a call for which they tell no attribute. */
const noAttributes = "{}";

/**
 * What of a call's attributes reports tell apart, as JSON with the names in order, so that equal ones are equal texts.
 * An older plan may allow values that the catalogue does not name any more: those are left out, so that there is an
 * end to them.
 */
export function reportedAttributes(reportBy: ReportBy, operation: string, attributes: Attributes): string {
  const reported = reportBy.get(operation);
  if (reported === undefined || reported.size === 0) return noAttributes;
  const told: Record<string, AttributeValue> = {};
  for (const [name, values] of reported) {
    const value = attributeOf(attributes, name);
    if (value !== undefined && values.has(value)) told[name] = value;
  }
  return JSON.stringify(told);
}
