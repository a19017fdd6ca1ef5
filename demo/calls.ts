import type { Operation, PriceStep } from "@scrip/sdk";
import type { Decimal } from "decimal.js";
import type { Attributes } from "./attributes.js";

/** A call that the customer may make. */
export interface Call {
  readonly operation: string;
  readonly attributes: Attributes;
  readonly quantity: string;
}

/** A call with what it costs this customer. */
export interface PricedCall extends Call {
  /** Its attributes that are not the usual ones, less those that follow from them. */
  readonly chosen: Attributes;
  readonly per: string;
  readonly price: Decimal;
  readonly explanation: readonly PriceStep[];
  /** What it is called in one line. */
  readonly label: string;
}

/** The operation and what is particular to the call; numbers that were not chosen are left to the table of prices. */
export function labelOf(
  { key }: Operation,
  { attributes, chosen, quantity }: Call & Pick<PricedCall, "chosen">,
) {
  const words = Object.entries(attributes).flatMap(([name, value]) => {
    if (typeof value === "string") return [value];
    if (typeof value === "number") return name in chosen ? [`${name}=${value}`] : [];
    return value ? [name] : [];
  });
  return [key, ...words, ...(quantity === "1" ? [] : [`× ${quantity}`])].join(" ");
}

/** `model=sdxl width=1024`: all attributes, or those that differ from another call's. */
export const described = (attributes: Attributes, from: Attributes = {}): string =>
  Object.entries(attributes)
    .filter(([name, value]) => value !== from[name])
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
