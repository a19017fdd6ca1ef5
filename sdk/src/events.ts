/** Written by `npm run codegen` from the server's event catalogue; never edited. */
import type { PageInfo } from "./generated.js";

/** What each type of event tells. Amounts are decimal strings, times are RFC 3339 text in UTC. */
export interface ScripEventData {
  /** A subscription has begun: the customer is on its plan now. */
  readonly SUBSCRIPTION_STARTED: {
    readonly subscriptionId: string;
    readonly plan: string;
    readonly planVersion: number;
    readonly trial: boolean;
    readonly startsAt: string;
    readonly endsAt: string | null;
  };

  /** A change of plan was decided; it takes effect at `effectiveAt`. */
  readonly SUBSCRIPTION_CHANGED: {
    readonly fromSubscriptionId: string;
    readonly toSubscriptionId: string;
    readonly fromPlan: string;
    readonly toPlan: string;
    readonly direction: "UPGRADE" | "DOWNGRADE" | "LATERAL";
    readonly timing: "NOW" | "PERIOD_END";
    readonly supplyPolicy: "KEEP_AND_USE_FIRST" | "PRORATE" | "FORFEIT" | null;
    readonly effectiveAt: string;
    readonly invoiceId: string | null;
  };

  /** It was decided that a subscription ends, at `endsAt`, and that none follows. */
  readonly SUBSCRIPTION_CANCELLED: {
    readonly subscriptionId: string;
    readonly plan: string;
    readonly planVersion: number;
    readonly trial: boolean;
    readonly startsAt: string;
    readonly endsAt: string | null;
  };

  /** A cancellation, or a change of plan that was to come, was taken back. */
  readonly SUBSCRIPTION_RESUMED: {
    readonly subscriptionId: string;
    readonly plan: string;
    readonly planVersion: number;
    readonly trial: boolean;
    readonly startsAt: string;
    readonly endsAt: string | null;
  };

  /** A subscription is over; `nextSubscriptionId` is the one that goes on from there. */
  readonly SUBSCRIPTION_ENDED: {
    readonly subscriptionId: string;
    readonly plan: string;
    readonly planVersion: number;
    readonly trial: boolean;
    readonly startsAt: string;
    readonly endsAt: string | null;
    readonly nextSubscriptionId: string | null;
  };

  /** An invoice is final: it has its number, and nothing on it changes any more. */
  readonly INVOICE_OPENED: {
    readonly invoiceId: string;
    readonly number: string;
    readonly kind: "PURCHASE" | "SUBSCRIPTION" | "USAGE";
    readonly currency: string;
    readonly total: string;
    readonly creditApplied: string;
    readonly amountDue: string;
    readonly carriedOver: string;
    readonly subscriptionId: string | null;
    readonly periodStart: string | null;
    readonly periodEnd: string | null;
  };

  /** An invoice is paid, or nothing was due on it. */
  readonly INVOICE_PAID: {
    readonly invoiceId: string;
    readonly number: string;
    readonly kind: "PURCHASE" | "SUBSCRIPTION" | "USAGE";
    readonly currency: string;
    readonly total: string;
    readonly creditApplied: string;
    readonly amountDue: string;
    readonly carriedOver: string;
    readonly subscriptionId: string | null;
    readonly periodStart: string | null;
    readonly periodEnd: string | null;
  };

  /** An invoice was cancelled: nobody owes it. */
  readonly INVOICE_VOIDED: {
    readonly invoiceId: string;
    readonly number: string;
    readonly kind: "PURCHASE" | "SUBSCRIPTION" | "USAGE";
    readonly currency: string;
    readonly total: string;
    readonly creditApplied: string;
    readonly amountDue: string;
    readonly carriedOver: string;
    readonly subscriptionId: string | null;
    readonly periodStart: string | null;
    readonly periodEnd: string | null;
    readonly reason: string | null;
  };

  /** Every attempt to collect an invoice has failed, and it was given up. */
  readonly INVOICE_UNCOLLECTIBLE: {
    readonly invoiceId: string;
    readonly number: string;
    readonly kind: "PURCHASE" | "SUBSCRIPTION" | "USAGE";
    readonly currency: string;
    readonly total: string;
    readonly creditApplied: string;
    readonly amountDue: string;
    readonly carriedOver: string;
    readonly subscriptionId: string | null;
    readonly periodStart: string | null;
    readonly periodEnd: string | null;
  };

  /** The money of a payment has arrived. */
  readonly PAYMENT_SUCCEEDED: {
    readonly paymentId: string;
    readonly invoiceId: string;
    readonly amount: string;
    readonly currency: string;
  };

  /** A payment waits for its customer, who has something to do at `actionUrl`. */
  readonly PAYMENT_ACTION_REQUIRED: {
    readonly paymentId: string;
    readonly invoiceId: string;
    readonly amount: string;
    readonly currency: string;
    readonly actionUrl: string | null;
  };

  /** A payment was declined; `failure` says why in the provider's words. */
  readonly PAYMENT_FAILED: {
    readonly paymentId: string;
    readonly invoiceId: string;
    readonly amount: string;
    readonly currency: string;
    readonly failure: string | null;
  };

