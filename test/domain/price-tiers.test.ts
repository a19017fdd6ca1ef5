import { describe, expect, test } from "vitest";
import type { PriceModel } from "../../server/domain/catalog.js";
import { amount, asPrinted, priceOf, refusalOf, sold } from "./pricing.js";

const tiers = [
  { upTo: amount("1000"), unitPrice: "0.01" },
  { upTo: amount("5000"), unitPrice: "0.008" },
  { upTo: null, unitPrice: "0.005" },
];
const half = { label: "Half price", when: {}, times: "0.5" };
const graduated = sold({ model: "GRADUATED", tiers });
const volume = sold({ model: "VOLUME", tiers });
const packages = sold({ model: "PACKAGE", packageSize: amount("100"), packagePrice: "3" });

describe("GRADUATED: each part at the price of the tier it falls in", () => {
  test.each([
    ["the first tier", "0", "10", "0.1"],
    ["the last of a tier still belongs to it", "0", "1000", "10"],
    ["the next one is cheaper", "1000", "1", "0.008"],
    ["across one boundary", "990", "20", "0.18"],
    ["across two boundaries", "0", "6000", "47"],
    ["a fraction across a boundary", "999.5", "1", "0.009"],
    ["nothing", "1000", "0", "0"],
  ])("%s", (_, before, quantity, expected) => {
    expect(priceOf(graduated, { before, quantity }).amount).toBe(amount(expected));
  });

  test("names each part with the total it reached", () => {
    expect(priceOf(graduated, { before: "990", quantity: "5000" }).steps).toEqual([
      { kind: "TIER", description: "10 at 0.01 in the tier up to 1000", value: "0.1" },
      { kind: "TIER", description: "4000 at 0.008 in the tier up to 5000", value: "32.1" },
      { kind: "TIER", description: "990 at 0.005 in the last tier", value: "37.05" },
    ]);
  });

  test("tells nothing of a tier that is already full", () => {
    expect(priceOf(graduated, { before: "1000", quantity: "5" }).steps).toEqual([
      { kind: "TIER", description: "5 at 0.008 in the tier up to 5000", value: "0.04" },
    ]);
  });

  test("multipliers apply to the whole", () => {
    const cheaper = sold({ model: "GRADUATED", tiers }, { multipliers: [half] });
    expect(priceOf(cheaper, { before: "990", quantity: "20" }).amount).toBe(amount("0.09"));
  });
});

describe("VOLUME: the whole call at the tier that the period has reached with it", () => {
  test.each([
    ["the first tier", "0", "10", "0.1"],
    ["the last of a tier still belongs to it", "990", "10", "0.1"],
    ["one more and all of the call is cheaper", "990", "11", "0.088"],
    ["straight to the last tier", "0", "6000", "30"],
  ])("%s", (_, before, quantity, expected) => {
    expect(priceOf(volume, { before, quantity }).amount).toBe(amount(expected));
  });

  test("names the tier", () => {
    expect(priceOf(volume, { before: "990", quantity: "11" }).steps).toEqual([
      { kind: "TIER", description: "0.008 USD per image in the tier up to 5000", value: "0.008" },
      { kind: "QUANTITY", description: "× 11", value: "0.088" },
    ]);
  });
});

describe("PACKAGE: every started package is paid in full", () => {
  test.each([
    ["the first call starts one", "0", "1", "3"],
    ["the second finds it open", "1", "1", "0"],
    ["exactly full", "0", "100", "3"],
    ["one over", "0", "101", "6"],
    ["the rest of one and all of the next", "50", "150", "3"],
    ["a millionth over", "100", "0.000001", "3"],
    ["nothing", "0", "0", "0"],
  ])("%s", (_, before, quantity, expected) => {
    expect(priceOf(packages, { before, quantity }).amount).toBe(amount(expected));
  });

  test("tells how many were started", () => {
    expect(priceOf(packages, { before: "50", quantity: "151" }).steps).toEqual([
      { kind: "PACKAGE", description: "2 new packages of 100 at 3 USD", value: "6" },
    ]);
  });

  test("a millionth in a full period is still seen", () => {
    const thirds = sold({ model: "PACKAGE", packageSize: amount("0.000003"), packagePrice: "0.000001" });
    expect(priceOf(thirds, { before: "0", quantity: "9007199254.740991" }).amount).toBe(
      3_002_399_751_580_331,
    );
  });
});

describe("tiers that cannot price a call", () => {
  test.each<[string, PriceModel]>([
    ["GRADUATED", { model: "GRADUATED", tiers: tiers.slice(0, 2) }],
    ["VOLUME", { model: "VOLUME", tiers: tiers.slice(0, 2) }],
  ])("%s: beyond a last tier that ends", (_, model) => {
    expect(refusalOf(sold(model), { before: "5000", quantity: "1" })).toMatchObject({
      reason: "NO_MATCHING_PRICE",
      attribute: "quantity",
    });
  });

  test("a period beyond the exact range, where packages are counted", () => {
    const refusal = refusalOf(packages, { before: "9007199254.740991", quantity: "0.000001" });
    expect(refusal).toMatchObject({ reason: "AMOUNT_OUT_OF_RANGE", attribute: "quantity" });
  });

  test.each([graduated, volume])("not a period beyond the exact range: the last tier goes on", (priced) => {
    const inLast = priceOf(priced, { before: "1000000", quantity: "1000" }).amount;
    expect(priceOf(priced, { before: "9007199254.740991", quantity: "1000" }).amount).toBe(inLast);
    expect(priceOf(priced, { before: "9007199254.700000", quantity: "1000" }).amount).toBe(inLast);
  });

  test("rounding the price of one is a fault of the catalogue", () => {
    for (const { price } of [graduated, volume, packages])
      expect(() => priceOf(sold(price, { rounding: asPrinted }))).toThrow("can only be rounded on AMOUNT");
  });
});
