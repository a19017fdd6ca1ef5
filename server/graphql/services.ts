import type { CustomerTokens } from "../access/customerTokens.js";
import type { DocumentLinks } from "../access/documentLinks.js";
import type { makeSetBalanceAlert } from "../billing/balanceAlerts.js";
import type { makeBudgets, makeDeleteBudget } from "../billing/budgets.js";
import type { makeLoadOperations, makeLoadPacks, makeLoadPlans } from "../billing/catalog/offer.js";
import type { makeChangePlan } from "../billing/changePlan.js";
import type { makeComparePlans } from "../billing/comparePlans.js";
import type { makeCouponsOf, makeRedeemCoupon, makeRemoveCoupon } from "../billing/coupons.js";
import type { makeCreateCreditNote } from "../billing/createCreditNote.js";
import type { makeCreditBalances } from "../billing/creditBalances.js";
import type { makeCreditNotes, makeCreditNotesOf, makeFindCreditNote } from "../billing/creditNotes.js";
import type { makeCreateCustomer, makeFindCustomer } from "../billing/customers.js";
import type { makeDisputesOf } from "../billing/disputeRows.js";
import type { makeCancelSubscription, makeResumeSubscription } from "../billing/endSubscription.js";
import type { makeInvoicesOfEntries } from "../billing/entryInvoices.js";
import type { makeFindInvoice, makeInvoices, makePaymentsOf } from "../billing/findInvoices.js";
import type { makeForecast } from "../billing/forecast.js";
import type { makeGrantCredits } from "../billing/grantCredits.js";
import type { makePartiesOf } from "../billing/invoiceParties.js";
import type { makePayInvoice } from "../billing/payInvoice.js";
import type { makeSetUpPayment } from "../billing/paymentAccounts.js";
import type { makePreviewPlanChange } from "../billing/previewPlanChange.js";
import type { makePurchase } from "../billing/purchase.js";
import type { makeQuoteUsage } from "../billing/quoteUsage.js";
import type { makeRefundPurchase } from "../billing/refundPurchase.js";
import type { makeRefundsOf } from "../billing/refunds.js";
import type { makeFindAutoTopUp, makeSetAutoTopUp } from "../billing/setAutoTopUp.js";
import type { makeSetBudget } from "../billing/setBudget.js";
import type {
  makeCustomerTime,
  makeStanding,
  makeSubscribe,
  makeSubscriptions,
} from "../billing/subscribe.js";
import type { makeAdvanceTestClock, makeCreateTestClock, makeFindTestClock } from "../billing/testClocks.js";
import type { makeUpcomingInvoice, makeUpcomingInvoices } from "../billing/upcoming.js";
import type { makeUpdateCustomer } from "../billing/updateCustomer.js";
import type { makeVoidInvoice } from "../billing/voidInvoice.js";
import type { makeDeliveries, makeRedeliver } from "../events/deliveries.js";
import type {
  makeCreateEndpoint,
  makeDeleteEndpoint,
  makeEndpoints,
  makeFindEndpoint,
  makeRotateSecret,
  makeUpdateEndpoint,
} from "../events/endpoints.js";
import type { makeEvents } from "../events/eventLog.js";
import type { makeReplay } from "../events/replay.js";
import type { makeAlerts } from "../ledger/alerts.js";
import type { makeWalletAsOf } from "../ledger/asOf.js";
import type { makeLedgerEntries } from "../ledger/entries.js";
import type { makeExportLedger } from "../ledger/exportLedger.js";
import type { makeReturns } from "../ledger/returns.js";
import type {
  makeAllGrants,
  makeFindHold,
  makeGrantsById,
  makeHolds,
  makeWallet,
  makeWallets,
} from "../ledger/statement.js";
import type { makeVerifyWallet } from "../ledger/verify.js";
import type { Live } from "../live/streams.js";
import type { makeExportUsage } from "../metering/exportUsage.js";
import type { makeMeter } from "../metering/meter.js";
import type { makeQuote } from "../metering/quote.js";
import type { makeUsageReport } from "../metering/report.js";
import type { makeExplainUsage, makeUsageRecords, makeUsageRecordsById } from "../metering/usage.js";

