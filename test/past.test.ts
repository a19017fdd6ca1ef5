import { expectResult, type ScripClient } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { presentBy } from "../server/billing/catchUp.js";
import { instantFrom } from "../server/domain/instant.js";
import { makeWalletAsOf } from "../server/ledger/asOf.js";
import type { Tx } from "../server/storage/database.js";
import { type Actor, scenario, startScrip, wallClock } from "./harness/scenario.js";

const start = "2026-04-15T00:00:00.000Z";
const anime = { operation: "image.text-to-image", attributes: { style: "anime" } };

/** All that a wallet shows, now or as of a past instant. */
async function shown(sdk: ScripClient, { id: customerId }: Actor, asOf?: string) {
  const wallet = await sdk.wallet({ customerId, activeOnly: true, ...(asOf === undefined ? {} : { asOf }) });
  if (wallet === null) throw new Error("There is no wallet.");
  return wallet;
}

describe("a wallet as of a past instant", () => {
  test("is what it was, however much has happened since", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const customerId = ann.id;
      const seen = new Map<string, unknown>();
      const remember = async (at: string) => {
        seen.set(at, await shown(sdk, ann));
      };
      const consume = async (quantity: string) =>
        expectResult(await sdk.consume({ customerId, ...anime, quantity }), "Consumed").usageRecord.id;
      await remember("2026-04-15T00:00:00.000Z");
      await ann.goTo("2026-04-20T00:00:00.000Z");
      const usageRecordId = await consume("7");
      await remember("2026-04-20T00:00:00.000Z");
      await ann.goTo("2026-05-01T00:00:00.000Z");
      expectResult(await sdk.purchase({ customerId, creditPack: "tokens-500" }), "Purchased");
      const reserved = await sdk.reserve({ customerId, ...anime, quantity: "30" });
      const { id: holdId } = expectResult(reserved, "Reserved").hold;
      await remember("2026-05-01T00:00:00.000Z");
      await ann.goTo("2026-05-01T00:05:00.000Z");
      expectResult(await sdk.capture({ customerId, holdId, quantity: "16", final: false }), "Captured");
      await remember("2026-05-01T00:05:00.000Z");
      await ann.goTo("2026-05-10T00:00:00.000Z");
      await remember("2026-05-10T00:00:00.000Z");
      await ann.goTo("2026-05-15T00:00:00.000Z");
      await remember("2026-05-15T00:00:00.000Z");
      await ann.goTo("2026-06-20T00:00:00.000Z");
      expectResult(await sdk.reverseUsage({ customerId, usageRecordId, amount: "20" }), "UsageReversed");
      await consume("3");
      await remember("2026-06-20T00:00:00.000Z");
      await ann.goTo("2026-12-31T00:00:00.000Z");
      for (const [at, wallet] of seen)
        expect({ at, wallet: await shown(sdk, ann, at) }).toEqual({ at, wallet });
    }));

  test("has back what a rolling window had given back by then, though nobody looked until much later", () =>
    scenario("scrollsequence", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const call = { customerId: ann.id, operation: "image.generate" };
      expectResult(await sdk.consume({ ...call, quantity: "2" }), "Consumed");
      await ann.goTo("2026-04-20T00:00:00.000Z");
      expectResult(await sdk.consume({ ...call, quantity: "3" }), "Consumed");
      await ann.goTo("2026-06-30T00:00:00.000Z");
      const available = async (asOf: string) => (await shown(sdk, ann, asOf)).available;
      expect(await available("2026-05-14T23:59:59.999Z")).toBe("50");
      expect(await available("2026-05-15T00:00:00.000Z")).toBe("70");
      expect(await available("2026-05-20T00:00:00.000Z")).toBe("100");
    }));

  test("knows the supply of the time and what a rolling window had yet to give back", () =>
    scenario("scrollsequence", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const call = { customerId: ann.id, operation: "image.generate" };
      const { usageRecord } = expectResult(await sdk.consume({ ...call, quantity: "2" }), "Consumed");
      await ann.goTo("2026-04-20T00:00:00.000Z");
      expectResult(await sdk.consume({ ...call, quantity: "3" }), "Consumed");
      const undo = { customerId: ann.id, usageRecordId: usageRecord.id, amount: "5" };
      expectResult(await sdk.reverseUsage(undo), "UsageReversed");
      const then = await shown(sdk, ann);
      expect(then.returns).toMatchObject([{ amount: "15" }, { amount: "30" }]);
      await ann.goTo("2026-08-01T00:00:00.000Z");
      expect(await shown(sdk, ann, "2026-04-20T00:00:00.000Z")).toEqual(then);
      expect((await shown(sdk, ann)).returns).toEqual([]);
    }));

  test("counts what was due by then, even if nobody had looked", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const ann = await customer("free", "2026-01-31T00:00:00.000Z");
      await ann.goTo("2026-07-15T00:00:00.000Z");
      for (const [asOf, renewsAt] of [
        ["2026-02-27T23:59:59.999Z", "2026-02-28T00:00:00.000Z"],
        ["2026-02-28T00:00:00.000Z", "2026-03-31T00:00:00.000Z"],
      ] as const)
        expect((await shown(sdk, ann, asOf)).supply?.renewsAt).toBe(renewsAt);
    }));

  // On SQLite there is one queue, and nobody else could write meanwhile.
  test.runIf(process.env.SCRIP_TEST_ENGINE === "postgres")(
    "keeps nobody waiting while it is added up, and tells nothing of what comes meanwhile",
    async () => {
      const { sdk, database, close } = await startScrip("imagine");
      expectResult(await sdk.createCustomer({ id: "ann", plan: "free" }), "CustomerCreated");
      const consume = () => sdk.consume({ customerId: "ann", ...anime });
      let meanwhile: unknown = null;
      const interrupted = (tx: Tx): Tx => ({
        ...tx,
        query: async (sql, parameters) => {
          if (sql.includes("SUM(amount)")) meanwhile ??= await consume();
          return tx.query(sql, parameters);
        },
      });
      const wallet = makeWalletAsOf({
        database: {
          ...database,
          read: (work) => database.read((tx) => work(interrupted(tx))),
          transact: (work) => database.transact((tx) => work(interrupted(tx))),
        },
        present: presentBy(() => instantFrom(wallClock)),
      });
      const asOf = instantFrom(wallClock);
      expect((await wallet({ customerId: "ann", unit: null, asOf }))?.wallet.posted).toBe(100_000_000);
      expect(meanwhile).toMatchObject({ __typename: "Consumed" });
      await close();
    },
  );

  test("was empty before it began, and cannot lie ahead", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const before = await shown(sdk, ann, "2026-04-14T23:59:59.999Z");
      expect(before).toMatchObject({ posted: "0", supply: null, grants: [] });
      const ahead = sdk.wallet({ customerId: ann.id, asOf: "2026-04-15T00:00:00.001Z" });
      await expect(ahead).rejects.toMatchObject({ code: "BAD_INPUT", field: "asOf" });
      expect(await sdk.wallet({ customerId: "nobody", asOf: start })).toBe(null);
    }));
});
