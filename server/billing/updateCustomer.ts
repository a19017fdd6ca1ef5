import type { Customer } from "../domain/customer.js";
import type { CustomerNotFound, IdempotencyConflict } from "../domain/refusal.js";
import { findEarlierUse, keepKeys, keyedInput } from "../ledger/idempotency.js";
import { type Present, presentAccount } from "../ledger/present.js";
import type { Database } from "../storage/database.js";
import { CustomerRow } from "../storage/rows/customers.js";
import { customerOf } from "./customers.js";

/** What stands on a customer's invoices, and what else the operator knows of it. */
export type CustomerDetails = Pick<
  Customer,
  "name" | "email" | "metadata" | "billingAddress" | "taxId" | "taxExempt"
>;

export interface UpdateCustomerCommand {
  readonly customerId: string;
  /** What is not named stays as it is. */
  readonly changes: Partial<CustomerDetails>;
  readonly idempotencyKey: string;
}

export type UpdateCustomerOutcome =
  | { readonly kind: "customerUpdated"; readonly customer: Customer; readonly replayed: boolean }
  | CustomerNotFound
  | IdempotencyConflict;

interface Needs {
  readonly database: Database;
  readonly present: Present;
}

/** Final invoices keep what stood on them; the next ones have the new details. */
export const makeUpdateCustomer =
  ({ database, present }: Needs) =>
  (command: UpdateCustomerCommand): Promise<UpdateCustomerOutcome> =>
    database.transact(async (tx) => {
      const { customerId, changes } = command;
      const keyed = keyedInput("updateCustomer", command);
      // First, because it locks the customer: a key that is unused after that stays so.
      const account = await presentAccount(tx, customerId, present);
      const earlier = await findEarlierUse(tx, keyed);
      if (earlier.kind === "idempotencyConflict") return earlier;
      if (account === null) return { kind: "customerNotFound", customerId };
      const isReplay = earlier.kind === "replay";
      if (!isReplay) {
        const { taxExempt, ...others } = changes;
        const flag = taxExempt === undefined ? {} : { taxExempt: taxExempt ? 1 : 0 };
        const change = { ...others, ...flag };
        if (Object.keys(change).length > 0) await tx.manager.update(CustomerRow, { customerId }, change);
        await keepKeys(tx, [{ ...keyed, resultId: customerId, usedAt: account.now }]);
      }
      const customer = customerOf(await tx.manager.findOneByOrFail(CustomerRow, { customerId }));
      return { kind: "customerUpdated", customer, replayed: isReplay };
    });
