import { formatAmount, isMicros } from "./amount.js";
import type { Catalog } from "./catalog.js";

/** One value that differs, as a person reads it; null where it was not there. */
export interface ChangedValue {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface CatalogChange {
  readonly kind: "ADDED" | "CHANGED" | "REMOVED";
  readonly what: "unit" | "operation" | "plan" | "creditPack" | "operator" | "taxRate" | "dunning" | "coupon";
  readonly key: string;
  readonly details: readonly ChangedValue[];
}

/** What applying the new catalogue changes. The order of its entries is no part of it. */
export function diffCatalogs(before: Catalog | null, after: Catalog): readonly CatalogChange[] {
  return [
    ...diffEntries("unit", before?.units ?? [], after.units),
    ...diffEntries("operation", before?.operations ?? [], after.operations),
    ...diffEntries("plan", before?.plans ?? [], after.plans),
    ...diffEntries("creditPack", before?.creditPacks ?? [], after.creditPacks),
    ...diffEntries("operator", settingOf(before, "operator"), settingOf(after, "operator")),
    ...diffEntries("taxRate", taxRatesOf(before), taxRatesOf(after)),
    ...diffEntries("dunning", settingOf(before, "dunning"), settingOf(after, "dunning")),
    ...diffEntries("coupon", before?.coupons ?? [], after.coupons),
  ];
}

/** What there is one of, or none. */
function settingOf(catalog: Catalog | null, key: "operator" | "dunning"): readonly Entry[] {
  const setting = catalog?.[key] ?? null;
  return setting === null ? [] : [{ key, ...setting }];
}

const taxRatesOf = (catalog: Catalog | null): readonly Entry[] =>
  (catalog?.taxRates ?? []).map(({ country, ...rate }) => ({ key: country, ...rate }));

interface Entry {
  readonly key: string;
}

/** Whether two entries say the same, however they are written. */
export const isSameEntry = (a: Entry, b: Entry): boolean => diffValues(a, b).length === 0;

function diffEntries(
  what: CatalogChange["what"],
  before: readonly Entry[],
  after: readonly Entry[],
): readonly CatalogChange[] {
  const old = new Map(before.map((entry) => [entry.key, entry]));
  const kept = new Set(after.map(({ key }) => key));
  const present = after.flatMap((entry): CatalogChange[] => {
    const earlier = old.get(entry.key);
    const details = diffValues(earlier, entry);
    if (earlier === undefined) return [{ kind: "ADDED", what, key: entry.key, details }];
    return details.length === 0 ? [] : [{ kind: "CHANGED", what, key: entry.key, details }];
  });
  const gone = before
    .filter(({ key }) => !kept.has(key))
    .map(
      (entry): CatalogChange => ({
        kind: "REMOVED",
        what,
        key: entry.key,
        details: diffValues(entry, undefined),
      }),
    );
  return [...present, ...gone];
}

function diffValues(before: Entry | undefined, after: Entry | undefined): readonly ChangedValue[] {
  const old = leavesOf(before);
  const now = leavesOf(after);
  // The key is the same on both sides, or says nothing that the change does not say.
  const paths = [...new Set([...old.keys(), ...now.keys()])].filter((path) => path !== "key");
  return paths
    .map((path) => ({ path, before: old.get(path) ?? null, after: now.get(path) ?? null }))
    .filter((value) => value.before !== value.after);
}

/** Every value that holds no others, by its path. */
function leavesOf(value: unknown): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>();
  const collect = (path: readonly string[], inner: unknown): void => {
    if (inner === undefined || inner === null) return;
    if (typeof inner !== "object") leaves.set(path.join("."), shown(path, inner));
    else for (const [key, each] of Object.entries(inner)) collect([...path, key], each);
  };
  collect([], value);
  return leaves;
}

/** The fields of a catalogue that are counted in millionths. */
const amountFields = new Set([
  "amount",
  "commitment",
  "credits",
  "from",
  "limit",
  "packageSize",
  "percent",
  "quantity",
  "upTo",
]);

function shown(path: readonly string[], value: unknown): string {
  const [parent, field = ""] = path.slice(-2);
  // An attribute may have the name of such a field; what a condition compares it with is no amount.
  const isAmount = amountFields.has(field) && parent !== "when";
  return isAmount && typeof value === "number" && isMicros(value) ? formatAmount(value) : String(value);
}
