import type { Micros } from "../domain/amount.js";
import type { Money } from "../domain/catalog.js";
import type { Database, Tx } from "../storage/database.js";
import { CreditBalanceRow } from "../storage/rows/billing.js";
import { writeRows } from "../storage/write.js";

/** Adds to what a customer, who must be locked, has towards the next invoices. */
export const addCredit = (
  tx: Tx,
  customerId: string,
  { amount, currency }: { amount: Micros; currency: string },
): Promise<void> => writeRows(tx, CreditBalanceRow, [{ customerId, currency, amount }], { add: ["amount"] });

/** By currency; what has been used up is not told. */
export const makeCreditBalances =
  (database: Database) =>
  (customerId: string): Promise<Money[]> =>
    database.read(async (tx) => {
      const rows = await tx.manager.find(CreditBalanceRow, {
        where: { customerId },
        order: { currency: "ASC" },
      });
      return rows.filter(({ amount }) => amount !== 0);
    });
