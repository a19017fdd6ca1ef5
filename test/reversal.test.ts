import { expectResult, type ScripClient } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { type Actor, scenario } from "./harness/scenario.js";

const start = "2026-04-15T00:00:00.000Z";
const anime = { operation: "image.text-to-image", attributes: { style: "anime" } };

/** What these stories do with usage, for one customer of a server. */
function using(sdk: ScripClient, { id: customerId }: Actor) {
  return {
    images: async (quantity: string) =>
      expectResult(await sdk.consume({ customerId, ...anime, quantity }), "Consumed").usageRecord,
    reverse: async (usageRecordId: string, amount?: string) => {
      const part = amount === undefined ? {} : { amount };
      const answer = await sdk.reverseUsage({ customerId, usageRecordId, ...part });
      const { reversal, usageRecord, wallet } = expectResult(answer, "UsageReversed");
      const draws = reversal.draws.map(({ grant, amount: of, effect }) => `${grant.source} ${of} ${effect}`);
      return { reversal, usageRecord, wallet, draws };
    },
    grants: async () => {
      const wallet = await sdk.wallet({ customerId });
      return wallet?.grants.map(({ source, remaining }) => `${source} ${remaining}`);
    },
    ledger: async () =>
      (await sdk.ledgerEntries({ customerId })).nodes
        .map(({ type, amount }) => `${type} ${amount}`)
        .reverse(),
    buy: async () => expectResult(await sdk.purchase({ customerId, creditPack: "tokens-500" }), "Purchased"),
    record: async (id: string) => {
      const { nodes } = await sdk.usageRecords({ customerId });
      return nodes.find((record) => record.id === id);
    },
  };
}

