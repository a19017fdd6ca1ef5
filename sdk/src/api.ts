import type {
  AdvanceTestClockInput,
  CaptureInput,
  CaptureResult,
  ConsumeInput,
  ConsumeResult,
  CreateCreditNoteInput,
  CreateCreditNoteResult,
  CreateCustomerInput,
  CreateCustomerResult,
  CreateTestClockInput,
  CreditNotePage,
  CreditNotesVariables,
  CreditPack,
  CreditPacksVariables,
  Customer,
  CustomerVariables,
  ExtendHoldInput,
  ExtendHoldResult,
  GrantCreditsInput,
  GrantCreditsResult,
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
  PayInvoiceInput,
  PayInvoiceResult,
  Plan,
  PurchaseInput,
  PurchaseResult,
  QuoteInput,
  QuoteResult,
  RefundPurchaseInput,
  RefundPurchaseResult,
  ReleaseInput,
  ReleaseResult,
  ReserveInput,
  ReserveResult,
  ReverseUsageInput,
  ReverseUsageResult,
  SubscribeInput,
  SubscribeResult,
  TestClock,
  TestClockVariables,
  UsageRecordPage,
  UsageRecordsVariables,
  UsageReport,
  UsageReportInput,
  VerifyWalletVariables,
  VoidInvoiceInput,
  VoidInvoiceResult,
  WalletDetails,
  WalletVariables,
  WalletVerification,
} from "./generated.js";
import type { KeyOptional } from "./keys.js";
import type { RequestOptions } from "./options.js";

/** What the SDK sends as `consumeBatch`. */
export interface ConsumeBatch {
  /** 1 to 500 calls, of one or many customers; each may leave its idempotency key to the SDK. */
  readonly items: readonly KeyOptional<ConsumeInput>[];
}

/**
 * A client of one Scrip server. Every method is one operation of the contract, needs no `this`, and rejects
 * with a {@link ScripError} when the server could not judge the call. A refusal is no error: it is a member of
 * the result, told apart by `__typename` or {@link isProblem}.
 *
 * Amounts, prices and quantities are decimal strings, exact to 6 decimals and up to 9007199254.740991:
 * `"0.033"`, never a float. Times are given as `Date` or RFC 3339 text and answered as RFC 3339 text in UTC.
 */
export interface ScripClient extends ScripQueries, ScripMutations {}

/** All that reads. Sent again by itself when an attempt fails. */
export interface ScripQueries {
  /**
   * What a call would cost, step by step, without making it; it always agrees with `consume`. Name a
   * `customerId`, or a `plan` for a price list. Refused for an unknown customer or plan, without a
   * subscription in force, or as `UnpricedUsage` that names the attribute at fault.
   */
  quote(input: QuoteInput, options?: RequestOptions): Promise<QuoteResult>;

  /**
   * A page of a customer's usage records, newest first, with what each call burned; 50 unless `first` says
   * otherwise, at most 100. `explain: true` adds how each amount came about. All pages: {@link iterate}.
   */
  usageRecords(input: UsageRecordsVariables, options?: RequestOptions): Promise<UsageRecordPage>;

  /**
   * A customer's usage added up by operation, by day or both; by default the last 30 days by operation.
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
   * Recomputes a wallet's books from the stored rows and its ledger's hash chain; `drifts` is empty when they are
   * right. Null as for `wallet`. Needs an admin key.
   */
  verifyWallet(input: VerifyWalletVariables, options?: RequestOptions): Promise<WalletVerification | null>;

  /** One hold as it is now, expired if its time is over; null when the customer has none with this id. */
  hold(input: HoldVariables, options?: RequestOptions): Promise<Hold | null>;

  /** A page of a customer's holds, newest first, of one `status` or all; 50 unless `first` says otherwise. */
  holds(input: HoldsVariables, options?: RequestOptions): Promise<HoldPage>;

  /** A page of a wallet's ledger, newest first: every change and the balance after it. All: {@link iterate}. */
  ledgerEntries(input: LedgerEntriesVariables, options?: RequestOptions): Promise<LedgerEntryPage>;

  /** The plans on offer with their prices, in their current versions, by rank. */
  plans(options?: RequestOptions): Promise<readonly Plan[]>;

  /** The credit packs on sale, cheapest first; of all units unless `unit` names one. */
  creditPacks(input?: CreditPacksVariables, options?: RequestOptions): Promise<readonly CreditPack[]>;

