import { Decimal } from "decimal.js";
import type { AttributeSpec, AttributeValue, Operation } from "../../../domain/catalog.js";
import { checkKeys, nameForm } from "../names.js";
import { type Report, within } from "../problem.js";
import type { AttributeOfFile, OperationOfFile } from "../schema/file.js";
import { notDeclared } from "../wording.js";
import { readValue, whyRefused } from "./values.js";

export function resolveOperation(key: string, written: OperationOfFile, report: Report): Operation {
  const attributesReport = within(report, "attributes");
  checkKeys(written.attributes, nameForm, attributesReport);
  const attributes = Object.entries(written.attributes).map(
    ([name, attribute]) => [name, resolveAttribute(attribute, within(attributesReport, name))] as const,
  );
  const operation: Operation = { key, ...written, attributes: Object.fromEntries(attributes) };
  checkReportBy(operation, within(report, "reportBy"));
  return operation;
}

/** Each of them is a row of its own in every hour's sums, so there must be an end to them. */
const combinationsMax = 1_000;

function checkReportBy({ key, attributes, reportBy = [] }: Operation, report: Report): void {
  let combinations = 1;
  reportBy.forEach((name, index) => {
    const spec = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (spec === undefined) report([index], notDeclared("attribute", name, Object.keys(attributes)));
    else if (reportBy.indexOf(name) !== index) report([index], `${name} is there twice`);
    else if (spec.values === undefined && spec.type !== "BOOLEAN")
      report(
        [index],
        `reports are by attributes that have values or are BOOLEAN; ${name} can be any ${spec.type}`,
      );
    combinations *= (spec?.values?.length ?? 2) + 1;
  });
  if (combinations > combinationsMax)
    report(
      [],
      `the attributes of ${key} can be combined in ${combinations} ways; reports tell at most ${combinationsMax} apart`,
    );
}

function resolveAttribute(written: AttributeOfFile, report: Report): AttributeSpec {
  const { values: writtenValues, default: writtenDefault, ...rest } = written;
  checkBounds(written, report);
  const required = written.required ?? writtenDefault === undefined;
  if (required && writtenDefault !== undefined)
    report(["required"], "an attribute with a default is never missing; leave out one of the two");
  const values = writtenValues?.flatMap((value, index) =>
    acceptedValue(written, value, within(report, "values", index)),
  );
  const spec: AttributeSpec = { ...rest, ...(values === undefined ? {} : { values }), required };
  checkValues(spec, report);
  const [fallback] =
    writtenDefault === undefined ? [] : acceptedValue(written, writtenDefault, within(report, "default"));
  if (fallback === undefined) return spec;
  const refused = whyRefused(spec, fallback);
  if (refused !== null) report(["default"], refused);
  return { ...spec, default: fallback };
}

/** None when it is faulty: the fault has been reported. */
function acceptedValue({ type }: AttributeOfFile, written: AttributeValue, report: Report): AttributeValue[] {
  const read = readValue(type, written);
  if ("value" in read) return [read.value];
  report([], read.fault);
  return [];
}

function checkBounds({ type, min, max }: AttributeOfFile, report: Report): void {
  const isNumeric = type === "INTEGER" || type === "NUMBER";
  for (const [field, bound] of Object.entries({ min, max })) {
    if (bound === undefined) continue;
    if (!isNumeric) report([field], `only INTEGER and NUMBER have bounds; this is a ${type}`);
    else if (type === "INTEGER" && !new Decimal(bound).isInteger())
      report([field], `must be a whole number, as the attribute is; not ${bound}`);
  }
  if (min !== undefined && max !== undefined && new Decimal(min).greaterThan(max))
    report(["min"], `${min} is above max, ${max}`);
}

function checkValues({ values = [], ...spec }: AttributeSpec, report: Report): void {
  values.forEach((value, index) => {
    if (values.indexOf(value) !== index) report(["values", index], `${value} is there twice`);
    const refused = whyRefused(spec, value);
    if (refused !== null) report(["values", index], refused);
  });
}
