import { type Micros, zero } from "../amount.js";
import type { TaxRate } from "../catalog.js";
import { minorUnit } from "../currency.js";
import type { BilledCustomer, InvoiceTax } from "../invoice.js";
import { containedPercentage, fractionOf, percentage } from "./fraction.js";

interface Taxed {
  readonly subtotal: Micros;
  readonly currency: string;
}

/** The tax of the customer's country; none for who is exempt, or lives where no rate is known, or nobody knows where. */
export function taxesOn(
  { subtotal, currency }: Taxed,
  { address, taxExempt }: BilledCustomer,
  rates: readonly TaxRate[],
): InvoiceTax[] {
  if (taxExempt || address === null || subtotal === zero) return [];
  return rates
    .filter(({ country }) => country === address.country)
    .map(({ name, country, percent, inclusive }) => {
      const part = inclusive ? containedPercentage(percent) : percentage(percent);
      const amount = fractionOf(subtotal, part, minorUnit(currency));
      return { name, country, percent, inclusive, taxable: subtotal, amount };
    });
}
