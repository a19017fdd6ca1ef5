import type { Micros } from "../amount.js";
import type { Attributes, Operation } from "../catalog.js";
import type { PriceStep, Unpriced } from "./outcome.js";
import type { Ratio } from "./ratio.js";

/** What a price model looks at, after the attributes were checked. */
export interface Call {
  readonly attributes: Attributes;
  readonly quantity: Micros;
  /** Of this operation, earlier in the billing period. */
  readonly periodQuantity: Micros;
}

/** A part of a call's quantity that falls in one tier. */
export interface TierPart {
  readonly tier: number;
  readonly quantity: Micros;
  /** What the call has come to with this part. */
  readonly reached: Ratio;
}

/** Adds its steps, and the tiers if it has any, to the derivation and gives the price of one, or of the call. */
export type Rater = (call: Call, steps: PriceStep[], tiers: TierPart[]) => Ratio | Unpriced;

/** What the descriptions and the refusals name. */
export interface Subject {
  readonly operation: Operation;
  readonly unit: string;
}
