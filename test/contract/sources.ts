import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** Every file of the repository that is or could be committed, by its path from the root. */
export const files: readonly string[] = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard"],
  { cwd: root, encoding: "utf8" },
)
  .split("\n")
  .filter((file) => file !== "" && existsSync(join(root, file)));

export const sourcesUnder = (...folders: readonly string[]): string[] =>
  files.filter((file) => /\.tsx?$/.test(file) && folders.some((folder) => file.startsWith(`${folder}/`)));

export interface Import {
  /** The file that imports. */
  readonly file: string;
  /** As it is written. */
  readonly specifier: string;
  /** The file imported, when it is one of ours. */
  readonly target: string | null;
  /** Erased by the compiler, so that nothing is loaded. */
  readonly typeOnly: boolean;
}

// Enough for code that Biome has formatted: static imports start a line and quote with ". TypeScript 7 has no parser to
// call, and one more dependency would be a high price for four kinds of statement.
const statements =
  /^(?:import|export)\b(?<clause>[^"';]*?)\bfrom\s*"(?<from>[^"]+)"|^import\s*"(?<bare>[^"]+)"|\bimport\(\s*"(?<dynamic>[^"]+)"/gm;

export function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(statements)].map(({ groups = {} }) => {
    const specifier = groups.from ?? groups.bare ?? groups.dynamic ?? "";
    const path = normalize(join(dirname(file), specifier)).replace(/\.js$/, ".ts");
    return {
      file,
      specifier,
      target: specifier.startsWith(".") ? path : null,
      typeOnly: /^\s*type\b/.test(groups.clause ?? ""),
    };
  });
}

export const importsUnder = (...folders: readonly string[]): Import[] =>
  sourcesUnder(...folders).flatMap((file) => importsOf(file, read(file)));

/** `Map.groupBy`, which Node 20 does not have yet. */
export function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
