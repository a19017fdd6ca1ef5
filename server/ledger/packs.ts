import { IsNull } from "typeorm";
import type { CreditPack, Plan } from "../domain/catalog.js";
import type { Tx } from "../storage/database.js";
import { CreditPackRow } from "../storage/rows/catalog.js";

/** Every pack on sale, cheapest first. */
export async function loadPacks(tx: Tx): Promise<CreditPack[]> {
  const rows = await tx.manager.find(CreditPackRow, {
    where: { archivedAt: IsNull() },
    order: { position: "ASC" },
  });
  return rows.map((row) => row.definition).sort((a, b) => a.price.amount - b.price.amount);
}

/** What a customer of this plan may buy; nothing without a plan. */
export const loadOfferedPacks = async (tx: Tx, plan: Plan | null): Promise<CreditPack[]> =>
  plan?.sellsCreditPacks === true ? loadPacks(tx) : [];
