import { negate } from "../domain/amount.js";
import { type Invoice, owedOf } from "../domain/invoice.js";
import { day, span } from "./dates.js";
import type { Demand, Total } from "./document.js";
import { pricedIn } from "./figures.js";
import { taxTotals } from "./taxTotals.js";

/** From the subtotal to what has to be paid. */
export function totalsOf(invoice: Invoice): Total[] {
  const { currency, subtotal, taxes, total, creditApplied, setOff } = invoice;
  const priced = (amount: typeof total) => pricedIn(amount, currency);
  const label = creditApplied > 0 ? "Paid from credit balance" : "Added to credit balance";
  const credit: Total[] =
    creditApplied === 0 ? [] : [{ label, figure: priced(negate(creditApplied)), weight: "part" }];
  return [
    { label: "Subtotal", figure: priced(subtotal), weight: "part" },
    ...taxTotals(taxes, currency, { inclusive: false }),
    { label: "Total", figure: priced(total), weight: "sum" },
    ...taxTotals(taxes, currency, { inclusive: true }),
    ...credit,
    ...(setOff === 0
      ? []
      : [{ label: "Set off by credit notes", figure: priced(negate(setOff)), weight: "part" } as const]),
    { label: demandLabels[invoice.status], figure: priced(owedOf(invoice)), weight: "demand" },
  ];
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
  figure: pricedIn(owedOf(invoice), invoice.currency),
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
