import { describe, expect, test } from "vitest";
import { base, type Case, type Edit, generate, problemsAfter, tellsOnly } from "./brokenCatalog.js";

const formulaOnward = base.slice(base.indexOf("        model: FORMULA"), base.indexOf("creditPacks:"));
const pricedAs = (price: string): Edit => [formulaOnward, `${price.replace(/^/gm, "        ")}\n`];

const prices: readonly Case[] = [
  {
    why: "a formula that is none",
    edit: ["formula: base * size", "formula: base * (size"],
    told: `demo.yaml:26:9 ${generate}.formula: Unclosed ( at character 12.`,
  },
  {
    why: "a table value that the attribute cannot have",
    edit: ["values: { small: 1,", "values: { tiny: 1,"],
    told: `demo.yaml:28:40 ${generate}.tables.base.values.tiny: "tiny" is not among its values, small, large`,
  },
  {
    why: "a condition that can never hold",
    edit: ["when: { fast: true }", "when: { size: 65 }"],
    told: `demo.yaml:30:36 ${generate}.multipliers.0.when.size: 65 is above its max, 64`,
  },
  {
    why: "a condition of another type",
    edit: ["when: { fast: true }", "when: { size: [1, big] }"],
    told: `demo.yaml:30:46 ${generate}.multipliers.0.when.size.1: must be a whole number, not "big"`,
  },
  {
    why: "more decimals than are exact",
    edit: ["times: 1.2", "times: 1.2345"],
    told: `demo.yaml:31:9 ${generate}.rounding: a price of 3 decimals times factors of 4 needs more than 6 decimals`,
  },
  {
    why: "a matrix that goes deeper than its attributes",
    edit: pricedAs("model: MATRIX\nby: model\ncells: { small: 1, large: { true: 2 } }"),
    told: `demo.yaml:27:28 ${generate}.cells.large: goes deeper than the attributes of by; a price is expected`,
  },
  {
    why: "a matrix that stops before its attributes do",
    edit: pricedAs("model: MATRIX\nby: [model, fast]\ncells: { small: 1, large: { true: 2, '*': 3 } }"),
    told: `demo.yaml:27:18 ${generate}.cells.small: is a price, but by names another attribute; a map is expected`,
  },
  {
    why: "a matrix cell that no number is written like",
    edit: pricedAs("model: MATRIX\nby: size\ncells: { 8: 1, 010: 2 }"),
    told: `demo.yaml:27:24 ${generate}.cells.010: must be written 10, not 010`,
  },
  {
    why: "tiers that do not rise",
    edit: pricedAs(
      "model: GRADUATED\ntiers:\n  - { upTo: 10, unitPrice: 3 }\n  - { upTo: 10, unitPrice: 2 }\n  - { unitPrice: 1 }",
    ),
    told: `demo.yaml:28:15 ${generate}.tiers.1.upTo: must be larger than the tier before`,
  },
  {
    why: "a last tier that is not open",
    edit: pricedAs("model: VOLUME\ntiers:\n  - { upTo: 10, unitPrice: 3 }"),
    told: `demo.yaml:27:15 ${generate}.tiers.0.upTo: the last tier is open: leave upTo out`,
  },
  {
    why: "an open tier before the last",
    edit: pricedAs("model: VOLUME\ntiers:\n  - { unitPrice: 3 }\n  - { unitPrice: 2 }"),
    told: `demo.yaml:27:13 ${generate}.tiers.0: only the last tier may be without upTo`,
  },
  {
    why: "tiers rounded by the price of one",
    edit: pricedAs("model: VOLUME\ntiers: [{ unitPrice: 3 }]\nrounding: { on: UNIT_PRICE }"),
    told: `demo.yaml:27:21 ${generate}.rounding.on: must be AMOUNT: a VOLUME price has no price of one that could be rounded`,
  },
];

