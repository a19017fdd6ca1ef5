import type { BudgetScope } from "../domain/budget.js";
import { badInput } from "../domain/errors.js";
import type { Tx } from "../storage/database.js";
import { ApiKeyRow } from "../storage/rows/access.js";
import { OperationRow } from "../storage/rows/catalog.js";

/** A name that nothing has would make a budget that never counts anything, and nobody would notice. */
export async function checkScope(tx: Tx, { operation, group, apiKeyId }: BudgetScope): Promise<void> {
  if (operation !== null || group !== null) {
    const known = (await tx.manager.find(OperationRow, { order: { position: "ASC" } })).map(
      ({ definition }) => definition,
    );
    const operations = known.map(({ key }) => key);
    if (operation !== null && !operations.includes(operation))
      throw badInput("input.operation", `must be one of ${operations.join(", ")}.`);
    const groups = [...new Set(known.flatMap((one) => one.group ?? []))];
    if (group !== null && !groups.includes(group))
      throw badInput(
        "input.group",
        `must be one of ${groups.join(", ") || "none: no operation has a group"}.`,
      );
  }
  if (apiKeyId !== null && (await tx.manager.findOneBy(ApiKeyRow, { keyId: apiKeyId })) === null)
    throw badInput("input.apiKeyId", "must be the id of an API key, as `scrip keys list` shows it.");
}
