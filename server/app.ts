import { readFileSync } from "node:fs";
import type { FastifyBaseLogger } from "fastify";
import type { Logger } from "pino";
import { makeAuthenticate, makeCreateKey, makeListKeys, makeRevokeKey } from "./access/keys.js";
import { makeLoadOperations, makeLoadPacks, makeLoadPlans } from "./billing/catalog/offer.js";
import { loadCatalog, makeApplyCatalog } from "./billing/catalog/store.js";
import { presentBy } from "./billing/catchUp.js";
import { makeCollect } from "./billing/collect.js";
import { makeCreateCreditNote } from "./billing/createCreditNote.js";
import { makeCreditBalances } from "./billing/creditBalances.js";
import { makeCreditNotes, makeCreditNotesOf } from "./billing/creditNotes.js";
import { makeCreateCustomer, makeFindCustomer } from "./billing/customers.js";
import { makeDisputesOf } from "./billing/disputeRows.js";
import { makeAskRefunds, makeBringUp, makeCollectDue } from "./billing/dueWork.js";
import { makeGrantCredits } from "./billing/grantCredits.js";
import { makeFindInvoice, makeInvoices, makePaymentsOf } from "./billing/invoices.js";
import { makePayInvoice } from "./billing/payInvoice.js";
import { makePurchase } from "./billing/purchase.js";
import { makeRefundPurchase } from "./billing/refundPurchase.js";
import { makeRefundsOf, makeTakeUpRefund } from "./billing/refunds.js";
import { makeAccount, makeCustomerTime, makeSubscribe } from "./billing/subscribe.js";
import { makeAdvanceTestClock, makeCreateTestClock, makeFindTestClock } from "./billing/testClocks.js";
import { makeVoidInvoice } from "./billing/voidInvoice.js";
import type { Config } from "./config.js";
import { defaultDunning } from "./domain/dunning.js";
import type { NewId } from "./domain/ids.js";
import { type Instant, toIso } from "./domain/instant.js";
import { contractFile, graphiqlFolder } from "./files.js";
import { buildApiSchema } from "./graphql/schema.js";
import { apolloServer } from "./graphql/server.js";
import type { Services } from "./graphql/services.js";
import { addRoutes, drainPlugin, httpServer } from "./http/server.js";
import { type Job, startJobs } from "./jobs.js";
import { makeWalletAsOf } from "./ledger/asOf.js";
import { makeReturns } from "./ledger/returns.js";
import {
  makeAllGrants,
  makeFindHold,
  makeGrantsById,
  makeHolds,
  makeLedgerEntries,
  makeWallet,
  makeWallets,
} from "./ledger/statement.js";
import { makeVerify, makeVerifyWallet } from "./ledger/verify.js";
import { makeMeter } from "./metering/meter.js";
import { makeQuote } from "./metering/quote.js";
import { makeUsageReport } from "./metering/report.js";
import { makeExplainUsage, makeUsageRecords } from "./metering/usage.js";
import type { PaymentProvider } from "./payments/provider.js";
import { sandboxPayments } from "./payments/sandbox.js";
import { type Database, openDatabase } from "./storage/database.js";

/** What only the outside can give: time and randomness. */
export interface Outside {
  readonly clock: () => Instant;
  readonly newId: NewId;
}

interface Core extends Outside {
  readonly database: Database;
  readonly payments: PaymentProvider;
  readonly logger: Logger;
}

/** Dunning is not in the catalogue yet. */
const loadDunning = async () => defaultDunning;

/** What an operator does from the command line, without a server running. */
export async function openAdmin(config: Pick<Config, "database">, outside: Outside) {
  const database = await openDatabase(config.database);
  const needs = { ...outside, database };
  return {
    database,
    createKey: makeCreateKey(needs),
    listKeys: makeListKeys(database),
    revokeKey: makeRevokeKey(needs),
    loadCatalog: loadCatalog(database),
    applyCatalog: makeApplyCatalog(needs),
    verify: makeVerify(database),
    close: () => database.close(),
  };
}

export type Admin = Awaited<ReturnType<typeof openAdmin>>;

