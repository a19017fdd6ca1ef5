import { fileURLToPath } from "node:url";
import { makeApplyCatalog } from "../../server/billing/catalog/store.js";
import { type CreateCustomerCommand, makeCreateCustomer } from "../../server/billing/customers.js";
import { type GrantCreditsCommand, makeGrantCredits } from "../../server/billing/grantCredits.js";
import { makePurchase } from "../../server/billing/purchase.js";
import { makeAdvanceTestClock, makeCreateTestClock } from "../../server/billing/testClocks.js";
import { readCatalogFile } from "../../server/catalogFile.js";
import { type Micros, micros } from "../../server/domain/amount.js";
import type { NewId } from "../../server/domain/ids.js";
import { addMs, type Instant, instantFrom } from "../../server/domain/instant.js";
import { makeLedgerEntries } from "../../server/ledger/entries.js";
import { makeWallet } from "../../server/ledger/statement.js";
import type { ConsumeCommand } from "../../server/metering/commands.js";
import { makeMeter } from "../../server/metering/meter.js";
import { makeQuote } from "../../server/metering/quote.js";
import { type Database, openDatabase } from "../../server/storage/database.js";
import { coreOf } from "../harness/billing.js";
import { freshDatabase } from "../harness/engine.js";

export const started = instantFrom("2026-01-31T10:20:30.456Z");
/** A catalogue of our own, beside those that come with Scrip. */
export const tiers = fileURLToPath(new URL("tiers.yaml", import.meta.url));

export const units = (count: number): Micros => micros(count * 1_000_000);

/** Ids in the order of their making, as the server's own are. */
function countedIds(): NewId {
  let made = 0;
  return (prefix) => {
    made += 1;
    return `${prefix}_${String(made).padStart(8, "0")}`;
  };
}

/** The real use cases on a real database, with a catalogue applied and a clock that stands still. */
export async function openBook(catalogName: string, path?: string) {
  const fresh = path === undefined ? await freshDatabase() : fileOf(path);
  const database = await openDatabase(fresh.options);
  let now = started;
  const needs = coreOf({ database, clock: () => now, newId: countedIds() });
  const catalog = readCatalogFile(catalogName);
  await makeApplyCatalog(needs)(catalog);
  const { consume: consumeAll, ...holds } = makeMeter(needs);
  return {
    database,
    catalog,
    needs,
    now: () => now,
    wait: (ms: number) => {
      now = addMs(now, ms);
    },
    createCustomer: makeCreateCustomer(needs),
    consumeAll,
    ...holds,
    consume: async (command: ConsumeCommand) => only(await consumeAll([command])),
    quote: makeQuote(needs),
    grant: makeGrantCredits(needs),
    purchase: makePurchase(needs),
    createTestClock: makeCreateTestClock(needs),
    advanceTestClock: makeAdvanceTestClock(needs),
    wallet: makeWallet(needs),
    ledgerEntries: makeLedgerEntries(needs),
    close: async () => {
      await database.close();
      await fresh.drop();
    },
  };
}

const fileOf = (path: string) => ({
  options: { engine: "sqlite", path } as const,
  drop: async () => undefined,
});

export type Book = Awaited<ReturnType<typeof openBook>>;

export function only<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined || items.length !== 1) throw new Error(`There are ${items.length} items, not one.`);
  return item;
}

export const select = <Row>(database: Database, sql: string, parameters: readonly unknown[] = []) =>
  database.read((tx) => tx.query<Row>(sql, parameters));

export const customer = (
  id: string,
  plan: string | null,
  parts: Partial<CreateCustomerCommand> = {},
): CreateCustomerCommand => {
  const person = { name: null, email: null, metadata: {}, testClockId: null };
  return { id, plan, ...person, idempotencyKey: `create ${id}`, ...parts };
};

export const call = (
  customerId: string,
  operation: string,
  parts: Partial<ConsumeCommand> & Pick<ConsumeCommand, "idempotencyKey">,
): ConsumeCommand => ({
  customerId,
  operation,
  quantity: units(1),
  attributes: {},
  occurredAt: null,
  ...parts,
});

export const gift = (
  customerId: string,
  amount: Micros,
  parts: Partial<GrantCreditsCommand> & Pick<GrantCreditsCommand, "idempotencyKey">,
): GrantCreditsCommand => {
  const times: { effectiveAt: Instant | null; expiresAt: Instant | null } = {
    effectiveAt: null,
    expiresAt: null,
  };
  const terms = { unit: null, source: "PROMOTION", priority: 0, operations: null, reason: null } as const;
  return { customerId, amount, ...times, ...terms, ...parts };
};
