import jsep from "jsep";
import { isDecimalText } from "../amount.js";
import { type Ratio, ratioOf } from "./ratio.js";

type Operator = "+" | "-" | "*" | "/";

export type Expression =
  | { readonly kind: "number"; readonly value: Ratio }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "minus"; readonly of: Expression }
  | { readonly kind: "power"; readonly base: Expression; readonly exponent: bigint }
  | {
      readonly kind: "binary";
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "extreme"; readonly name: "min" | "max"; readonly of: readonly Expression[] }
  | { readonly kind: "whole"; readonly name: "ceil" | "floor"; readonly of: Expression };

export class FormulaError extends Error {
  override readonly name = "FormulaError";
}

const charsMax = 500;
const exponentMax = 8n;

/** jsep keeps its grammar in this one class for the whole process. */
const { Jsep } = jsep as unknown as { Jsep: Record<string, unknown> };

const grammar = {
  binary_ops: { "+": 1, "-": 1, "*": 2, "/": 2, "^": 3 },
  unary_ops: { "-": 1 },
  right_associative: new Set(["^"]),
  max_binop_len: 1,
  max_unop_len: 1,
  literals: {},
  additional_identifier_chars: new Set(["_"]),
  hooks: {},
};

/** Lends jsep our grammar for one synchronous parse: there `^` is a bitwise operator below plus, here a power. */
function parseWithOwnGrammar(text: string): jsep.Expression {
  const theirs = { ...Jsep };
  Object.assign(Jsep, grammar);
  try {
    return jsep(text);
  } catch (error) {
    throw new FormulaError(error instanceof Error ? error.message : String(error));
  } finally {
    Object.assign(Jsep, theirs);
  }
}

const strangeCharacter = /[^\w .,()+\-*/^\t\r\n]/u;

export function parseFormula(text: string): Expression {
  if (text.length > charsMax) throw new FormulaError(`A formula has at most ${charsMax} characters`);
  const [stranger] = strangeCharacter.exec(text) ?? [];
  if (stranger !== undefined) throw new FormulaError(`${stranger} is not allowed in a formula`);
  const tree = parseWithOwnGrammar(text);
  const expression = expressionOf(tree);
  if (spelled(tree) !== withoutGrouping(text))
    throw new FormulaError("An operator or a comma is missing, or one too many");
  return expression;
}

/** An empty pair of parentheses groups nothing, so it is kept as a mark that no tree can spell. */
const withoutGrouping = (text: string): string =>
  text.replace(/\s/g, "").replaceAll("()", "?").replace(/[()]/g, "");

/** jsep reads over what it need not understand, as in `(1,)` or `max(1 2)`; so its tree must spell the text again. */
function spelled(given: jsep.Expression): string {
  const node = given as jsep.CoreExpression;
  switch (node.type) {
    case "Literal":
      return node.raw;
    case "Identifier":
      return node.name;
    case "UnaryExpression":
      return node.operator + spelled(node.argument);
    case "BinaryExpression":
      return spelled(node.left) + node.operator + spelled(node.right);
    case "CallExpression":
      return spelled(node.callee) + node.arguments.map(spelled).join(",");
    default:
      return "";
  }
}

function expressionOf(given: jsep.Expression): Expression {
  const node = given as jsep.CoreExpression;
  switch (node.type) {
    case "Literal":
      return numberOf(node.raw);
    case "Identifier":
      return { kind: "name", name: node.name };
    case "UnaryExpression":
      return { kind: "minus", of: expressionOf(node.argument) };
    case "BinaryExpression":
      return node.operator === "^" ? powerOf(node) : binaryOf(node);
    case "CallExpression":
      return callOf(node);
    case "Compound":
      throw new FormulaError(
        node.body.length === 0 ? "The formula is empty" : "There is more than one expression",
      );
    default:
      throw new FormulaError(
        "Only numbers, names, + - * / ^, parentheses, min, max, ceil and floor are allowed",
      );
  }
}

function numberOf(raw: string): Expression {
  if (!isDecimalText(raw)) throw new FormulaError(`${raw} is not a plain decimal such as 12 or 0.5`);
  return { kind: "number", value: ratioOf(raw) };
}

function binaryOf({ operator, left, right }: jsep.BinaryExpression): Expression {
  return {
    kind: "binary",
    operator: operator as Operator,
    left: expressionOf(left),
    right: expressionOf(right),
  };
}

/** The exponent is written out, so that no attribute can make a number of any length. */
function powerOf({ left, right }: jsep.BinaryExpression): Expression {
  const base = expressionOf(left);
  if (base.kind === "minus")
    throw new FormulaError(
      "A minus before a power can be read in two ways; write 0 - x^2 for one, x^2 for the other",
    );
  const exponent = constantOf(expressionOf(right));
  if (exponent === undefined || exponent > exponentMax)
    throw new FormulaError(`An exponent must be a whole number from 0 to ${exponentMax}`);
  return { kind: "power", base, exponent };
}

function constantOf(expression: Expression): bigint | undefined {
  if (expression.kind === "number" && expression.value.denominator === 1n) return expression.value.numerator;
  if (expression.kind !== "power") return undefined;
  const base = constantOf(expression.base);
  return base === undefined ? undefined : base ** expression.exponent;
}

function callOf({ callee, arguments: given }: jsep.CallExpression): Expression {
  const name = callee.type === "Identifier" ? String(callee.name) : "";
  const of = given.map(expressionOf);
  const [first] = of;
  switch (name) {
    case "min":
    case "max":
      if (of.length < 2) throw new FormulaError(`${name} compares at least two values`);
      return { kind: "extreme", name, of };
    case "ceil":
    case "floor":
      if (first === undefined || of.length !== 1) throw new FormulaError(`${name} takes one value`);
      return { kind: "whole", name, of: first };
    default:
      throw new FormulaError(`There is no function ${name}; there are min, max, ceil and floor`);
  }
}
