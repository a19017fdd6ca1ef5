import { least, type Micros, subtract, sum, zero } from "./amount.js";
import type { Instant } from "./instant.js";
import type { Invoice } from "./invoice.js";

/** Where the money goes. DISPUTE: the bank has taken it, so that nobody has to pay it. */
export const creditSettlements = ["REFUND", "BALANCE", "DISPUTE"] as const;
export type CreditSettlement = (typeof creditSettlements)[number];

/** What was given back of an invoice; it never changes. */
export interface CreditNote {
  readonly customerId: string;
  readonly creditNoteId: string;
  readonly invoiceId: string;
  readonly number: string;
  readonly amount: Micros;
  readonly currency: string;
  readonly settlement: CreditSettlement;
  readonly reason: string | null;
  /** Of a purchase: the credits that were taken for it at once, and those that are taken when they come free. */
  readonly voided: Micros;
  readonly clawback: Micros;
  readonly createdAt: Instant;
}

/** Numbers count up within a year and sort as text, beside those of invoices: CN-2026-000001. */
export const creditNoteNumber = (year: number, count: number): string =>
  `CN-${year}-${String(count).padStart(6, "0")}`;

export const creditedBy = (notes: readonly Pick<CreditNote, "amount">[]): Micros =>
  sum(notes.map(({ amount }) => amount));

/** What can still be given back of a paid invoice; of what its customer's credit balance paid, nothing is refunded. */
export function creditable(
  { total, amountDue }: Pick<Invoice, "total" | "amountDue">,
  notes: readonly Pick<CreditNote, "amount" | "settlement">[],
  settlement: CreditSettlement,
): Micros {
  const left = subtract(total, creditedBy(notes));
  if (settlement === "BALANCE") return atLeastNothing(left);
  const takenBack = notes.filter((note) => note.settlement !== "BALANCE");
  return atLeastNothing(least(left, subtract(amountDue, creditedBy(takenBack))));
}

/** An invoice that gave back more than it charged has nothing to be given back. */
const atLeastNothing = (amount: Micros): Micros => (amount < zero ? zero : amount);
