import { IsNull } from "typeorm";
import type { Catalog, Plan, PlanTerms } from "../../domain/catalog.js";
import { type CatalogChange, diffCatalogs, isSameEntry } from "../../domain/catalogDiff.js";
import type { Instant } from "../../domain/instant.js";
import { loadPlanVersion } from "../../ledger/plans.js";
import { forgetReportBy } from "../../ledger/reportBy.js";
import type { Database, RowClass, Tx } from "../../storage/database.js";
import {
  CouponRow,
  CreditPackRow,
  OperationRow,
  PlanRow,
  PlanVersionRow,
  UnitRow,
} from "../../storage/rows/catalog.js";
import { writeRows } from "../../storage/write.js";
import { loadSettings, storeSettings } from "../settings.js";

/** What is on offer now; null before the first catalogue was applied. */
export const loadCatalog = (database: Database) => (): Promise<Catalog | null> =>
  database.read(readCatalogRows);

async function readCatalogRows(tx: Tx): Promise<Catalog | null> {
  const offered = { where: { archivedAt: IsNull() }, order: { position: "ASC" as const } };
  const units = await tx.manager.find(UnitRow, offered);
  if (units.length === 0) return null;
  const operations = await tx.manager.find(OperationRow, offered);
  const packs = await tx.manager.find(CreditPackRow, offered);
  const coupons = await tx.manager.find(CouponRow, offered);
  const plans: PlanTerms[] = [];
  for (const { key, currentVersion } of await tx.manager.find(PlanRow, offered))
    plans.push(termsOf(await loadPlanVersion(tx, key, currentVersion)));
  return {
    name: "current",
    units: units.map((row) => row.definition),
    operations: operations.map((row) => row.definition),
    plans,
    creditPacks: packs.map((row) => row.definition),
    ...(await loadSettings(tx)),
    coupons: coupons.map((row) => row.definition),
  };
}

const termsOf = ({ version: _, ...terms }: Plan): PlanTerms => terms;

/**
 * Makes the catalogue what is on offer, in one transaction, and says what that changed. What it no longer names is
 * archived: not on offer any more, but still there for those who have it. A changed plan gets a new version, so that
 * old subscribers keep theirs.
 */
export const makeApplyCatalog =
  ({ database, clock }: { database: Database; clock: () => Instant }) =>
  (catalog: Catalog): Promise<readonly CatalogChange[]> =>
    database.transact(async (tx) => {
      const now = clock();
      const changes = diffCatalogs(await readCatalogRows(tx), catalog);
      if (changes.length === 0) return changes;
      await storeItems<UnitRow>(tx, UnitRow, { items: catalog.units, now });
      await storeItems<OperationRow>(tx, OperationRow, { items: catalog.operations, now });
      await storeItems<CreditPackRow>(tx, CreditPackRow, { items: catalog.creditPacks, now });
      await storeItems<CouponRow>(tx, CouponRow, { items: catalog.coupons, now });
      await storePlans(tx, catalog.plans, now);
      await storeSettings(tx, catalog);
      forgetReportBy(tx);
      return changes;
    });

interface ItemRow {
  key: string;
  position: number;
  definition: { readonly key: string };
  archivedAt: Instant | null;
}

async function storeItems<Row extends ItemRow>(
  tx: Tx,
  rowClass: RowClass<Row>,
  { items, now }: { items: readonly Row["definition"][]; now: Instant },
): Promise<void> {
  await archiveAll(tx, rowClass, now);
  const rows = items.map((definition, position) => ({
    key: definition.key,
    position,
    definition,
    archivedAt: null,
  }));
  await writeRows(tx, rowClass, rows as unknown as Row[], { replace: true });
}

/** What is on offer is written anew right after, so only what is gone stays archived. */
async function archiveAll(
  tx: Tx,
  rowClass: RowClass<{ archivedAt: Instant | null }>,
  now: Instant,
): Promise<void> {
  await tx.manager.update(rowClass, { archivedAt: IsNull() }, { archivedAt: now });
}

async function storePlans(tx: Tx, plans: readonly PlanTerms[], now: Instant): Promise<void> {
  const known = new Map((await tx.manager.find(PlanRow)).map((row) => [row.key, row.currentVersion]));
  const rows: PlanRow[] = [];
  for (const [position, terms] of plans.entries()) {
    const currentVersion = await storeVersion(tx, terms, { latest: known.get(terms.key) ?? 0, now });
    rows.push({ key: terms.key, position, currentVersion, archivedAt: null });
  }
  await archiveAll(tx, PlanRow, now);
  await writeRows(tx, PlanRow, rows, { replace: true });
}

/** Versions are only ever added: whoever pinned or cached one can rely on it. */
async function storeVersion(
  tx: Tx,
  terms: PlanTerms,
  { latest, now }: { latest: number; now: Instant },
): Promise<number> {
  if (latest > 0 && isSameEntry(termsOf(await loadPlanVersion(tx, terms.key, latest)), terms)) return latest;
  const version = latest + 1;
  await tx.manager.insert(PlanVersionRow, { planKey: terms.key, version, terms, createdAt: now });
  return version;
}
