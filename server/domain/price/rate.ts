import type { PriceModel } from "../catalog.js";
import type { Rater, Subject } from "./call.js";
import type { PriceStep } from "./outcome.js";
import { decimalText, ratioOf } from "./ratio.js";

/** A rate that is known before any call: its step is made once and shared by every derivation. */
export function rateStep(rate: string, { operation, unit }: Subject, where: string): PriceStep {
  const value = decimalText(ratioOf(rate));
  return Object.freeze({ kind: "RATE", description: `${value} ${unit} per ${operation.per}${where}`, value });
}

export function flatRater(
  { unitPrice }: Extract<PriceModel, { readonly model: "FLAT" }>,
  subject: Subject,
): Rater {
  const rate = ratioOf(unitPrice);
  const step = rateStep(unitPrice, subject, "");
  return (_, steps) => {
    steps.push(step);
    return rate;
  };
}
