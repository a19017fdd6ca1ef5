import { fileURLToPath } from "node:url";
import { makeApplyCatalog } from "../../server/billing/catalog/store.js";
import { makeCreateCustomer } from "../../server/billing/customers.js";
import { makeGrantCredits } from "../../server/billing/grantCredits.js";
import { makePurchase } from "../../server/billing/purchase.js";
import { makeSubscribe } from "../../server/billing/subscribe.js";
import { makeAdvanceTestClock, makeCreateTestClock } from "../../server/billing/testClocks.js";
import { readCatalogFile } from "../../server/catalogFile.js";
import type { NewId } from "../../server/domain/ids.js";
import { instant } from "../../server/domain/instant.js";
import { makeWalletAsOf } from "../../server/ledger/asOf.js";
import { makeLedgerEntries } from "../../server/ledger/entries.js";
import { makeReturns } from "../../server/ledger/returns.js";
import { makeHolds, makeWallet } from "../../server/ledger/statement.js";
import { makeVerify, makeVerifyWallet } from "../../server/ledger/verify.js";
import { makeMeter } from "../../server/metering/meter.js";
import { type DatabaseOptions, openDatabase } from "../../server/storage/database.js";
import { coreOf } from "../harness/billing.js";

const catalogFile = fileURLToPath(new URL("plans.yaml", import.meta.url));

/** Ids in the order of their making, also across meters, and the same on every engine. */
function countedIds(maker: string, step: () => string): NewId {
  let made = 0;
  return (prefix) => {
    made += 1;
    return `${prefix}_${step()}_${maker}_${String(made).padStart(8, "0")}`;
  };
}

/** The real use cases on a real database, on a clock that stands still. One engine serves many histories. */
export async function openEngine(options: DatabaseOptions) {
  const database = await openDatabase(options);
  let now = instant(0);
  let place = { run: "catalog", step: 0 };
  const step = (): string => `${place.run}_${String(place.step).padStart(6, "0")}`;
  let ids = countedIds("all", step);
  const needs = coreOf({ database, clock: () => now, newId: (prefix) => ids(prefix) });
  await makeApplyCatalog(needs)(readCatalogFile(catalogFile));
  const own = new Map<string, ReturnType<typeof makeMeter>>();
  return {
    name: options.engine,
    database,
    begin: (run: string) => {
      place = { run, step: 0 };
      ids = countedIds("all", step);
      own.clear();
    },
    /** What is made from now on is younger than all before. */
    nextStep: () => {
      place = { ...place, step: place.step + 1 };
    },
    setTime: (ms: number) => {
      now = instant(ms);
    },
    /** Commands of several customers share its transactions, and are judged in the order of their arrival. */
    meter: makeMeter(needs),
    /** A meter for one customer, as on another server: its transactions run beside those of the others. */
    ownMeter: (customer: string) => {
      const meter = own.get(customer) ?? makeMeter({ ...needs, newId: countedIds(customer, step) });
      own.set(customer, meter);
      return meter;
    },
    createCustomer: makeCreateCustomer(needs),
    subscribe: makeSubscribe(needs),
    createTestClock: makeCreateTestClock(needs),
    advanceTestClock: makeAdvanceTestClock(needs),
    grantCredits: makeGrantCredits(needs),
    purchase: makePurchase(needs),
    wallet: makeWallet(needs),
    walletAsOf: makeWalletAsOf(needs),
    returns: makeReturns(database),
    ledgerEntries: makeLedgerEntries(needs),
    holds: makeHolds(needs),
    verify: makeVerify(database),
    verifyWallet: makeVerifyWallet(database),
    close: () => database.close(),
  };
}

export type Engine = Awaited<ReturnType<typeof openEngine>>;
