import { describe, expect, test } from "vitest";
import { formatAmount } from "../../server/domain/amount.js";
import { costOf, planOf, shipped } from "./shipped.js";

/** As the sources print them; a price is compared as a decimal, so "0.100" is "0.1". */
const decimal = (text: string) => String(Number(text));

describe("Scenario, Creative Units", () => {
  const catalog = shipped("scenario-units");
  const starter = planOf(catalog, "starter");

  test.each([
    ["image.generate", "1000"],
    ["image.upscale", "500"],
    ["image.vectorize", "1000"],
  ])("5,000 units pay for %s × %s", (operation, count) => {
    expect(costOf(starter, operation, {}, count)).toBe("5000");
  });

  test.each([
    ["image.generate", "5"],
    ["image.upscale", "10"],
    ["image.vectorize", "5"],
  ])("%s costs %s units", (operation, cost) => expect(costOf(starter, operation)).toBe(cost));

  test("the starter plan supplies 5,000 units, refuses what they cannot pay, and sells more", () => {
    expect(starter).toMatchObject({
      supply: { amount: 5_000_000_000 },
      overage: { policy: "BLOCK" },
      sellsCreditPacks: true,
    });
    expect(catalog.creditPacks.length).toBeGreaterThan(0);
  });
});

const steps = [30, 50, 100, 150];
const tables = [
  {
    model: "sd15",
    width: 512,
    heights: [512, 576, 640, 688, 704, 768, 912, 1024],
    cells: [
      ["0.004", "0.005", "0.006", "0.007", "0.008", "0.009", "0.013", "0.016"],
      ["0.007", "0.008", "0.010", "0.012", "0.013", "0.015", "0.021", "0.027"],
      ["0.013", "0.017", "0.021", "0.024", "0.025", "0.030", "0.042", "0.053"],
      ["0.020", "0.025", "0.031", "0.036", "0.038", "0.045", "0.063", "0.080"],
    ],
  },
  {
    model: "sdxl",
    width: 1024,
    heights: [1024, 1152, 1280, 1376, 1408, 1536, 1824, 2048],
    cells: [
      ["0.032", "0.041", "0.050", "0.058", "0.061", "0.072", "0.102", "0.128"],
      ["0.053", "0.068", "0.083", "0.096", "0.101", "0.120", "0.169", "0.213"],
      ["0.107", "0.135", "0.167", "0.193", "0.202", "0.240", "0.338", "0.427"],
      ["0.160", "0.203", "0.250", "0.289", "0.303", "0.360", "0.508", "0.640"],
    ],
  },
];
const printedCells = tables.flatMap(({ model, width, heights, cells }) =>
  cells.flatMap((row, at) =>
    row.map((price, column) => ({ model, steps: steps[at], width, height: heights[column], price })),
  ),
);

describe("Scenario, pay as you go", () => {
  const catalog = shipped("scenario-payg");
  const payg = planOf(catalog, "payg");

  test("both tables have 64 cells", () => expect(printedCells).toHaveLength(64));

  test.each(printedCells)("$model, $steps steps, $width x $height: $price", ({ price, ...attributes }) => {
    for (const plan of catalog.plans) expect(costOf(plan, "image.generate", attributes)).toBe(decimal(price));
  });

  test.each(printedCells)("with composition control, $price × 1.2", ({ price, ...attributes }) => {
    const cost = costOf(payg, "image.generate", { ...attributes, compositionControl: true });
    // In ten-thousandths, which the product of a thousandth and 1.2 needs, so that no float decides.
    expect(cost).toBe(String((12 * Math.round(Number(price) * 1_000)) / 10_000));
  });

  test.each([
    ["image.remove-background", "0.100"],
    ["image.detect", "0.030"],
    ["image.upscale", "0.030"],
    ["image.caption", "0.015"],
    ["prompt.magic", "0.015"],
    ["image.pixelate", "0.015"],
    ["generator.train", "5.00"],
  ])("%s costs %s", (operation, price) => expect(costOf(payg, operation)).toBe(decimal(price)));

  test("no image costs less than the 0.004 at which the pricing begins", () => {
    const smallest = { model: "sd15", steps: 1, width: 256, height: 256 };
    expect(costOf(payg, "image.generate", smallest)).toBe("0.004");
  });

  test("the free allowance is worth 125 SD 1.5 images, or 15 SDXL images and not 16", () => {
    const sd15 = { model: "sd15", steps: 30, width: 512, height: 512 };
    const sdxl = { model: "sdxl", steps: 30, width: 1024, height: 1024 };
    expect(payg.supply === null ? null : formatAmount(payg.supply.amount)).toBe("0.5");
    expect(costOf(payg, "image.generate", sd15, "125")).toBe("0.5");
    expect(costOf(payg, "image.generate", sdxl, "15")).toBe("0.48");
    expect(costOf(payg, "image.generate", sdxl, "16")).toBe("0.512");
  });

  test("the month is billed in arrears, by the calendar and without limit", () => {
    expect(payg).toMatchObject({
      period: { type: "CALENDAR_MONTH" },
      overage: { policy: "POSTPAID", limit: null },
      invoiceGraceDays: 3,
    });
  });

  test("an image that may be interrupted costs half on the spot plan, and only there", () => {
    const image = { model: "sdxl", steps: 30, width: 1024, height: 1024, interruptible: true };
    expect(costOf(planOf(catalog, "payg-spot"), "image.generate", image)).toBe("0.016");
    expect(costOf(payg, "image.generate", image)).toBe("0.032");
  });

  test("each kind of tailored plan that the source names is there", () => {
    expect(planOf(catalog, "payg-volume").tailored?.volumeDiscounts).not.toEqual([]);
    expect(planOf(catalog, "payg-savings").tailored?.savingsPlan).not.toBeNull();
    expect(planOf(catalog, "payg-reserved").tailored?.reserved).not.toEqual([]);
  });
});

describe("Imagine", () => {
  test.each([
    ["anime", "5"],
    ["realistic", "5"],
    ["flux-schnell", "5"],
    ["flux-dev-fast", "5"],
    ["flux-dev", "15"],
    ["imagine-turbo", "1"],
  ])("the style %s costs %s tokens", (style, cost) => {
    for (const plan of shipped("imagine").plans)
      expect(costOf(plan, "image.text-to-image", { style })).toBe(cost);
  });
});

test("Scrollsequence counts the last 30 days on every plan", () => {
  for (const plan of shipped("scrollsequence").plans)
    expect(plan).toMatchObject({ period: { type: "ROLLING", days: 30 }, overage: { policy: "BLOCK" } });
});

describe("Ximilar", () => {
  const catalog = shipped("ximilar");

  test("every plan, the free one included, renews on its anchor day and sells packs", () => {
    expect(catalog.plans.map(({ key }) => key)).toEqual(["free", "business", "professional"]);
    for (const plan of catalog.plans)
      expect(plan).toMatchObject({
        period: { type: "ANCHOR", every: "MONTH" },
        overage: { policy: "BLOCK" },
        sellsCreditPacks: true,
      });
  });

  test("packs never expire and burn after the supply", () => {
    for (const pack of catalog.creditPacks) {
      expect(pack.expiresAfterDays).toBeNull();
      for (const { supply } of catalog.plans) expect(pack.priority).toBeGreaterThan(supply?.priority ?? 0);
    }
  });
});