describe("reversing a call", () => {
  test("gives back what it cost, with an entry of its own, and the record says so", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const { images, reverse, ledger, record } = using(sdk, ann);
      const { id } = await images("6");
      await ann.goTo("2026-04-16T00:00:00.000Z");
      const { usageRecord, reversal, wallet, draws } = await reverse(id);
      expect(usageRecord).toMatchObject({ id, amount: "30", reversed: "30", reversedAt: reversal.createdAt });
      expect(reversal).toMatchObject({ usageRecordId: id, amount: "30", postpaid: "0" });
      expect(draws).toEqual(["SUPPLY 30 RESTORED"]);
      expect(wallet.available).toBe("100");
      expect(await ledger()).toEqual(["GRANT 100", "USAGE -30", "REVERSAL 30"]);
      expect(await record(id)).toMatchObject({
        reversed: "30",
        reversals: [{ id: reversal.id, amount: "30" }],
      });
      const report = await sdk.usageReport({ customerId: ann.id });
      expect(report.totals).toMatchObject([{ calls: 1, amount: "0" }]);
    }));

  test("in parts gives back at most what it cost, last burned first", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const { images, reverse, buy, grants } = using(sdk, ann);
      await buy();
      const { id } = await images("30");
      expect(await grants()).toEqual(["PACK 450"]);
      expect((await reverse(id, "20")).draws).toEqual(["PACK 20 RESTORED"]);
      const second = await reverse(id, "40.5");
      expect(second.draws).toEqual(["PACK 30 RESTORED", "SUPPLY 10.5 RESTORED"]);
      expect(second.usageRecord).toMatchObject({ reversed: "60.5", reversedAt: null });
      const reverseRest = { customerId: ann.id, usageRecordId: id };
      const tooMuch = await sdk.reverseUsage({ ...reverseRest, amount: "89.500001" });
      expect(tooMuch).toMatchObject({ code: "REVERSAL_EXCEEDS_USAGE", reversible: "89.5" });
      expect((await reverse(id)).reversal.amount).toBe("89.5");
      expect(await grants()).toEqual(["SUPPLY 100", "PACK 500"]);
      const again = await sdk.reverseUsage(reverseRest);
      expect(again).toMatchObject({ code: "REVERSAL_EXCEEDS_USAGE", reversible: "0" });
    }));

  test("under one key has one effect, and other input under it is a conflict", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const { images } = using(sdk, ann);
      const { id: usageRecordId } = await images("6");
      const input = { customerId: ann.id, usageRecordId, amount: "10", idempotencyKey: "undo" };
      const first = expectResult(await sdk.reverseUsage(input), "UsageReversed");
      const answers = await Promise.all(Array.from({ length: 20 }, () => sdk.reverseUsage(input)));
      for (const answer of answers)
        expect(answer).toMatchObject({ replayed: true, reversal: { id: first.reversal.id } });
      expect(await ann.available()).toBe("80");
      const other = await sdk.reverseUsage({ ...input, amount: "11" });
      expect(other).toMatchObject({ code: "IDEMPOTENCY_CONFLICT" });
    }));

  test("by many at once gives back no more than it cost", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const { id: usageRecordId } = await using(sdk, ann).images("6");
      const part = { customerId: ann.id, usageRecordId, amount: "7" };
      const answers = await Promise.all(Array.from({ length: 12 }, () => sdk.reverseUsage(part)));
      expect(answers.filter(({ __typename }) => __typename === "UsageReversed")).toHaveLength(4);
      expect(await ann.available()).toBe("98");
    }));

  test("of nobody's, or of another customer's, is not found", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const [ann, bob] = [await customer("free", start), await customer("free", start)];
      const { id: usageRecordId } = await using(sdk, ann).images("1");
      for (const input of [
        { customerId: bob.id, usageRecordId },
        { customerId: ann.id, usageRecordId: "usage_0" },
      ])
        expect(await sdk.reverseUsage(input)).toMatchObject({ code: "USAGE_RECORD_NOT_FOUND" });
      const nobody = await sdk.reverseUsage({ customerId: "nobody", usageRecordId });
      expect(nobody).toMatchObject({ code: "CUSTOMER_NOT_FOUND" });
    }));

  test("that burned a grant which has expired since lets the credits expire again at once", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const { images, reverse, buy, ledger, grants } = using(sdk, ann);
      await buy();
      const { id } = await images("30");
      await ann.goTo("2026-05-20T00:00:00.000Z");
      const { draws, wallet } = await reverse(id);
      expect(draws).toEqual(["PACK 50 RESTORED", "SUPPLY 100 EXPIRED"]);
      expect(await grants()).toEqual(["SUPPLY 100", "PACK 500"]);
      expect(wallet.available).toBe("600");
      expect((await ledger()).slice(-3)).toEqual(["GRANT 100", "REVERSAL 150", "EXPIRY -100"]);
    }));

  test("that used up a pack brings the pack back", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const { images, reverse, buy, grants } = using(sdk, await customer("free", start));
      await buy();
      const { id } = await images("120");
      expect(await grants()).toEqual([]);
      await reverse(id, "3");
      expect(await grants()).toEqual(["PACK 3"]);
    }));

  test("in a rolling window gives room back now, and not once more when the window is over", () =>
    scenario("scrollsequence", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const { reverse, ledger } = using(sdk, ann);
      const call = { customerId: ann.id, operation: "image.generate" };
      const { usageRecord } = expectResult(await sdk.consume({ ...call, quantity: "3" }), "Consumed");
      expectResult(await sdk.consume(call), "Consumed");
      expect((await reverse(usageRecord.id, "20")).wallet.available).toBe("80");
      const returns = async () => (await sdk.wallet({ customerId: ann.id }))?.returns;
      expect(await returns()).toEqual([{ at: "2026-05-15T00:00:00.000Z", amount: "20" }]);
      await ann.goTo("2026-05-15T00:00:00.000Z");
      expect(await ann.available()).toBe("100");
      const late = await reverse(usageRecord.id);
      expect(late.draws).toEqual(["SUPPLY 10 RETURNED"]);
      expect(late.wallet.available).toBe("100");
      expect(await ledger()).toEqual(["GRANT 100", "USAGE -30", "USAGE -10", "REVERSAL 20", "RETURN 20"]);
    }));

  test("in a rolling window does not date what other calls bring back", () =>
    scenario("scrollsequence", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const { reverse } = using(sdk, ann);
      const call = { customerId: ann.id, operation: "image.generate" };
      expectResult(await sdk.consume({ ...call, quantity: "2" }), "Consumed");
      await ann.goTo("2026-04-20T00:00:00.000Z");
      const { usageRecord } = expectResult(await sdk.consume(call), "Consumed");
      await reverse(usageRecord.id);
      await ann.goTo("2026-06-30T00:00:00.000Z");
      const [last] = (await sdk.ledgerEntries({ customerId: ann.id })).nodes;
      expect(last).toMatchObject({ type: "RETURN", amount: "20", occurredAt: "2026-05-15T00:00:00.000Z" });
    }));

  test("on a postpaid plan lowers what is owed first", () =>
    scenario("scenario-payg", async ({ sdk, customer }) => {
      const ann = await customer("payg", start);
      const { reverse } = using(sdk, ann);
      const sdxl = { model: "sdxl", steps: 30, width: 1024, height: 1024 };
      const call = { customerId: ann.id, operation: "image.generate", attributes: sdxl, quantity: "20" };
      const { usageRecord } = expectResult(await sdk.consume(call), "Consumed");
      expect(usageRecord).toMatchObject({ amount: "0.64", postpaid: "0.14" });
      const part = await reverse(usageRecord.id, "0.2");
      expect(part.reversal).toMatchObject({ postpaid: "0.14", draws: [{ amount: "0.06" }] });
      expect(part.wallet).toMatchObject({ posted: "0.06", postpaid: "0" });
      const report = await sdk.usageReport({ customerId: ann.id });
      expect(report.totals).toMatchObject([{ calls: 1, amount: "0.44", postpaid: "0" }]);
    }));

  test("that captured a hold gives back what the capture cost, while the hold goes on", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const { reverse } = using(sdk, ann);
      const reserved = await sdk.reserve({ customerId: ann.id, ...anime, quantity: "10" });
      const { id: holdId } = expectResult(reserved, "Reserved").hold;
      const part = { customerId: ann.id, holdId, quantity: "4", final: false };
      const { usageRecord } = expectResult(await sdk.capture(part), "Captured");
      const { wallet } = await reverse(usageRecord.id);
      expect(wallet).toMatchObject({ posted: "100", held: "30", available: "70" });
      const rest = expectResult(await sdk.capture({ customerId: ann.id, holdId, quantity: "6" }), "Captured");
      expect(rest.wallet).toMatchObject({ posted: "70", held: "0" });
    }));
});
