import { negate } from "../domain/amount.js";
import { type Invoice, leftToPay } from "../domain/invoice.js";
import { day, span } from "./dates.js";
import type { Demand, Total } from "./document.js";
import { pricedIn } from "./figures.js";
import { taxTotals } from "./taxTotals.js";

/** From the subtotal to what has to be paid. */
export function totalsOf(invoice: Invoice): Total[] {
  const { currency, subtotal, taxes, total, creditApplied, setOff, carriedOver } = invoice;
  const priced = (amount: typeof total) => pricedIn(amount, currency);
  const part = (label: string, amount: typeof total): Total[] =>
    amount === 0 ? [] : [{ label, figure: priced(amount), weight: "part" }];
  return [
    { label: "Subtotal", figure: priced(subtotal), weight: "part" },
    ...taxTotals(taxes, currency, { inclusive: false }),
    { label: "Total", figure: priced(total), weight: "sum" },
    ...taxTotals(taxes, currency, { inclusive: true }),
    ...part(creditLabel(invoice), negate(creditApplied)),
    ...part("Set off by credit notes", negate(setOff)),
    ...part("Carried over to the next invoice", negate(carriedOver)),
    { label: demandLabels[invoice.status], figure: priced(leftToPay(invoice)), weight: "demand" },
  ];
}

/** Below zero it is what the invoice gives, or else what earlier ones were too small to be paid for. */
function creditLabel({ creditApplied, amountDue }: Invoice): string {
  if (creditApplied > 0) return "Paid from credit balance";
  return amountDue > 0 ? "Carried over from earlier invoices" : "Added to credit balance";
}

const demandLabels = {
  DRAFT: "Amount so far",
  OPEN: "Amount due",
  PAID: "Amount paid",
  VOID: "Amount, not owed",
  UNCOLLECTIBLE: "Amount due",
} as const;

export const demandOf = (invoice: Invoice): Demand => ({
  label: demandLabels[invoice.status],
  figure: pricedIn(leftToPay(invoice), invoice.currency),
  remark: remarkOf(invoice),
});

function remarkOf({ status, finalizesAt, paidAt, period }: Invoice): string | null {
  switch (status) {
    case "DRAFT":
      return finalizesAt === null
        ? "A draft. Please do not pay it."
        : `A draft until ${day(finalizesAt)}. Please do not pay it.`;
    case "PAID":
      return paidAt === null ? null : `Paid on ${day(paidAt)}. Thank you.`;
    case "VOID":
      return "This invoice is cancelled. Nothing is owed.";
    default:
      return period === null ? null : `For ${span(period)}`;
  }
}
