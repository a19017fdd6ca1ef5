import type { Instant } from "../domain/instant.js";
import {
  contentOf,
  type Invoice,
  type InvoiceContent,
  type InvoiceKind,
  type InvoiceLine,
  type Span,
} from "../domain/invoice.js";
import type { Tx } from "../storage/database.js";
import { openInvoice } from "./invoices.js";

/** What an invoice is to be made of; who is billed, taxes, coupons and credit are looked up. */
export interface InvoiceOrder {
  readonly customerId: string;
  readonly invoiceId: string;
  readonly kind: InvoiceKind;
  readonly currency: string;
  readonly lines: readonly InvoiceLine[];
  readonly at: Instant;
  /** The billing period it is for. */
  readonly of: {
    readonly subscriptionId: string;
    readonly periodIndex: number;
    readonly period: Span;
  } | null;
}

/** What an order comes to, with taxes, coupons and credit as they stand; it writes nothing. */
export const invoiceContent = async (_tx: Tx, { currency, lines }: InvoiceOrder): Promise<InvoiceContent> =>
  contentOf(currency, lines);

/** Makes an invoice that is final at once, and has it collected if anything is due. */
export async function issueInvoice(tx: Tx, order: InvoiceOrder): Promise<Invoice> {
  const { of, currency: _, lines: __, ...rest } = order;
  return openInvoice(tx, { ...rest, ...(await invoiceContent(tx, order)), of });
}
