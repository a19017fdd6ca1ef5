import type { Micros } from "./amount.js";
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

export interface InvoiceLine {
  readonly description: string;
  readonly quantity: Micros;
  readonly unitPrice: Micros;
  readonly amount: Micros;
}

/** Numbers count up within a year and sort as text: 2026-000001. */
export const invoiceNumber = (year: number, count: number): string =>
  `${year}-${String(count).padStart(6, "0")}`;

export interface Invoice {
  readonly customerId: string;
  readonly invoiceId: string;
  readonly number: string | null;
  readonly status: InvoiceStatus;
  readonly currency: string;
  readonly lines: readonly InvoiceLine[];
  readonly total: Micros;
  readonly createdAt: Instant;
  readonly finalizedAt: Instant | null;
  readonly paidAt: Instant | null;
}