const rules: readonly Case[] = [
  {
    why: "credits cannot be billed afterwards",
    edit: ["    unit: USD", "    unit: CU"],
    told: "demo.yaml:21:5 plans.payg.overage: only a CURRENCY can be billed afterwards; CU is a CREDIT unit",
  },
  {
    why: "a currency has a 3-letter code",
    edit: ["  CU: Creative Unit", "  CU: { name: Creative Unit, kind: CURRENCY }"],
    told: "demo.yaml:3:3 units.CU: a CURRENCY is called by its 3-letter code, such as USD",
  },
  {
    why: "a window that never ends closes no invoice",
    edit: ["    unit: USD\n", "    unit: USD\n    period: { type: ROLLING, days: 30 }\n    supply: 10\n"],
    told: "demo.yaml:23:5 plans.payg.overage: a ROLLING period never ends, so nothing can be billed after it",
  },
  {
    why: "a default outside the bounds",
    edit: ["min: 1, max: 64", "min: 1, max: 64, default: 65"],
    told: "demo.yaml:10:47 operations.image.generate.attributes.size.default: 65 is above its max, 64",
  },
  {
    why: "bounds the wrong way round",
    edit: ["min: 1, max: 64", "min: 100, max: 64"],
    told: "demo.yaml:10:30 operations.image.generate.attributes.size.min: 100 is above max, 64",
  },
  {
    why: "bounds of a text",
    edit: ["{ values: [small, large] }", "{ values: [small, large], max: 5 }"],
    told: "demo.yaml:9:40 operations.image.generate.attributes.model.max: only INTEGER and NUMBER have bounds; this is a STRING",
  },
  {
    why: "a required attribute with a default",
    edit: ["default: false }", "default: false, required: true }"],
    told: "demo.yaml:11:46 operations.image.generate.attributes.fast.required: an attribute with a default is never missing; leave out one of the two",
  },
  {
    why: "a default of another type",
    edit: ["default: false }", "default: no }"],
    told: 'demo.yaml:11:30 operations.image.generate.attributes.fast.default: must be true or false, not "no"',
  },
  {
    why: "bonuses that do not rise",
    edit: [
      "    price: 10 USD",
      "    price: 10 USD\n    bonuses: [{ fromQuantity: 2, percent: 5 }, { fromQuantity: 2, percent: 6 }]",
    ],
    told: "demo.yaml:38:50 creditPacks.small.bonuses.1.fromQuantity: must be larger than the bonus before",
  },
  {
    why: "volume discounts that do not rise",
    edit: [
      "    priceList: shared\n",
      "    priceList: shared\n    tailored:\n      volumeDiscounts: [{ from: 9, percentOff: 5 }, { from: 9, percentOff: 6 }]\n",
    ],
    told: "demo.yaml:24:55 plans.payg.tailored.volumeDiscounts.1.from: must be larger than the discount before",
  },
];

const afterPacks = (text: string): Edit => ["    price: 10 USD\n", `    price: 10 USD\n${text}\n`];
const inPlan = (text: string): Edit => ["    priceList: shared\n", `    priceList: shared\n    ${text}\n`];

