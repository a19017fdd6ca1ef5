import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from "graphql";
import { GraphQLDateTime, GraphQLJSONObject } from "graphql-scalars";
import {
  amountDecimals,
  formatAmount,
  isDecimalText,
  type Micros,
  parseAmount,
  type Total,
} from "../domain/amount.js";
import type { AttributeValue } from "../domain/catalog.js";
import { type Instant, instant } from "../domain/instant.js";

/** What holds others is not shown itself: it may nest deeper than can be written out. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return (typeof value === "number" ? String(value) : String(JSON.stringify(value))).slice(0, 60);
}

const wrong = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: "BAD_INPUT" } });

function microsFrom(value: unknown): Micros {
  const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== "string")
    throw wrong(`A Decimal is a string such as "0.004" (or a whole number), got ${shown(value)}.`);
  const amount = parseAmount(text);
  if (amount !== undefined) return amount;
  const limits = `at most ${amountDecimals} decimals and at most 9007199254.740991`;
  throw wrong(
    isDecimalText(text)
      ? `A Decimal has ${limits}, got ${shown(text)}.`
      : `A Decimal is written like "12.5", with ${limits}, got ${shown(text)}.`,
  );
}

/** Amounts travel as decimal text and live as micros; no float comes between. */
export const DecimalScalar = new GraphQLScalarType<Micros, string>({
  name: "Decimal",
  serialize: (value) => formatAmount(value as Total),
  parseValue: microsFrom,
  parseLiteral: (node) => {
    if (node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT)
      return microsFrom(node.value);
    throw wrong(`A Decimal is a string such as "0.004", got ${node.kind}.`);
  },
});

/** Counted in answers only. GraphQL's own Int ends where a customer's calls of some months may be. */
export const CountScalar = new GraphQLScalarType<number, number>({
  name: "Count",
  serialize: (value) => {
    if (typeof value !== "number" || !Number.isSafeInteger(value))
      throw wrong(`A Count is a whole number, got ${shown(value)}.`);
    return value;
  },
});

function instantFromText(text: string): Instant {
  const date = readDate(text);
  const year = date?.getUTCFullYear() ?? Number.NaN;
  if (date === undefined || Number.isNaN(year))
    throw wrong(`A DateTime is written like "2026-04-15T00:00:00Z" (RFC 3339), got ${shown(text)}.`);
  if (year < 1970 || year > 9000) throw wrong(`A DateTime is from the year 1970 to 9000, got ${year}.`);
  return instant(date.getTime());
}

function readDate(text: string): Date | undefined {
  try {
    return GraphQLDateTime.parseValue(text);
  } catch {
    return undefined;
  }
}

export const DateTimeScalar = new GraphQLScalarType<Instant, Date>({
  name: "DateTime",
  specifiedByURL: "https://www.rfc-editor.org/rfc/rfc3339",
  serialize: (value) => GraphQLDateTime.serialize(value),
  parseValue: (value) => {
    // The library would also take numbers, whose unit a reader can only guess.
    if (typeof value !== "string")
      throw wrong(`A DateTime is a string such as "2026-04-15T00:00:00Z", got ${shown(value)}.`);
    return instantFromText(value);
  },
  parseLiteral: (node) => {
    if (node.kind !== Kind.STRING)
      throw wrong(`A DateTime is a string such as "2026-04-15T00:00:00Z", got ${node.kind}.`);
    return instantFromText(node.value);
  },
});

const jsonNamesMax = 32;
const jsonNameMax = 64;
const jsonTextMax = 255;

/** What attributes and metadata may be: small and flat, so that it can be priced, stored and compared exactly. */
function flatObject(value: object): Record<string, AttributeValue> {
  const entries = Object.entries(value);
  if (entries.length > jsonNamesMax)
    throw wrong(`A JSONObject has at most ${jsonNamesMax} names, got ${entries.length}.`);
  for (const [name, entry] of entries) {
    if (name.length > jsonNameMax || !isStorableText(name))
      throw wrong(`A JSONObject's names have at most ${jsonNameMax} characters, got ${shown(name)}.`);
    if (!isFlatValue(entry))
      throw wrong(
        `A JSONObject holds strings of at most ${jsonTextMax} characters, finite numbers and booleans; ${shown(name)} is ${shown(entry)}.`,
      );
  }
  return value as Record<string, AttributeValue>;
}

const isFlatValue = (value: unknown): value is AttributeValue =>
  typeof value === "boolean" ||
  (typeof value === "number" && Number.isFinite(value)) ||
  (typeof value === "string" && value.length <= jsonTextMax && isStorableText(value));

/** PostgreSQL cannot store NUL, and no engine can store half a surrogate pair. */
export const isStorableText = (text: string): boolean => !text.includes("\0") && !/\p{Surrogate}/u.test(text);

export const JsonObjectScalar = new GraphQLScalarType<Record<string, AttributeValue>, object>({
  name: "JSONObject",
  specifiedByURL: "https://www.rfc-editor.org/rfc/rfc8259",
  serialize: (value) => value as object,
  parseValue: (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw wrong(`A JSONObject is an object such as {"steps": 30}, got ${shown(value)}.`);
    return flatObject(value);
  },
  parseLiteral: (node: ValueNode, variables) => {
    if (node.kind !== Kind.OBJECT)
      throw wrong(`A JSONObject is an object such as {steps: 30}, got ${node.kind}.`);
    // A variable has no value while a query is only validated, and none when the caller left it out.
    const given = node.fields.filter(
      ({ value }) => value.kind !== Kind.VARIABLE || variables?.[value.name.value] !== undefined,
    );
    return flatObject(GraphQLJSONObject.parseLiteral({ ...node, fields: given }, variables));
  },
});
