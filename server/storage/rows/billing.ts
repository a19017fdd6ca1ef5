import { Column, type ColumnOptions, Entity, PrimaryColumn } from "typeorm";
import { type Micros, totalOf } from "../../domain/amount.js";
import type { AutoTopUpStatus } from "../../domain/autoTopUp.js";
import type { Coupon, PackAvailability } from "../../domain/catalog.js";
import type { CouponUse } from "../../domain/coupon.js";
import type { CreditSettlement } from "../../domain/creditNote.js";
import type { DisputeStatus } from "../../domain/dispute.js";
import type { Instant } from "../../domain/instant.js";
import type {
  InvoiceKind,
  InvoiceLine,
  InvoiceParties,
  InvoiceStatus,
  InvoiceTax,
} from "../../domain/invoice.js";
import type { NumberSeries } from "../../domain/numbers.js";
import type { PaymentStatus, PurchaseStatus } from "../../domain/purchase.js";
import type { RefundStatus } from "../../domain/refund.js";
import {
  jsonColumn,
  numberColumn,
  optionalJson,
  optionalNumber,
  optionalText,
  textColumn,
} from "../columns.js";

/** A quantity that no number holds exactly is kept as text, which JSON has no other way to write. */
const linesColumn = {
  type: "text",
  transformer: {
    to: (lines: readonly InvoiceLine[]): string =>
      JSON.stringify(lines, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)),
    from: (text: string): InvoiceLine[] =>
      (JSON.parse(text) as (InvoiceLine & { readonly quantity: number | string })[]).map((line) => ({
        ...line,
        quantity: totalOf(BigInt(line.quantity)),
      })),
  },
} as const satisfies ColumnOptions;

@Entity({ name: "purchases" })
export class PurchaseRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) purchaseId!: string;
  @Column(textColumn) idempotencyKey!: string;
  @Column(textColumn) inputHash!: string;
  @Column(textColumn) creditPack!: string;
  @Column(numberColumn) quantity!: number;
  @Column(textColumn) unit!: string;
  @Column(numberColumn) credits!: Micros;
  @Column(optionalNumber) expiresAfterDays!: number | null;
  @Column(numberColumn) priority!: number;
  @Column(textColumn) status!: PurchaseStatus;
  @Column(textColumn) invoiceId!: string;
  /** The credits that were delivered, be they paid for or not. */
  @Column(optionalText) grantId!: string | null;
  @Column(numberColumn) createdAt!: Instant;
  /** What was agreed when it began: ON_PURCHASE only where the credits were delivered in the same transaction. */
  @Column(textColumn) availability!: PackAvailability;
  /** When credits that were delivered but not paid for were taken back. */
  @Column(optionalNumber) withdrawnAt!: Instant | null;
  /** When the provider is asked how its payment stands; null when it has ended. */
  @Column(optionalNumber) nextAttemptAt!: Instant | null;
}

@Entity({ name: "invoices" })
export class InvoiceRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) invoiceId!: string;
  @Column(optionalText) number!: string | null;
  @Column(textColumn) status!: InvoiceStatus;
  @Column(textColumn) currency!: string;
  @Column(linesColumn) lines!: readonly InvoiceLine[];
  @Column(numberColumn) total!: Micros;
  @Column(numberColumn) createdAt!: Instant;
  @Column(optionalNumber) finalizedAt!: Instant | null;
  @Column(optionalNumber) paidAt!: Instant | null;
  @Column(textColumn) kind!: InvoiceKind;
  @Column(optionalText) subscriptionId!: string | null;
  @Column(optionalNumber) periodIndex!: number | null;
  @Column(optionalNumber) periodStart!: Instant | null;
  @Column(optionalNumber) periodEnd!: Instant | null;
  @Column(numberColumn) subtotal!: Micros;
  @Column(jsonColumn) taxes!: readonly InvoiceTax[];
  @Column(numberColumn) creditApplied!: Micros;
  @Column(numberColumn) amountDue!: Micros;
  @Column(numberColumn) carriedOver!: Micros;
  @Column(optionalJson) parties!: InvoiceParties | null;
  @Column(optionalText) notes!: string | null;
  @Column(optionalNumber) finalizesAt!: Instant | null;
  /** How often it was tried to collect it, and when that is due next; null while nothing is to be tried. */
  @Column(numberColumn) attempts!: number;
  @Column(optionalNumber) nextAttemptAt!: Instant | null;
  /** The payment of the latest attempt while it is under way at the provider: how it ends is still to be counted. */
  @Column(optionalText) awaitedPaymentId!: string | null;
  @Column(optionalNumber) voidedAt!: Instant | null;
  @Column(optionalText) voidReason!: string | null;
  @Column(numberColumn) setOff!: Micros;
  /** What its lines charge after coupons, before they give anything back; what of that was given back elsewhere. */
  @Column(numberColumn) charged!: Micros;
  @Column(numberColumn) unused!: Micros;
  /** The invoice whose unused time its lines give back. */
  @Column(optionalText) unusedOf!: string | null;
}

/** The last number given in a year; numbers have no gaps because they are taken in the finalizing transaction. */
@Entity({ name: "document_numbers" })
export class DocumentNumberRow {
  @PrimaryColumn(textColumn) series!: NumberSeries;
  @PrimaryColumn(numberColumn) year!: number;
  @Column(numberColumn) last!: number;
}