const invoicing: readonly Case[] = [
  {
    why: "a fee in another currency than the usage",
    edit: inPlan("fee: 49 EUR"),
    told: "demo.yaml:23:5 plans.payg.fee: must be in USD, in which the usage is billed; not in EUR",
  },
  {
    why: "a minimum in another currency than the usage",
    edit: inPlan("minimumFee: 49 EUR"),
    told: "demo.yaml:23:5 plans.payg.minimumFee: must be in USD, in which the usage is billed; not in EUR",
  },
  {
    why: "a minimum of what is not billed",
    edit: ["    overage: POSTPAID\n", "    minimumFee: 49 USD\n"],
    told: "demo.yaml:21:5 plans.payg.minimumFee: is part of the invoice for usage, which a plan has only with overage POSTPAID",
  },
  {
    why: "a minimum for a period without end",
    edit: inPlan("minimumFee: 49 USD\n    period: NONE"),
    told: "demo.yaml:23:5 plans.payg.minimumFee: is for each period, but a period of NONE never ends; use CALENDAR_MONTH or ANCHOR",
  },
  {
    why: "tailored terms of what is not billed",
    edit: ["    overage: POSTPAID\n", "    tailored: { savingsPlan: { commitment: 9, percentOff: 5 } }\n"],
    told: "demo.yaml:21:17 plans.payg.tailored.savingsPlan: is part of the invoice for usage, which a plan has only with overage POSTPAID",
  },
  {
    why: "a tax of no country",
    edit: afterPacks("taxRates:\n  EU: { name: VAT, percent: 20 }"),
    told: 'demo.yaml:39:3 taxRates.EU: "EU" is no country\'s 2-letter code, such as DE',
  },
  {
    why: "a tax that takes more than all",
    edit: afterPacks("taxRates:\n  DE: { name: VAT, percent: 119 }"),
    told: "demo.yaml:39:20 taxRates.DE.percent: must be at most 100 percent",
  },
  {
    why: "an operator without country",
    edit: afterPacks("operator: { name: Ours, address: { city: Berlin } }"),
    told: "demo.yaml:38:25 operator.address.country: is missing",
  },
  {
    why: "an operator in no country",
    edit: afterPacks("operator: { name: Ours, address: { country: Germany } }"),
    told: 'demo.yaml:38:36 operator.address.country: must be a country\'s 2-letter code, such as DE, not "Germany"',
  },
  {
    why: "retries that go back in time",
    edit: afterPacks("dunning: { retryAfterDays: [3, 1] }"),
    told: "demo.yaml:38:32 dunning.retryAfterDays.1: must be larger than the one before",
  },
  {
    why: "a retry on the day of the first attempt",
    edit: afterPacks("dunning: { retryAfterDays: [0, 1] }"),
    told: 'demo.yaml:38:29 dunning.retryAfterDays.0: must be a whole number from 1 to 365, not "0"',
  },
  {
    why: "a word that says nothing of what comes after the last attempt",
    edit: afterPacks("dunning: { afterwards: SUE }"),
    told: 'demo.yaml:38:12 dunning.afterwards: must be one of KEEP, BLOCK, not "SUE"',
  },
  {
    why: "a downgrade to a plan that there is not",
    edit: afterPacks("dunning: { afterwards: { downgradeTo: free } }"),
    told: 'demo.yaml:38:26 dunning.afterwards.downgradeTo: no plan is called "free"; declared are payg',
  },
  {
    why: "a coupon that takes off in two ways",
    edit: afterPacks("coupons:\n  LAUNCH: { name: x, percentOff: 10, amountOff: 5 USD }"),
    told: "demo.yaml:39:3 coupons.LAUNCH: takes off either percentOff or amountOff; give one of the two",
  },
  {
    why: "a coupon that takes off nothing",
    edit: afterPacks("coupons:\n  LAUNCH: { name: x }"),
    told: "demo.yaml:39:3 coupons.LAUNCH: takes off either percentOff or amountOff; give one of the two",
  },
  {
    why: "a coupon for a plan that there is not",
    edit: afterPacks("coupons:\n  LAUNCH: { name: x, percentOff: 10, plans: [pay] }"),
    told: 'demo.yaml:39:46 coupons.LAUNCH.plans.0: no plan is called "pay"; declared are payg',
  },
  {
    why: "a coupon for no length of time",
    edit: afterPacks("coupons:\n  LAUNCH: { name: x, percentOff: 10, duration: TWICE }"),
    told: 'demo.yaml:39:38 coupons.LAUNCH.duration: must be one of ONCE, FOREVER, not "TWICE"',
  },
  {
    why: "a coupon until a day that there is not",
    edit: afterPacks("coupons:\n  LAUNCH: { name: x, percentOff: 10, redeemBy: 2026-02-30 }"),
    told: 'demo.yaml:39:38 coupons.LAUNCH.redeemBy: must be a day such as 2026-12-31, not "2026-02-30"',
  },
  {
    why: "a coupon's code in lower case",
    edit: afterPacks("coupons:\n  launch: { name: x, percentOff: 10 }"),
    told: 'demo.yaml:39:3 coupons.launch: "launch" is no valid key: it must be a capital letter or digit, then up to 62 of A-Z 0-9 _ -',
  },
];

describe("prices", () => tellsOnly(prices));
describe("invoices", () => tellsOnly(invoicing));
describe("rules", () => tellsOnly(rules));

