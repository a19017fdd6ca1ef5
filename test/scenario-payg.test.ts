import { expectResult } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { type Actor, type Scenario, scenario } from "./harness/scenario.js";

const steps = [30, 50, 100, 150];
const heights = [512, 576, 640, 688, 704, 768, 912, 1024];

/** As printed by the vendor: a row for each number of steps, a column for each size. */
const printed = {
  sd15: [
    ["0.004", "0.005", "0.006", "0.007", "0.008", "0.009", "0.013", "0.016"],
    ["0.007", "0.008", "0.01", "0.012", "0.013", "0.015", "0.021", "0.027"],
    ["0.013", "0.017", "0.021", "0.024", "0.025", "0.03", "0.042", "0.053"],
    ["0.02", "0.025", "0.031", "0.036", "0.038", "0.045", "0.063", "0.08"],
  ],
  sdxl: [
    ["0.032", "0.041", "0.05", "0.058", "0.061", "0.072", "0.102", "0.128"],
    ["0.053", "0.068", "0.083", "0.096", "0.101", "0.12", "0.169", "0.213"],
    ["0.107", "0.135", "0.167", "0.193", "0.202", "0.24", "0.338", "0.427"],
    ["0.16", "0.203", "0.25", "0.289", "0.303", "0.36", "0.508", "0.64"],
  ],
} as const;

const size = { sd15: 1, sdxl: 2 } as const;
type Model = keyof typeof printed;

const image = (model: Model, stepCount = 30, height = 512) => ({
  model,
  steps: stepCount,
  width: 512 * size[model],
  height: height * size[model],
});

async function quote({ sdk }: Scenario, operation: string, attributes = {}): Promise<string> {
  return expectResult(await sdk.quote({ plan: "payg", operation, attributes }), "Quote").amount;
}

async function generate({ sdk }: Scenario, { id }: Actor, model: Model) {
  const attributes = image(model);
  const result = await sdk.consume({ customerId: id, operation: "image.generate", attributes });
  return expectResult(result, "Consumed").usageRecord;
}

describe("scenario-payg", () => {
  test("prices all 64 printed cells", () =>
    scenario("scenario-payg", async (world) => {
      for (const model of ["sd15", "sdxl"] as const)
        for (const [row, stepCount] of steps.entries()) {
          const amounts = heights.map((height) =>
            quote(world, "image.generate", image(model, stepCount, height)),
          );
          expect(await Promise.all(amounts), `${model} at ${stepCount} steps`).toEqual(printed[model][row]);
        }
    }));

  test("multiplies by 1.2 with composition control, to the last digit", () =>
    scenario("scenario-payg", async (world) => {
      const controlled = { ...image("sd15"), compositionControl: true };
      expect(await quote(world, "image.generate", controlled)).toBe("0.0048");
      expect(
        await quote(world, "image.generate", { ...image("sdxl", 150, 1024), compositionControl: true }),
      ).toBe("0.768");
    }));

  test.each([
    ["image.remove-background", "0.1"],
    ["image.detect", "0.03"],
    ["image.upscale", "0.03"],
    ["image.caption", "0.015"],
    ["prompt.magic", "0.015"],
    ["image.pixelate", "0.015"],
    ["generator.train", "5"],
  ])("charges for %s the printed %s USD", (operation, amount) =>
    scenario("scenario-payg", async (world) => expect(await quote(world, operation)).toBe(amount)),
  );

  test.each([
    { images: "125 SD 1.5", model: "sd15", free: 125, left: "0", nextPostpaid: "0.004" },
    { images: "15 SDXL", model: "sdxl", free: 15, left: "0.02", nextPostpaid: "0.012" },
  ] as const)(
    "gives $images images of a month for free, and bills the next",
    ({ model, free, left, nextPostpaid }) =>
      scenario("scenario-payg", async (world) => {
        const actor = await world.customer("payg", "2026-05-01T00:00:00.000Z");
        for (let made = 0; made < free; made += 1)
          expect((await generate(world, actor, model)).postpaid, `image ${made + 1}`).toBe("0");
        expect(await actor.available()).toBe(left);
        expect((await generate(world, actor, model)).postpaid).toBe(nextPostpaid);
      }),
  );

  test("splits a call that straddles the end of the free allowance", () =>
    scenario("scenario-payg", async (world) => {
      const actor = await world.customer("payg", "2026-05-01T00:00:00.000Z");
      await actor.spend("image.generate", { times: 15, attributes: image("sdxl") });
      const record = await generate(world, actor, "sdxl");
      expect(record).toMatchObject({ amount: "0.032", postpaid: "0.012", balanceAfter: "-0.012" });
      expect(record.draws.map((draw) => draw.amount)).toEqual(["0.02"]);
      const wallet = await world.sdk.wallet({ customerId: actor.id });
      expect(wallet).toMatchObject({
        posted: "-0.012",
        postpaid: "0.012",
        supply: { used: "0.5", remaining: "0" },
      });
    }));

  test("does not carry the free rest into the next month", () =>
    scenario("scenario-payg", async ({ sdk, customer }) => {
      const { id, spend, goTo, available } = await customer("payg", "2026-05-20T08:00:00.000Z");
      expect(await spend("image.remove-background")).toBe("0.4");
      await goTo("2026-05-31T23:59:59.999Z");
      expect(await available()).toBe("0.4");
      await goTo("2026-06-01T00:00:00.000Z");
      expect(await available()).toBe("0.5");
      const { nodes } = await sdk.ledgerEntries({ customerId: id });
      expect(nodes.map(({ type, amount, occurredAt }) => [type, amount, occurredAt])).toEqual([
        ["GRANT", "0.5", "2026-06-01T00:00:00.000Z"],
        ["EXPIRY", "-0.4", "2026-06-01T00:00:00.000Z"],
        ["USAGE", "-0.1", "2026-05-20T08:00:00.000Z"],
        ["GRANT", "0.5", "2026-05-20T08:00:00.000Z"],
      ]);
    }));

  test("keeps what is owed when the month turns: it is the invoice's, not the allowance's", () =>
    scenario("scenario-payg", async ({ sdk, customer }) => {
      const { id, spend, goTo } = await customer("payg", "2026-05-20T08:00:00.000Z");
      await spend("generator.train");
      await goTo("2026-06-02T00:00:00.000Z");
      expect(await sdk.wallet({ customerId: id })).toMatchObject({
        posted: "-4",
        postpaid: "4.5",
        supply: { remaining: "0.5" },
      });
    }));

  test("halves the price of an interruptible call on the spot plan", () =>
    scenario("scenario-payg", async ({ sdk }) => {
      const attributes = { ...image("sdxl"), interruptible: true };
      const quoted = await sdk.quote({ plan: "payg-spot", operation: "image.generate", attributes });
      expect(expectResult(quoted, "Quote").amount).toBe("0.016");
    }));
});
