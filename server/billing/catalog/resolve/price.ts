import type {
  AttributeSpec,
  FormulaTable,
  MatrixCells,
  Operation,
  Price,
  Tier,
} from "../../../domain/catalog.js";
import { checkFormula } from "../../../domain/price/formula.js";
import { checkKeys, nameForm } from "../names.js";
import { type Report, within } from "../problem.js";
import type { PriceOfFile } from "../schema/price.js";
import { specOf } from "./lookups.js";
import { checkRounding, resolveMultiplier } from "./multiplier.js";
import { anyValue, faultOfKey } from "./values.js";

export function resolvePrice(written: PriceOfFile, operation: Operation, report: Report): Price {
  const multipliers = written.multipliers.map((multiplier, index) =>
    resolveMultiplier(multiplier, operation, within(report, "multipliers", index)),
  );
  const price: Price = { ...written, multipliers };
  checkModel(price, operation, report);
  checkRounding(price, report);
  return price;
}

function checkModel(price: Price, operation: Operation, report: Report): void {
  switch (price.model) {
    case "FLAT":
    case "PACKAGE":
      return;
    case "MATRIX":
      checkMatrix(price, operation, report);
      return;
    case "FORMULA":
      checkFormulaPrice(price, operation, report);
      return;
    case "GRADUATED":
    case "VOLUME":
      checkTiers(price.tiers, within(report, "tiers"));
      return;
  }
}

type Model<Name> = Extract<Price, { readonly model: Name }>;

function checkMatrix({ by, cells }: Model<"MATRIX">, operation: Operation, report: Report): void {
  const specs = by.map((name, index) => specOf(operation, name, within(report, "by", index)));
  by.forEach((name, index) => {
    if (by.indexOf(name) !== index) report(["by", index], `${name} is there twice`);
  });
  checkCells(cells, specs, within(report, "cells"));
}

type Specs = readonly (AttributeSpec | undefined)[];

function checkCells(cells: MatrixCells, [spec, ...rest]: Specs, report: Report): void {
  if (Object.keys(cells).length === 0) report([], "needs at least one cell");
  for (const [key, cell] of Object.entries(cells)) {
    const fault = spec === undefined || key === anyValue ? null : faultOfKey(spec, key);
    if (fault !== null) report([key], fault);
    if (typeof cell === "object") {
      if (rest.length === 0) report([key], "goes deeper than the attributes of by; a price is expected");
      else checkCells(cell, rest, within(report, key));
    } else if (rest.length > 0)
      report([key], "is a price, but by names another attribute; a map is expected");
  }
}

function checkFormulaPrice(price: Model<"FORMULA">, operation: Operation, report: Report): void {
  const { attributes } = operation;
  const numeric = Object.keys(attributes).filter(
    (name) => attributes[name]?.type === "INTEGER" || attributes[name]?.type === "NUMBER",
  );
  const fault = checkFormula(price.formula, [...numeric, ...Object.keys(price.tables)]);
  if (fault !== null) report(["formula"], fault);
  checkKeys(price.tables, nameForm, within(report, "tables"));
  for (const [name, table] of Object.entries(price.tables)) {
    const tableReport = within(report, "tables", name);
    if (Object.hasOwn(attributes, name)) tableReport([], "is the name of an attribute too");
    checkTable(table, operation, tableReport);
  }
}

function checkTable({ by, values }: FormulaTable, operation: Operation, report: Report): void {
  const spec = specOf(operation, by, within(report, "by"));
  if (spec === undefined) return;
  for (const key of Object.keys(values)) {
    const fault = faultOfKey(spec, key);
    if (fault !== null) report(["values", key], fault);
  }
}

function checkTiers(tiers: readonly Tier[], report: Report): void {
  tiers.forEach(({ upTo }, index) => {
    const before = tiers[index - 1]?.upTo ?? null;
    const isLast = index === tiers.length - 1;
    if (isLast && upTo !== null) report([index, "upTo"], "the last tier is open: leave upTo out");
    if (!isLast && upTo === null) report([index], "only the last tier may be without upTo");
    if (upTo !== null && before !== null && upTo <= before)
      report([index, "upTo"], "must be larger than the tier before");
  });
}
