import type {
  AlertPage,
  AlertsVariables,
  Budget,
  BudgetsVariables,
  ComparePlansInput,
  ComparePlansResult,
  CreditNote,
  CreditNotePage,
  CreditNotesVariables,
  CreditNoteVariables,
  CreditPack,
  CreditPacksVariables,
  CustomerDetails,
  CustomerVariables,
  Forecast,
  ForecastVariables,
  Hold,
  HoldPage,
  HoldsVariables,
  HoldVariables,
  Invoice,
  InvoicePage,
  InvoicesVariables,
  InvoiceVariables,
  LedgerEntriesVariables,
  LedgerEntryPage,
  Operation,
  Plan,
  PreviewPlanChangeInput,
  PreviewPlanChangeResult,
  QuoteInput,
  QuoteResult,
  QuoteUsageInput,
  QuoteUsageResult,
  TestClock,
  TestClockVariables,
  UpcomingInvoicesVariables,
  UpcomingInvoiceVariables,
  UsageRecordPage,
  UsageRecordsVariables,
  UsageReport,
  UsageReportInput,
  VerifyWalletVariables,
  WalletDetails,
  WalletVariables,
  WalletVerification,
} from "./generated.js";
import type { RequestOptions } from "./options.js";

/** All that reads. Sent again by itself when an attempt fails. */
export interface ScripQueries {
  /**
   * What a call would cost, step by step, without making it; it always agrees with `consume`. Name a
   * `customerId`, or a `plan` for a price list. Refused for an unknown customer or plan, without a
   * subscription in force, or as `UnpricedUsage` that names the attribute at fault.
   */
  quote(input: QuoteInput, options?: RequestOptions): Promise<QuoteResult>;

  /**
   * The credit calculator: what many lines of usage come to in a period, in credits and in money, with the packs
   * that would have to be bought and every invoice. Under one `plan`, under that of a `customerId`, or under all on
   * offer, the cheapest first.
   */
  quoteUsage(input: QuoteUsageInput, options?: RequestOptions): Promise<QuoteUsageResult>;

  /**
   * What a customer's real usage of a time would have cost under every plan, also under those of a `draftCatalog`
   * (YAML), the cheapest first. At most 50,000 calls, else `TooMuchUsage`; it can take some seconds, so give it
   * `timeoutMs`.
   */
  comparePlans(input: ComparePlansInput, options?: RequestOptions): Promise<ComparePlansResult>;

  /**
   * A page of a customer's usage records, newest first, with what each call burned; 50 unless `first` says
   * otherwise, at most 100. `explain: true` adds how each amount came about. Can be looked for by
   * `idempotencyKey`, and by everything else that a record says; a page of what has no index may be short or empty
   * although there is more, which {@link iterate} goes on to.
   */
  usageRecords(input: UsageRecordsVariables, options?: RequestOptions): Promise<UsageRecordPage>;

  /**
   * A customer's usage added up by operation, group, hour, day, month, attribute, API key, plan or several of
   * them; by default the last 30 days by operation. `comparePrevious: true` adds the range before and the change.
   * Complete the moment a call is answered.
   */
  usageReport(input: UsageReportInput, options?: RequestOptions): Promise<UsageReport>;

  /**
   * A customer's balances, supply and grants as of now, in the plan's unit unless `unit` says otherwise; with
   * `asOf` as they were at a past instant, recomputed from the ledger.
   * `activeOnly: false` also lists grants that are used up, expired or yet to start; `returnsFirst` (50, at
   * most 100) limits the dates at which a rolling window gives credits back. Null for an unknown customer, or
   * one without a wallet in the unit.
   */
  wallet(input: WalletVariables, options?: RequestOptions): Promise<WalletDetails | null>;

  /**
   * What becomes of a wallet if usage goes on as it did: burn rate, when credits run out and in which range, what is
   * left on each of the next `days` (31, at most 92), and the next invoice. Null as for `wallet`; what cannot be told
   * is null, and `gap` says why.
   */
  forecast(input: ForecastVariables, options?: RequestOptions): Promise<Forecast | null>;

