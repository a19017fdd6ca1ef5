import type { AttributeSpec, Operation, Unit } from "../../../domain/catalog.js";
import type { Report } from "../problem.js";
import { notDeclared } from "../wording.js";

/** What the catalogue declares; of what is broken only the name is known. */
export interface Names {
  readonly units: ReadonlyMap<string, Unit>;
  readonly broken: {
    readonly units: ReadonlySet<string>;
    readonly operations: ReadonlySet<string>;
    /** Keys of the plans whose overage could not be read. */
    readonly overages: ReadonlySet<string>;
  };
}

/** The unit that is named; a catalogue with a single one need not name it. */
export function unitOf(name: string | undefined, { units }: Names, report: Report): string {
  const declared = [...units.keys()];
  if (name === undefined) {
    if (declared.length !== 1) report(["unit"], `is missing; declared are ${declared.join(", ")}`);
    return declared[0] ?? "";
  }
  if (!units.has(name)) report(["unit"], notDeclared("unit", name, declared));
  return name;
}

/** The attribute that a price names; undefined, and reported, when the operation has none of that name. */
export function specOf(
  { key, attributes }: Operation,
  name: string,
  report: Report,
): AttributeSpec | undefined {
  const spec = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  if (spec === undefined) report([], notDeclared(`attribute of ${key}`, name, Object.keys(attributes)));
  return spec;
}
