import { describe, expect, test } from "vitest";
import type { MatrixCells, PricedOperation, RoundingMode } from "../../server/domain/catalog.js";
import {
  asPrinted,
  compositionControl,
  imageAttributes,
  plain,
  priceOf,
  scenarioFormula,
  sold,
} from "./pricing.js";

interface PriceList {
  readonly model: string;
  readonly width: number;
  readonly heights: readonly number[];
  /** By steps; one price for each height. */
  readonly rows: Readonly<Record<string, readonly string[]>>;
}

/** seeds/001: the printed price per image, in dollars. */
const printed: readonly PriceList[] = [
  {
    model: "sd15",
    width: 512,
    heights: [512, 576, 640, 688, 704, 768, 912, 1024],
    rows: {
      30: ["0.004", "0.005", "0.006", "0.007", "0.008", "0.009", "0.013", "0.016"],
      50: ["0.007", "0.008", "0.010", "0.012", "0.013", "0.015", "0.021", "0.027"],
      100: ["0.013", "0.017", "0.021", "0.024", "0.025", "0.030", "0.042", "0.053"],
      150: ["0.020", "0.025", "0.031", "0.036", "0.038", "0.045", "0.063", "0.080"],
    },
  },
  {
    model: "sdxl",
    width: 1024,
    heights: [1024, 1152, 1280, 1376, 1408, 1536, 1824, 2048],
    rows: {
      30: ["0.032", "0.041", "0.050", "0.058", "0.061", "0.072", "0.102", "0.128"],
      50: ["0.053", "0.068", "0.083", "0.096", "0.101", "0.120", "0.169", "0.213"],
      100: ["0.107", "0.135", "0.167", "0.193", "0.202", "0.240", "0.338", "0.427"],
      150: ["0.160", "0.203", "0.250", "0.289", "0.303", "0.360", "0.508", "0.640"],
    },
  },
];

const cells = printed.flatMap(({ model, width, heights, rows }) =>
  Object.entries(rows).flatMap(([steps, prices]) =>
    prices.map((price, column) => ({
      attributes: { model, steps: Number(steps), width, height: heights[column] ?? 0 },
      price,
    })),
  ),
);

const matrix: MatrixCells = Object.fromEntries(
  printed.map(({ model, heights, rows }) => [
    model,
    Object.fromEntries(
      Object.entries(rows).map(([steps, prices]) => [
        steps,
        Object.fromEntries(prices.map((price, column) => [String(heights[column]), price])),
      ]),
    ),
  ]),
);

const terms = { attributes: imageAttributes, multipliers: [compositionControl], rounding: asPrinted };
const byFormula = sold(scenarioFormula, terms);
const byMatrix = sold({ model: "MATRIX", by: ["model", "steps", "height"], cells: matrix }, terms);

const differing = (priced: PricedOperation) =>
  cells.filter(
    ({ attributes, price }) => Number(plain(priceOf(priced, { attributes }).amount)) !== Number(price),
  );

describe("the price list of Scenario", () => {
  test("has 64 printed cells", () => expect(cells).toHaveLength(64));
  test("is reproduced by one formula, cell by cell", () => expect(differing(byFormula)).toEqual([]));
  test("is reproduced by a matrix, cell by cell", () => expect(differing(byMatrix)).toEqual([]));

  test.each<[RoundingMode, number]>([
    ["HALF_UP", 0],
    ["HALF_EVEN", 4],
    ["HALF_DOWN", 5],
  ])("rounded %s misses %i cells", (mode, missed) => {
    const rounding = { ...asPrinted, mode };
    expect(differing(sold(scenarioFormula, { ...terms, rounding }))).toHaveLength(missed);
  });

  test("tells how a price came about, step by step", () => {
    const attributes = { model: "sdxl", steps: 50, width: 1024, height: 2048, compositionControl: true };
    expect(priceOf(byFormula, { attributes, quantity: "3" }).steps).toEqual([
      {
        kind: "RATE",
        description:
          "base * steps / 30 * (width * height / pixels) ^ 2 with " +
          "base = 0.032, steps = 50, width = 1024, height = 2048, pixels = 1048576",
        value: "0.21333333333333333333",
      },
      { kind: "ROUNDING", description: "rounded half up to 3 decimals", value: "0.213" },
      { kind: "MULTIPLIER", description: "× 1.2 Composition control", value: "0.2556" },
      { kind: "QUANTITY", description: "× 3", value: "0.7668" },
    ]);
  });

  test("composition control makes 0.004 exactly 0.0048, by formula and by matrix", () => {
    const attributes = { model: "sd15", width: 512, height: 512, compositionControl: true };
    expect(priceOf(byFormula, { attributes }).amount).toBe(4_800);
    expect(priceOf(byMatrix, { attributes }).amount).toBe(4_800);
  });

  test("a tie behind an endless quotient is seen: 25 steps at 512x768 are 0.0075, so 0.008", () => {
    for (const [steps, price] of [
      [25, 8_000],
      [85, 26_000],
      [115, 35_000],
      [145, 44_000],
    ])
      expect(
        priceOf(byFormula, { attributes: { model: "sd15", steps, width: 512, height: 768 } }).amount,
      ).toBe(price);
  });
});
