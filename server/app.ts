import { readFileSync } from "node:fs";
import type { FastifyBaseLogger } from "fastify";
import type { Logger } from "pino";
import { makeDocumentLinks } from "./access/documentLinks.js";
import { makeAuthenticate, makeCreateKey, makeListKeys, makeRevokeKey } from "./access/keys.js";
import { makeTopUp, topUpsUnderWay } from "./billing/autoTopUp.js";
import { makeLoadOperations, makeLoadPacks, makeLoadPlans } from "./billing/catalog/offer.js";
import { loadCatalog, makeApplyCatalog } from "./billing/catalog/store.js";
import { presentBy } from "./billing/catchUp.js";
import { makeChangePlan } from "./billing/changePlan.js";
import { makeCollect } from "./billing/collect.js";
import { makeCouponsOf, makeRedeemCoupon, makeRemoveCoupon } from "./billing/coupons.js";
import { makeCreateCreditNote } from "./billing/createCreditNote.js";
import { makeCreditBalances } from "./billing/creditBalances.js";
import { makeCreditNotes, makeCreditNotesOf, makeFindCreditNote } from "./billing/creditNotes.js";
import { makeCreateCustomer, makeFindCustomer } from "./billing/customers.js";
import { makeDisputesOf } from "./billing/disputeRows.js";
import { makeUpcomingInvoice } from "./billing/drafts.js";
import { makeAskRefunds, makeBringUp, makeCollectDue, makeTopUpDue } from "./billing/dueWork.js";
import { makeCancelSubscription, makeResumeSubscription } from "./billing/endSubscription.js";
import { makeFindInvoice, makeInvoices, makePaymentsOf } from "./billing/findInvoices.js";
import { makeGrantCredits } from "./billing/grantCredits.js";
import { makePartiesOf } from "./billing/invoiceParties.js";
import { makePayInvoice } from "./billing/payInvoice.js";
import { makeSetUpPayment } from "./billing/paymentAccounts.js";
import { makeAppliers } from "./billing/paymentEvents.js";
import { makePreviewPlanChange } from "./billing/previewPlanChange.js";
import { makeApplyProviderEvent } from "./billing/providerEvents.js";
import { makePurchase } from "./billing/purchase.js";
import { makeRefundPurchase } from "./billing/refundPurchase.js";
import { makeRefundsOf, makeTakeUpRefund } from "./billing/refunds.js";
import { makeFindAutoTopUp, makeSetAutoTopUp } from "./billing/setAutoTopUp.js";
import { makeCustomerTime, makeStanding, makeSubscribe, makeSubscriptions } from "./billing/subscribe.js";
import { makeAdvanceTestClock, makeCreateTestClock, makeFindTestClock } from "./billing/testClocks.js";
import { makeUpdateCustomer } from "./billing/updateCustomer.js";
import { makeVoidInvoice } from "./billing/voidInvoice.js";
import type { Config } from "./config.js";
import type { AutoTopUp } from "./domain/autoTopUp.js";
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
import { type Sandbox, sandboxPayments } from "./payments/sandbox.js";
import { stripePayments } from "./payments/stripe.js";
import type { ReadEvent } from "./payments/stripeEvents.js";
import { type Database, openDatabase } from "./storage/database.js";

/** What only the outside can give: time and randomness. */
export interface Outside {
  readonly clock: () => Instant;
  readonly newId: NewId;
}