test.each([
  ["GRADUATED", "model: GRADUATED, tiers: [{ unitPrice: 1 }]"],
  ["VOLUME", "model: VOLUME, tiers: [{ unitPrice: 1 }]"],
  ["PACKAGE", "model: PACKAGE, packageSize: 10, packagePrice: 1"],
])("a %s price has no price of one that could be paid in advance", (model, price) => {
  const reserved = "tailored: { reserved: [{ operation: image.upscale, quantity: 5, unitPrice: 1 }] }";
  const told = problemsAfter(
    ["image.upscale: 0.030", `image.upscale: { ${price} }`],
    ["    priceList: shared\n", `    priceList: shared\n    ${reserved}\n`],
  );
  expect(told).toEqual([
    `demo.yaml:23:30 plans.payg.tailored.reserved.0.operation: only a FLAT, MATRIX or FORMULA price can be reserved; that of image.upscale is ${model}`,
  ]);
});

test("an overage that cannot be read is no reason to say that tailored terms lack one", () => {
  const savings = "tailored: { savingsPlan: { commitment: 100, percentOff: 10 } }";
  const told = problemsAfter(["    overage: POSTPAID\n", `    overage: LATER\n    ${savings}\n`]);
  expect(told).toHaveLength(1);
  expect(told[0]).toContain("plans.payg.overage: must be one of BLOCK, POSTPAID");
});

test("a trial needs a fee that it can spare", () => {
  const told = problemsAfter(["    overage: POSTPAID\n", "    overage: POSTPAID\n    trialDays: 14\n"]);
  expect(told).toEqual(["demo.yaml:22:5 plans.payg.trialDays: a trial spares a fee, but the plan has none"]);
});

test("a price by the period's quantity needs a period that turns", () => {
  const told = problemsAfter(
    [
      "    unit: USD\n    overage: POSTPAID\n",
      "    unit: USD\n    period: { type: ROLLING, days: 30 }\n    supply: 5\n",
    ],
    ["image.upscale: 0.030", "image.upscale: { model: PACKAGE, packageSize: 10, packagePrice: 1 }"],
  );
  expect(told).toEqual([
    "demo.yaml:21:5 plans.payg.period: a ROLLING period never ends, but the PACKAGE price of image.upscale counts the period's quantity; use CALENDAR_MONTH, ANCHOR or NONE",
  ]);
});

test("factors whose conditions exclude each other are not added up", () => {
  const fast = "- { label: Fast, when: { fast: true }, times: 1.2 }";
  const small = "- { label: Small, when: { fast: true, model: small }, times: 1.25 }";
  const large = "- { label: Large, when: { model: [large] }, times: 1.75 }";
  const multipliers = (...each: readonly string[]): Edit => [fast, each.join("\n          ")];
  expect(problemsAfter(multipliers(fast, small, large))).toEqual([]);
  expect(problemsAfter(multipliers(fast, small, large.replace("[large]", "[large, small]")))).toHaveLength(1);
});

describe("what reports tell apart", () => {
  const reportBy = (...names: readonly string[]): Edit => [
    "      fast: { type: BOOLEAN, default: false }\n",
    `      fast: { type: BOOLEAN, default: false }\n    reportBy: [${names.join(", ")}]\n`,
  ];
  const at = "operations.image.generate.reportBy";

  test("may be any attributes that have values, or are BOOLEAN", () =>
    expect(problemsAfter(reportBy("model", "fast"))).toEqual([]));

  test.each([
    [["modle"], `demo.yaml:12:16 ${at}.0: no attribute is called "modle"; declared are model, size, fast`],
    [
      ["constructor"],
      `demo.yaml:12:16 ${at}.0: no attribute is called "constructor"; declared are model, size, fast`,
    ],
    [["fast", "fast"], `demo.yaml:12:22 ${at}.1: fast is there twice`],
    [
      ["size"],
      `demo.yaml:12:16 ${at}.0: reports are by attributes that have values or are BOOLEAN; size can be any INTEGER`,
    ],
    [[], `demo.yaml:12:5 ${at}: must name at least one attribute`],
  ])("is refused: %j", (names, told) => expect(problemsAfter(reportBy(...names))).toEqual([told]));

  test("has an end", () => {
    const values = Array.from({ length: 333 }, (_, n) => `v${n}`).join(", ");
    const many: Edit = ["model: { values: [small, large] }", `model: { values: [small, large, ${values}] }`];
    expect(problemsAfter(many, reportBy("model"))).toEqual([]);
    expect(problemsAfter(many, reportBy("model", "fast"))).toEqual([
      `demo.yaml:12:5 ${at}: the attributes of image.generate can be combined in 1008 ways; reports tell at most 1000 apart`,
    ]);
  });
});
