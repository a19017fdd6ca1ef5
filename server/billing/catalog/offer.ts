import { IsNull } from "typeorm";
import type { CreditPack, Operation, Plan } from "../../domain/catalog.js";
import { loadPacks } from "../../ledger/packs.js";
import { loadOfferedPlans } from "../../ledger/plans.js";
import type { Database } from "../../storage/database.js";
import { OperationRow } from "../../storage/rows/catalog.js";

/** Those that a customer may see; null for whoever sees all. */
export const makeLoadPlans =
  (database: Database) =>
  (viewer: string | null): Promise<Plan[]> =>
    database.read((tx) => loadOfferedPlans(tx, viewer));

export const makeLoadPacks =
  (database: Database) =>
  async (unit: string | null): Promise<CreditPack[]> =>
    (await database.read(loadPacks)).filter((pack) => unit === null || pack.unit === unit);

export const makeLoadOperations = (database: Database) => (): Promise<Operation[]> =>
  database.read(async (tx) => {
    const rows = await tx.manager.find(OperationRow, {
      where: { archivedAt: IsNull() },
      order: { position: "ASC" },
    });
    return rows.map((row) => row.definition);
  });
