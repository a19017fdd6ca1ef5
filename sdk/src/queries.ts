import type { ScripQueries } from "./apiQueries.js";
import type { TypedDocument } from "./document.js";
import {
  AlertsDocument,
  BudgetsDocument,
  ComparePlansDocument,
  CreditNoteDocument,
  CreditNotesDocument,
  CreditPacksDocument,
  CustomerDocument,
  ForecastDocument,
  HoldDocument,
  HoldsDocument,
  InvoiceDocument,
  InvoicesDocument,
  LedgerEntriesDocument,
  OperationsDocument,
  PlansDocument,
  PreviewPlanChangeDocument,
  QuoteDocument,
  QuoteUsageDocument,
  TestClockDocument,
  UpcomingInvoiceDocument,
  UpcomingInvoicesDocument,
  UsageRecordsDocument,
  UsageReportDocument,
  VerifyWalletDocument,
  WalletDocument,
} from "./generated.js";
import type { RequestOptions, Settings } from "./options.js";
import { send } from "./send.js";

export function makeQueries(settings: Settings): ScripQueries {
  const query = <Data, Variables>(
    document: TypedDocument<Data, Variables>,
    variables: NoInfer<Variables>,
    options?: RequestOptions,
  ): Promise<Data> =>
    send(settings, { document, variables, repeatable: true, idempotencyKey: null }, options);

  return {
    quote: (input, options) => query(QuoteDocument, { input }, options).then((data) => data.quote),
    quoteUsage: (input, options) =>
      query(QuoteUsageDocument, { input }, options).then((data) => data.quoteUsage),
    comparePlans: (input, options) =>
      query(ComparePlansDocument, { input }, options).then((data) => data.comparePlans),
    usageRecords: (input, options) =>
      query(UsageRecordsDocument, input, options).then((data) => data.usageRecords),
    usageReport: (input, options) =>
      query(UsageReportDocument, { input }, options).then((data) => data.usageReport),
    wallet: (input, options) => query(WalletDocument, input, options).then((data) => data.wallet),
    forecast: (input, options) => query(ForecastDocument, input, options).then((data) => data.forecast),
    verifyWallet: (input, options) =>
      query(VerifyWalletDocument, input, options).then((data) => data.verifyWallet),
    hold: (input, options) => query(HoldDocument, input, options).then((data) => data.hold),
    holds: (input, options) => query(HoldsDocument, input, options).then((data) => data.holds),
    ledgerEntries: (input, options) =>
      query(LedgerEntriesDocument, input, options).then((data) => data.ledgerEntries),
    plans: (options) => query(PlansDocument, {}, options).then((data) => data.plans),
    creditPacks: (input = {}, options) =>
      query(CreditPacksDocument, input, options).then((data) => data.creditPacks),
    operations: (options) => query(OperationsDocument, {}, options).then((data) => data.operations),
    customer: (input, options) => query(CustomerDocument, input, options).then((data) => data.customer),
    previewPlanChange: (input, options) =>
      query(PreviewPlanChangeDocument, { input }, options).then((data) => data.previewPlanChange),
    invoices: (input, options) => query(InvoicesDocument, input, options).then((data) => data.invoices),
    upcomingInvoice: (input, options) =>
      query(UpcomingInvoiceDocument, input, options).then((data) => data.upcomingInvoice),
    upcomingInvoices: (input, options) =>
      query(UpcomingInvoicesDocument, input, options).then((data) => data.upcomingInvoices),
    invoice: (input, options) => query(InvoiceDocument, input, options).then((data) => data.invoice),
    creditNotes: (input, options) =>
      query(CreditNotesDocument, input, options).then((data) => data.creditNotes),
    creditNote: (input, options) => query(CreditNoteDocument, input, options).then((data) => data.creditNote),
    budgets: (input, options) => query(BudgetsDocument, input, options).then((data) => data.budgets),
    alerts: (input, options) => query(AlertsDocument, input, options).then((data) => data.alerts),
    testClock: (input, options) => query(TestClockDocument, input, options).then((data) => data.testClock),
  };
}