/** Every use case that the API offers; `app.ts` puts them together. */
export interface Services extends ReturnType<typeof makeMeter> {
  readonly plans: ReturnType<typeof makeLoadPlans>;
  readonly creditPacks: ReturnType<typeof makeLoadPacks>;
  readonly operations: ReturnType<typeof makeLoadOperations>;
  readonly createCustomer: ReturnType<typeof makeCreateCustomer>;
  readonly customer: ReturnType<typeof makeFindCustomer>;
  readonly updateCustomer: ReturnType<typeof makeUpdateCustomer>;
  readonly creditBalances: ReturnType<typeof makeCreditBalances>;
  readonly redeemCoupon: ReturnType<typeof makeRedeemCoupon>;
  readonly removeCoupon: ReturnType<typeof makeRemoveCoupon>;
  readonly couponsOf: ReturnType<typeof makeCouponsOf>;
  readonly subscribe: ReturnType<typeof makeSubscribe>;
  readonly changePlan: ReturnType<typeof makeChangePlan>;
  readonly previewPlanChange: ReturnType<typeof makePreviewPlanChange>;
  readonly cancelSubscription: ReturnType<typeof makeCancelSubscription>;
  readonly resumeSubscription: ReturnType<typeof makeResumeSubscription>;
  readonly standing: ReturnType<typeof makeStanding>;
  readonly subscriptions: ReturnType<typeof makeSubscriptions>;
  readonly customerTime: ReturnType<typeof makeCustomerTime>;
  readonly quote: ReturnType<typeof makeQuote>;
  readonly comparePlans: ReturnType<typeof makeComparePlans>;
  readonly quoteUsage: ReturnType<typeof makeQuoteUsage>;
  readonly usageRecords: ReturnType<typeof makeUsageRecords>;
  readonly usageRecordsById: ReturnType<typeof makeUsageRecordsById>;
  readonly explainUsage: ReturnType<typeof makeExplainUsage>;
  readonly usageReport: ReturnType<typeof makeUsageReport>;
  readonly wallet: ReturnType<typeof makeWallet>;
  readonly walletAsOf: ReturnType<typeof makeWalletAsOf>;
  readonly verifyWallet: ReturnType<typeof makeVerifyWallet>;
  readonly wallets: ReturnType<typeof makeWallets>;
  readonly allGrants: ReturnType<typeof makeAllGrants>;
  readonly grantsById: ReturnType<typeof makeGrantsById>;
  readonly returns: ReturnType<typeof makeReturns>;
  readonly hold: ReturnType<typeof makeFindHold>;
  readonly holds: ReturnType<typeof makeHolds>;
  readonly ledgerEntries: ReturnType<typeof makeLedgerEntries>;
  readonly exportUsage: ReturnType<typeof makeExportUsage>;
  readonly exportLedger: ReturnType<typeof makeExportLedger>;
  readonly invoicesOfEntries: ReturnType<typeof makeInvoicesOfEntries>;
  readonly purchase: ReturnType<typeof makePurchase>;
  readonly setAutoTopUp: ReturnType<typeof makeSetAutoTopUp>;
  readonly autoTopUp: ReturnType<typeof makeFindAutoTopUp>;
  readonly setBudget: ReturnType<typeof makeSetBudget>;
  readonly deleteBudget: ReturnType<typeof makeDeleteBudget>;
  readonly budgets: ReturnType<typeof makeBudgets>;
  readonly setBalanceAlert: ReturnType<typeof makeSetBalanceAlert>;
  readonly alerts: ReturnType<typeof makeAlerts>;
  readonly setUpPayment: ReturnType<typeof makeSetUpPayment>;
  readonly grantCredits: ReturnType<typeof makeGrantCredits>;
  readonly invoice: ReturnType<typeof makeFindInvoice>;
  readonly invoices: ReturnType<typeof makeInvoices>;
  readonly forecast: ReturnType<typeof makeForecast>;
  readonly upcomingInvoice: ReturnType<typeof makeUpcomingInvoice>;
  readonly upcomingInvoices: ReturnType<typeof makeUpcomingInvoices>;
  readonly paymentsOf: ReturnType<typeof makePaymentsOf>;
  readonly partiesOf: ReturnType<typeof makePartiesOf>;
  readonly documentLinks: DocumentLinks;
  readonly customerTokens: CustomerTokens;
  readonly payInvoice: ReturnType<typeof makePayInvoice>;
  readonly voidInvoice: ReturnType<typeof makeVoidInvoice>;
  readonly createCreditNote: ReturnType<typeof makeCreateCreditNote>;
  readonly refundPurchase: ReturnType<typeof makeRefundPurchase>;
  readonly creditNote: ReturnType<typeof makeFindCreditNote>;
  readonly creditNotes: ReturnType<typeof makeCreditNotes>;
  readonly creditNotesOf: ReturnType<typeof makeCreditNotesOf>;
  readonly refundsOf: ReturnType<typeof makeRefundsOf>;
  readonly disputesOf: ReturnType<typeof makeDisputesOf>;
  readonly events: ReturnType<typeof makeEvents>;
  readonly webhookEndpoints: ReturnType<typeof makeEndpoints>;
  readonly webhookEndpoint: ReturnType<typeof makeFindEndpoint>;
  readonly webhookDeliveries: ReturnType<typeof makeDeliveries>;
  readonly createWebhookEndpoint: ReturnType<typeof makeCreateEndpoint>;
  readonly updateWebhookEndpoint: ReturnType<typeof makeUpdateEndpoint>;
  readonly deleteWebhookEndpoint: ReturnType<typeof makeDeleteEndpoint>;
  readonly rotateWebhookSecret: ReturnType<typeof makeRotateSecret>;
  readonly redeliverWebhook: ReturnType<typeof makeRedeliver>;
  readonly replayWebhooks: ReturnType<typeof makeReplay>;
  readonly createTestClock: ReturnType<typeof makeCreateTestClock>;
  readonly advanceTestClock: ReturnType<typeof makeAdvanceTestClock>;
  readonly testClock: ReturnType<typeof makeFindTestClock>;
  readonly live: Live;
}
