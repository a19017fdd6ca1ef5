import { add, least, type Micros, portion, subtract, sum, zero } from "./amount.js";
import { floorToMinorUnit, minorUnit } from "./currency.js";
import type { Instant } from "./instant.js";
import { chargedBy, type Invoice, type InvoiceTax } from "./invoice.js";
import { fractionOf } from "./invoicing/fraction.js";

/**
 * Where the money goes. DISPUTE: the bank has taken it, so that nobody has to pay it. INVOICE: off what the invoice
 * asks for, because it had not been paid.
 */
export const creditSettlements = ["REFUND", "BALANCE", "DISPUTE", "INVOICE"] as const;
export type CreditSettlement = (typeof creditSettlements)[number];

/** What was given back of an invoice; it never changes. */
export interface CreditNote {
  readonly customerId: string;
  readonly creditNoteId: string;
  readonly invoiceId: string;
  /** The invoice as it is referred to: it has both, since only what is final is given back. */
  readonly invoiceNumber: string;
  readonly invoiceFinalizedAt: Instant;
  readonly number: string;
  /** The part of the invoice's taxes that is given back with it. */
  readonly taxes: readonly InvoiceTax[];
  readonly amount: Micros;
  readonly currency: string;
  readonly settlement: CreditSettlement;
  readonly reason: string | null;
  /** Of a purchase: the credits that were taken for it at once, and those that are taken when they come free. */
  readonly voided: Micros;
  readonly clawback: Micros;
  readonly createdAt: Instant;
}

export const creditedBy = (notes: readonly Pick<CreditNote, "amount">[]): Micros =>
  sum(notes.map(({ amount }) => amount));

/** What of an invoice's total another one has not given back for unused time, in whole coins. */
function keptOf({ total, subtotal, lines, unused, currency }: Credited): Micros {
  const kept = subtract(chargedBy(lines), unused);
  // What it had taken over from the invoice before it is not of its own total.
  if (unused === zero || kept >= subtotal || subtotal <= zero) return total;
  return floorToMinorUnit(portion(total, BigInt(kept), BigInt(subtotal)), currency);
}

type Credited = Pick<
  Invoice,
  "total" | "subtotal" | "amountDue" | "carriedOver" | "lines" | "unused" | "currency"
>;

/** What can still be given back of a paid invoice; of what its customer's credit balance paid, nothing is refunded. */
export function creditable(
  invoice: Credited,
  notes: readonly Pick<CreditNote, "amount" | "settlement">[],
  settlement: CreditSettlement,
): Micros {
  const { amountDue, carriedOver } = invoice;
  const left = subtract(keptOf(invoice), creditedBy(notes));
  if (settlement === "BALANCE") return atLeastNothing(left);
  const takenBack = notes.filter((note) => note.settlement !== "BALANCE");
  return atLeastNothing(least(left, subtract(subtract(amountDue, carriedOver), creditedBy(takenBack))));
}

/** An invoice that gave back more than it charged has nothing to be given back. */
const atLeastNothing = (amount: Micros): Micros => (amount < zero ? zero : amount);

/** What is given back without the taxes that were added to the prices. */
export const subtotalOf = ({ amount, taxes }: Pick<CreditNote, "amount" | "taxes">): Micros =>
  subtract(amount, sum(taxes.filter(({ inclusive }) => !inclusive).map((tax) => tax.amount)));

type Given = Pick<CreditNote, "amount" | "taxes">;

/**
 * The taxes of a credit note: as much of the invoice's as it gives back of the total. Counted from the first credit
 * note on, so that roundings never add up: those of an invoice that is given back in full come to its taxes exactly.
 */
export function taxesGivenBack(
  { taxes, total, currency }: Pick<Invoice, "taxes" | "total" | "currency">,
  earlier: readonly Given[],
  amount: Micros,
): InvoiceTax[] {
  const share = { numerator: BigInt(add(creditedBy(earlier), amount)), denominator: BigInt(total) };
  const given = taxes.map((tax, index) => {
    const before = sum(earlier.map((note) => note.taxes[index]?.amount ?? zero));
    return { ...tax, amount: subtract(fractionOf(tax.amount, share, minorUnit(currency)), before) };
  });
  return given.map((tax) => ({ ...tax, taxable: subtotalOf({ amount, taxes: given }) }));
}
