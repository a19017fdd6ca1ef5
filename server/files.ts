import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The package's own folder, whether this runs from the sources or from `dist/`. */
function packageFolder(from: string): string {
  if (existsSync(join(from, "package.json"))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error("Scrip's package.json was not found above its code.");
  return packageFolder(parent);
}

const root = packageFolder(dirname(fileURLToPath(import.meta.url)));

export const contractFile = join(root, "schema.graphql");
export const catalogsFolder = join(root, "catalogs");
export const graphiqlFolder = join(root, "dist", "web", "graphiql");
