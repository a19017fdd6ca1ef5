import { fileURLToPath } from "node:url";
import { expectResult } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { scenario } from "./harness/scenario.js";
import { grantsOf } from "./plan-change/story.js";

const catalog = fileURLToPath(new URL("plan-change/plans.yaml", import.meta.url));
/** Prices that follow from what the period has used. */
const tiered = fileURLToPath(new URL("model/plans.yaml", import.meta.url));

describe("credits that a hold has reserved when the plan is left", () => {
  test("are gone when they are captured, though they were of a rolling supply", () =>
    scenario(catalog, async ({ sdk, customer }) => {
      const { id: customerId } = await customer("rolling", "2026-04-01T00:00:00.000Z");
      const call = { customerId, operation: "call", quantity: "50" };
      expectResult(await sdk.consume(call), "Consumed");
      const { hold } = expectResult(await sdk.reserve(call), "Reserved");
      expectResult(await sdk.changePlan({ customerId, plan: "free", timing: "NOW" }), "PlanChanged");
      expect((await sdk.wallet({ customerId }))?.returns).toEqual([]);
      expectResult(await sdk.capture({ customerId, holdId: hold.id }), "Captured");
      // The rolling supply has ended with its plan, so nothing comes back to it in 30 days.
      const short = expectResult(await sdk.consume({ ...call, quantity: "101" }), "InsufficientCredits");
      expect(short.nextSupplyAt).toBe("2026-05-01T00:00:00.000Z");
      expect((await sdk.wallet({ customerId }))?.returns).toEqual([]);
    }));

  test("do not let a supply that has expired be given back a second time", () =>
    scenario(catalog, async ({ sdk, customer }) => {
      const { id: customerId, goTo } = await customer("monthly", "2026-04-01T00:00:00.000Z");
      await goTo("2026-04-30T23:30:00.000Z");
      const call = { customerId, operation: "call", quantity: "400" };
      const held = { ...call, expiresInSeconds: 7_200 };
      const { hold } = expectResult(await sdk.reserve(held), "Reserved");
      await goTo("2026-05-01T00:30:00.000Z");
      const change = { customerId, plan: "large", timing: "NOW", supplyPolicy: "PRORATE" } as const;
      expectResult(await sdk.changePlan(change), "PlanChanged");
      expectResult(await sdk.release({ customerId, holdId: hold.id }), "Released");
      expect(await grantsOf(sdk, customerId)).toMatchInlineSnapshot(`
        [
          "SUPPLY 0.672044 2026-06-01",
          "SUPPLY 4996.639784 2026-06-01",
        ]
      `);
    }));

  test("leave the end of a supply that has expired where it was", () =>
    scenario(catalog, async ({ sdk, customer }) => {
      const { id: customerId, goTo } = await customer("monthly", "2026-04-01T00:00:00.000Z");
      await goTo("2026-04-30T23:30:00.000Z");
      const call = { customerId, operation: "call", quantity: "400", expiresInSeconds: 7_200 };
      expectResult(await sdk.reserve(call), "Reserved");
      await goTo("2026-05-01T00:30:00.000Z");
      const change = { customerId, plan: "large", timing: "NOW", supplyPolicy: "FORFEIT" } as const;
      expectResult(await sdk.changePlan(change), "PlanChanged");
      // April's supply was over at midnight, and May's is what was forfeited.
      const past = await sdk.wallet({ customerId, asOf: "2026-05-01T00:15:00.000Z" });
      expect(past?.grants.map(({ source, expiresAt }) => `${source} ${expiresAt}`)).toEqual([
        "SUPPLY 2026-05-01T00:30:00.000Z",
      ]);
    }));
});

test("a rolling supply that is left in the very instant in which something comes back to it has had that", () =>
  scenario(catalog, async ({ sdk, customer }) => {
    const { id: customerId, goTo } = await customer("rolling", "2026-04-01T00:00:00.000Z");
    expectResult(await sdk.consume({ customerId, operation: "call", quantity: "50" }), "Consumed");
    await goTo("2026-05-01T00:00:00.000Z");
    expectResult(await sdk.changePlan({ customerId, plan: "free", timing: "NOW" }), "PlanChanged");
    await goTo("2026-05-02T00:00:00.000Z");
    const then = await sdk.wallet({ customerId, asOf: "2026-05-01T12:00:00.000Z" });
    expect(then?.posted).toBe("100");
  }));

test("a plan that is left in the instant in which it was taken promises no supply", () =>
  scenario(catalog, async ({ sdk, customer }) => {
    const { id: customerId } = await customer("monthly", "2026-04-01T00:00:00.000Z");
    const call = { customerId, operation: "call", quantity: "400" };
    const { hold } = expectResult(await sdk.reserve(call), "Reserved");
    expectResult(await sdk.cancelSubscription({ customerId, timing: "NOW" }), "SubscriptionCancelled");
    const beyond = { customerId, holdId: hold.id, quantity: "1001", beyondHold: true };
    const short = expectResult(await sdk.capture(beyond), "InsufficientCredits");
    expect(short.nextSupplyAt).toBeNull();
  }));

test("what is captured under the old plan counts to the new plan's period, whatever periods the old one had", () =>
  scenario(tiered, async ({ sdk, customer }) => {
    const { id: customerId, goTo } = await customer("monthly", "2026-01-20T00:00:00.000Z");
    await goTo("2026-01-31T12:00:00.000Z");
    const call = { customerId, operation: "api.graduated", quantity: "20" };
    const { hold } = expectResult(await sdk.reserve({ ...call, expiresInSeconds: 86_400 }), "Reserved");
    expectResult(await sdk.changePlan({ customerId, plan: "anchored", timing: "NOW" }), "PlanChanged");
    // The old plan's month is over, the new plan's is not.
    await goTo("2026-02-01T06:00:00.000Z");
    expectResult(await sdk.capture({ customerId, holdId: hold.id }), "Captured");
    const { usageRecord } = expectResult(await sdk.consume({ ...call, quantity: "1" }), "Consumed");
    expect(usageRecord.amount).toBe("2");
  }));
