import { unreachable } from "../unreachable.js";
import { ceil, floor, isLess, minus, negated, over, plus, power, type Ratio, times } from "./ratio.js";
import { type Expression, FormulaError, parseFormula } from "./syntax.js";

/** A parsed formula whose names have become places in a list of values. */
export interface Formula {
  readonly names: readonly string[];
  readonly evaluate: (values: readonly Ratio[]) => Ratio;
}

/** How many factors a value may be multiplied from: it bounds the length of the exact numbers in an evaluation. */
const factorsMax = 100;
const cachedMax = 1_000;
const cache = new Map<string, Formula>();

/** Parses once: the oldest formula makes room when there are more than anyone's catalogue has. */
export function formulaOf(text: string): Formula {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const expression = parseFormula(text);
  if (factorsOf(expression) > factorsMax)
    throw new FormulaError(`The formula multiplies more than ${factorsMax} values`);
  const names: string[] = [];
  const formula = { names, evaluate: evaluatorOf(expression, names) };
  const oldest = cache.keys().next();
  if (cache.size >= cachedMax && oldest.done !== true) cache.delete(oldest.value);
  cache.set(text, formula);
  return formula;
}

/** What is wrong with a formula that may use these names (numeric attributes and tables), or null. */
export function checkFormula(text: string, names: readonly string[]): string | null {
  try {
    const stranger = formulaOf(text).names.find((name) => !names.includes(name) || name === "quantity");
    if (stranger === undefined) return null;
    return stranger === "quantity"
      ? "quantity is not available in a formula: it gives the price of one, which is then multiplied."
      : `${stranger} is neither a numeric attribute nor a table of this price.`;
  } catch (error) {
    if (error instanceof FormulaError) return `${error.message}.`;
    throw error;
  }
}

function factorsOf(expression: Expression): number {
  switch (expression.kind) {
    case "number":
    case "name":
      return 1;
    case "minus":
    case "whole":
      return factorsOf(expression.of);
    case "power":
      return factorsOf(expression.base) * Number(expression.exponent);
    case "binary":
      return factorsOf(expression.left) + factorsOf(expression.right);
    case "extreme":
      return expression.of.reduce((factors, each) => factors + factorsOf(each), 0);
    default:
      return unreachable(expression);
  }
}

type Evaluator = Formula["evaluate"];

/** Closures over the syntax tree, so that a call neither walks names nor looks at node kinds. */
function evaluatorOf(expression: Expression, names: string[]): Evaluator {
  switch (expression.kind) {
    case "number":
      return () => expression.value;
    case "name":
      return nameOf(expression.name, names);
    case "minus": {
      const of = evaluatorOf(expression.of, names);
      return (values) => negated(of(values));
    }
    case "power": {
      const base = evaluatorOf(expression.base, names);
      return (values) => power(base(values), expression.exponent);
    }
    case "binary":
      return binaryOf(expression, names);
    case "extreme":
      return extremeOf(expression, names);
    case "whole": {
      const of = evaluatorOf(expression.of, names);
      const whole = expression.name === "ceil" ? ceil : floor;
      return (values) => whole(of(values));
    }
    default:
      return unreachable(expression);
  }
}

function nameOf(name: string, names: string[]): Evaluator {
  if (!names.includes(name)) names.push(name);
  const place = names.indexOf(name);
  return (values) => {
    const value = values[place];
    if (value === undefined) throw new FormulaError(`${name} has no value`);
    return value;
  };
}

const operations = { "+": plus, "-": minus, "*": times, "/": over };

function binaryOf(expression: Extract<Expression, { kind: "binary" }>, names: string[]): Evaluator {
  const operation = operations[expression.operator];
  const left = evaluatorOf(expression.left, names);
  const right = evaluatorOf(expression.right, names);
  return (values) => operation(left(values), right(values));
}

function extremeOf(expression: Extract<Expression, { kind: "extreme" }>, names: string[]): Evaluator {
  const evaluators = expression.of.map((each) => evaluatorOf(each, names));
  const isMinimum = expression.name === "min";
  const better = (a: Ratio, b: Ratio) => (isLess(a, b) === isMinimum ? a : b);
  return (values) => evaluators.map((evaluate) => evaluate(values)).reduce(better);
}
