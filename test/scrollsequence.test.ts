import { expectResult } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { scenario } from "./harness/scenario.js";

describe("scrollsequence: a rolling window of 30 days", () => {
  test("available is the allowance less the usage of the last 30 days, to the millisecond at both edges", () =>
    scenario("scrollsequence", async ({ customer }) => {
      const { spend, goTo, available } = await customer("free", "2026-03-01T10:00:00.000Z");
      expect(await available()).toBe("100");
      await goTo("2026-03-01T10:00:00.001Z");
      expect(await spend("image.generate")).toBe("90");
      await goTo("2026-03-10T00:00:00.000Z");
      expect(await spend("image.generate", { times: 2 })).toBe("70");
      await goTo("2026-03-31T10:00:00.000Z");
      expect(await available()).toBe("70");
      await goTo("2026-03-31T10:00:00.001Z");
      expect(await available()).toBe("80");
      await goTo("2026-04-08T23:59:59.999Z");
      expect(await available()).toBe("80");
      await goTo("2026-04-09T00:00:00.000Z");
      expect(await available()).toBe("100");
    }));

  test("the wallet lists what comes back when", () =>
    scenario("scrollsequence", async ({ sdk, customer }) => {
      const { id, spend, goTo } = await customer("free", "2026-03-01T10:00:00.123Z");
      await spend("image.generate", { times: 2 });
      await goTo("2026-03-05T00:00:00.000Z");
      await spend("agent.run");
      const wallet = await sdk.wallet({ customerId: id });
      expect(wallet?.returns).toEqual([
        { at: "2026-03-31T10:00:00.123Z", amount: "20" },
        { at: "2026-04-04T00:00:00.000Z", amount: "5" },
      ]);
      expect(wallet?.supply).toEqual({ amount: "100", used: "25", remaining: "75", renewsAt: null });
      await goTo("2026-03-31T10:00:00.123Z");
      expect((await sdk.wallet({ customerId: id }))?.returns).toEqual([
        { at: "2026-04-04T00:00:00.000Z", amount: "5" },
      ]);
    }));

  test("a call beyond the window's rest is refused with the time at which credits come back", () =>
    scenario("scrollsequence", async ({ sdk, customer }) => {
      const { id, spend, goTo } = await customer("free", "2026-03-01T00:00:00.000Z");
      await spend("image.generate", { times: 10 });
      const call = { customerId: id, operation: "image.generate" };
      const refused = expectResult(await sdk.consume(call), "InsufficientCredits");
      expect(refused).toMatchObject({
        shortBy: "10",
        nextSupplyAt: "2026-03-31T00:00:00.000Z",
        creditPacks: [],
      });
      await goTo("2026-03-31T00:00:00.000Z");
      expect(expectResult(await sdk.consume(call), "Consumed").wallet.available).toBe("90");
    }));

  test("usage that is reported late counts from when it happened", () =>
    scenario("scrollsequence", async ({ sdk, customer }) => {
      const { id, goTo, available } = await customer("free", "2026-03-01T00:00:00.000Z");
      await goTo("2026-03-21T00:00:00.000Z");
      const occurredAt = "2026-03-02T00:00:00.000Z";
      await sdk.consume({ customerId: id, operation: "image.generate", occurredAt });
      expect(await available()).toBe("90");
      await goTo("2026-04-01T00:00:00.000Z");
      expect(await available()).toBe("100");
    }));

  test("a trial's window gives back what was used, however often it is used, until the trial ends", () =>
    scenario("scrollsequence", async ({ sdk }) => {
      const clock = await sdk.createTestClock({ now: "2026-03-01T00:00:00.000Z" });
      const goTo = (to: string) => sdk.advanceTestClock({ id: clock.id, to });
      const id = "trying";
      await sdk.createCustomer({ id, testClockId: clock.id });
      expectResult(await sdk.subscribe({ customerId: id, plan: "personal", trialDays: 45 }), "Subscribed");
      const spend = async () => {
        const call = { customerId: id, operation: "image.generate" };
        return expectResult(await sdk.consume(call), "Consumed").wallet.available;
      };
      const wallet = async () => {
        const { available, returns } = (await sdk.wallet({ customerId: id })) ?? {};
        return { available, returns };
      };
      expect(await spend()).toBe("990");
      await goTo("2026-03-02T00:00:00.000Z");
      expect(await spend()).toBe("980");
      const [first, second] = [
        { at: "2026-03-31T00:00:00.000Z", amount: "10" },
        { at: "2026-04-01T00:00:00.000Z", amount: "10" },
      ];
      expect(await wallet()).toEqual({ available: "980", returns: [first, second] });
      await goTo("2026-03-31T00:00:00.000Z");
      expect(await wallet()).toEqual({ available: "990", returns: [second] });
      // Its window would end after the trial, which gets nothing back then.
      expect(await spend()).toBe("980");
      await goTo("2026-04-14T23:59:59.999Z");
      expect(await wallet()).toEqual({ available: "990", returns: [] });
      await goTo("2026-04-15T00:00:00.000Z");
      expect(await wallet()).toEqual({ available: "1000", returns: [] });
      await goTo("2026-05-20T00:00:00.000Z");
      expect(await wallet()).toEqual({ available: "1000", returns: [] });
    }));

  test("the history shows every call, newest first, page by page", () =>
    scenario("scrollsequence", async ({ sdk, customer }) => {
      const { id, spend, goTo } = await customer("personal", "2026-03-01T00:00:00.000Z");
      for (const day of ["02", "03", "04"]) {
        await goTo(`2026-03-${day}T00:00:00.000Z`);
        await spend("video.process");
        await spend("agent.run");
      }
      const first = await sdk.usageRecords({ customerId: id, first: 4 });
      expect(first.pageInfo.hasNextPage).toBe(true);
      await spend("image.generate");
      const second = await sdk.usageRecords({ customerId: id, first: 4, after: first.pageInfo.endCursor });
      const shown = [...first.nodes, ...second.nodes].map(({ operation, occurredAt }) => [
        operation,
        occurredAt.slice(8, 10),
      ]);
      expect(shown).toEqual([
        ["agent.run", "04"],
        ["video.process", "04"],
        ["agent.run", "03"],
        ["video.process", "03"],
        ["agent.run", "02"],
        ["video.process", "02"],
      ]);
      const only = await sdk.usageRecords({
        customerId: id,
        operation: "agent.run",
        from: "2026-03-03T00:00:00Z",
        to: "2026-03-04T00:00:00Z",
      });
      expect(only.nodes.map(({ amount }) => amount)).toEqual(["5"]);
    }));
});
