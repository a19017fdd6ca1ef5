import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formatProblem } from "./billing/catalog/problem.js";
import { readCatalog } from "./billing/catalog/read.js";
import type { Catalog } from "./domain/catalog.js";
import { catalogsFolder } from "./files.js";
import { UserError } from "./userError.js";

/** The catalogues that come with Scrip, by name. */
export const shippedCatalogs = (): string[] =>
  readdirSync(catalogsFolder)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length))
    .sort();

/** Reads a catalogue by path, or by its name in `catalogs/`. */
export function readCatalogFile(nameOrPath: string): Catalog {
  const read = readCatalog(catalogText(nameOrPath), nameOrPath);
  if (read.ok) return read.catalog;
  throw new UserError(read.problems.map(formatProblem).join("\n"));
}

/** A catalogue as it is written. */
export function catalogText(nameOrPath: string): string {
  const shipped = join(catalogsFolder, `${nameOrPath}.yaml`);
  const isName = /^[a-z0-9-]+$/.test(nameOrPath);
  const path = isName && existsSync(shipped) ? shipped : nameOrPath;
  if (!existsSync(path))
    throw new UserError(
      `No catalogue is called ${nameOrPath}, and there is no such file. There are ${shippedCatalogs().join(", ")}.`,
    );
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError(
      `The catalogue ${nameOrPath} cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
}
