import { expectResult, iterate, type ScripClient, type UsageRecordsVariables } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { readCatalogFile } from "../server/catalogFile.js";
import { instantFrom, toIso } from "../server/domain/instant.js";
import { UsageRecordRow } from "../server/storage/rows/metering.js";
import { writeRows } from "../server/storage/write.js";
import { type RunningScrip, scenario, startScrip } from "./harness/scenario.js";

const start = "2026-04-01T00:00:00.000Z";
const at = (minutes: number): string =>
  toIso(instantFrom(new Date(Date.parse(start) + minutes * 60_000).toISOString()));

async function all(sdk: ScripClient, question: UsageRecordsVariables): Promise<string[]> {
  const found: string[] = [];
  for await (const { idempotencyKey } of iterate(sdk.usageRecords, question)) found.push(idempotencyKey);
  return found;
}

describe("usage records", () => {
  test("are found by everything that they say", () =>
    scenario("scenario-payg", async ({ sdk, customer }) => {
      const ann = await customer("payg", start);
      const { id: customerId } = ann;
      const image = { model: "sdxl", steps: 30, width: 1024, height: 1024 };
      const call = async (idempotencyKey: string, operation: string, attributes = {}) =>
        expectResult(await sdk.consume({ customerId, operation, attributes, idempotencyKey }), "Consumed")
          .usageRecord;
      await call("first", "image.generate", image);
      await call("second", "image.generate", { ...image, steps: 3 });
      await ann.goTo(at(60));
      const third = await call("third", "image.generate", {
        ...image,
        model: "sd15",
        compositionControl: true,
      });
      const { hold } = expectResult(
        await sdk.reserve({ customerId, operation: "image.upscale", quantity: "5" }),
        "Reserved",
      );
      const part = { customerId, holdId: hold.id, quantity: "2", final: false };
      expectResult(await sdk.capture({ ...part, idempotencyKey: "part" }), "Captured");
      expectResult(await sdk.capture({ ...part, idempotencyKey: "rest" }), "Captured");
      expectResult(
        await sdk.reverseUsage({ customerId, usageRecordId: third.id, amount: "0.001" }),
        "UsageReversed",
      );
      const found = (filter: Partial<UsageRecordsVariables>) => all(sdk, { customerId, ...filter });
      const everything = ["rest", "part", "third", "second", "first"];
      expect(await found({})).toEqual(everything);
      expect(await found({ idempotencyKey: "second" })).toEqual(["second"]);
      expect(await found({ idempotencyKey: "part" })).toEqual(["part"]);
      expect(await found({ idempotencyKey: "never sent" })).toEqual([]);
      expect(await found({ holdId: hold.id })).toEqual(["rest", "part"]);
      expect(await found({ operation: "image.generate", to: at(60) })).toEqual(["second", "first"]);
      expect(await found({ attributes: { steps: 3 } })).toEqual(["second"]);
      expect(await found({ attributes: { steps: 30, model: "sdxl" } })).toEqual(["first"]);
      expect(await found({ attributes: { compositionControl: true } })).toEqual(["third"]);
      expect(await found({ attributes: { model: "sd" } })).toEqual([]);
      expect(await found({ reversed: true })).toEqual(["third"]);
      expect(await found({ reversed: false })).toEqual(everything.filter((key) => key !== "third"));
      expect(await found({ minAmount: "0.06" })).toEqual(["rest", "part", "third"]);
      expect(await found({ maxAmount: "0.01" })).toEqual(
        await found({ maxAmount: "0.01", unit: "USD", plan: "payg" }),
      );
      expect(await found({ plan: "payg-volume" })).toEqual([]);
      expect(await found({ unit: "CU" })).toEqual([]);
      expect(await found({ apiKeyIds: [null] })).toEqual(everything);
      expect(await found({ apiKeyIds: ["key_unknown"] })).toEqual([]);
      const upsideDown = { customerId, minAmount: "2", maxAmount: "1" };
      await expect(sdk.usageRecords(upsideDown)).rejects.toThrow(
        "filter.minAmount must be at most filter.maxAmount",
      );
    }));

  test("tell how their amount came about, which grants paid, and what was left", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const granted = { customerId: ann.id, unit: "token", amount: "30", reason: "welcome" };
      expectResult(await sdk.grantCredits(granted), "CreditsGranted");
      await ann.spend("image.text-to-image", { times: 8, attributes: { style: "flux-dev" } });
      const { nodes } = await sdk.usageRecords({ customerId: ann.id, first: 2, explain: true });
      expect(
        nodes.map(({ amount, balanceAfter, draws, explanation }) => ({
          ...{ amount, balanceAfter },
          draws: draws.map((draw) => `${draw.grant.source} ${draw.amount}`),
          explanation: explanation?.map(({ value }) => value),
        })),
      ).toEqual([
        { amount: "15", balanceAfter: "10", draws: ["PROMOTION 15"], explanation: ["15", "15"] },
        { amount: "15", balanceAfter: "25", draws: ["SUPPLY 10", "PROMOTION 5"], explanation: ["15", "15"] },
      ]);
    }));

  test("are all there and none twice, in whatever place new ones are written while somebody pages", () =>
    scenario("scenario-payg", async ({ sdk, customer }) => {
      const ann = await customer("payg", at(600));
      const call = async (minute: number, idempotencyKey: string) =>
        expectResult(
          await sdk.consume({
            customerId: ann.id,
            operation: "prompt.magic",
            occurredAt: at(minute),
            idempotencyKey,
          }),
          "Consumed",
        );
      const old: string[] = [];
      for (let n = 0; n < 30; n += 1) {
        // Three at each time, so that pages end between calls of the same time.
        await call(Math.floor(n / 3) * 20, `old ${n}`);
        old.push(`old ${n}`);
      }
      const seen: string[] = [];
      let pages = 0;
      for await (const record of iterate(sdk.usageRecords, { customerId: ann.id, first: 4 })) {
        seen.push(record.idempotencyKey);
        if (seen.length % 4 !== 0) continue;
        pages += 1;
        // Before, at and after the place where the reader stands.
        for (const minute of [599, Date.parse(record.occurredAt), 1]) {
          const when = minute < 1_000 ? minute : (minute - Date.parse(start)) / 60_000;
          await call(when, `new ${pages} ${minute}`);
        }
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.filter((key) => key.startsWith("old")).sort()).toEqual(old.sort());
      expect(pages).toBeGreaterThan(7);
    }));

  test("are all there, once and in order, while several writers write as fast as they can", () =>
    scenario("scenario-payg", async ({ sdk, customer }) => {
      const { id: customerId } = await customer("payg", at(600));
      const call = { customerId, operation: "prompt.magic" };
      const old = Array.from({ length: 120 }, (_, n) => ({ ...call, idempotencyKey: `old ${n}` }));
      for (const result of await sdk.consumeBatch({ items: old })) expectResult(result, "Consumed");
      let isOver = false;
      let written = 0;
      const writers = Array.from({ length: 6 }, async (_, writer) => {
        for (let made = 0; made < 40 && !isOver; made += 1, written += 1)
          expectResult(await sdk.consume({ ...call, occurredAt: at(600 - writer * 20) }), "Consumed");
      });
      const records: { id: string; occurredAt: string; idempotencyKey: string }[] = [];
      for await (const record of iterate(sdk.usageRecords, { customerId, first: 7 })) records.push(record);
      const sequences: number[] = [];
      for await (const { sequence } of iterate(sdk.ledgerEntries, { customerId, first: 7 }))
        sequences.push(sequence);
      isOver = true;
      await Promise.all(writers);
      expect(written).toBeGreaterThan(10);
      expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
      expect(records.filter(({ idempotencyKey }) => idempotencyKey.startsWith("old"))).toHaveLength(120);
      const places = records.map(({ occurredAt, id }) => `${occurredAt} ${id}`);
      expect(places).toEqual(places.toSorted().reverse());
      // Newest first and without a gap, down to the very first.
      expect(sequences).toEqual(sequences.map((_, place) => (sequences[0] ?? 0) - place));
      expect(sequences.at(-1)).toBe(1);
    }));

  test("that are hard to find are found over several pages, each of which ends in time", async () => {
    const scrip = await startScrip("imagine");
    const { sdk } = scrip;
    expectResult(await sdk.createCustomer({ id: "ann", plan: "free" }), "CustomerCreated");
    await writeRecords(scrip, 45_000);
    const wanted = { customerId: "ann", attributes: { style: "realistic" } };
    const page = await sdk.usageRecords({ ...wanted, first: 10 });
    expect(page.nodes).toEqual([]);
    expect(page.pageInfo).toMatchObject({ hasNextPage: true, startCursor: null });
    expect(page.pageInfo.endCursor).not.toBe(null);
    expect(await all(sdk, { ...wanted, first: 10 })).toEqual(["key 25000", "key 44000"]);
    expect(await all(sdk, { customerId: "ann", idempotencyKey: "key 44000" })).toEqual([]);
    await scrip.close();
  });
});

