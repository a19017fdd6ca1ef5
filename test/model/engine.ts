import { fileURLToPath } from "node:url";
import { makeApplyCatalog } from "../../server/billing/catalog/store.js";
import { makeChangePlan } from "../../server/billing/changePlan.js";
import { makeRedeemCoupon } from "../../server/billing/coupons.js";
import { makeCreateCreditNote } from "../../server/billing/createCreditNote.js";
import { makeCreateCustomer } from "../../server/billing/customers.js";
import { makeCancelSubscription, makeResumeSubscription } from "../../server/billing/endSubscription.js";
import { makeGrantCredits } from "../../server/billing/grantCredits.js";
import { makePayInvoice } from "../../server/billing/payInvoice.js";
import { makePurchase } from "../../server/billing/purchase.js";
import { makeRefundPurchase } from "../../server/billing/refundPurchase.js";
import { makeSubscribe } from "../../server/billing/subscribe.js";
import { makeAdvanceTestClock, makeCreateTestClock } from "../../server/billing/testClocks.js";
import { makeVoidInvoice } from "../../server/billing/voidInvoice.js";
import { readCatalogFile } from "../../server/catalogFile.js";
import type { NewId } from "../../server/domain/ids.js";
import { instant } from "../../server/domain/instant.js";
import { makeCreateEndpoint } from "../../server/events/endpoints.js";
import { makeWalletAsOf } from "../../server/ledger/asOf.js";
import { makeLedgerEntries } from "../../server/ledger/entries.js";
import { makeReturns } from "../../server/ledger/returns.js";
import { makeHolds, makeWallet } from "../../server/ledger/statement.js";
import { makeVerify, makeVerifyWallet } from "../../server/ledger/verify.js";
import { makeMeter } from "../../server/metering/meter.js";
import { sandboxPayments } from "../../server/payments/sandbox.js";
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
  const payments = sandboxPayments();
  const needs = coreOf({ database, payments, clock: () => now, newId: (prefix) => ids(prefix) });
  await makeApplyCatalog(needs)(readCatalogFile(catalogFile));
  // Nobody is behind it, and nothing is sent: whatever happens waits in line.
  const endpoint = { url: "https://receiver.invalid/", description: null, eventTypes: null };
  await makeCreateEndpoint({ ...needs, newId: () => "endpoint_model", allowPrivate: false })(endpoint);
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
    changePlan: makeChangePlan(needs),
    cancelSubscription: makeCancelSubscription(needs),
    resumeSubscription: makeResumeSubscription(needs),
    createTestClock: makeCreateTestClock(needs),
    advanceTestClock: makeAdvanceTestClock(needs),
    grantCredits: makeGrantCredits(needs),
    purchase: makePurchase(needs),
    refundPurchase: makeRefundPurchase(needs),
    createCreditNote: makeCreateCreditNote(needs),
    redeemCoupon: makeRedeemCoupon(needs),
    voidInvoice: makeVoidInvoice(needs),
    payInvoice: makePayInvoice(needs),
    collect: needs.collect,
    /** What customers do when their banks ask for it. */
    approve: payments.approve,
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
