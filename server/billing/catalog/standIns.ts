import type { Path } from "./problem.js";

type PlainMap = Record<string, unknown>;

export const isMap = (value: unknown): value is PlainMap =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The fields of plans and packs that can be left out or stood in for without another problem coming of it. A wrong
 * unit or price list is not among them: then the whole plan is left out.
 */
const fieldStandIns = new Map<string, unknown>([
  ...["name", "description"].map((field) => [field, "unnamed"] as const),
  ...["rank", "fee", "minimumFee", "overage", "sellsCreditPacks", "invoiceGraceDays", "tailored"].map(
    (field) => [field, undefined] as const,
  ),
  ...["bonuses", "expiresAfterDays", "priority", "availability"].map((field) => [field, undefined] as const),
  ["supply", "1"],
  ["credits", "1"],
  ["price", "1 USD"],
]);

const entryDepths = new Map([
  ["units", 2],
  ["operations", 2],
  ["priceLists", 3],
  ["plans", 2],
  ["creditPacks", 2],
  ["taxRates", 2],
  ["coupons", 2],
]);

/** The smallest part of the catalogue around a problem that can be left out on its own: a unit, one price. */
export function entryOf(path: Path): Path {
  const [area, , field] = path;
  if (area === "plans" && field === "prices" && path.length > 3) return path.slice(0, 4);
  if ((area === "plans" || area === "creditPacks") && fieldStandIns.has(String(field)))
    return path.slice(0, 3);
  return path.slice(0, entryDepths.get(String(area)) ?? 1);
}

/** A copy without the strays, and with something sound in the place of each broken entry. */
export function withStandIns(value: PlainMap, strays: readonly Path[], broken: readonly Path[]): PlainMap {
  const rest = structuredClone(value);
  for (const path of strays) put(rest, path, undefined);
  for (const entry of broken) put(rest, entry, standInFor(entry));
  return rest;
}

function put(root: PlainMap, path: Path, standIn: unknown): void {
  const key = path.at(-1);
  let parent: unknown = root;
  for (const part of path.slice(0, -1))
    parent = typeof parent === "object" && parent !== null ? Reflect.get(parent, part) : undefined;
  if (key === undefined || !isMap(parent)) return;
  if (standIn === undefined) delete parent[key];
  else parent[key] = standIn;
}

/** Areas that nothing else refers to. */
const leftOut = new Set(["title", "operator", "dunning"]);

/** Keeps a broken entry's key declared, where others refer to it. */
function standInFor(entry: Path): unknown {
  const [area, key, field] = entry;
  if (entry.length === 1) return area === "name" ? "unnamed" : leftOut.has(String(area)) ? undefined : {};
  if (area === "units") return String(key);
  if (area === "operations") return { name: String(key) };
  if (area === "priceLists") return entry.length === 3 ? "0" : {};
  return entry.length === 4 ? "0" : fieldStandIns.get(String(field));
}