  /** What can be metered, and which attributes a call may or must carry. */
  operations(options?: RequestOptions): Promise<readonly Operation[]>;

  /** One customer with subscription and wallets; null when there is none with this id. */
  customer(input: CustomerVariables, options?: RequestOptions): Promise<Customer | null>;

  /** A page of a customer's invoices, newest first. All pages: {@link iterate}. */
  invoices(input: InvoicesVariables, options?: RequestOptions): Promise<InvoicePage>;

  /** One invoice; null when there is none with this id. */
  invoice(input: InvoiceVariables, options?: RequestOptions): Promise<Invoice | null>;

  /** A page of a customer's credit notes, newest first. All pages: {@link iterate}. */
  creditNotes(input: CreditNotesVariables, options?: RequestOptions): Promise<CreditNotePage>;

  /** One test clock; null when there is none with this id. */
  testClock(input: TestClockVariables, options?: RequestOptions): Promise<TestClock | null>;
}

/** All that changes something. Sent again by itself where an idempotency key makes that safe. */
export interface ScripMutations {
  /**
   * Meters one call: prices it, burns the right credits and answers with the record and the new balances, all
   * in one transaction that is on disk before the answer. Nothing is changed by a refusal:
   * `InsufficientCredits` (with what is short and which packs would help), `BudgetExceeded`, `UnpricedUsage`,
   * `CustomerNotFound`, `SubscriptionInactive`, `IdempotencyConflict`.
   *
   * @example
   * const result = await scrip.consume({
   *   customerId: "acme",
   *   operation: "image.generate",
   *   attributes: { model: "sdxl", steps: 30 },
   *   idempotencyKey: request.id,
   * });
   * if (result.__typename === "InsufficientCredits") return reply(402, { shortBy: result.shortBy });
   */
  consume(input: KeyOptional<ConsumeInput>, options?: RequestOptions): Promise<ConsumeResult>;

  /**
   * Meters up to 500 calls in one request, in order, each judged alone; one result for each item, in the same
   * order. A {@link ScripError} of the whole request names no key: give keys of your own to be able to repeat
   * it later.
   */
  consumeBatch(input: ConsumeBatch, options?: RequestOptions): Promise<readonly ConsumeResult[]>;

  /**
   * Reserves credits for a call whose end is still to come: priced and refused as `consume` would be, charged by
   * `capture`. A hold ends by itself after `expiresInSeconds` (600, at most 86400), and what it held goes back to
   * the exact grants.
   *
   * @example
   * const { hold } = expectResult(await scrip.reserve({ customerId: "acme", operation: "video.generate" }), "Reserved");
   * const video = await generate();
   * await scrip.capture({ customerId: "acme", holdId: hold.id, quantity: video.seconds });
   */
  reserve(input: KeyOptional<ReserveInput>, options?: RequestOptions): Promise<ReserveResult>;

  /**
   * Charges a hold for what the call came to. The rest goes back, unless `final: false` keeps it for further
   * captures. Refused as `HoldExceeded` when the call came to more and `beyondHold` does not say that the excess
   * may be taken from available credits; also as `InsufficientCredits`, `UnpricedUsage`, `HoldNotFound`,
   * `HoldNotActive`, `CustomerNotFound` or `IdempotencyConflict`.
   */
  capture(input: KeyOptional<CaptureInput>, options?: RequestOptions): Promise<CaptureResult>;

  /**
   * Gives a hold so many seconds from now (1 to 86400); it never ends earlier by this. Refused as `HoldNotFound`,
   * `HoldNotActive`, `CustomerNotFound` or `IdempotencyConflict`.
   */
  extendHold(input: KeyOptional<ExtendHoldInput>, options?: RequestOptions): Promise<ExtendHoldResult>;

  /**
   * Ends a hold without charging what it still holds. Refused as `HoldNotFound`, `HoldNotActive`,
   * `CustomerNotFound` or `IdempotencyConflict`.
   */
  release(input: KeyOptional<ReleaseInput>, options?: RequestOptions): Promise<ReleaseResult>;

  /**
   * Undoes a usage record, or an `amount` of it: what was owed first, then its draws, last burned first. Credits of
   * a grant that has expired since expire again at once; `reversal.draws` says so. Refused as
   * `UsageRecordNotFound`, `ReversalExceedsUsage`, `CustomerNotFound` or `IdempotencyConflict`.
   */
  reverseUsage(input: KeyOptional<ReverseUsageInput>, options?: RequestOptions): Promise<ReverseUsageResult>;

