import type { Invoice, InvoiceParties } from "../domain/invoice.js";
import type { Database } from "../storage/database.js";
import { CustomerRow } from "../storage/rows/customers.js";
import { billedCustomer } from "./billingFacts.js";
import { loadSettings } from "./settings.js";

/** Who bills and who is billed: as an invoice says once it is final, and as they are now until then. */
export const makePartiesOf =
  (database: Database) =>
  async ({ parties, customerId }: Invoice): Promise<InvoiceParties> =>
    parties ??
    database.read(async (tx) => {
      const { operator } = await loadSettings(tx);
      const customer = await tx.manager.findOneByOrFail(CustomerRow, { customerId });
      return { operator, customer: billedCustomer(customer) };
    });
