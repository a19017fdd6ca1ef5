import type { Address } from "../domain/customer.js";
import type { BilledCustomer, Operator } from "../domain/invoice.js";
import type { Party } from "./document.js";
import { oneLine } from "./text.js";

export const sellerOf = ({ name, address, taxId, email }: Operator): Party => ({
  name: oneLine(name),
  lines: written([...addressLines(address), taxId && `Tax ID ${taxId}`, email]),
});

/** Named as on its letter box where it has no name of its own, and by its id where nothing else is known. */
export function buyerOf({ customerId, name, address, taxId, email, taxExempt }: BilledCustomer): Party {
  const shown = name ?? address?.name ?? customerId;
  return {
    name: oneLine(shown),
    lines: written([
      address?.name === shown ? null : address?.name,
      ...addressLines(address),
      taxId && `Tax ID ${taxId}`,
      taxExempt ? "Exempt from tax" : null,
      email,
    ]),
  };
}

const written = (lines: readonly (string | null | undefined)[]): string[] =>
  lines.map((line) => oneLine(line ?? "")).filter((line) => line !== "");

function addressLines(address: Address | null): string[] {
  if (address === null) return [];
  const { lines, postalCode, city, country } = address;
  const town = townLast.has(country) ? [postalCode, city] : [city, postalCode];
  return [...lines, town.filter(Boolean).join(" "), countryName(country)];
}

/** Where the postal code comes before the town; elsewhere it comes after it. */
const townLast = new Set(
  (
    "AT BE BG BR CH CL CN CO CY CZ DE DK EE ES FI FR GR HR HU IL IS IT JP KR LI LT LU LV MC MX MY NL NO PL PT RO " +
    "RS SE SI SK TR UA"
  ).split(" "),
);

const countries = new Intl.DisplayNames(["en"], { type: "region" });

const countryName = (code: string): string => (/^[A-Z]{2}$/.test(code) ? (countries.of(code) ?? code) : code);
