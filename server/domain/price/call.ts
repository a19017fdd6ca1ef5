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

/** Adds its steps to the derivation and gives the price of one, or of the call. */
export type Rater = (call: Call, steps: PriceStep[]) => Ratio | Unpriced;

/** What the descriptions and the refusals name. */
export interface Subject {
  readonly operation: Operation;
  readonly unit: string;
}
