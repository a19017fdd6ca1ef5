import { amountDecimals, formatAmount, type Micros, maxMicros } from "../amount.js";
import type { Subject } from "./call.js";
import { type Unpriced, unpriced } from "./outcome.js";
import { decimalText, type Ratio } from "./ratio.js";

export const negativeQuantity = ({ operation }: Subject, quantity: Micros): Unpriced =>
  unpriced("ATTRIBUTE_OUT_OF_RANGE", {
    attribute: "quantity",
    message: `The quantity of ${operation.key} must not be negative; got ${formatAmount(quantity)}.`,
    allowed: "a number of at least 0",
  });

export const negativePrice = ({ operation }: Subject): Unpriced =>
  unpriced("AMOUNT_OUT_OF_RANGE", {
    attribute: null,
    message: `The price of ${operation.key} would be below zero with these attributes.`,
    allowed: "an amount of at least 0",
  });

export const amountTooLarge = ({ operation, unit }: Subject): Unpriced =>
  unpriced("AMOUNT_OUT_OF_RANGE", {
    attribute: null,
    message: `This call of ${operation.key} would cost more than ${formatAmount(maxMicros)} ${unit}; make it smaller.`,
    allowed: `an amount of at most ${formatAmount(maxMicros)}`,
  });

/** The product has more than six decimals, and a price that is rounded for one is not rounded a second time. */
export function quantityNotExact({ operation }: Subject, unitPrice: Ratio, quantity: Micros): Unpriced {
  const price = decimalText(unitPrice);
  const [, decimals = ""] = price.split(".");
  const allowed = exactQuantities(amountDecimals - decimals.length);
  return unpriced("QUANTITY_NOT_EXACT", {
    attribute: "quantity",
    message: `At ${price} each, the quantity of ${operation.key} must be ${allowed}; got ${formatAmount(quantity)}.`,
    allowed,
  });
}

function exactQuantities(decimals: number): string {
  if (decimals === 0) return "a whole number";
  if (decimals < 0) return `a multiple of 1${"0".repeat(-decimals)}`;
  return `a number of at most ${decimals} ${decimals === 1 ? "decimal" : "decimals"}`;
}
