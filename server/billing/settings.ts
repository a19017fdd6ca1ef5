import type { Catalog, TaxRate } from "../domain/catalog.js";
import { type DunningTerms, defaultDunning } from "../domain/dunning.js";
import type { Operator } from "../domain/invoice.js";
import type { Tx } from "../storage/database.js";
import { SettingRow } from "../storage/rows/catalog.js";
import { writeRows } from "../storage/write.js";

/** What the catalogue says about invoices and their payment as a whole. */
export type Settings = Pick<Catalog, "operator" | "taxRates" | "dunning">;

export async function loadSettings(tx: Tx): Promise<Settings> {
  const rows = await tx.manager.find(SettingRow);
  const found = new Map(rows.map(({ key, definition }) => [key, definition]));
  return {
    operator: (found.get("operator") as Operator | undefined) ?? null,
    taxRates: (found.get("taxRates") as readonly TaxRate[] | undefined) ?? [],
    dunning: (found.get("dunning") as DunningTerms | undefined) ?? null,
  };
}

/** Every attempt to collect goes by the terms of its time, as the catalogue has them then. */
export async function loadDunning(tx: Tx): Promise<DunningTerms> {
  return (await loadSettings(tx)).dunning ?? defaultDunning;
}

export async function storeSettings(tx: Tx, { operator, taxRates, dunning }: Settings): Promise<void> {
  await tx.manager.deleteAll(SettingRow);
  const said = Object.entries({ operator, taxRates, dunning }).flatMap(([key, definition]) =>
    definition === null ? [] : [{ key, definition }],
  );
  await writeRows(tx, SettingRow, said);
}
