import type { UnitNotFound } from "../domain/refusal.js";
import type { Account } from "../ledger/load.js";
import type { Tx } from "../storage/database.js";
import { UnitRow } from "../storage/rows/catalog.js";

interface KnownUnit {
  readonly kind: "known";
  readonly unit: string;
  /** Whether it is money. */
  readonly isCurrency: boolean;
}

/** The unit that is named, or else that of the customer's plan. */
export async function knownUnit(
  tx: Tx,
  account: Account,
  unit: string | null,
): Promise<KnownUnit | UnitNotFound> {
  const rows = await tx.manager.find(UnitRow, { order: { position: "ASC" } });
  const wanted = unit ?? account.current?.plan.unit ?? null;
  const known = rows.find((row) => row.key === wanted);
  return known === undefined
    ? { kind: "unitNotFound", unit, available: rows.map((row) => row.key) }
    : { kind: "known", unit: known.key, isCurrency: known.definition.kind === "CURRENCY" };
}
