import { describe, expect, test } from "vitest";
import { type Case, generate, problemsAfter, tellsOnly } from "./brokenCatalog.js";

test("the catalogue that the others break is sound", () => expect(problemsAfter()).toEqual([]));

const form: readonly Case[] = [
  {
    why: "a field that is missing stands where its map begins",
    edit: ["    name: Pay as you go\n", ""],
    told: "demo.yaml:18:3 plans.payg.name: is missing",
  },
  {
    why: "an unknown field is named, with the one that was meant",
    edit: ["    overage: POSTPAID", "    overrage: POSTPAID"],
    told: "demo.yaml:21:5 plans.payg.overrage: there is no such field; did you mean overage?",
  },
  {
    why: "an unknown field like no other",
    edit: ["    credits: 100", "    credits: 100\n    colour: red"],
    told: "demo.yaml:37:5 creditPacks.small.colour: there is no such field; allowed are name, description, unit, credits, price, bonuses, expiresAfterDays, priority, availability",
  },
  {
    why: "an availability that there is not, with the one that was meant",
    edit: ["    credits: 100", "    credits: 100\n    availability: ON_PURCHASED"],
    told: 'demo.yaml:37:5 creditPacks.small.availability: must be one of ON_PAYMENT, ON_PURCHASE, not "ON_PURCHASED"; did you mean ON_PURCHASE?',
  },
  {
    why: "an availability that is no word",
    edit: ["    credits: 100", "    credits: 100\n    availability: true"],
    told: "demo.yaml:37:5 creditPacks.small.availability: must be one of ON_PAYMENT, ON_PURCHASE, not true",
  },
  {
    why: "a word that is none of the allowed ones",
    edit: ["overage: POSTPAID", "overage: POSTPIAD"],
    told: 'demo.yaml:21:5 plans.payg.overage: must be one of BLOCK, POSTPAID, not "POSTPIAD"; did you mean POSTPAID?',
  },
  {
    why: "neither the short form nor the long one",
    edit: ["overage: POSTPAID", "overage: [POSTPAID]"],
    told: "demo.yaml:21:5 plans.payg.overage: must be BLOCK, POSTPAID, or a map with a policy, not a list",
  },
  {
    why: "a price without model",
    edit: ["        model: FORMULA\n", ""],
    told: `demo.yaml:24:7 ${generate}.model: is missing; it is one of FLAT, MATRIX, FORMULA, GRADUATED, VOLUME, PACKAGE`,
  },
  {
    why: "a rate with an exponent",
    edit: ["image.upscale: 0.030", "image.upscale: 3e-2"],
    told: 'demo.yaml:16:5 priceLists.shared.image.upscale: must be a decimal number such as 0.03, from zero up and without exponent, not "3e-2"',
  },
  {
    why: "an amount finer than a millionth",
    edit: ["credits: 100", "credits: 0.0000001"],
    told: 'demo.yaml:36:5 creditPacks.small.credits: must have at most 6 decimals and be at most 9007199254.740991, not "0.0000001"',
  },
  {
    why: "a currency that is no 3-letter code",
    edit: ["price: 10 USD", "price: 10 dollars"],
    told: 'demo.yaml:37:5 creditPacks.small.price: must be an amount and a currency\'s 3-letter code, such as 49.50 USD, not "10 dollars"',
  },
  {
    why: "a percentage above 100",
    edit: ["    price: 10 USD", "    price: 10 USD\n    bonuses: [{ fromQuantity: 2, percent: 101 }]"],
    told: 'demo.yaml:38:34 creditPacks.small.bonuses.0.percent: must be above 0 and at most 100 percent, not "101"',
  },
  {
    why: "a whole number with a point",
    edit: ["    unit: USD", "    unit: USD\n    rank: 1.5"],
    told: 'demo.yaml:21:5 plans.payg.rank: must be a whole number from 0 to 1000000, not "1.5"',
  },
  {
    why: "a list in the place of a map",
    edit: ["  image.upscale:\n    name: Upscale\n", "  image.upscale: []\n"],
    told: "demo.yaml:12:3 operations.image.upscale: must be a map, not a list",
  },
  {
    why: "a key that is there twice",
    edit: ["    unit: USD\n", "    unit: USD\n    unit: USD\n"],
    told: "demo.yaml:21:5 the key unit is there twice",
  },
  {
    why: "a key in capitals",
    edit: ["  small:\n", "  Small:\n"],
    told: 'demo.yaml:33:3 creditPacks.Small: "Small" is no valid key: it must be a lower-case letter, then up to 62 of a-z 0-9 . _ -',
  },
  {
    why: "an attribute that could not stand in a formula",
    edit: ["      fast: {", "      is-fast: { type: BOOLEAN, default: false }\n      fast: {"],
    told: 'demo.yaml:11:7 operations.image.generate.attributes.is-fast: "is-fast" is no valid key: it must be a letter, then up to 62 letters, digits or _',
  },
];

