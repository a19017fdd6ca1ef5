import type { ScripBudgets } from "./apiBudgets.js";
import type {
  AdvanceTestClockInput,
  CancelSubscriptionInput,
  CancelSubscriptionResult,
  CaptureInput,
  CaptureResult,
  ChangePlanInput,
  ChangePlanResult,
  ConsumeInput,
  ConsumeResult,
  CreateCreditNoteInput,
  CreateCreditNoteResult,
  CreateCustomerInput,
  CreateCustomerResult,
  CreateCustomerTokenInput,
  CreateCustomerTokenResult,
  CreateTestClockInput,
  ExtendHoldInput,
  ExtendHoldResult,
  GrantCreditsInput,
  GrantCreditsResult,
  PayInvoiceInput,
  PayInvoiceResult,
  PurchaseInput,
  PurchaseResult,
  RedeemCouponInput,
  RedeemCouponResult,
  RefundPurchaseInput,
  RefundPurchaseResult,
  ReleaseInput,
  ReleaseResult,
  RemoveCouponInput,
  RemoveCouponResult,
  ReserveInput,
  ReserveResult,
  ResumeSubscriptionInput,
  ResumeSubscriptionResult,
  ReverseUsageInput,
  ReverseUsageResult,
  SetAutoTopUpInput,
  SetAutoTopUpResult,
  SetUpPaymentInput,
  SetUpPaymentResult,
  SubscribeInput,
  SubscribeResult,
  TestClock,
  UpdateCustomerInput,
  UpdateCustomerResult,
  VoidInvoiceInput,
  VoidInvoiceResult,
} from "./generated.js";
import type { KeyOptional } from "./keys.js";
import type { RequestOptions } from "./options.js";

/** What the SDK sends as `consumeBatch`. */
export interface ConsumeBatch {
  /** 1 to 500 calls, of one or many customers; each may leave its idempotency key to the SDK. */
  readonly items: readonly KeyOptional<ConsumeInput>[];
}

/** All that changes something. Sent again by itself where an idempotency key makes that safe. */
export interface ScripMutations extends ScripBudgets {
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
   * may be taken from available credits; also as `BudgetExceeded`, `InsufficientCredits`,
   * `UnpricedUsage`, `HoldNotFound`, `HoldNotActive`, `CustomerNotFound` or `IdempotencyConflict`.
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
   * Changes what is given of a customer's name, email, metadata, billing address, tax id and exemption from tax; null
   * clears. Final invoices keep what stands on them. Refused as `CustomerNotFound` or `IdempotencyConflict`. Needs an
   * admin key.
   */
  updateCustomer(
    input: KeyOptional<UpdateCustomerInput>,
    options?: RequestOptions,
  ): Promise<UpdateCustomerResult>;

  /**
   * Gives a customer a coupon by its code, which is then taken off the next invoices for plans and usage. Refused as
   * `CouponNotFound`, `CouponNotRedeemable` (with the reason), `CustomerNotFound` or `IdempotencyConflict`. Needs an
   * admin key.
   */
  redeemCoupon(input: KeyOptional<RedeemCouponInput>, options?: RequestOptions): Promise<RedeemCouponResult>;

  /**
   * Takes a coupon back from a customer, who cannot redeem it again. Refused as `CouponNotFound`, `CustomerNotFound`
   * or `IdempotencyConflict`. Needs an admin key.
   */
  removeCoupon(input: KeyOptional<RemoveCouponInput>, options?: RequestOptions): Promise<RemoveCouponResult>;

  /**
   * Puts a customer without a subscription on a plan's current version and grants the first supply; `trialDays` of it
   * are a trial. Refused as `CustomerNotFound`, `PlanNotFound`, `AlreadySubscribed` or `IdempotencyConflict`. Needs an
   * admin key.
   */
  subscribe(input: KeyOptional<SubscribeInput>, options?: RequestOptions): Promise<SubscribeResult>;

  /**
   * Moves a customer to another plan: by default upwards at once, downwards at the period's end. `supplyPolicy` says
   * what becomes of the supply and the fee of a period that is left. Refused as `SubscriptionInactive`,
   * `PlanNotFound`, `AlreadyOnPlan`, `CustomerNotFound` or `IdempotencyConflict`. Needs an admin key.
   *
   * @example
   * const seen = expectResult(await scrip.previewPlanChange({ customerId: "acme", plan: "pro" }), "PlanChangePreview");
   * if (await confirmed(seen.invoice?.amountDue)) await scrip.changePlan({ customerId: "acme", plan: "pro" });
   */
  changePlan(input: KeyOptional<ChangePlanInput>, options?: RequestOptions): Promise<ChangePlanResult>;

  /**
   * Ends a subscription at its period's end, or with `timing: "NOW"` at once. Refused as `SubscriptionInactive`,
   * `CustomerNotFound` or `IdempotencyConflict`. Needs an admin key.
   */
  cancelSubscription(
    input: KeyOptional<CancelSubscriptionInput>,
    options?: RequestOptions,
  ): Promise<CancelSubscriptionResult>;

  /**
   * Undoes a cancellation, or a change of plan that is still to come. Refused as `NothingToResume`,
   * `SubscriptionInactive`, `CustomerNotFound` or `IdempotencyConflict`. Needs an admin key.
   */
  resumeSubscription(
    input: KeyOptional<ResumeSubscriptionInput>,
    options?: RequestOptions,
  ): Promise<ResumeSubscriptionResult>;

  /**
   * Buys 1 to 1000 credit packs: invoice, payment and, once paid, the grant. `PaymentRequired` and
   * `PaymentFailed` gave no credits; the same purchase may be repeated with the same key. The credits of the former
   * come by themselves when the payment arrives. Also refused as
   * `PackNotAvailable`, `CustomerNotFound` or `IdempotencyConflict`. Needs an admin key.
   */
  purchase(input: KeyOptional<PurchaseInput>, options?: RequestOptions): Promise<PurchaseResult>;

  /**
   * Lets credit packs be bought by themselves when less than `threshold` is available: a `quantity` of them, or as many
   * as reach `targetAmount`, for at most `monthlyCap` a month. `enabled: false` turns it off. How it stands is in
   * `wallet().autoTopUp`. Refused as `PackNotAvailable`, `CustomerNotFound` or `IdempotencyConflict`. Needs an admin
   * key.
   */
  setAutoTopUp(input: KeyOptional<SetAutoTopUpInput>, options?: RequestOptions): Promise<SetAutoTopUpResult>;

  /**
   * Makes a token for a browser or an app of the customer's: a client with it as `apiKey` reads what is the customer's
   * own, follows it, and buys credits; nothing else. It is good for an hour unless `expiresInSeconds` (60 to 86400)
   * says otherwise, and cannot be revoked. Refused as `CustomerNotFound`. Needs an admin key. Sent once.
   */
  createCustomerToken(
    input: CreateCustomerTokenInput,
    options?: RequestOptions,
  ): Promise<CreateCustomerTokenResult>;

  /**
   * Opens a page on which the customer saves a payment method, which later purchases charge. It has no idempotency
   * key and is therefore sent once only; a page that nobody visits is harmless. Refused as `CustomerNotFound`.
   * Needs an admin key.
   */
  setUpPayment(input: SetUpPaymentInput, options?: RequestOptions): Promise<SetUpPaymentResult>;

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
