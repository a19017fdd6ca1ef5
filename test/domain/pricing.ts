import { expect } from "vitest";
import { type Micros, parseAmount } from "../../server/domain/amount.js";
import type {
  AttributeSpec,
  Multiplier,
  PricedOperation,
  PriceModel,
  Rounding,
  TailoredTerms,
} from "../../server/domain/catalog.js";
import { type Priced, priceUsage, type Unpriced } from "../../server/domain/price/price.js";

/** Reads an amount as a person writes it. */
export function amount(text: string): Micros {
  const parsed = parseAmount(text);
  if (parsed === undefined) throw new Error(`${text} is no amount.`);
  return parsed;
}

export const toSix: Rounding = { mode: "HALF_UP", scale: 6, on: "AMOUNT" };
export const asPrinted: Rounding = { mode: "HALF_UP", scale: 3, on: "UNIT_PRICE" };

export const compositionControl: Multiplier = {
  label: "Composition control",
  when: { compositionControl: true },
  times: "1.2",
};

const pixels: AttributeSpec = { type: "INTEGER", min: "64", max: "8192", required: true };

export const imageAttributes: Readonly<Record<string, AttributeSpec>> = {
  model: { type: "STRING", values: ["sd15", "sdxl"], required: true },
  steps: { type: "INTEGER", min: "1", max: "150", default: 30, required: true },
  width: pixels,
  height: pixels,
  compositionControl: { type: "BOOLEAN", default: false, required: true },
};

/** The Scenario price list as one formula. */
export const scenarioFormula: PriceModel = {
  model: "FORMULA",
  formula: "base * steps / 30 * (width * height / pixels) ^ 2",
  tables: {
    base: { by: "model", values: { sd15: "0.004", sdxl: "0.032" } },
    pixels: { by: "model", values: { sd15: "262144", sdxl: "1048576" } },
  },
};

interface Terms {
  readonly attributes?: Readonly<Record<string, AttributeSpec>>;
  readonly multipliers?: readonly Multiplier[];
  readonly rounding?: Rounding;
}

export const sold = (model: PriceModel, terms: Terms = {}): PricedOperation => ({
  operation: {
    key: "image.generate",
    name: "Generate an image",
    per: "image",
    attributes: terms.attributes ?? {},
  },
  price: { ...model, multipliers: terms.multipliers ?? [], rounding: terms.rounding ?? toSix },
});

export interface Use {
  readonly quantity?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly before?: string;
  readonly tailored?: TailoredTerms;
}

const outcomeOf = (
  priced: PricedOperation,
  { quantity = "1", attributes = {}, before = "0", tailored }: Use,
) =>
  priceUsage({
    priced,
    unit: "USD",
    tailored: tailored ?? null,
    quantity: amount(quantity),
    attributes,
    periodQuantity: amount(before),
  });

export function priceOf(priced: PricedOperation, use: Use = {}): Priced {
  const outcome = outcomeOf(priced, use);
  if (outcome.kind === "unpriced") throw new Error(outcome.message);
  expect(outcome.steps.at(-1)?.value, "the last step is the amount").toBe(plain(outcome.amount));
  return outcome;
}

export function refusalOf(priced: PricedOperation, use: Use = {}): Unpriced {
  const outcome = outcomeOf(priced, use);
  if (outcome.kind === "priced") throw new Error(`It was priced at ${outcome.amount} millionths.`);
  return outcome;
}

/** Millionths as a decimal text, written without the code under test. */
export function plain(micros: number): string {
  const digits = String(micros).padStart(7, "0");
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/\.?0+$/, "");
}
