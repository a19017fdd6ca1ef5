import type { FormulaTable, PriceModel } from "../catalog.js";
import type { Call, Rater, Subject } from "./call.js";
import { type Formula, formulaOf } from "./formula.js";
import { axisOf, noEntry, valueAt } from "./lookup.js";
import { type Unpriced, unpriced } from "./outcome.js";
import { DivisionByZero, decimalText, type Ratio, ratioOf, ratioOfNumber } from "./ratio.js";

/** The value of one name of the formula, and how the derivation shows it. */
interface Named {
  readonly value: Ratio;
  readonly note: string;
}

type Reader = (call: Call) => Named | Unpriced;

export function formulaRater(
  { formula: text, tables }: Extract<PriceModel, { readonly model: "FORMULA" }>,
  subject: Subject,
): Rater {
  const formula = formulaOf(text);
  const readers = formula.names.map((name) => {
    const table = Object.hasOwn(tables, name) ? tables[name] : undefined;
    return table === undefined ? attributeReader(name, subject) : tableReader(name, table, subject);
  });
  return (call, steps) => {
    const values: Ratio[] = [];
    let description = text;
    for (const read of readers) {
      const named = read(call);
      if ("kind" in named) return named;
      description += (values.length === 0 ? " with " : ", ") + named.note;
      values.push(named.value);
    }
    const rate = evaluated(formula, values);
    if (rate === null) return dividesByZero(subject);
    steps.push({ kind: "RATE", description, value: decimalText(rate) });
    return rate;
  };
}

function evaluated(formula: Formula, values: readonly Ratio[]): Ratio | null {
  try {
    return formula.evaluate(values);
  } catch (error) {
    if (error instanceof DivisionByZero) return null;
    throw error;
  }
}

function attributeReader(name: string, subject: Subject): Reader {
  const axis = axisOf(subject, name);
  if (axis.spec.type !== "INTEGER" && axis.spec.type !== "NUMBER")
    throw new TypeError(`Attribute "${name}" of ${subject.operation.key} is not numeric.`);
  return (call) => {
    const value = valueAt(axis, call, subject);
    if (typeof value === "object") return value;
    const number = Number(value);
    return { value: ratioOfNumber(number), note: `${name} = ${number}` };
  };
}

function tableReader(name: string, { by, values }: FormulaTable, subject: Subject): Reader {
  const axis = axisOf(subject, by);
  const known = Object.keys(values);
  const entries = new Map(
    Object.entries(values).map(([key, rate]) => [key, { value: ratioOf(rate), note: `${name} = ${rate}` }]),
  );
  return (call) => {
    const value = valueAt(axis, call, subject);
    if (typeof value === "object") return value;
    return entries.get(String(value)) ?? noEntry(subject, { axis, value, name, known });
  };
}

const dividesByZero = ({ operation }: Subject): Unpriced =>
  unpriced("AMOUNT_OUT_OF_RANGE", {
    attribute: null,
    message: `The price formula of ${operation.key} divides by zero with these attributes.`,
    allowed: null,
  });
