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

/** The version on offer; null when no plan on offer has the key, or this customer may not see it. */
export async function loadOfferedPlan(
  tx: Tx,
  key: string,
  viewer: string | null = null,
): Promise<Plan | null> {
  const row = await tx.manager.findOneBy(PlanRow, { key });
  if (row === null || row.archivedAt !== null) return null;
  const [plan] = await shownTo(tx, [await loadPlanVersion(tx, row.key, row.currentVersion)], viewer);
  return plan ?? null;
}

/**
 * What a plan with tailored terms says was agreed with somebody: of customers only those who have had it may see it.
 * Null is whoever has an API key, who sees all.
 */
async function shownTo(tx: Tx, plans: readonly Plan[], viewer: string | null): Promise<readonly Plan[]> {
  if (viewer === null || plans.every(({ tailored }) => tailored === null)) return plans;
  const rows = await tx.query<{ key: string }>(
    "SELECT DISTINCT plan_key AS key FROM subscriptions WHERE customer_id = $1",
    [viewer],
  );
  const own = new Set(rows.map(({ key }) => key));
  return plans.filter(({ key, tailored }) => tailored === null || own.has(key));
}

function cacheOf(source: DataSource): Map<string, Plan> {
  const known = caches.get(source);
  if (known !== undefined) return known;
  const cache = new Map<string, Plan>();
  caches.set(source, cache);
  return cache;
}

/** The plans on offer in their current versions, by rank and then as the catalogue lists them. */
export async function loadOfferedPlans(tx: Tx, viewer: string | null = null): Promise<Plan[]> {
  const rows = await tx.manager.find(PlanRow, {
    where: { archivedAt: IsNull() },
    order: { position: "ASC" },
  });
  const plans: Plan[] = [];
  for (const row of rows) plans.push(await loadPlanVersion(tx, row.key, row.currentVersion));
  return (await shownTo(tx, plans, viewer)).toSorted((a, b) => a.rank - b.rank);
}

export const loadOfferedPlanKeys = async (tx: Tx, viewer: string | null = null): Promise<string[]> =>
  (await loadOfferedPlans(tx, viewer)).map((plan) => plan.key);
