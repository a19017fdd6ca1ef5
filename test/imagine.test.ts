import { expectResult } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { scenario } from "./harness/scenario.js";

const operation = "image.text-to-image";

describe("imagine: tokens by style", () => {
  test.each([
    ["anime", "5"],
    ["realistic", "5"],
    ["flux-schnell", "5"],
    ["flux-dev-fast", "5"],
    ["flux-dev", "15"],
    ["imagine-turbo", "1"],
  ])("style %s costs %s tokens", (style, amount) =>
    scenario("imagine", async ({ sdk, customer }) => {
      const { id } = await customer("free", "2026-04-01T00:00:00.000Z");
      const result = expectResult(
        await sdk.consume({ customerId: id, operation, attributes: { style } }),
        "Consumed",
      );
      expect(result.usageRecord).toMatchObject({ amount, unit: "token" });
    }),
  );

  test("recent calls show the style, the cost and the balance after each", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const { id, spend } = await customer("free", "2026-04-01T00:00:00.000Z");
      await spend(operation, { attributes: { style: "flux-dev" } });
      await spend(operation, { attributes: { style: "imagine-turbo" } });
      const { nodes } = await sdk.usageRecords({ customerId: id });
      expect(
        nodes.map(({ attributes, amount, balanceAfter }) => [attributes.style, amount, balanceAfter]),
      ).toEqual([
        ["imagine-turbo", "1", "84"],
        ["flux-dev", "15", "85"],
      ]);
    }));

  test("an unknown style is refused by name, with the styles there are", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const { id } = await customer("free", "2026-04-01T00:00:00.000Z");
      const call = { customerId: id, operation, attributes: { style: "cubist" } };
      const refused = expectResult(await sdk.consume(call), "UnpricedUsage");
      expect(refused).toMatchObject({ attribute: "style", operation });
      expect(refused.message).toContain("cubist");
      expect(refused.allowed).toContain("imagine-turbo");
    }));
});