interface Outward extends Outside {
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

/** What more than one kind of use case is made of. */
function coreOf(outside: Outward) {
  const { logger } = outside;
  const core = { ...outside, present: presentBy(outside.clock), loadDunning };
  const onFailure = (customerId: string, error: unknown) =>
    logger.error({ customerId, err: error }, "what is due of a customer could not be done");
  const onGivenUp = ({ customerId, unit, creditPack, failures, lastFailure }: AutoTopUp) =>
    logger.warn(
      { customerId, unit, creditPack, failures, lastFailure },
      "an auto top-up has failed too often and is off now",
    );
  const topUp = makeTopUp({ ...core, onGivenUp });
  const topUps = topUpsUnderWay({ topUp, onFailure });
  return {
    ...core,
    collect: makeCollect(core),
    takeUpRefund: makeTakeUpRefund(core),
    onFailure,
    topUp,
    topUps,
    topUpSoon: topUps.start,
  };
}

type Core = ReturnType<typeof coreOf>;

function services(core: Core): Services {
  const { database, logger } = core;
  const onStep = (testClockId: string, now: Instant) =>
    logger.info({ testClockId, now: toIso(now) }, "a test clock has come this far");
  const advance = makeAdvanceTestClock({ ...core, onStep });
  return {
    ...makeMeter(core),
    plans: makeLoadPlans(database),
    creditPacks: makeLoadPacks(database),
    operations: makeLoadOperations(database),
    createCustomer: makeCreateCustomer(core),
    customer: makeFindCustomer(database),
    updateCustomer: makeUpdateCustomer(core),
    creditBalances: makeCreditBalances(database),
    redeemCoupon: makeRedeemCoupon(core),
    removeCoupon: makeRemoveCoupon(core),
    couponsOf: makeCouponsOf(database),
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
    setAutoTopUp: makeSetAutoTopUp(core),
    autoTopUp: makeFindAutoTopUp(core),
    setUpPayment: makeSetUpPayment(core),
    grantCredits: makeGrantCredits(core),
    invoice: makeFindInvoice(core),
    invoices: makeInvoices(core),
    upcomingInvoice: makeUpcomingInvoice(core),
    paymentsOf: makePaymentsOf(database),
    partiesOf: makePartiesOf(database),
    documentLinks: makeDocumentLinks(core),
    payInvoice: makePayInvoice(core),
    voidInvoice: makeVoidInvoice(core),
    createCreditNote: makeCreateCreditNote(core),
    refundPurchase: makeRefundPurchase(core),
    creditNote: makeFindCreditNote(database),
    creditNotes: makeCreditNotes(database),
    creditNotesOf: makeCreditNotesOf(database),
    refundsOf: makeRefundsOf(database),
    disputesOf: makeDisputesOf(database),
    createTestClock: makeCreateTestClock(core),
    advanceTestClock: async (jump) => {
      // What calls have set going goes on at the time of those calls.
      await core.topUps.ended();
      return advance(jump);
    },
    testClock: makeFindTestClock(database),
  };
}

const jobRestMs = 1_000;

/** What `jobs.ts` does in the background, by the same use cases as everybody. */
function dueWork(core: Core): Job[] {
  return [
    { name: "billing", run: makeBringUp(core, "billing") },
    { name: "wallets", run: makeBringUp(core, "wallets") },
    { name: "collect", run: makeCollectDue(core) },
    { name: "top-ups", run: makeTopUpDue(core) },
    { name: "refunds", run: makeAskRefunds(core) },
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
  readonly config: Pick<Config, "host" | "port" | "adminKey"> & Partial<Pick<Config, "payments">>;
  readonly database: Database;
  readonly logger: Logger;
  /** Where the built GraphiQL page is; by default where `npm run build` puts it. */
  readonly graphiql?: string;
  /** Who moves the money; by default whom the configuration names. */
  readonly payments?: Payments;
  /** Use cases to put in the place of our own; the bench measures what the rest costs by an empty one. */
  readonly replaced?: Partial<Services>;
}

/** A provider, and the doors that it needs: the sandbox's pages, or what a real one sends by itself. */
export interface Payments {
  readonly provider: PaymentProvider;
  readonly sandbox?: Sandbox;
  readonly readEvent?: ReadEvent;
}

function paymentsOf({ payments }: AppNeeds["config"], { clock }: Outside): Payments {
  if (payments?.provider === "stripe") return stripePayments(payments, clock);
  const sandbox = sandboxPayments();
  return { provider: sandbox, sandbox };
}

const makeHandleEvent = (core: Core) =>
  makeApplyProviderEvent({ ...core, provider: core.payments.name, appliers: makeAppliers(core) });

const quieter = (level: string): string => (level === "info" ? "warn" : level);

/** Puts the server together; the only place that knows every module. It does not own the database. */
export async function createApp(needs: AppNeeds): Promise<App> {
  const { config, database, logger, clock, newId } = needs;
  const { provider, sandbox, readEvent } = needs.payments ?? paymentsOf(config, needs);
  const core = coreOf({ database, payments: provider, logger, clock, newId });
  const handle = makeHandleEvent(core);
  // What Fastify has to say of its own at info level is that it listens, which whoever starts it says better.
  const http = httpServer({
    logger: logger.child({}, { level: quieter(logger.level) }) as FastifyBaseLogger,
  });
  const schema = await buildApiSchema(readFileSync(contractFile, "utf8"));
  const apollo = apolloServer(schema, { logger, plugins: [drainPlugin(http)] });
  await apollo.start();
  await addRoutes(http, apollo, {
    logger,
    sandbox: sandbox === undefined ? null : { sandbox, clock, handle },
    webhooks: readEvent === undefined ? null : { readEvent, handle },
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
      jobs ??= startJobs({ jobs: dueWork(core), logger, restMs: jobRestMs });
    },
    close: async () => {
      await jobs?.stop();
      await http.close();
      await apollo.stop();
      await core.topUps.ended();
    },
  };
}
