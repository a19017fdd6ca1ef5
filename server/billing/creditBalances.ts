import type { Money } from "../domain/catalog.js";
import type { Database, Tx } from "../storage/database.js";
import { CreditBalanceRow } from "../storage/rows/billing.js";
import { writeRows } from "../storage/write.js";

export const loadCreditBalances = (tx: Tx, customerId: string): Promise<Money[]> =>
  tx.query<Money>(
    `SELECT amount, currency FROM credit_balances WHERE customer_id = $1 AND amount <> 0 ORDER BY currency`,
    [customerId],
  );

/** Adds to what the customer has towards the next invoices; below zero, it takes off. The customer must be locked. */
export const addCredit = (tx: Tx, customerId: string, money: Money): Promise<void> =>
  writeRows(tx, CreditBalanceRow, [{ customerId, ...money }], { add: ["amount"] });

export const makeCreditBalances =
  (database: Database) =>
  (customerId: string): Promise<Money[]> =>
    database.read((tx) => loadCreditBalances(tx, customerId));
