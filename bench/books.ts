import { randomUUID } from "node:crypto";
import { makeApplyCatalog } from "../server/billing/catalog/store.js";
import { presentBy } from "../server/billing/catchUp.js";
import { makeCreateCustomer } from "../server/billing/customers.js";
import { makeGrantCredits } from "../server/billing/grantCredits.js";
import { readCatalogFile } from "../server/catalogFile.js";
import { type Micros, microsPerUnit } from "../server/domain/amount.js";
import { type Instant, instant } from "../server/domain/instant.js";
import { timeOrderedId } from "../server/ids.js";
import type { Present } from "../server/ledger/present.js";
import { makeVerify } from "../server/ledger/verify.js";
import type { ConsumeCommand } from "../server/metering/commands.js";
import { makeMeter } from "../server/metering/meter.js";
import { type Database, type DatabaseOptions, openDatabase } from "../server/storage/database.js";
import { unchainedHash } from "./baseline/call.js";

export const wallClock = (): Instant => instant(Date.now());
const customerId = (n: number): string => `customer-${n}`;

const customersAtOnce = 8;

/** Enough for thirty million calls, so that no bench runs out of it. */
const plenty = 1_000_000_000_000 as Micros;

/** A database with customers who have credits, and the use cases that the benches measure, without any HTTP. */
export interface Books {
  readonly database: Database;
  /** What other use cases on it are made of. */
  readonly needs: Needs;
  readonly customerIds: readonly string[];
  /** One call, as a client would make it; rejects unless it was consumed. */
  consume(command: ConsumeCommand): Promise<void>;
  /** Rejects when a stored row breaks a law of the books. */
  verify(): Promise<void>;
  close(): Promise<void>;
}

interface Needs {
  readonly database: Database;
  readonly clock: () => Instant;
  readonly present: Present;
  readonly newId: typeof timeOrderedId;
}

/**
 * Customers of pay as you go. By default they have credits of their own beside the plan's small supply, so that every
 * call draws; without, all but the first few calls of each are billed.
 */
export async function openBooks(
  options: DatabaseOptions,
  customers: number,
  granted: Micros = plenty,
): Promise<Books> {
  const database = await openDatabase(options);
  const needs: Needs = { database, clock: wallClock, present: presentBy(wallClock), newId: timeOrderedId };
  await makeApplyCatalog(needs)(readCatalogFile("scenario-payg"));
  const customerIds = Array.from({ length: customers }, (_, n) => customerId(n));
  const ids = [...customerIds];
  while (ids.length > 0)
    await Promise.all(
      ids
        .splice(0, customersAtOnce)
        .map((id) => addCustomer(needs, { plan: "payg", granted, customerId: id })),
    );
  const { consume } = makeMeter({ ...needs, topUpSoon: () => undefined });
  return {
    ...{ database, needs, customerIds },
    consume: async (command) => {
      const [outcome] = await consume([command]);
      if (outcome?.kind !== "consumed") throw new Error(`A call came to ${outcome?.kind}.`);
    },
    verify: () => verifyBooks(database),
    close: () => database.close(),
  };
}

interface NewCustomer {
  readonly plan: string;
  /** Credits beside the plan's supply. */
  readonly granted: Micros;
  readonly customerId: string;
}

export async function addCustomer(
  needs: Needs,
  { plan, granted, customerId: id }: NewCustomer,
): Promise<void> {
  await makeCreateCustomer(needs)({
    id,
    name: null,
    email: null,
    metadata: {},
    plan,
    testClockId: null,
    idempotencyKey: `create-${id}`,
  });
  if (granted === 0) return;
  await makeGrantCredits(needs)({
    customerId: id,
    unit: null,
    amount: granted,
    source: "PROMOTION",
    priority: 0,
    effectiveAt: null,
    expiresAt: null,
    operations: null,
    reason: null,
    idempotencyKey: `grant-${id}`,
  });
}

/** A baseline does not chain its ledger entries; all other laws hold for it, too. */
export async function verifyBooks(database: Database): Promise<void> {
  const drifts = await makeVerify(database)(() => undefined);
  const isBaseline = drifts.some(({ row }) => row.stored === unchainedHash);
  const drift = drifts.find(({ law }) => !(isBaseline && law.includes("hash")));
  if (drift !== undefined) throw new Error(`The books are wrong: ${JSON.stringify(drift)}`);
}

/** The nth call of a load that goes around these customers: a price by formula, and a key of its own. */
export const callOf = (n: number, customers: number): ConsumeCommand => ({
  customerId: customerId(n % customers),
  operation: "image.generate",
  quantity: microsPerUnit as Micros,
  attributes: { model: "sdxl", steps: 30, width: 1024, height: 1024 },
  occurredAt: null,
  idempotencyKey: `call-${n}-${randomUUID()}`,
});
