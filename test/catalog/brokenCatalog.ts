import { expect, test } from "vitest";
import { formatProblem } from "../../server/billing/catalog/problem.js";
import { readCatalog } from "../../server/billing/catalog/read.js";

export const base = `name: demo
units:
  CU: Creative Unit
  USD: { name: US dollar, kind: CURRENCY }
operations:
  image.generate:
    name: Generate
    attributes:
      model: { values: [small, large] }
      size: { type: INTEGER, min: 1, max: 64 }
      fast: { type: BOOLEAN, default: false }
  image.upscale:
    name: Upscale
priceLists:
  shared:
    image.upscale: 0.030
plans:
  payg:
    name: Pay as you go
    unit: USD
    overage: POSTPAID
    priceList: shared
    prices:
      image.generate:
        model: FORMULA
        formula: base * size
        tables:
          base: { by: model, values: { small: 1, large: 2 } }
        multipliers:
          - { label: Fast, when: { fast: true }, times: 1.2 }
        rounding: { on: UNIT_PRICE, scale: 3 }
creditPacks:
  small:
    name: Small
    unit: CU
    credits: 100
    price: 10 USD
`;

export type Edit = readonly [from: string, to: string];

export function problemsAfter(...edits: readonly Edit[]): readonly string[] {
  const text = edits.reduce((edited, [from, to]) => {
    if (!edited.includes(from)) throw new Error(`The catalogue does not hold ${from}`);
    return edited.replace(from, to);
  }, base);
  const read = readCatalog(text, "demo.yaml");
  return read.ok ? [] : read.problems.map(formatProblem);
}

export interface Case {
  readonly why: string;
  readonly edit: Edit;
  readonly told: string;
}

export const generate = "plans.payg.prices.image.generate";

export const tellsOnly = (cases: readonly Case[]) =>
  test.each(cases)("$why", ({ edit, told }) => expect(problemsAfter(edit)).toEqual([told]));
