import { describe, expect, test } from "vitest";
import { formatDiff } from "../../server/billing/catalog/formatDiff.js";
import { diffCatalogs } from "../../server/domain/catalogDiff.js";
import { catalogOf, fileText, shipped, shippedNames } from "./shipped.js";

const before = shipped("scenario-units");
const edited = (...edits: readonly (readonly [string, string])[]) =>
  catalogOf(edits.reduce((text, [from, to]) => text.replace(from, to), fileText("scenario-units.yaml")));

describe.each(shippedNames)("%s", (name) => {
  test("differs in nothing from itself, even when it comes back from storage", () => {
    expect(diffCatalogs(shipped(name), JSON.parse(JSON.stringify(shipped(name))))).toEqual([]);
  });

  test("is all new where there was none, and all gone the other way", () => {
    const catalog = shipped(name);
    const { units, operations, plans, creditPacks, operator, taxRates, coupons } = catalog;
    const lists = [units, operations, plans, creditPacks, taxRates, coupons];
    const count = lists.flat().length + (operator === null ? 0 : 1);
    const added = diffCatalogs(null, catalog);
    expect(added.map(({ kind }) => kind)).toEqual(Array(count).fill("ADDED"));
    const nothing = { units: [], operations: [], plans: [], creditPacks: [], taxRates: [], coupons: [] };
    const empty = { name, ...nothing, operator: null, dunning: null };
    expect(diffCatalogs(catalog, empty).map(({ kind }) => kind)).toEqual(Array(count).fill("REMOVED"));
  });
});

test("a changed price is told by every plan that charges it, amounts as decimals", () => {
  const after = edited(["image.upscale: 10", "image.upscale: 12.5"], ["supply: 5000", "supply: 0.25"]);
  const price = { path: "operations.image.upscale.price.unitPrice", before: "10", after: "12.5" };
  expect(diffCatalogs(before, after)).toEqual([
    {
      kind: "CHANGED",
      what: "plan",
      key: "starter",
      details: [{ path: "supply.amount", before: "5000", after: "0.25" }, price],
    },
    { kind: "CHANGED", what: "plan", key: "growth", details: [price] },
  ]);
});

test("when a pack's credits are there is told as it was and as it is", () => {
  const after = edited(["    price: 12 USD", "    price: 12 USD\n    availability: ON_PURCHASE"]);
  const changes = diffCatalogs(before, after);
  const details = [{ path: "availability", before: "ON_PAYMENT", after: "ON_PURCHASE" }];
  expect(changes).toEqual([{ kind: "CHANGED", what: "creditPack", key: "units-1000", details }]);
  expect(formatDiff(changes)).toContain("    ~ availability  ON_PAYMENT → ON_PURCHASE\n");
});

test("what appears or goes inside a plan has no other side", () => {
  const after = edited([
    "    fee: 50 USD",
    "    description_: x".replace("_", "") && "    invoiceGraceDays: 2",
  ]);
  expect(diffCatalogs(before, after)[0]?.details).toContainEqual({
    path: "fee.amount",
    before: "50",
    after: null,
  });
});

test("an attribute called like an amount is compared as it is", () => {
  const text = (credits: number) => `
name: odd
units: { CU: Creative Unit }
operations: { call: { name: Call, attributes: { credits: { type: INTEGER } } } }
plans:
  only:
    name: Only
    prices:
      call: { model: FLAT, unitPrice: 1, multipliers: [{ label: x, when: { credits: ${credits} }, times: 2 }] }
`;
  expect(diffCatalogs(catalogOf(text(1)), catalogOf(text(2)))[0]?.details).toEqual([
    { path: "operations.call.price.multipliers.0.when.credits", before: "1", after: "2" },
  ]);
});

describe("on the terminal", () => {
  test("nothing is said to be nothing", () => expect(formatDiff([])).toBe("No changes.\n"));

  test("changes stand in columns, an operation's only once", () => {
    const after = edited(
      ["name: Upscale an image", "name: Upscale"],
      ["image.upscale: 10", "image.upscale: 12.5"],
      ["  growth:", "  large:"],
      ["    supply: 5000\n", "    supply: 6000\n"],
      ["  units-5000:", "  units-9000:"],
    );
    expect(formatDiff(diffCatalogs(before, after))).toBe(
      [
        "~ operation    image.upscale",
        "    ~ name  Upscale an image → Upscale",
        "~ plan         starter",
        "    ~ supply.amount                             5000 → 6000",
        "    ~ operations.image.upscale.price.unitPrice  10 → 12.5",
        "    ~ the operations above, as it prices them",
        "+ plan         large          Growth",
        "- plan         growth         Growth",
        "+ credit pack  units-9000     5,000 Creative Units",
        "- credit pack  units-5000     5,000 Creative Units",
        "",
        "2 added, 2 changed, 2 removed.",
        "",
      ].join("\n"),
    );
  });
});
