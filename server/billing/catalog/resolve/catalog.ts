import type { Catalog, CreditPack, Operation, Price, Unit } from "../../../domain/catalog.js";
import { checkKeys, couponForm, currencyForm, keyForm, unitForm } from "../names.js";
import { type Path, type Report, within } from "../problem.js";
import type { CatalogFile, CreditPackOfFile } from "../schema/file.js";
import { entryId, type ShapedFile } from "../shape.js";
import { notDeclared } from "../wording.js";
import { checkDunning, resolveCoupon, resolveTaxRates } from "./billing.js";
import { type Names, unitOf } from "./lookups.js";
import { resolveOperation } from "./operation.js";
import { type PlanContext, type Prices, resolvePlan } from "./plan.js";
import { resolvePrice } from "./price.js";

/** Looks up every name and checks what one part of the file says against the others. */
export function resolveCatalog({ file, broken }: ShapedFile, report: Report): Catalog {
  checkAllKeys(file, report);
  const isBroken = (...entry: Path) => broken.has(entryId(entry));
  const brokenOf = (area: "units" | "operations") =>
    new Set(Object.keys(file[area]).filter((key) => isBroken(area, key)));
  const overages = new Set(Object.keys(file.plans).filter((key) => isBroken("plans", key, "overage")));
  const units = Object.entries(file.units).map(([key, unit]) => ({ key, ...unit }));
  const operations = Object.entries(file.operations).map(([key, operation]) =>
    resolveOperation(key, operation, within(report, "operations", key)),
  );
  const names = {
    units: byKey(units),
    broken: { units: brokenOf("units"), operations: brokenOf("operations"), overages },
  };
  const context = { ...names, operations: byKey(operations) };
  const priceLists = mapEntries(file.priceLists, (prices, key) =>
    resolvePrices(prices, context, within(report, "priceLists", key)),
  );
  checkUnits(units, report);
  const plans = Object.keys(file.plans);
  checkDunning(file.dunning, { plans, isBroken }, within(report, "dunning"));
  return {
    name: file.name,
    ...(file.title === undefined ? {} : { title: file.title }),
    units,
    operations,
    plans: resolvePlans(file, { ...context, priceLists }, within(report, "plans")),
    creditPacks: Object.entries(file.creditPacks).map(([key, pack]) =>
      resolvePack({ key, ...pack }, names, within(report, "creditPacks", key)),
    ),
    operator: file.operator,
    taxRates: resolveTaxRates(file.taxRates, within(report, "taxRates")),
    dunning: file.dunning,
    coupons: Object.entries(file.coupons).map(([key, coupon]) =>
      resolveCoupon({ key, ...coupon }, { plans, isBroken }, within(report, "coupons", key)),
    ),
  };
}

const byKey = <Entry extends { readonly key: string }>(
  entries: readonly Entry[],
): ReadonlyMap<string, Entry> => new Map(entries.map((entry) => [entry.key, entry]));

const mapEntries = <From, To>(record: Readonly<Record<string, From>>, to: (value: From, key: string) => To) =>
  new Map(Object.entries(record).map(([key, value]) => [key, to(value, key)]));

function checkAllKeys(file: CatalogFile, report: Report): void {
  checkKeys({ [file.name]: file }, keyForm, (_, message) => report(["name"], message));
  checkKeys(file.units, unitForm, within(report, "units"));
  for (const area of ["operations", "priceLists", "plans", "creditPacks"] as const)
    checkKeys(file[area], keyForm, within(report, area));
  checkKeys(file.coupons, couponForm, within(report, "coupons"));
}

function checkUnits(units: readonly Unit[], report: Report): void {
  for (const { key, kind } of units)
    if (kind === "CURRENCY" && !currencyForm.test(key))
      report(["units", key], "a CURRENCY is called by its 3-letter code, such as USD");
}

type PriceContext = Omit<PlanContext, "priceLists">;

function resolvePrices(
  prices: CatalogFile["priceLists"][string],
  context: PriceContext,
  report: Report,
): Prices {
  return mapEntries(prices, (price, key): Price | null => {
    const operation: Operation | undefined = context.operations.get(key);
    if (operation === undefined) report([key], notDeclared("operation", key, [...context.operations.keys()]));
    // Of a broken operation the attributes are not known, so nothing can be said about a price that follows them.
    if (operation === undefined || context.broken.operations.has(key)) return null;
    return resolvePrice(price, operation, within(report, key));
  });
}

function resolvePlans({ plans }: CatalogFile, context: PlanContext, report: Report): Catalog["plans"] {
  return Object.entries(plans).map(([key, plan]) => {
    const ownPrices = resolvePrices(plan.prices, context, within(report, key, "prices"));
    return resolvePlan({ key, ...plan }, ownPrices, context, within(report, key));
  });
}

function resolvePack(
  written: CreditPackOfFile & { readonly key: string },
  names: Names,
  report: Report,
): CreditPack {
  written.bonuses.forEach(({ fromQuantity }, index) => {
    const before = written.bonuses[index - 1];
    if (before !== undefined && fromQuantity <= before.fromQuantity)
      report(["bonuses", index, "fromQuantity"], "must be larger than the bonus before");
  });
  return { ...written, unit: unitOf(written.unit, names, report) };
}