/** Rows as calls would have left them, but quickly; two of them are of another style. The newest comes first. */
const writeRecords = ({ database }: RunningScrip, count: number): Promise<void> =>
  database.transact(async (tx) => {
    const rows = Array.from({ length: count }, (_, index): UsageRecordRow => {
      const n = count - index;
      return Object.assign(new UsageRecordRow(), {
        ...{ customerId: "ann", id: `usage_${String(index).padStart(9, "0")}`, unit: "token" },
        ...{ operation: "image.text-to-image", quantity: 1_000_000, amount: 5_000_000, postpaid: 0 },
        attributes: { style: n === 44_000 || n === 25_000 ? "realistic" : "anime" },
        ...{
          balanceAfter: 0,
          sequence: index + 1,
          planKey: "free",
          planVersion: 1,
          periodQuantity: 0,
          idempotencyKey: `key ${n}`,
        },
        ...{
          occurredAt: instantFrom(start) + index,
          recordedAt: instantFrom(start) + index,
          reportedAttributes: "{}",
        },
      });
    });
    await writeRows(tx, UsageRecordRow, rows);
  });

describe("ledger entries", () => {
  test("are found by type, time, grant and call, and tell what they belong to", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const { id: customerId } = ann;
      const bought = await sdk.purchase({ customerId, creditPack: "pack-10000" });
      const { grant, invoice } = expectResult(bought, "Purchased");
      await ann.goTo(at(60));
      const call = { customerId, operation: "image.tag", quantity: "10" };
      const { usageRecord } = expectResult(await sdk.consume(call), "Consumed");
      expectResult(await sdk.consume(call), "Consumed");
      const undo = { customerId, usageRecordId: usageRecord.id, amount: "50" };
      expectResult(await sdk.reverseUsage(undo), "UsageReversed");
      const found = async (filter: Parameters<typeof sdk.ledgerEntries>[0]["filter"]) => {
        const { nodes } = await sdk.ledgerEntries({ customerId, filter, related: true });
        return nodes.map((entry) => [
          `${entry.type} ${entry.amount}`,
          entry.usageRecord?.idempotencyKey === usageRecord.idempotencyKey,
          entry.grant?.id ?? null,
          entry.invoice?.number ?? null,
        ]);
      };
      const { number } = invoice;
      const [packEntry] = [["GRANT 10000", false, grant.id, number]];
      const callEntries = [
        ["REVERSAL 50", true, null, null],
        ["USAGE -200", true, null, null],
      ];
      expect(await found({ grantId: grant.id })).toEqual([packEntry]);
      expect(await found({ usageRecordId: usageRecord.id })).toEqual(callEntries);
      expect(await found({ types: ["REVERSAL"] })).toEqual(callEntries.slice(0, 1));
      expect(await found({ types: [] })).toEqual([]);
      expect((await found({ from: at(60) })).map(([what]) => what)).toEqual([
        "REVERSAL 50",
        "USAGE -200",
        "USAGE -200",
      ]);
      expect((await found({ to: at(60), types: ["GRANT", "USAGE"] })).map(([what]) => what)).toEqual([
        "GRANT 10000",
        "GRANT 3000",
      ]);
      expect((await found(null)).length).toBe(5);
      const key = async (idempotencyKey: string) => (await found({ idempotencyKey })).map(([what]) => what);
      expect(await key(usageRecord.idempotencyKey)).toEqual(["USAGE -200"]);
      await ann.goTo(at(61));
      const keyed = { customerId, idempotencyKey: "undo", usageRecordId: usageRecord.id, amount: "20" };
      expectResult(await sdk.reverseUsage(keyed), "UsageReversed");
      expectResult(
        await sdk.grantCredits({ customerId, amount: "7", idempotencyKey: "gift" }),
        "CreditsGranted",
      );
      const buy = { customerId, creditPack: "pack-10000", idempotencyKey: "buy" };
      expectResult(await sdk.purchase(buy), "Purchased");
      expectResult(await sdk.reserve({ ...call, idempotencyKey: "hold" }), "Reserved");
      expect(await key("undo")).toEqual(["REVERSAL 20"]);
      expect(await key("gift")).toEqual(["GRANT 7"]);
      expect(await key("buy")).toEqual(["GRANT 10000"]);
      expect(await key("hold")).toEqual([]);
      expect(await key("nothing")).toEqual([]);
    }));

  test("tell the invoice that a period's debt went to", () =>
    scenario("scenario-payg", async ({ sdk, customer }) => {
      const ann = await customer("payg", "2026-03-10T00:00:00.000Z");
      await ann.spend("image.upscale", { times: 40 });
      await ann.goTo("2026-04-20T00:00:00.000Z");
      const { nodes: invoices } = await sdk.invoices({ customerId: ann.id });
      const usage = invoices.find(({ kind }) => kind === "USAGE");
      const filter = { types: ["INVOICE" as const] };
      const { nodes } = await sdk.ledgerEntries({ customerId: ann.id, filter, related: true });
      expect(nodes.map(({ amount, invoice }) => [amount, invoice?.number])).toEqual([["0.7", usage?.number]]);
      expect(usage?.number).not.toBe(null);
    }));
});

test("the shipped catalogues say what their reports tell apart", () => {
  const reportBy = (name: string) =>
    readCatalogFile(name).operations.flatMap((one) =>
      (one.reportBy ?? []).map((attribute) => `${one.key} ${attribute}`),
    );
  expect(reportBy("imagine")).toEqual(["image.text-to-image style"]);
  expect(reportBy("scenario-payg")).toEqual(["image.generate model"]);
});
