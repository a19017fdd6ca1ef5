import type { Catalog } from "../../domain/catalog.js";
import type { CatalogProblem, Path } from "./problem.js";
import { resolveCatalog } from "./resolve/catalog.js";
import { checkShape } from "./shape.js";
import { readYaml } from "./yaml/source.js";

export type ReadCatalog =
  | { readonly ok: true; readonly catalog: Catalog }
  | { readonly ok: false; readonly problems: readonly CatalogProblem[] };

/** Reads a catalogue file, or tells everything that is wrong with it, in the order of its lines. */
export function readCatalog(text: string, fileName: string): ReadCatalog {
  const problems: CatalogProblem[] = [];
  const source = readYaml(text, (position, message) =>
    problems.push({ file: fileName, path: "", ...position, message }),
  );
  const report = (path: Path, message: string) => {
    const position = source?.locate(path) ?? { line: 1, column: 1 };
    problems.push({ file: fileName, path: path.join("."), ...position, message });
  };
  const shaped = source === undefined ? undefined : checkShape(source.value, report);
  const catalog = shaped === undefined ? undefined : resolveCatalog(shaped, report);
  return catalog !== undefined && problems.length === 0
    ? { ok: true, catalog }
    : { ok: false, problems: problems.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}
