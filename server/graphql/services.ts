import type { makeLoadOperations, makeLoadPacks, makeLoadPlans } from "../billing/catalog/offer.js";
import type { makeCreateCustomer, makeFindCustomer } from "../billing/customers.js";
import type { makeGrantCredits } from "../billing/grantCredits.js";
import type { makeFindInvoice, makeInvoices, makePaymentsOf } from "../billing/invoices.js";
import type { makePurchase } from "../billing/purchase.js";
import type { makeAccount, makeCustomerTime, makeSubscribe } from "../billing/subscribe.js";
import type { makeAdvanceTestClock, makeCreateTestClock, makeFindTestClock } from "../billing/testClocks.js";
import type {
  makeAllGrants,
  makeGrantsById,
  makeLedgerEntries,
  makeReturns,
  makeWallet,
  makeWallets,
} from "../ledger/statement.js";
import type { makeConsume } from "../metering/consume.js";
import type { makeQuote } from "../metering/quote.js";
import type { makeUsageReport } from "../metering/report.js";
import type { makeExplainUsage, makeUsageRecords } from "../metering/usage.js";

/** Every use case that the API offers; `app.ts` puts them together. */
export interface Services {
  readonly plans: ReturnType<typeof makeLoadPlans>;
  readonly creditPacks: ReturnType<typeof makeLoadPacks>;
  readonly operations: ReturnType<typeof makeLoadOperations>;
  readonly createCustomer: ReturnType<typeof makeCreateCustomer>;
  readonly customer: ReturnType<typeof makeFindCustomer>;
  readonly subscribe: ReturnType<typeof makeSubscribe>;
  readonly account: ReturnType<typeof makeAccount>;
  readonly customerTime: ReturnType<typeof makeCustomerTime>;
  readonly quote: ReturnType<typeof makeQuote>;
  readonly consume: ReturnType<typeof makeConsume>;
  readonly usageRecords: ReturnType<typeof makeUsageRecords>;
  readonly explainUsage: ReturnType<typeof makeExplainUsage>;
  readonly usageReport: ReturnType<typeof makeUsageReport>;
  readonly wallet: ReturnType<typeof makeWallet>;
  readonly wallets: ReturnType<typeof makeWallets>;
  readonly allGrants: ReturnType<typeof makeAllGrants>;
  readonly grantsById: ReturnType<typeof makeGrantsById>;
  readonly returns: ReturnType<typeof makeReturns>;
  readonly ledgerEntries: ReturnType<typeof makeLedgerEntries>;
  readonly purchase: ReturnType<typeof makePurchase>;
  readonly grantCredits: ReturnType<typeof makeGrantCredits>;
  readonly invoice: ReturnType<typeof makeFindInvoice>;
  readonly invoices: ReturnType<typeof makeInvoices>;
  readonly paymentsOf: ReturnType<typeof makePaymentsOf>;
  readonly createTestClock: ReturnType<typeof makeCreateTestClock>;
  readonly advanceTestClock: ReturnType<typeof makeAdvanceTestClock>;
  readonly testClock: ReturnType<typeof makeFindTestClock>;
}
