import { readdirSync, readFileSync } from "node:fs";
import { formatProblem } from "../../server/billing/catalog/problem.js";
import { readCatalog } from "../../server/billing/catalog/read.js";
import { formatAmount, parseAmount, zero } from "../../server/domain/amount.js";
import type { Catalog, PlanTerms } from "../../server/domain/catalog.js";
import { priceUsage } from "../../server/domain/price/price.js";

const folder = new URL("../../catalogs/", import.meta.url);

export const shippedNames = readdirSync(folder)
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => file.replace(/\.yaml$/, ""));

export const fileText = (file: string): string => readFileSync(new URL(file, folder), "utf8");

export function catalogOf(text: string, fileName = "test.yaml"): Catalog {
  const read = readCatalog(text, fileName);
  if (!read.ok) throw new Error(read.problems.map(formatProblem).join("\n"));
  return read.catalog;
}

export const shipped = (name: string): Catalog =>
  catalogOf(fileText(`${name}.yaml`), `catalogs/${name}.yaml`);

export function planOf(catalog: Catalog, key: string): PlanTerms {
  const plan = catalog.plans.find((candidate) => candidate.key === key);
  if (plan === undefined) throw new Error(`${catalog.name} has no plan ${key}`);
  return plan;
}

/** What one call costs by the price list, whatever is taken off for a customer; or why it has no price. */
export function costOf(plan: PlanTerms, operation: string, attributes = {}, quantity = "1"): string {
  const priced = plan.operations[operation];
  const count = parseAmount(quantity);
  if (priced === undefined || count === undefined) throw new Error(`${plan.key} does not price ${operation}`);
  const { unit, tailored } = plan;
  const outcome = priceUsage({ priced, unit, tailored, quantity: count, attributes, periodQuantity: zero });
  return outcome.kind === "priced" ? formatAmount(outcome.listAmount) : outcome.message;
}
