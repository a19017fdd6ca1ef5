import type { Instant } from "../domain/instant.js";
import { contentOf, type Invoice, type InvoiceKind, type InvoiceLine } from "../domain/invoice.js";
import type { Tx } from "../storage/database.js";
import { type InvoicedPeriod, openInvoice } from "./invoices.js";

/** What an invoice is to be made of; who is billed, taxes, coupons and credit are looked up. */
export interface InvoiceOrder {
  readonly customerId: string;
  readonly invoiceId: string;
  readonly kind: InvoiceKind;
  readonly currency: string;
  readonly lines: readonly InvoiceLine[];
  readonly at: Instant;
  /** The billing period it is for. */
  readonly of: InvoicedPeriod | null;
}

/** Makes an invoice that is final at once, and has it collected if anything is due. */
export async function issueInvoice(tx: Tx, order: InvoiceOrder): Promise<Invoice> {
  const { currency, lines, of, ...rest } = order;
  return openInvoice(tx, { ...rest, ...contentOf(currency, lines), of });
}
