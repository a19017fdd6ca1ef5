import { expectResult } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { scenario } from "./harness/scenario.js";

const start = "2026-03-01T00:00:00.000Z";

describe("scenario-units: 5,000 Creative Units", () => {
  test.each([
    ["1,000 SDXL images", "image.generate", 1_000, "5"],
    ["500 upscales", "image.upscale", 500, "10"],
    ["1,000 vectors", "image.vectorize", 1_000, "5"],
  ])(
    "buy exactly %s; the next call is refused with what is missing and the packs on offer",
    (_, operation, times, price) =>
      scenario("scenario-units", async ({ sdk, customer }) => {
        const { id, spend, available } = await customer("starter", start);
        expect(await available()).toBe("5000");
        expect(await spend(operation, { times })).toBe("0");
        const refused = expectResult(await sdk.consume({ customerId: id, operation }), "InsufficientCredits");
        expect(refused).toMatchObject({ required: price, available: "0", shortBy: price });
        expect(refused.creditPacks.map((pack) => pack.key)).toEqual(["units-1000", "units-5000"]);
        expect(refused.nextSupplyAt).toBe("2026-04-01T00:00:00.000Z");
        expect(await available()).toBe("0");
      }),
  );

  test("can be topped up when exhausted, and the work goes on", () =>
    scenario("scenario-units", async ({ sdk, customer }) => {
      const { id, spend, available } = await customer("starter", start);
      await spend("image.upscale", { times: 500 });
      const call = {
        customerId: id,
        operation: "image.generate",
        idempotencyKey: "the call that was refused",
      };
      expectResult(await sdk.consume(call), "InsufficientCredits");
      const bought = expectResult(
        await sdk.purchase({ customerId: id, creditPack: "units-1000" }),
        "Purchased",
      );
      expect(bought.invoice).toMatchObject({
        status: "PAID",
        total: "12",
        currency: "USD",
        number: "TEST-2026-000002",
      });
      expectResult(await sdk.consume(call), "Consumed");
      expect(await available()).toBe("995");
    }));

  test("are reported by operation", () =>
    scenario("scenario-units", async ({ sdk, customer }) => {
      const { id, spend } = await customer("starter", start);
      await spend("image.generate", { times: 3 });
      await spend("image.upscale", { times: 2 });
      await spend("image.vectorize");
      const report = await sdk.usageReport({ customerId: id });
      expect(report.rows.map(({ operation, calls, amount }) => [operation, calls, amount])).toEqual([
        ["image.generate", 3, "15"],
        ["image.upscale", 2, "20"],
        ["image.vectorize", 1, "5"],
      ]);
      expect(report.totals).toMatchObject([{ unit: "CU", calls: 6, amount: "40" }]);
    }));

  test("are reported by day, each day apart", () =>
    scenario("scenario-units", async ({ sdk, customer }) => {
      const { id, spend, goTo } = await customer("starter", "2026-03-01T23:59:59.999Z");
      await spend("image.generate", { times: 2 });
      await goTo("2026-03-02T00:00:00.000Z");
      await spend("image.generate");
      const { rows } = await sdk.usageReport({ customerId: id, groupBy: ["DAY"] });
      expect(rows.map(({ day, operation, amount }) => [day, operation, amount])).toEqual([
        ["2026-03-01T00:00:00.000Z", null, "10"],
        ["2026-03-02T00:00:00.000Z", null, "5"],
      ]);
    }));
});
