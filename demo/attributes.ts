import type { OperationAttribute, Price } from "@scrip/sdk";
import { definitionOf, keysOf } from "./definition.js";
import { usualNumber } from "./usualNumber.js";

export type Value = string | number | boolean;
export type Attributes = Readonly<Record<string, Value>>;

const typed = ({ type }: OperationAttribute, text: string): Value => {
  if (type === "BOOLEAN") return text === "true";
  return type === "STRING" ? text : Number(text);
};

const isNumber = ({ type }: OperationAttribute): boolean => type === "INTEGER" || type === "NUMBER";

/** The values worth showing, the usual one first; empty for a number that may be anything within its bounds. */
export function choicesOf(attribute: OperationAttribute, price: Price): Value[] {
  const { type, default: usual, values } = attribute;
  const listed =
    type === "BOOLEAN" ? ["false", "true"] : (values ?? keysOf(definitionOf(price), attribute.name));
  const texts = [...(usual === null ? [] : [usual]), ...listed];
  if (texts.length === 0 && type === "STRING") texts.push("demo");
  return [...new Set(texts)].map((text) => typed(attribute, text));
}

/**
 * A value for every attribute without a default, so that no price misses one. What is chosen decides which numbers are
 * usual: a larger model draws larger images.
 */
export function attributesOf(
  attributes: readonly OperationAttribute[],
  price: Price,
  chosen: Attributes,
): Attributes {
  const filled: Record<string, Value> = {};
  for (const attribute of attributes) {
    const value = chosen[attribute.name] ?? choicesOf(attribute, price)[0];
    if (value !== undefined) filled[attribute.name] = value;
  }
  for (const attribute of attributes)
    if (isNumber(attribute)) filled[attribute.name] ??= numberFor(attribute, price, filled);
  const said = attributes.filter(({ name, default: usual }) => usual === null || name in chosen);
  return Object.fromEntries(said.map(({ name }) => [name, filled[name] ?? ""]));
}

function numberFor(attribute: OperationAttribute, price: Price, filled: Attributes): number {
  const usual = usualNumber(definitionOf(price), attribute.name, filled) ?? Number(attribute.min ?? 1);
  return Math.min(Math.max(usual, Number(attribute.min ?? usual)), Number(attribute.max ?? usual));
}

/** A third more of the first number without choices: off the round values, it shows how a price is rounded. */
export function aThirdMore(
  attributes: readonly OperationAttribute[],
  price: Price,
  usual: Attributes,
): Attributes {
  for (const attribute of attributes) {
    const choices = choicesOf(attribute, price);
    const value = usual[attribute.name] ?? choices[0];
    if (typeof value !== "number" || choices.length > 1) continue;
    const more = Math.round((value * 4) / 3);
    return attribute.max !== null && more > Number(attribute.max)
      ? usual
      : { ...usual, [attribute.name]: more };
  }
  return usual;
}