function services(outside: Core): Services {
  const { database, logger } = outside;
  const core = { ...outside, present: presentBy(outside.clock), loadDunning };
  const collect = makeCollect(core);
  const takeUpRefund = makeTakeUpRefund(core);
  const onStep = (testClockId: string, now: Instant) =>
    logger.info({ testClockId, now: toIso(now) }, "a test clock has come this far");
  return {
    ...makeMeter(core),
    plans: makeLoadPlans(database),
    creditPacks: makeLoadPacks(database),
    operations: makeLoadOperations(database),
    createCustomer: makeCreateCustomer(core),
    customer: makeFindCustomer(database),
    subscribe: makeSubscribe(core),
    account: makeAccount(core),
    customerTime: makeCustomerTime(core),
    quote: makeQuote(core),
    usageRecords: makeUsageRecords(database),
    explainUsage: makeExplainUsage(database),
    usageReport: makeUsageReport(database),
    wallet: makeWallet(core),
    walletAsOf: makeWalletAsOf(core),
    wallets: makeWallets(core),
    verifyWallet: makeVerifyWallet(database),
    allGrants: makeAllGrants(core),
    grantsById: makeGrantsById(database),
    returns: makeReturns(database),
    hold: makeFindHold(core),
    holds: makeHolds(core),
    ledgerEntries: makeLedgerEntries(core),
    purchase: makePurchase(core),
    grantCredits: makeGrantCredits(core),
    invoice: makeFindInvoice(database),
    invoices: makeInvoices(database),
    paymentsOf: makePaymentsOf(database),
    payInvoice: makePayInvoice(core),
    voidInvoice: makeVoidInvoice(core),
    createCreditNote: makeCreateCreditNote(core),
    refundPurchase: makeRefundPurchase(core),
    creditNotes: makeCreditNotes(database),
    creditNotesOf: makeCreditNotesOf(database),
    refundsOf: makeRefundsOf(database),
    disputesOf: makeDisputesOf(database),
    creditBalances: makeCreditBalances(database),
    createTestClock: makeCreateTestClock(core),
    advanceTestClock: makeAdvanceTestClock({ ...core, collect, takeUpRefund, onStep }),
    testClock: makeFindTestClock(database),
  };
}

const jobRestMs = 1_000;

/** What `jobs.ts` does in the background, by the same use cases as everybody. */
function dueWork(outside: Core): Job[] {
  const core = { ...outside, present: presentBy(outside.clock), loadDunning };
  const onFailure = (customerId: string, error: unknown) =>
    core.logger.error({ customerId, err: error }, "what is due of a customer could not be done");
  const needs = { ...core, collect: makeCollect(core), onFailure };
  return [
    { name: "billing", run: makeBringUp(needs, "billing") },
    { name: "wallets", run: makeBringUp(needs, "wallets") },
    { name: "collect", run: makeCollectDue(needs) },
    { name: "refunds", run: makeAskRefunds({ ...needs, takeUpRefund: makeTakeUpRefund(core) }) },
  ];
}

export interface App {
  /** Starts to answer; the port is the one taken when 0 was asked for. */
  listen(): Promise<{ readonly port: number }>;
  /** Does what is due before anybody looks, from now until it closes. */
  startJobs(): void;
  /** Lets requests and jobs under way finish, then closes. */
  close(): Promise<void>;
}

interface AppNeeds extends Outside {
  readonly config: Pick<Config, "host" | "port" | "adminKey">;
  readonly database: Database;
  readonly logger: Logger;
  /** Where the built GraphiQL page is; by default where `npm run build` puts it. */
  readonly graphiql?: string;
  /** Who moves the money; by default the sandbox. */
  readonly payments?: PaymentProvider;
  /** Use cases to put in the place of our own; the bench measures what the rest costs by an empty one. */
  readonly replaced?: Partial<Services>;
}

const quieter = (level: string): string => (level === "info" ? "warn" : level);

/** Puts the server together; the only place that knows every module. It does not own the database. */
export async function createApp(needs: AppNeeds): Promise<App> {
  const { config, database, logger, clock, newId } = needs;
  const sandbox = sandboxPayments();
  const core = { database, payments: needs.payments ?? sandbox, logger, clock, newId };
  // What Fastify has to say of its own at info level is that it listens, which whoever starts it says better.
  const http = httpServer({
    logger: logger.child({}, { level: quieter(logger.level) }) as FastifyBaseLogger,
  });
  const schema = await buildApiSchema(readFileSync(contractFile, "utf8"));
  const apollo = apolloServer(schema, { logger, plugins: [drainPlugin(http)] });
  await apollo.start();
  await addRoutes(http, apollo, {
    logger,
    sandbox,
    graphiqlFolder: needs.graphiql ?? graphiqlFolder,
    services: { ...services(core), ...needs.replaced },
    authenticate: makeAuthenticate({ database, clock, adminKey: config.adminKey }),
    ping: () => database.read(async (tx) => void (await tx.query("SELECT 1"))),
  });
  let jobs: ReturnType<typeof startJobs> | null = null;
  return {
    listen: async () => {
      await http.listen({
        host: config.host,
        port: config.port,
        listenTextResolver: (at) => `Listening at ${at}`,
      });
      const address = http.server.address();
      return { port: typeof address === "object" && address !== null ? address.port : config.port };
    },
    startJobs: () => {
      jobs ??= startJobs({
        jobs: dueWork(core),
        logger,
        restMs: jobRestMs,
      });
    },
    close: async () => {
      await jobs?.stop();
      await http.close();
      await apollo.stop();
    },
  };
}