  /** Credit packs were paid for, and are delivered. */
  readonly PURCHASE_PAID: {
    readonly purchaseId: string;
    readonly invoiceId: string;
    readonly grantId: string;
    readonly creditPack: string;
    readonly quantity: number;
    readonly unit: string;
    readonly credits: string;
  };

  /** Credits that were delivered before they were paid for were withdrawn: the payment has failed, or will not come. */
  readonly PURCHASE_WITHDRAWN: {
    readonly purchaseId: string;
    readonly invoiceId: string;
    readonly grantId: string;
    readonly creditPack: string;
    readonly quantity: number;
    readonly unit: string;
    readonly credits: string;
  };

  /** Credits can be spent from now on: a plan's supply, a pack, a promotion or the like. */
  readonly CREDITS_GRANTED: {
    readonly grantId: string;
    readonly unit: string;
    readonly source: "CARRY_OVER" | "SUPPLY" | "PROMOTION" | "PACK" | "ADJUSTMENT";
    readonly amount: string;
    readonly expiresAt: string | null;
    readonly reason: string | null;
  };

  /** Something was given back of an invoice. */
  readonly CREDIT_NOTE_CREATED: {
    readonly creditNoteId: string;
    readonly number: string;
    readonly invoiceId: string;
    readonly amount: string;
    readonly currency: string;
    readonly settlement: "REFUND" | "BALANCE" | "DISPUTE" | "INVOICE";
    readonly reason: string | null;
  };

  /** Money was paid back. */
  readonly REFUND_SUCCEEDED: {
    readonly refundId: string;
    readonly paymentId: string;
    readonly creditNoteId: string | null;
    readonly amount: string;
    readonly currency: string;
  };

  /** Money could not be paid back, or has come back; `failure` says why in the provider's words. */
  readonly REFUND_FAILED: {
    readonly refundId: string;
    readonly paymentId: string;
    readonly creditNoteId: string | null;
    readonly amount: string;
    readonly currency: string;
    readonly failure: string | null;
  };

  /** A customer contests a payment at their bank; the credits it paid for are frozen. */
  readonly DISPUTE_OPENED: {
    readonly disputeId: string;
    readonly paymentId: string;
    readonly invoiceId: string;
    readonly amount: string;
    readonly currency: string;
  };

  /** The bank has decided a dispute: for the operator (`WON`) or for the customer (`LOST`). */
  readonly DISPUTE_CLOSED: {
    readonly disputeId: string;
    readonly paymentId: string;
    readonly invoiceId: string;
    readonly amount: string;
    readonly currency: string;
    readonly status: "WON" | "LOST";
  };

  /** An auto top-up has failed too often and is off now. */
  readonly AUTO_TOP_UP_TURNED_OFF: {
    readonly unit: string;
    readonly creditPack: string;
    readonly failures: number;
    readonly lastFailure: string | null;
  };

  /** A budget, a balance or credits that expire soon want somebody's attention. */
  readonly ALERT_RAISED: {
    readonly alertId: string;
    readonly kind: "BUDGET_THRESHOLD" | "LOW_BALANCE" | "CREDITS_EXPIRING";
    readonly unit: string;
    readonly setBy: "OPERATOR" | "CUSTOMER";
    readonly budgetId: string | null;
    readonly budgetName: string | null;
    readonly measure: "CREDITS" | "MONEY" | null;
    readonly action: "WARN" | "BLOCK" | null;
    readonly threshold: number | null;
    readonly limit: string | null;
    readonly spent: string | null;
    readonly remaining: string | null;
    readonly windowStart: string | null;
    readonly resetsAt: string | null;
    readonly below: string | null;
    readonly available: string | null;
    readonly grantId: string | null;
    readonly amount: string | null;
    readonly expiresAt: string | null;
  };

  /** A webhook endpoint was given up and gets nothing more until it is enabled again. `url` is its origin. About no customer. */
  readonly WEBHOOK_ENDPOINT_DISABLED: {
    readonly endpointId: string;
    readonly url: string;
    readonly reason: "FAILING" | "GONE";
    readonly failingSince: string;
    readonly lastError: string | null;
  };
}

/** What can happen. */
export type ScripEventType = keyof ScripEventData;

/** An event of one type. */
export interface ScripEventOf<Type extends ScripEventType> {
  /** The same however often it is sent: what was seen before can be passed over. */
  readonly id: string;
  /** What has happened. */
  readonly type: Type;
  /** To which customer; null when it is about none. */
  readonly customerId: string | null;
  /** Its place in the order of the customer's events, counted from 1 without gaps. */
  readonly sequence: number;
  /** When it happened, in the customer's time. */
  readonly createdAt: string;
  /** What there is to tell. */
  readonly data: ScripEventData[Type];
}

/** Any event, told apart by its `type`. A server that is newer than the SDK may send types that are not listed. */
export type ScripEvent = { readonly [Type in ScripEventType]: ScripEventOf<Type> }[ScripEventType];

/** A page of events. */
export interface ScripEventPage {
  readonly nodes: readonly ScripEvent[];
  readonly pageInfo: PageInfo;
}
