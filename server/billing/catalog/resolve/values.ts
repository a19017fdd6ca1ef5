import { Decimal } from "decimal.js";
import { isDecimalText } from "../../../domain/amount.js";
import type { AttributeSpec, AttributeValue } from "../../../domain/catalog.js";
import { listed, shown } from "../wording.js";

/** The longest text that an attribute may have in a call. */
const textCharsMax = 255;

/** The value that a call would send, or undefined and a message. */
type ReadValue = { readonly value: AttributeValue } | { readonly fault: string };

/** What `5` in the file means follows from the attribute's type: a number for INTEGER, a text for STRING. */
export function readValue(type: AttributeSpec["type"], written: AttributeValue): ReadValue {
  switch (type) {
    case "BOOLEAN":
      return typeof written === "boolean" ? { value: written } : fault(written, "true or false");
    case "STRING":
      return typeof written === "string" && written.length <= textCharsMax
        ? { value: written }
        : fault(written, `a text of at most ${textCharsMax} characters; true and false need quotes`);
    case "INTEGER":
    case "NUMBER":
      return readNumber(type, String(written));
  }
}

/** Calls send JSON numbers, so a number that JSON would change could never be met. */
function readNumber(type: "INTEGER" | "NUMBER", text: string): ReadValue {
  const value = Number(text);
  const isNumber = isDecimalText(text) && new Decimal(text).equals(String(value));
  if (type === "NUMBER")
    return isNumber ? { value } : fault(text, "a decimal number that JSON carries exactly");
  return isNumber && Number.isSafeInteger(value) ? { value } : fault(text, "a whole number");
}

const fault = (written: unknown, expected: string) => ({
  fault: `must be ${expected}, not ${shown(written)}`,
});

/** Why a call with this value would be refused; null when it would not. */
export function whyRefused(spec: AttributeSpec, value: AttributeValue): string | null {
  if (spec.values !== undefined && !spec.values.includes(value))
    return `${shown(value)} is not among its values, ${listed(spec.values.map(String))}`;
  if (typeof value !== "number") return null;
  if (spec.min !== undefined && new Decimal(spec.min).greaterThan(value))
    return `${value} is below its min, ${spec.min}`;
  if (spec.max !== undefined && new Decimal(spec.max).lessThan(value))
    return `${value} is above its max, ${spec.max}`;
  return null;
}

export const anyValue = "*";

/** A key of a price matrix or table is compared as text, so it must be written as the value would be. */
export function faultOfKey(spec: AttributeSpec, key: string): string | null {
  if (spec.type === "BOOLEAN")
    return key === "true" || key === "false" ? null : `must be true or false, not ${shown(key)}`;
  const read = readValue(spec.type, key);
  if ("fault" in read) return read.fault;
  if (String(read.value) !== key) return `must be written ${read.value}, not ${key}`;
  return whyRefused(spec, read.value);
}