@Entity({ name: "payments" })
export class PaymentRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) paymentId!: string;
  @Column(textColumn) invoiceId!: string;
  @Column(textColumn) status!: PaymentStatus;
  @Column(numberColumn) amount!: Micros;
  @Column(textColumn) currency!: string;
  @Column(optionalText) failure!: string | null;
  @Column(optionalText) actionUrl!: string | null;
  @Column(numberColumn) createdAt!: Instant;
  @Column(numberColumn) refunded!: Micros;
  /** The provider's own name for it. */
  @Column(optionalText) providerReference!: string | null;
  /** When the provider is asked to end it, because nobody owes it any more; null while somebody does. */
  @Column(optionalNumber) cancelAt!: Instant | null;
}

/** Money of the customer's towards the next invoices. */
@Entity({ name: "credit_balances" })
export class CreditBalanceRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) currency!: string;
  @Column(numberColumn) amount!: Micros;
}

@Entity({ name: "coupon_redemptions" })
export class CouponRedemptionRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) redemptionId!: string;
  /** Its code; the terms are those of the time when it was redeemed. */
  @Column(textColumn) coupon!: string;
  @Column(jsonColumn) terms!: Coupon;
  @Column(numberColumn) redeemedAt!: Instant;
  @Column(jsonColumn) uses!: readonly CouponUse[];
  @Column(optionalNumber) endedAt!: Instant | null;
}

/** How many customers have redeemed a coupon, whatever has become of it; counted for its limit. */
@Entity({ name: "coupon_counts" })
export class CouponCountRow {
  @PrimaryColumn(textColumn) coupon!: string;
  @Column(numberColumn) redeemed!: number;
}

@Entity({ name: "auto_top_ups" })
export class AutoTopUpRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) unit!: string;
  @Column(textColumn) creditPack!: string;
  @Column(optionalNumber) quantity!: number | null;
  @Column(optionalNumber) targetAmount!: Micros | null;
  @Column(numberColumn) threshold!: Micros;
  @Column(numberColumn) monthlyCap!: Micros;
  @Column(textColumn) currency!: string;
  @Column(numberColumn) enabled!: number;
  @Column(textColumn) status!: AutoTopUpStatus;
  @Column(numberColumn) failures!: number;
  @Column(optionalText) lastFailure!: string | null;
  @Column(optionalNumber) nextAttemptAt!: Instant | null;
  @Column(optionalText) invoiceId!: string | null;
  @Column(numberColumn) attemptedAt!: Instant;
  @Column(numberColumn) attemptAmount!: Micros;
  @Column(numberColumn) month!: Instant;
  @Column(numberColumn) spent!: Micros;
}

/** A customer as a payment provider knows them. */
@Entity({ name: "payment_accounts" })
export class PaymentAccountRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) provider!: string;
  @Column(textColumn) providerCustomerId!: string;
  @Column(optionalText) paymentMethodId!: string | null;
  /** By the provider's clock, which orders its messages. */
  @Column(numberColumn) savedAt!: Instant;
}

/** A provider's message that has had its effect; kept for ever, since it may come again. */
@Entity({ name: "provider_events" })
export class ProviderEventRow {
  @PrimaryColumn(textColumn) eventId!: string;
  @Column(numberColumn) receivedAt!: Instant;
}

@Entity({ name: "credit_notes" })
export class CreditNoteRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) creditNoteId!: string;
  @Column(textColumn) invoiceId!: string;
  @Column(textColumn) invoiceNumber!: string;
  @Column(numberColumn) invoiceFinalizedAt!: Instant;
  @Column(textColumn) number!: string;
  @Column(jsonColumn) taxes!: readonly InvoiceTax[];
  @Column(numberColumn) amount!: Micros;
  @Column(textColumn) currency!: string;
  @Column(textColumn) settlement!: CreditSettlement;
  @Column(optionalText) reason!: string | null;
  @Column(numberColumn) voided!: Micros;
  @Column(numberColumn) clawback!: Micros;
  @Column(numberColumn) createdAt!: Instant;
}

@Entity({ name: "refunds" })
export class RefundRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) refundId!: string;
  @Column(textColumn) paymentId!: string;
  @Column(optionalText) creditNoteId!: string | null;
  @Column(numberColumn) amount!: Micros;
  @Column(textColumn) currency!: string;
  @Column(textColumn) status!: RefundStatus;
  @Column(optionalText) reason!: string | null;
  @Column(optionalText) failure!: string | null;
  @Column(numberColumn) createdAt!: Instant;
  /** When the provider is asked again unless it has said by then how it went; null once it has. */
  @Column(optionalNumber) nextAttemptAt!: Instant | null;
}

@Entity({ name: "disputes" })
export class DisputeRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) disputeId!: string;
  @Column(textColumn) paymentId!: string;
  @Column(numberColumn) amount!: Micros;
  @Column(textColumn) currency!: string;
  @Column(textColumn) status!: DisputeStatus;
  @Column(numberColumn) openedAt!: Instant;
  @Column(optionalNumber) closedAt!: Instant | null;
}
