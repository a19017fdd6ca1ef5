import type { MatrixCells, PriceModel, Rate } from "../catalog.js";
import type { Call, Rater, Subject } from "./call.js";
import { type Axis, axisOf, noEntry, valueAt } from "./lookup.js";
import type { PriceStep, Unpriced } from "./outcome.js";
import { rateStep } from "./rate.js";
import { type Ratio, ratioOf } from "./ratio.js";

interface Cell {
  readonly rate: Ratio;
  readonly step: PriceStep;
}

type Lookup = (call: Call) => Cell | Unpriced;

const anyValue = "*";

export function matrixRater(
  { by, cells }: Extract<PriceModel, { readonly model: "MATRIX" }>,
  subject: Subject,
): Rater {
  const axes = by.map((name) => axisOf(subject, name));
  const lookup = lookupOf(cells, subject, { axes, where: "" });
  return (call, steps) => {
    const cell = lookup(call);
    if ("kind" in cell) return cell;
    steps.push(cell.step);
    return cell.rate;
  };
}

interface Level {
  /** Those still to be looked at. */
  readonly axes: readonly Axis[];
  /** The values chosen so far, for the description of the cell. */
  readonly where: string;
}

function lookupOf(cells: Rate | MatrixCells, subject: Subject, { axes, where }: Level): Lookup {
  const [axis, ...inner] = axes;
  if (typeof cells === "string" && axis === undefined) return cellLookup(cells, subject, where);
  if (typeof cells === "string" || axis === undefined)
    throw new TypeError(`The price matrix of ${subject.operation.key} is not as deep as its attributes.`);
  const known = Object.keys(cells);
  const lookups = new Map(
    Object.entries(cells).map(([value, below]) => {
      const named = `${where}${where === "" ? " for" : ","} ${value === anyValue ? "any " : ""}${axis.name}`;
      const path = value === anyValue ? named : `${named} ${value}`;
      return [value, lookupOf(below, subject, { axes: inner, where: path })];
    }),
  );
  return (call) => {
    const value = valueAt(axis, call, subject);
    if (typeof value === "object") return value;
    const lookup = lookups.get(String(value)) ?? lookups.get(anyValue);
    return lookup?.(call) ?? noEntry(subject, { axis, value, name: "price", known });
  };
}

function cellLookup(rate: Rate, subject: Subject, where: string): Lookup {
  const cell = { rate: ratioOf(rate), step: rateStep(rate, subject, where) };
  return () => cell;
}
