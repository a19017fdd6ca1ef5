import { expectResult } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { scenario } from "./harness/scenario.js";

describe("ximilar: a monthly supply and packs", () => {
  test("a plan bought on April 15th is renewed on the 15th of every month", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, spend, goTo, available } = await customer("business", "2026-04-15T09:30:00.000Z");
      expect(await spend("image.recognize")).toBe("99990");
      expect((await sdk.wallet({ customerId: id }))?.supply?.renewsAt).toBe("2026-05-15T09:30:00.000Z");
      await goTo("2026-05-15T09:29:59.999Z");
      expect(await available()).toBe("99990");
      await goTo("2026-05-15T09:30:00.000Z");
      expect(await available()).toBe("100000");
      await goTo("2026-06-15T09:30:00.000Z");
      expect((await sdk.wallet({ customerId: id }))?.supply?.renewsAt).toBe("2026-07-15T09:30:00.000Z");
    }));

  test.each([
    ["2027", "2027-02-28"],
    ["2028", "2028-02-29"],
  ])("a plan bought on January 31st %s is renewed on %s, and on March 31st again", (year, february) =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, goTo } = await customer("business", `${year}-01-31T00:00:00.000Z`);
      const renewsAt = async () => (await sdk.wallet({ customerId: id }))?.supply?.renewsAt;
      expect(await renewsAt()).toBe(`${february}T00:00:00.000Z`);
      await goTo(`${february}T00:00:00.000Z`);
      expect(await renewsAt()).toBe(`${year}-03-31T00:00:00.000Z`);
      await goTo(`${year}-03-31T00:00:00.000Z`);
      expect(await renewsAt()).toBe(`${year}-04-30T00:00:00.000Z`);
    }),
  );

  test("unused supply is gone at renewal; packs are kept", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, goTo, available } = await customer("free", "2026-04-15T00:00:00.000Z");
      expectResult(await sdk.purchase({ customerId: id, creditPack: "pack-10000" }), "Purchased");
      expect(await available()).toBe("13000");
      await goTo("2026-05-15T00:00:00.000Z");
      expect(await available()).toBe("13000");
      const { nodes } = await sdk.ledgerEntries({ customerId: id, first: 2 });
      expect(nodes.map(({ type, amount }) => [type, amount])).toEqual([
        ["GRANT", "3000"],
        ["EXPIRY", "-3000"],
      ]);
    }));

  test("packs are burned only after the supply, and the supply again after its renewal", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, spend, goTo } = await customer("free", "2026-04-15T00:00:00.000Z");
      expectResult(await sdk.purchase({ customerId: id, creditPack: "pack-10000" }), "Purchased");
      await spend("image.tag", { times: 149 });
      const call = { customerId: id, operation: "image.tag", quantity: "2" };
      const straddling = expectResult(await sdk.consume(call), "Consumed").usageRecord;
      expect(straddling.draws.map(({ grant, amount }) => [grant.source, amount])).toEqual([
        ["SUPPLY", "20"],
        ["PACK", "20"],
      ]);
      await goTo("2026-05-15T00:00:00.000Z");
      const renewed = expectResult(await sdk.consume(call), "Consumed").usageRecord;
      expect(renewed.draws.map(({ grant }) => grant.source)).toEqual(["SUPPLY"]);
    }));

  test("several packs add up, are burned oldest first and never expire", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, goTo, available } = await customer("free", "2026-04-15T00:00:00.000Z");
      for (const creditPack of ["pack-10000", "pack-50000", "pack-10000"])
        expectResult(await sdk.purchase({ customerId: id, creditPack }), "Purchased");
      await goTo("2036-04-15T00:00:00.000Z");
      expect(await available()).toBe("73000");
      const wallet = await sdk.wallet({ customerId: id });
      expect(wallet?.grants.map(({ source, amount }) => [source, amount])).toEqual([
        ["SUPPLY", "3000"],
        ["PACK", "10000"],
        ["PACK", "50000"],
        ["PACK", "10000"],
      ]);
    }));

  test("the Free plan too may buy packs", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id } = await customer("free", "2026-04-15T00:00:00.000Z");
      const bought = expectResult(
        await sdk.purchase({ customerId: id, creditPack: "pack-50000", quantity: 2 }),
        "Purchased",
      );
      expect(bought.grant).toMatchObject({ source: "PACK", amount: "100000", expiresAt: null });
      expect(bought.invoice).toMatchObject({ total: "90", status: "PAID" });
    }));
});
