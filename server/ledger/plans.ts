import { type DataSource, IsNull } from "typeorm";
import type { Plan } from "../domain/catalog.js";
import type { Tx } from "../storage/database.js";
import { PlanRow, PlanVersionRow } from "../storage/rows/catalog.js";

/** Plan versions never change, so each database's are read once; the bound only guards against a leak. */
const cachedVersionsMax = 1_000;
const caches = new WeakMap<DataSource, Map<string, Plan>>();

export async function loadPlanVersion(tx: Tx, key: string, version: number): Promise<Plan> {
  const cache = cacheOf(tx.manager.connection);
  const name = `${key}@${version}`;
  const cached = cache.get(name);
  if (cached !== undefined) return cached;
  const row = await tx.manager.findOneBy(PlanVersionRow, { planKey: key, version });
  if (row === null) throw new Error(`Plan version ${name} is missing.`);
  // A version that was stored before there were minimums has none.
  const plan: Plan = { ...row.terms, minimumFee: row.terms.minimumFee ?? null, version };
  if (cache.size >= cachedVersionsMax) cache.clear();
  cache.set(name, plan);
  return plan;
}

/** The version on offer; null when no plan on offer has the key. */
export async function loadOfferedPlan(tx: Tx, key: string): Promise<Plan | null> {
  const row = await tx.manager.findOneBy(PlanRow, { key });
  return row === null || row.archivedAt !== null ? null : loadPlanVersion(tx, row.key, row.currentVersion);
}

function cacheOf(source: DataSource): Map<string, Plan> {
  const known = caches.get(source);
  if (known !== undefined) return known;
  const cache = new Map<string, Plan>();
  caches.set(source, cache);
  return cache;
}

/** The plans on offer in their current versions, by rank and then as the catalogue lists them. */
export async function loadOfferedPlans(tx: Tx): Promise<Plan[]> {
  const rows = await tx.manager.find(PlanRow, {
    where: { archivedAt: IsNull() },
    order: { position: "ASC" },
  });
  const plans: Plan[] = [];
  for (const row of rows) plans.push(await loadPlanVersion(tx, row.key, row.currentVersion));
  return plans.sort((a, b) => a.rank - b.rank);
}

export const loadOfferedPlanKeys = async (tx: Tx): Promise<string[]> =>
  (await loadOfferedPlans(tx)).map((plan) => plan.key);
