import { readFileSync } from "node:fs";
import type { FastifyBaseLogger } from "fastify";
import type { Logger } from "pino";
import { makeAuthenticate, makeCreateKey, makeListKeys, makeRevokeKey } from "./access/keys.js";
import { makeLoadOperations, makeLoadPacks, makeLoadPlans } from "./billing/catalog/offer.js";
import { loadCatalog, makeApplyCatalog } from "./billing/catalog/store.js";
import { makeChangePlan } from "./billing/changePlan.js";
import { makeCreateCustomer, makeFindCustomer } from "./billing/customers.js";
import { makeCancelSubscription, makeResumeSubscription } from "./billing/endSubscription.js";
import { makeGrantCredits } from "./billing/grantCredits.js";
import { makeFindInvoice, makeInvoices, makePaymentsOf } from "./billing/invoices.js";
import { makePreviewPlanChange } from "./billing/previewPlanChange.js";
import { makePurchase } from "./billing/purchase.js";
import { makeCustomerTime, makeStanding, makeSubscribe, makeSubscriptions } from "./billing/subscribe.js";
import { makeAdvanceTestClock, makeCreateTestClock, makeFindTestClock } from "./billing/testClocks.js";
import type { Config } from "./config.js";
import type { NewId } from "./domain/ids.js";
import type { Instant } from "./domain/instant.js";
import { contractFile, graphiqlFolder } from "./files.js";
import { buildApiSchema } from "./graphql/schema.js";
import { apolloServer } from "./graphql/server.js";
import type { Services } from "./graphql/services.js";
import { addRoutes, drainPlugin, httpServer } from "./http/server.js";
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
}

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

function services(core: Core): Services {
  const { database } = core;
  return {
    ...makeMeter(core),
    plans: makeLoadPlans(database),
    creditPacks: makeLoadPacks(database),
    operations: makeLoadOperations(database),
    createCustomer: makeCreateCustomer(core),
    customer: makeFindCustomer(database),
    subscribe: makeSubscribe(core),
    changePlan: makeChangePlan(core),
    previewPlanChange: makePreviewPlanChange(core),
    cancelSubscription: makeCancelSubscription(core),
    resumeSubscription: makeResumeSubscription(core),
    standing: makeStanding(core),
    subscriptions: makeSubscriptions(core),
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
    createTestClock: makeCreateTestClock(core),
    advanceTestClock: makeAdvanceTestClock(database),
    testClock: makeFindTestClock(database),
  };
}

export interface App {
  /** Starts to answer; the port is the one taken when 0 was asked for. */
  listen(): Promise<{ readonly port: number }>;
  /** Lets requests under way finish, then closes. */
  close(): Promise<void>;
}

interface AppNeeds extends Outside {
  readonly config: Pick<Config, "host" | "port" | "adminKey">;
  readonly database: Database;
  readonly logger: Logger;
  /** Where the built GraphiQL page is; by default where `npm run build` puts it. */
  readonly graphiql?: string;
  /** Use cases to put in the place of our own; the bench measures what the rest costs by an empty one. */
  readonly replaced?: Partial<Services>;
}

const quieter = (level: string): string => (level === "info" ? "warn" : level);

/** Puts the server together; the only place that knows every module. It does not own the database. */
export async function createApp(needs: AppNeeds): Promise<App> {
  const { config, database, logger, clock, newId } = needs;
  const sandbox = sandboxPayments();
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
    services: { ...services({ database, payments: sandbox, clock, newId }), ...needs.replaced },
    authenticate: makeAuthenticate({ database, clock, adminKey: config.adminKey }),
    ping: () => database.read(async (tx) => void (await tx.query("SELECT 1"))),
  });
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
    close: async () => {
      await http.close();
      await apollo.stop();
    },
  };
}
