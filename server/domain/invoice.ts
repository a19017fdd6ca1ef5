import { type Micros, micros, subtract, sum, type Total } from "./amount.js";
import type { Address } from "./customer.js";
import type { Instant } from "./instant.js";

const invoiceMoves = {
  DRAFT: ["OPEN", "VOID"],
  OPEN: ["PAID", "VOID", "UNCOLLECTIBLE"],
  UNCOLLECTIBLE: ["PAID", "VOID"],
  PAID: [],
  VOID: [],
} as const satisfies Record<string, readonly string[]>;

export type InvoiceStatus = keyof typeof invoiceMoves;

export const mayMove = (from: InvoiceStatus, to: InvoiceStatus): boolean =>
  (invoiceMoves[from] as readonly InvoiceStatus[]).includes(to);

/** What an invoice is for: a pack that was bought, a plan's period in advance, or what a period has used. */
export const invoiceKinds = ["PURCHASE", "SUBSCRIPTION", "USAGE"] as const;
export type InvoiceKind = (typeof invoiceKinds)[number];

/**
 * What a line charges for, or takes off. USAGE and LATE_USAGE lines add up to the usage records; everything that
 * depends on the whole period (TRUE_UP to a commitment or minimum, DISCOUNT, COUPON) has lines of its own after them.
 */
export const invoiceLineKinds = [
  "CREDIT_PACK",
  "PLAN_FEE",
  "UNUSED_TIME",
  "RESERVED",
  "USAGE",
  "LATE_USAGE",
  "DISCOUNT",
  "TRUE_UP",
  "COUPON",
] as const;
export type InvoiceLineKind = (typeof invoiceLineKinds)[number];

/** A half-open span of time. */
export interface Span {
  readonly start: Instant;
  readonly end: Instant | null;
}

/** One item. All figures but `amount` are exact; `net` is what is left of the list amount after all that is taken off. */
export interface InvoiceLine {
  readonly kind: InvoiceLineKind;
  readonly description: string;
  readonly operation: string | null;
  /** Which price tier, in words; null when the price has none. */
  readonly tier: string | null;
  /** When it was used, or what time it pays for; null when that says nothing. */
  readonly period: Span | null;
  readonly quantity: Total;
  /** The price of one; null where the items have had different prices. */
  readonly unitPrice: Micros | null;
  readonly listAmount: Micros;
  /** Taken off at the time of the calls: savings plan, reserved, spot. */
  readonly discount: Micros;
  /** Paid by the plan's free supply, and by credits that were bought or given. */
  readonly allowance: Micros;
  readonly prepaid: Micros;
  readonly net: Micros;
  /** `net`, rounded once to the currency's minor unit: what is charged. */
  readonly amount: Micros;
  /** A coupon's: as what it was redeemed. */
  readonly redemptionId?: string;
}

/** What lines charge after coupons, before they give anything back: all of it is paid, be it by unused time. */
export const chargedBy = (lines: readonly InvoiceLine[]): Micros =>
  sum(lines.filter(({ kind }) => kind !== "UNUSED_TIME").map(({ amount }) => amount));

/** What rounding has added to a line. */
export const roundedBy = ({ amount, net }: InvoiceLine): Micros => subtract(amount, net);

/** One tax on an invoice. */
export interface InvoiceTax {
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Of 100. */
  readonly percent: Micros;
  /** Whether the prices contain it. */
  readonly inclusive: boolean;
  readonly taxable: Micros;
  readonly amount: Micros;
}

/** Who bills and who is billed, as they were when the invoice was finalized. */
export interface InvoiceParties {
  readonly operator: Operator | null;
  readonly customer: BilledCustomer;
}

/** Who sells, as it goes on invoices. */
export interface Operator {
  readonly name: string;
  readonly address: Address | null;
  readonly taxId: string | null;
  readonly email: string | null;
  /** A footer, such as bank details or terms. */
  readonly notes: string | null;
}

export interface BilledCustomer {
  readonly customerId: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly address: Address | null;
  readonly taxId: string | null;
  readonly taxExempt: boolean;
}

export interface Invoice {
  readonly customerId: string;
  readonly invoiceId: string;
  readonly number: string | null;
  readonly kind: InvoiceKind;
  readonly status: InvoiceStatus;
  readonly currency: string;
  readonly subscriptionId: string | null;
  readonly periodIndex: number | null;
  readonly period: Span | null;
  readonly lines: readonly InvoiceLine[];
  /** The sum of the lines' amounts. */
  readonly subtotal: Micros;
  readonly taxes: readonly InvoiceTax[];
  /** The subtotal and every tax that is not contained in it. */
  readonly total: Micros;
  /** Paid from the customer's credit balance. */
  readonly creditApplied: Micros;
  /** What has to be paid: the total less the credit applied. */
  readonly amountDue: Micros;
  /** What of it cannot be charged: the customer's credit balance owes it to the next invoice. */
  readonly carriedOver: Micros;
  /** What of that need not be paid any more: time that was given back before it was paid. */
  readonly setOff: Micros;
  /** What of its charges the invoice of another plan has given back for unused time, without tax. */
  readonly unused: Micros;
  /** Null for a draft. */
  readonly parties: InvoiceParties | null;
  readonly notes: string | null;
  readonly createdAt: Instant;
  /** A draft's: until when late usage joins it. */
  readonly finalizesAt: Instant | null;
  readonly finalizedAt: Instant | null;
  readonly paidAt: Instant | null;
  readonly voidedAt: Instant | null;
  readonly voidReason: string | null;
}

/** What payments have to bring, or have brought. */
export const leftToPay = ({ amountDue, setOff, carriedOver }: Due): Micros =>
  subtract(subtract(amountDue, setOff), carriedOver);

type Due = Pick<Invoice, "amountDue" | "setOff" | "carriedOver">;

/** What an invoice comes to, before it has a number and a place among others. */
export type InvoiceContent = Pick<
  Invoice,
  "currency" | "lines" | "subtotal" | "taxes" | "total" | "creditApplied" | "amountDue"
>;

/** A line of one price, of which nothing is taken off: a pack, a fee, unused time that is given back. */
export function plainLine(
  line: Pick<InvoiceLine, "kind" | "description" | "quantity" | "unitPrice" | "net" | "amount"> &
    Partial<Pick<InvoiceLine, "operation" | "period" | "redemptionId">>,
): InvoiceLine {
  const nothing = { discount: micros(0), allowance: micros(0), prepaid: micros(0) };
  return { operation: null, tier: null, period: null, ...nothing, listAmount: line.net, ...line };
}
