import type { InvoiceKind } from "./invoice.js";

/**
 * Ids carry a prefix that says what they name. The random part comes from outside (`NewId`), except where an id must
 * be the same however often and by whomever it is computed: then it is derived.
 */
type IdPrefix =
  | "usage"
  | "hold"
  | "reversal"
  | "grant"
  | "sub"
  | "change"
  | "purchase"
  | "inv"
  | "pay"
  | "redemption"
  | "cn"
  | "refund"
  | "endpoint"
  | "budget"
  | "clock"
  | "key";
export type NewId = (prefix: IdPrefix) => string;

/** One period has one supply: its id is derived, so that the primary key itself forbids granting it twice. */
export const supplyGrantId = (subscriptionId: string, periodIndex: number): string =>
  `grant_${subscriptionId.replace(/^sub_/, "")}_${String(periodIndex).padStart(5, "0")}`;

/** Likewise, one period has one invoice of each kind. */
export const periodInvoiceId = (kind: InvoiceKind, subscriptionId: string, periodIndex: number): string =>
  `inv_${subscriptionId.replace(/^sub_/, "")}_${kind.toLowerCase()}_${String(periodIndex).padStart(5, "0")}`;

export const walletId = (customerId: string, unit: string): string => `wallet_${customerId}/${unit}`;

export const ledgerEntryId = (customerId: string, unit: string, sequence: number): string =>
  `entry_${customerId}/${unit}/${sequence}`;

const customerId = /^[A-Za-z0-9._:@-]{1,64}$/;
export const isCustomerId = (text: string): boolean => customerId.test(text);
