import type { Catalog, TaxRate } from "../domain/catalog.js";
import type { Operator } from "../domain/invoice.js";
import type { Tx } from "../storage/database.js";
import { SettingRow } from "../storage/rows/catalog.js";
import { writeRows } from "../storage/write.js";

/** What the catalogue says about invoices as a whole. */
export type Settings = Pick<Catalog, "operator" | "taxRates">;

export async function loadSettings(tx: Tx): Promise<Settings> {
  const rows = await tx.manager.find(SettingRow);
  const found = new Map(rows.map(({ key, definition }) => [key, definition]));
  return {
    operator: (found.get("operator") as Operator | undefined) ?? null,
    taxRates: (found.get("taxRates") as readonly TaxRate[] | undefined) ?? [],
  };
}

export async function storeSettings(tx: Tx, { operator, taxRates }: Settings): Promise<void> {
  await tx.manager.deleteAll(SettingRow);
  const named = operator === null ? [] : [{ key: "operator", definition: operator }];
  await writeRows(tx, SettingRow, [...named, { key: "taxRates", definition: taxRates }]);
}
