import type { Micros } from "../amount.js";
import type { Attributes } from "../catalog.js";
import type { Ratio } from "./ratio.js";

export type PriceStepKind =
  | "RATE"
  | "MULTIPLIER"
  | "TIER"
  | "PACKAGE"
  | "QUANTITY"
  | "RESERVED"
  | "SAVINGS_PLAN"
  | "ROUNDING";

/** One line of the derivation; `value` is the decimal reached after this step. */
export interface PriceStep {
  readonly kind: PriceStepKind;
  readonly description: string;
  readonly value: string;
}

export type UnpricedReason =
  | "OPERATION_UNKNOWN"
  | "ATTRIBUTE_MISSING"
  | "ATTRIBUTE_UNKNOWN"
  | "ATTRIBUTE_TYPE"
  | "ATTRIBUTE_OUT_OF_RANGE"
  | "NO_MATCHING_PRICE"
  | "QUANTITY_NOT_EXACT"
  | "AMOUNT_OUT_OF_RANGE";

/** What a call comes to in one price tier. */
export interface PricePart {
  /** Counted from 0; 0 for a price without tiers. */
  readonly tier: number;
  readonly quantity: Micros;
  readonly listAmount: Micros;
  readonly amount: Micros;
}

export interface Priced {
  readonly kind: "priced";
  /** By the price list and its multipliers, before what is taken off for this customer. */
  readonly listAmount: Micros;
  readonly amount: Micros;
  /** One for each tier that the call falls in, in their order; they add up to the call. */
  readonly parts: readonly PricePart[];
  /** As given, with the defaults filled in. */
  readonly attributes: Attributes;
  readonly steps: readonly PriceStep[];
}

export interface Unpriced {
  readonly kind: "unpriced";
  readonly reason: UnpricedReason;
  /** The attribute at fault, or "quantity". */
  readonly attribute: string | null;
  readonly message: string;
  /** What would have been accepted. */
  readonly allowed: string | null;
}

export type PriceOutcome = Priced | Unpriced;

export const unpriced = (reason: UnpricedReason, why: Omit<Unpriced, "kind" | "reason">): Unpriced => ({
  kind: "unpriced",
  reason,
  ...why,
});

export const isUnpriced = (value: Ratio | Unpriced): value is Unpriced => "kind" in value;
