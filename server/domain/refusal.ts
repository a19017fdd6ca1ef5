import type { Micros } from "./amount.js";
import type { RunningBudget } from "./budget.js";
import type { CreditPack, Plan } from "./catalog.js";
import type { Customer } from "./customer.js";
import type { Dispute } from "./dispute.js";
import type { Hold } from "./hold.js";
import type { Instant } from "./instant.js";
import type { Invoice } from "./invoice.js";
import type { UnpricedReason } from "./price/price.js";
import type { Standing, SubscriptionStatus } from "./subscription.js";

/**
 * A refusal is a value with the facts that its caller can act on. It changes nothing and leaves the idempotency key
 * free. The GraphQL layer gives each kind its type and its sentence.
 */
export interface InsufficientCredits {
  readonly kind: "insufficientCredits";
  readonly unit: string;
  readonly required: Micros;
  readonly available: Micros;
  readonly shortBy: Micros;
  readonly nextSupplyAt: Instant | null;
  readonly creditPacks: readonly CreditPack[];
}

/** It would pass the limit of a budget that forbids that. */
export interface BudgetExceeded {
  readonly kind: "budgetExceeded";
  readonly running: RunningBudget;
  readonly required: Micros;
}

export interface BudgetNotFound {
  readonly kind: "budgetNotFound";
  readonly budgetId: string;
}

/** The customer wants to change or delete what the operator has set. */
export interface BudgetSetByOperator {
  readonly kind: "budgetSetByOperator";
  readonly running: RunningBudget;
}

export interface UnpricedUsage {
  readonly kind: "unpricedUsage";
  readonly operation: string;
  readonly reason: UnpricedReason;
  readonly attribute: string | null;
  readonly message: string;
  readonly allowed: string | null;
}

export interface HoldNotFound {
  readonly kind: "holdNotFound";
  readonly holdId: string;
}

export interface HoldNotActive {
  readonly kind: "holdNotActive";
  readonly hold: Hold;
}

export interface HoldExceeded {
  readonly kind: "holdExceeded";
  readonly unit: string;
  readonly required: Micros;
  readonly held: Micros;
  readonly exceededBy: Micros;
}

export interface UsageRecordNotFound {
  readonly kind: "usageRecordNotFound";
  readonly usageRecordId: string;
}

export interface ReversalExceedsUsage {
  readonly kind: "reversalExceedsUsage";
  readonly unit: string;
  readonly amount: Micros;
  readonly reversible: Micros;
}

export interface CustomerNotFound {
  readonly kind: "customerNotFound";
  readonly customerId: string;
}

export interface CustomerExists {
  readonly kind: "customerExists";
  readonly customer: Customer;
}

export interface SubscriptionInactive {
  readonly kind: "subscriptionInactive";
  readonly customerId: string;
  readonly status: SubscriptionStatus | null;
}

export interface AlreadySubscribed {
  readonly kind: "alreadySubscribed";
  readonly standing: Standing;
}

export interface AlreadyOnPlan {
  readonly kind: "alreadyOnPlan";
  readonly plan: Plan;
}

export interface NothingToResume {
  readonly kind: "nothingToResume";
}

export interface PlanNotFound {
  readonly kind: "planNotFound";
  readonly plan: string;
  readonly available: readonly string[];
}

export interface TestClockNotFound {
  readonly kind: "testClockNotFound";
  readonly testClockId: string;
}

export interface UnitNotFound {
  readonly kind: "unitNotFound";
  readonly unit: string | null;
  readonly available: readonly string[];
}

export interface PackNotAvailable {
  readonly kind: "packNotAvailable";
  readonly creditPack: string;
  readonly available: readonly CreditPack[];
}

/** None on offer has the code; or, where one is to be taken back, the customer has not redeemed it. */
export interface CouponNotFound {
  readonly kind: "couponNotFound";
  readonly coupon: string;
}

export const couponTroubles = ["EXPIRED", "LIMIT_REACHED", "ALREADY_REDEEMED"] as const;

export interface CouponNotRedeemable {
  readonly kind: "couponNotRedeemable";
  readonly coupon: string;
  readonly reason: (typeof couponTroubles)[number];
}

export interface InvoiceNotFound {
  readonly kind: "invoiceNotFound";
  readonly invoiceId: string;
}

export interface InvoiceNotPayable {
  readonly kind: "invoiceNotPayable";
  readonly invoice: Invoice;
}

export interface InvoiceNotVoidable {
  readonly kind: "invoiceNotVoidable";
  readonly invoice: Invoice;
}

export interface InvoiceNotCreditable {
  readonly kind: "invoiceNotCreditable";
  readonly invoice: Invoice;
}

export interface CreditExceedsInvoice {
  readonly kind: "creditExceedsInvoice";
  readonly currency: string;
  /** Null: all that is left. */
  readonly amount: Micros | null;
  readonly creditable: Micros;
}

export interface NothingToRefund {
  readonly kind: "nothingToRefund";
  readonly currency: string;
  readonly creditable: Micros;
}

export interface PaymentDisputed {
  readonly kind: "paymentDisputed";
  readonly dispute: Dispute;
}

export interface IdempotencyConflict {
  readonly kind: "idempotencyConflict";
  readonly idempotencyKey: string;
  readonly usedAt: Instant;
}
