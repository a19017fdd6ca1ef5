import { makeDocumentLinks } from "../access/documentLinks.js";
import { makeSetBalanceAlert } from "../billing/balanceAlerts.js";
import { makeBudgets, makeDeleteBudget } from "../billing/budgets.js";
import { makeLoadOperations, makeLoadPacks, makeLoadPlans } from "../billing/catalog/offer.js";
import { makeChangePlan } from "../billing/changePlan.js";
import { makeComparePlans, mostOfRequest } from "../billing/comparePlans.js";
import { makeCouponsOf, makeRedeemCoupon, makeRemoveCoupon } from "../billing/coupons.js";
import { makeCreateCreditNote } from "../billing/createCreditNote.js";
import { makeCreditBalances } from "../billing/creditBalances.js";
import { makeCreditNotes, makeCreditNotesOf, makeFindCreditNote } from "../billing/creditNotes.js";
import { makeCreateCustomer, makeFindCustomer } from "../billing/customers.js";
import { makeDisputesOf } from "../billing/disputeRows.js";
import { makeCancelSubscription, makeResumeSubscription } from "../billing/endSubscription.js";
import { makeInvoicesOfEntries } from "../billing/entryInvoices.js";
import { makeFindInvoice, makeInvoices, makePaymentsOf } from "../billing/findInvoices.js";
import { makeForecast } from "../billing/forecast.js";
import { makeGrantCredits } from "../billing/grantCredits.js";
import { makePartiesOf } from "../billing/invoiceParties.js";
import { makePayInvoice } from "../billing/payInvoice.js";
import { makeSetUpPayment } from "../billing/paymentAccounts.js";
import { makePreviewPlanChange } from "../billing/previewPlanChange.js";
import { makePurchase } from "../billing/purchase.js";
import { makeQuoteUsage } from "../billing/quoteUsage.js";
import { makeRefundPurchase } from "../billing/refundPurchase.js";
import { makeRefundsOf } from "../billing/refunds.js";
import { makeFindAutoTopUp, makeSetAutoTopUp } from "../billing/setAutoTopUp.js";
import { makeSetBudget } from "../billing/setBudget.js";
import { makeCustomerTime, makeStanding, makeSubscribe, makeSubscriptions } from "../billing/subscribe.js";
import { makeAdvanceTestClock, makeCreateTestClock, makeFindTestClock } from "../billing/testClocks.js";
import { makeUpcomingInvoice, makeUpcomingInvoices } from "../billing/upcoming.js";
import { makeUpdateCustomer } from "../billing/updateCustomer.js";
import { makeVoidInvoice } from "../billing/voidInvoice.js";
import { type Instant, toIso } from "../domain/instant.js";
import { makeDeliveries, makeRedeliver } from "../events/deliveries.js";
import {
  makeCreateEndpoint,
  makeDeleteEndpoint,
  makeEndpoints,
  makeFindEndpoint,
  makeRotateSecret,
  makeUpdateEndpoint,
} from "../events/endpoints.js";
import { makeEvents } from "../events/eventLog.js";
import { makeReplay } from "../events/replay.js";
import type { Services } from "../graphql/services.js";
import { inTurn } from "../http/inTurn.js";
import { makeAlerts } from "../ledger/alerts.js";
import { makeWalletAsOf } from "../ledger/asOf.js";
import { makeLedgerEntries } from "../ledger/entries.js";
import { makeExportLedger } from "../ledger/exportLedger.js";
import { makeReturns } from "../ledger/returns.js";
import {
  makeAllGrants,
  makeFindHold,
  makeGrantsById,
  makeHolds,
  makeWallet,
  makeWallets,
} from "../ledger/statement.js";
import { makeVerifyWallet } from "../ledger/verify.js";
import { makeLive } from "../live/streams.js";
import { makeExportUsage } from "../metering/exportUsage.js";
import { makeMeter } from "../metering/meter.js";
import { makeQuote } from "../metering/quote.js";
import { makeUsageReport } from "../metering/report.js";
import { makeExplainUsage, makeUsageRecords, makeUsageRecordsById } from "../metering/usage.js";
import type { Core } from "./core.js";

/** A comparison takes seconds; who would have to wait for minutes may as well ask again. */
const comparisonsWaitingMax = 10;

/** Every use case that the API offers. */
export function services(core: Core): Services {
  const { database, logger } = core;
  const onStep = (testClockId: string, now: Instant) =>
    logger.info({ testClockId, now: toIso(now) }, "a test clock has come this far");
  /** What it does may have put something in line. */
  const waking =
    <Input, Result>(work: (input: Input) => Promise<Result>) =>
    async (input: Input): Promise<Result> => {
      const result = await work(input);
      core.webhooks.wake();
      return result;
    };
  const advance = makeAdvanceTestClock({ ...core, onStep });
  const comparePlans = makeComparePlans({
    ...core,
    most: mostOfRequest,
    onProgress: () => undefined,
  });
  const compareInTurn = inTurn({ what: "comparisons", waitingMax: comparisonsWaitingMax });
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
    comparePlans: (question) => compareInTurn(() => comparePlans(question)),
    quoteUsage: makeQuoteUsage(core),
    usageRecords: makeUsageRecords(database),
    usageRecordsById: makeUsageRecordsById(database),
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
    exportUsage: makeExportUsage(core),
    exportLedger: makeExportLedger(core),
    invoicesOfEntries: makeInvoicesOfEntries(database),
    purchase: makePurchase(core),
    setAutoTopUp: makeSetAutoTopUp(core),
    autoTopUp: makeFindAutoTopUp(core),
    setBudget: makeSetBudget(core),
    deleteBudget: makeDeleteBudget(core),
    budgets: makeBudgets(core),
    setBalanceAlert: makeSetBalanceAlert(core),
    alerts: makeAlerts(database),
    setUpPayment: makeSetUpPayment(core),
    grantCredits: makeGrantCredits(core),
    invoice: makeFindInvoice(core),
    invoices: makeInvoices(core),
    forecast: makeForecast(core),
    upcomingInvoice: makeUpcomingInvoice(core),
    upcomingInvoices: makeUpcomingInvoices(core),
    paymentsOf: makePaymentsOf(database),
    partiesOf: makePartiesOf(database),
    documentLinks: makeDocumentLinks(core),
    customerTokens: core.customerTokens,
    payInvoice: makePayInvoice(core),
    voidInvoice: makeVoidInvoice(core),
    createCreditNote: makeCreateCreditNote(core),
    refundPurchase: makeRefundPurchase(core),
    creditNote: makeFindCreditNote(database),
    creditNotes: makeCreditNotes(database),
    creditNotesOf: makeCreditNotesOf(database),
    refundsOf: makeRefundsOf(database),
    disputesOf: makeDisputesOf(database),
    events: makeEvents(database),
    webhookEndpoints: makeEndpoints(database),
    webhookEndpoint: makeFindEndpoint(database),
    webhookDeliveries: makeDeliveries(database),
    createWebhookEndpoint: makeCreateEndpoint(core),
    updateWebhookEndpoint: waking(makeUpdateEndpoint(core)),
    deleteWebhookEndpoint: makeDeleteEndpoint(core),
    rotateWebhookSecret: makeRotateSecret(core),
    redeliverWebhook: waking(makeRedeliver(database)),
    replayWebhooks: makeReplay(core),
    createTestClock: makeCreateTestClock(core),
    advanceTestClock: async (jump) => {
      // What calls have set going goes on at the time of those calls.
      await core.topUps.ended();
      return advance(jump);
    },
    testClock: makeFindTestClock(database),
    live: makeLive(core),
  };
}
