import { createHash } from "node:crypto";
import type { Attributes, Plan } from "../domain/catalog.js";
import type { Address, Customer } from "../domain/customer.js";
import type { NewId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import type {
  CustomerExists,
  IdempotencyConflict,
  PlanNotFound,
  TestClockNotFound,
} from "../domain/refusal.js";
import { findEarlierUse, keepKeys, keyedInput } from "../ledger/idempotency.js";
import type { Account } from "../ledger/load.js";
import { loadOfferedPlan, loadOfferedPlanKeys } from "../ledger/plans.js";
import type { Database, Tx } from "../storage/database.js";
import { CustomerRow, TestClockRow } from "../storage/rows/customers.js";
import { startSubscription } from "./supply.js";

export interface CreateCustomerCommand {
  /** Null: derived from the key, so that a retry finds the customer that its first attempt created. */
  readonly id: string | null;
  readonly name: string | null;
  readonly email: string | null;
  readonly metadata: Attributes;
  readonly plan: string | null;
  readonly testClockId: string | null;
  /** Left out where not given: keys that were used before there were such fields must still fit their inputs. */
  readonly billingAddress?: Address;
  readonly taxId?: string;
  readonly taxExempt?: true;
  readonly idempotencyKey: string;
}

export type CreateCustomerOutcome =
  | { readonly kind: "customerCreated"; readonly customer: Customer; readonly replayed: boolean }
  | CustomerExists
  | PlanNotFound
  | TestClockNotFound
  | IdempotencyConflict;

interface Needs {
  readonly database: Database;
  readonly clock: () => Instant;
  readonly newId: NewId;
}

const generatedId = (idempotencyKey: string): string =>
  `cus_${createHash("sha256").update(idempotencyKey).digest("hex").slice(0, 24)}`;

export const makeCreateCustomer =
  ({ database, clock, newId }: Needs) =>
  (command: CreateCustomerCommand): Promise<CreateCustomerOutcome> =>
    database.transact(async (tx) => {
      const customerId = command.id ?? generatedId(command.idempotencyKey);
      const keyed = keyedInput("createCustomer", { ...command, customerId });
      // Read before the key: a customer that another server has just created came with its key.
      const existing = await tx.manager.findOneBy(CustomerRow, { customerId });
      const earlier = await findEarlierUse(tx, keyed);
      if (earlier.kind === "idempotencyConflict") return earlier;
      if (existing !== null)
        return earlier.kind === "replay"
          ? { kind: "customerCreated", customer: customerOf(existing), replayed: true }
          : { kind: "customerExists", customer: customerOf(existing) };
      const facts = await loadFacts(tx, command, clock());
      if ("kind" in facts) return facts;
      const customer = await insertCustomer(tx, { ...command, customerId, createdAt: facts.now });
      if (facts.plan !== null) {
        const start = { plan: facts.plan, startsAt: facts.now, newId };
        await startSubscription(tx, newAccount(customerId, facts.now), start);
      }
      await keepKeys(tx, [{ ...keyed, resultId: customerId, usedAt: facts.now }]);
      return { kind: "customerCreated", customer, replayed: false };
    });

async function loadFacts(
  tx: Tx,
  command: CreateCustomerCommand,
  wallNow: Instant,
): Promise<{ now: Instant; plan: Plan | null } | PlanNotFound | TestClockNotFound> {
  const { testClockId, plan: key } = command;
  const testClock = testClockId === null ? null : await tx.manager.findOneBy(TestClockRow, { testClockId });
  if (testClockId !== null && testClock === null) return { kind: "testClockNotFound", testClockId };
  const plan = key === null ? null : await loadOfferedPlan(tx, key);
  if (key !== null && plan === null)
    return { kind: "planNotFound", plan: key, available: await loadOfferedPlanKeys(tx) };
  return { now: testClock?.now ?? wallNow, plan };
}

const newAccount = (customerId: string, now: Instant): Account => ({
  customerId,
  now,
  current: null,
  subscriptions: [],
  billingDueAt: null,
});

interface NewCustomer extends Omit<CreateCustomerCommand, "id" | "plan" | "idempotencyKey"> {
  readonly customerId: string;
  readonly createdAt: Instant;
}

async function insertCustomer(tx: Tx, customer: NewCustomer): Promise<Customer> {
  const { customerId, name, email, metadata, testClockId, createdAt } = customer;
  const row: CustomerRow = {
    ...{ customerId, name, email, metadata, testClockId, createdAt },
    billingDueAt: null,
    billingAddress: customer.billingAddress ?? null,
    taxId: customer.taxId ?? null,
    taxExempt: customer.taxExempt === true ? 1 : 0,
  };
  await tx.manager.insert(CustomerRow, row);
  return customerOf(row);
}

export const customerOf = ({ taxExempt, billingDueAt: _, ...row }: CustomerRow): Customer => ({
  ...row,
  taxExempt: taxExempt === 1,
});

export const makeFindCustomer =
  (database: Database) =>
  (customerId: string): Promise<Customer | null> =>
    database.read(async (tx) => {
      const row = await tx.manager.findOneBy(CustomerRow, { customerId });
      return row === null ? null : customerOf(row);
    });