  /**
   * Recomputes a wallet's books from the stored rows and its ledger's hash chain; `drifts` is empty when they are
   * right. Null as for `wallet`. Needs an admin key.
   */
  verifyWallet(input: VerifyWalletVariables, options?: RequestOptions): Promise<WalletVerification | null>;

  /** One hold as it is now, expired if its time is over; null when the customer has none with this id. */
  hold(input: HoldVariables, options?: RequestOptions): Promise<Hold | null>;

  /** A page of a customer's holds, newest first, of one `status` or all; 50 unless `first` says otherwise. */
  holds(input: HoldsVariables, options?: RequestOptions): Promise<HoldPage>;

  /**
   * A page of a wallet's ledger, newest first: every change and the balance after it. `related: true` adds the
   * usage record, grant and invoice that each belongs to. All: {@link iterate}.
   */
  ledgerEntries(input: LedgerEntriesVariables, options?: RequestOptions): Promise<LedgerEntryPage>;

  /** The plans on offer with their prices, in their current versions, by rank. */
  plans(options?: RequestOptions): Promise<readonly Plan[]>;

  /** The credit packs on sale, cheapest first; of all units unless `unit` names one. */
  creditPacks(input?: CreditPacksVariables, options?: RequestOptions): Promise<readonly CreditPack[]>;

  /** What can be metered, and which attributes a call may or must carry. */
  operations(options?: RequestOptions): Promise<readonly Operation[]>;

  /**
   * One customer with wallets, the subscription that counts and all that there ever were, newest first (50 unless
   * `subscriptionsFirst` says otherwise, at most 100); null when there is none with this id.
   */
  customer(input: CustomerVariables, options?: RequestOptions): Promise<CustomerDetails | null>;

  /**
   * What `changePlan` with the same input would come to, in credits and in money, without doing it. Refused as
   * `CustomerNotFound`, `SubscriptionInactive`, `PlanNotFound` or `AlreadyOnPlan`.
   */
  previewPlanChange(
    input: PreviewPlanChangeInput,
    options?: RequestOptions,
  ): Promise<PreviewPlanChangeResult>;

  /** A page of a customer's invoices, newest first. All pages: {@link iterate}. */
  invoices(input: InvoicesVariables, options?: RequestOptions): Promise<InvoicePage>;

  /** What the customer will be invoiced next, as it stands now; null when nothing will be. */
  upcomingInvoice(input: UpcomingInvoiceVariables, options?: RequestOptions): Promise<Invoice | null>;

  /** All that the customer will be invoiced as it stands now, in the order in which it becomes final. */
  upcomingInvoices(input: UpcomingInvoicesVariables, options?: RequestOptions): Promise<readonly Invoice[]>;

  /** One invoice; null when there is none with this id. */
  invoice(input: InvoiceVariables, options?: RequestOptions): Promise<Invoice | null>;

  /** A page of a customer's credit notes, newest first. All pages: {@link iterate}. */
  creditNotes(input: CreditNotesVariables, options?: RequestOptions): Promise<CreditNotePage>;

  /** One credit note; null when there is none with this id. */
  creditNote(input: CreditNoteVariables, options?: RequestOptions): Promise<CreditNote | null>;

  /**
   * A customer's budgets, whoever has set them, oldest first: what was spent of each in its present window, what holds
   * have reserved, and what is left.
   */
  budgets(input: BudgetsVariables, options?: RequestOptions): Promise<readonly Budget[]>;

  /**
   * A page of what was told about a customer's budgets and balances, newest first, of one `kind` or all; told apart by
   * `__typename`: `BudgetAlert`, `LowBalanceAlert`, `ExpiryAlert`. All pages: {@link iterate}.
   */
  alerts(input: AlertsVariables, options?: RequestOptions): Promise<AlertPage>;

  /** One test clock; null when there is none with this id. */
  testClock(input: TestClockVariables, options?: RequestOptions): Promise<TestClock | null>;
}