  /**
   * Creates a customer, on a plan when one is named. Refused as `CustomerExists`, `PlanNotFound`,
   * `TestClockNotFound` or `IdempotencyConflict`. Needs an admin key.
   */
  createCustomer(
    input: KeyOptional<CreateCustomerInput>,
    options?: RequestOptions,
  ): Promise<CreateCustomerResult>;

  /**
   * Puts a customer without a subscription on a plan's current version and grants the first supply. Refused as
   * `CustomerNotFound`, `PlanNotFound`, `AlreadySubscribed` or `IdempotencyConflict`. Needs an admin key.
   */
  subscribe(input: KeyOptional<SubscribeInput>, options?: RequestOptions): Promise<SubscribeResult>;

  /**
   * Buys 1 to 1000 credit packs: invoice, payment and, once paid, the grant. `PaymentRequired` and
   * `PaymentFailed` gave no credits; the same purchase may be repeated with the same key. Also refused as
   * `PackNotAvailable`, `CustomerNotFound` or `IdempotencyConflict`. Needs an admin key.
   */
  purchase(input: KeyOptional<PurchaseInput>, options?: RequestOptions): Promise<PurchaseResult>;

  /**
   * Grants credits without payment: a promotion, an adjustment, a balance carried over. Refused as
   * `CustomerNotFound`, `UnitNotFound` or `IdempotencyConflict`. Needs an admin key.
   */
  grantCredits(input: KeyOptional<GrantCreditsInput>, options?: RequestOptions): Promise<GrantCreditsResult>;

  /**
   * Tries to collect an open or given-up invoice now. `PaymentRequired` and `PaymentFailed` took no money; the same
   * call may be repeated with the same key. Also refused as `InvoiceNotFound`, `InvoiceNotPayable`,
   * `CustomerNotFound` or `IdempotencyConflict`. A purchase is paid by `purchase`. Needs an admin key.
   */
  payInvoice(input: KeyOptional<PayInvoiceInput>, options?: RequestOptions): Promise<PayInvoiceResult>;

  /**
   * Cancels an open or given-up invoice; money that arrives for it all the same is paid back. Refused as
   * `InvoiceNotFound`, `InvoiceNotVoidable`, `CustomerNotFound` or `IdempotencyConflict`. Needs an admin key.
   */
  voidInvoice(input: KeyOptional<VoidInvoiceInput>, options?: RequestOptions): Promise<VoidInvoiceResult>;

  /**
   * Gives back what was paid for an invoice, or an `amount` of it: to the payment method (`REFUND`) or to the credit
   * balance (`BALANCE`). `creditNote.refunds` tells whether the money has gone out; when the provider has refused it,
   * repeat the call with the same key. Refused as `InvoiceNotFound`, `InvoiceNotCreditable`, `CreditExceedsInvoice`,
   * `PaymentDisputed`, `CustomerNotFound` or `IdempotencyConflict`. Needs an admin key.
   */
  createCreditNote(
    input: KeyOptional<CreateCreditNoteInput>,
    options?: RequestOptions,
  ): Promise<CreateCreditNoteResult>;

  /**
   * Pays a purchase back and takes its unused credits: all of them and what they are worth, unless an `amount` is
   * named. Refused as `createCreditNote`, and as `NothingToRefund` when no credits are unused. Needs an admin key.
   */
  refundPurchase(
    input: KeyOptional<RefundPurchaseInput>,
    options?: RequestOptions,
  ): Promise<RefundPurchaseResult>;

  /**
   * Creates a clock that stands still until it is advanced, for customers in tests. It has no idempotency key
   * and is therefore sent once only. Needs an admin key.
   */
  createTestClock(input: CreateTestClockInput, options?: RequestOptions): Promise<TestClock>;

  /**
   * Moves a test clock forward, and runs all that falls due for its customers before it answers, which over
   * years takes a while: allow for it by `timeoutMs`. It is sent once only. An unknown clock is the error
   * `NOT_FOUND`, going back `BAD_INPUT`. Needs an admin key.
   */
  advanceTestClock(input: AdvanceTestClockInput, options?: RequestOptions): Promise<TestClock>;
}
