import { formatAmount, subtract } from "../domain/amount.js";
import type { InvoiceTax } from "../domain/invoice.js";
import type { Total } from "./document.js";
import { pricedIn } from "./figures.js";
import { oneLine } from "./text.js";

/** Taxes that are added to the prices, or those that the prices contain: these are told, and add nothing. */
export const taxTotals = (
  taxes: readonly InvoiceTax[],
  currency: string,
  { inclusive }: Pick<InvoiceTax, "inclusive">,
): Total[] =>
  taxes
    .filter((tax) => tax.inclusive === inclusive)
    .map((tax) => ({
      label: inclusive ? containedLabel(tax, currency) : addedLabel(tax, currency),
      figure: pricedIn(tax.amount, currency),
      weight: inclusive ? "aside" : "part",
    }));

const taxName = ({ name, country, percent }: InvoiceTax): string =>
  `${oneLine(name)} ${formatAmount(percent)}% (${country})`;

const addedLabel = (tax: InvoiceTax, currency: string): string =>
  `${taxName(tax)} on ${pricedIn(tax.taxable, currency)}`;

/** A buyer who deducts the tax enters what is left without it. */
const containedLabel = (tax: InvoiceTax, currency: string): string =>
  `Contains ${taxName(tax)}, net ${pricedIn(subtract(tax.taxable, tax.amount), currency)}`;