const names: readonly Case[] = [
  {
    why: "a unit",
    edit: ["    unit: USD", "    unit: USDD"],
    told: 'demo.yaml:20:5 plans.payg.unit: no unit is called "USDD"; declared are CU, USD',
  },
  {
    why: "no unit where there are several",
    edit: ["    unit: CU\n", ""],
    told: "demo.yaml:33:3 creditPacks.small.unit: is missing; declared are CU, USD",
  },
  {
    why: "an operation",
    edit: ["    image.upscale: 0.030", "    image.upscal: 0.030"],
    told: 'demo.yaml:16:5 priceLists.shared.image.upscal: no operation is called "image.upscal"; declared are image.generate, image.upscale',
  },
  {
    why: "a price list",
    edit: ["priceList: shared", "priceList: shard"],
    told: 'demo.yaml:22:5 plans.payg.priceList: no price list is called "shard"; declared are shared',
  },
  {
    why: "an attribute of a multiplier",
    edit: ["when: { fast: true }", "when: { fats: true }"],
    told: `demo.yaml:30:36 ${generate}.multipliers.0.when.fats: no attribute of image.generate is called "fats"; declared are model, size, fast`,
  },
  {
    why: "an attribute of a table",
    edit: ["base: { by: model", "base: { by: modell"],
    told: `demo.yaml:28:19 ${generate}.tables.base.by: no attribute of image.generate is called "modell"; declared are model, size, fast`,
  },
  {
    why: "a name in a formula",
    edit: ["formula: base * size", "formula: base * sise"],
    told: `demo.yaml:26:9 ${generate}.formula: sise is neither a numeric attribute nor a table of this price.`,
  },
  {
    why: "an attribute in a formula that is no number",
    edit: ["formula: base * size", "formula: base * fast"],
    told: `demo.yaml:26:9 ${generate}.formula: fast is neither a numeric attribute nor a table of this price.`,
  },
  {
    why: "an operation that is reserved without a price",
    edit: [
      "    priceList: shared\n",
      "    priceList: shared\n    tailored:\n      reserved: [{ operation: image.crop, quantity: 1, unitPrice: 1 }]\n",
    ],
    told: 'demo.yaml:24:20 plans.payg.tailored.reserved.0.operation: no operation of this plan is called "image.crop"; declared are image.upscale, image.generate',
  },
];

describe("the form", () => tellsOnly(form));
describe("what is not declared", () => tellsOnly(names));

test("everything is told at once, in the order of the lines, and nothing twice", () => {
  const told = problemsAfter(
    ["name: demo", "name: Demo"],
    ["kind: CURRENCY", "kind: CURENCY"],
    ["type: INTEGER, min: 1", "type: INTEGR, min: 1"],
    ["image.upscale: 0.030", "image.upscale: free"],
    ["    unit: USD", "    unit: USDD"],
    ["price: 10 USD", "price: 10 USD\n    prize: 10 USD"],
  );
  expect(told.map((line) => line.replace(/: .*/, ""))).toEqual([
    "demo.yaml:1:1 name",
    "demo.yaml:4:27 units.USD.kind",
    "demo.yaml:10:15 operations.image.generate.attributes.size.type",
    "demo.yaml:16:5 priceLists.shared.image.upscale",
    "demo.yaml:20:5 plans.payg.unit",
    "demo.yaml:38:5 creditPacks.small.prize",
  ]);
});

test("a wrong field of a plan or pack hides nothing else that is wrong with it", () => {
  const told = problemsAfter(
    ["    name: Pay as you go\n", "    nam: Pay as you go\n    fee: 10\n    supply: many\n"],
    ["    unit: USD", "    unit: USDD"],
    ["formula: base * size", "formula: base * sise"],
    ["    unit: CU", "    unit: CUU"],
    ["    price: 10 USD", "    price: 10"],
  );
  expect(told.map((line) => line.replace(/: .*/, ""))).toEqual([
    "demo.yaml:18:3 plans.payg.name",
    "demo.yaml:19:5 plans.payg.nam",
    "demo.yaml:20:5 plans.payg.fee",
    "demo.yaml:21:5 plans.payg.supply",
    "demo.yaml:22:5 plans.payg.unit",
    "demo.yaml:28:9 plans.payg.prices.image.generate.formula",
    "demo.yaml:37:5 creditPacks.small.unit",
    "demo.yaml:39:5 creditPacks.small.price",
  ]);
});

test("a fault in the YAML itself is told where it is, and hides no other", () => {
  expect(problemsAfter(["    unit: USD", "\tunit: USD"])[0]).toMatch(
    /^demo\.yaml:20:1 this is not YAML: .*tab/i,
  );
  expect(problemsAfter(["    unit: USD\n", "    unit: USDD\n    unit: USDDD\n"])).toEqual([
    'demo.yaml:20:5 plans.payg.unit: no unit is called "USDDD"; declared are CU, USD',
    "demo.yaml:21:5 the key unit is there twice",
  ]);
});
