import type { BilledCustomer, Invoice, InvoiceParties, Operator } from "../domain/invoice.js";
import type { Database, Tx } from "../storage/database.js";
import { CustomerRow } from "../storage/rows/customers.js";

/** Who bills and who is billed: as an invoice says once it is final, and as they are now until then. */
export const makePartiesOf =
  (database: Database) =>
  async ({ parties, customerId }: Invoice): Promise<InvoiceParties> =>
    parties ??
    database.read(async (tx) => {
      const customer = await tx.manager.findOneByOrFail(CustomerRow, { customerId });
      return { operator: await loadOperator(tx), customer: billed(customer) };
    });

const billed = (row: CustomerRow): BilledCustomer => ({
  customerId: row.customerId,
  name: row.name,
  email: row.email,
  address: row.billingAddress,
  taxId: row.taxId,
  taxExempt: row.taxExempt === 1,
});

async function loadOperator(tx: Tx): Promise<Operator | null> {
  const [row] = await tx.query<{ definition: string }>("SELECT definition FROM settings WHERE key = $1", [
    "operator",
  ]);
  return row === undefined ? null : JSON.parse(row.definition);
}
