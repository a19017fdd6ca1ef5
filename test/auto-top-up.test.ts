import { type AutoTopUp, expectResult, type ScripClient } from "@scrip/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeApplyCatalog } from "../server/billing/catalog/store.js";
import { readCatalogFile } from "../server/catalogFile.js";
import { micros, microsPerUnit } from "../server/domain/amount.js";
import { instantFrom } from "../server/domain/instant.js";
import { makeVerify } from "../server/ledger/verify.js";
import { type RunningScrip, startScrip } from "./harness/scenario.js";

const catalogFile = "test/harness/top-ups.yaml";
let scrip: RunningScrip;
let sdk: ScripClient;
beforeEach(async () => {
  scrip = await startScrip(catalogFile);
  sdk = scrip.sdk;
});
afterEach(async () => {
  expect(await makeVerify(scrip.database)(() => undefined)).toEqual([]);
  await scrip.close();
});

const start = "2026-03-10T12:00:00.000Z";
const terms = { customerId: "acme", creditPack: "hundred", threshold: "50", monthlyCap: "100" };

/** A customer with 100 credits; on a clock of its own, whose advance waits for what calls have set going. */
async function acmeOnClock(plan = "basic"): Promise<(to: string) => Promise<void>> {
  const { id } = await sdk.createTestClock({ now: start });
  expectResult(await sdk.createCustomer({ id: "acme", plan, testClockId: id }), "CustomerCreated");
  return async (to) => {
    await sdk.advanceTestClock({ id, to });
  };
}

const set = async (change: Partial<Parameters<ScripClient["setAutoTopUp"]>[0]> = {}): Promise<AutoTopUp> =>
  expectResult(await sdk.setAutoTopUp({ ...terms, ...change }), "AutoTopUpSet").autoTopUp;
const spend = async (quantity: string) =>
  expectResult(await sdk.consume({ customerId: "acme", operation: "call", quantity }), "Consumed");
const wallet = async () => {
  const found = await sdk.wallet({ customerId: "acme", unit: "credit" });
  if (found === null) throw new Error("Acme has a wallet.");
  return found;
};
const topUp = async (): Promise<AutoTopUp> => {
  const { autoTopUp } = await wallet();
  if (!autoTopUp) throw new Error("Acme's wallet has an auto top-up.");
  return autoTopUp;
};
const invoices = async () => (await sdk.invoices({ customerId: "acme" })).nodes.map(({ status }) => status);

/** Oldest first. */
const turnedOff = async () =>
  (await sdk.events({ customerId: "acme", first: 100 })).nodes
    .flatMap(({ type, data }) => (type === "AUTO_TOP_UP_TURNED_OFF" ? [data] : []))
    .reverse();

async function takeOffSale(pack: string): Promise<void> {
  const catalog = readCatalogFile(catalogFile);
  const creditPacks = catalog.creditPacks.filter(({ key }) => key !== pack);
  const clock = () => instantFrom(start);
  await makeApplyCatalog({ database: scrip.database, clock })({ ...catalog, creditPacks });
}

/** What the operator changes of the packs while the server runs. */
async function reprice(key: string, price: number): Promise<void> {
  const catalog = readCatalogFile(catalogFile);
  const creditPacks = catalog.creditPacks.map((pack) =>
    pack.key === key ? { ...pack, price: { ...pack.price, amount: micros(price * microsPerUnit) } } : pack,
  );
  const clock = () => instantFrom(start);
  await makeApplyCatalog({ database: scrip.database, clock })({ ...catalog, creditPacks });
}

describe("when credits run low", () => {
  test("64 calls at once that pass the threshold buy exactly once, and the work goes on", async () => {
    expectResult(await sdk.createCustomer({ id: "acme", plan: "basic" }), "CustomerCreated");
    expect(await set()).toMatchObject({ status: "READY", enabled: true, quantity: 1, invoice: null });
    const calls = () =>
      Promise.all(Array.from({ length: 64 }, () => sdk.consume({ customerId: "acme", operation: "call" })));
    for (const result of await calls()) expectResult(result, "Consumed");
    await expect.poll(async () => (await wallet()).available).toBe("136");
    expect(await topUp()).toMatchObject({
      status: "READY",
      spentThisMonth: { amount: "10", currency: "USD" },
      invoice: { status: "PAID", total: "10", payments: [{ status: "SUCCEEDED" }] },
    });
    for (const result of await calls()) expectResult(result, "Consumed");
    expect((await wallet()).available).toBe("72");
    expect(await invoices()).toEqual(["PAID"]);
  });

  test("as many packs as reach a target are bought, bonuses counted, and no more", async () => {
    const goTo = await acmeOnClock();
    // 40 are left; 4 packs would bring 40 more, 5 bring 60.
    await set({ creditPack: "ten", targetAmount: "95" });
    await spend("60");
    await goTo(start);
    expect(await wallet()).toMatchObject({
      available: "100",
      autoTopUp: { quantity: null, targetAmount: "95" },
    });
    expect((await topUp()).invoice?.lines).toMatchObject([{ quantity: "5", amount: "5" }]);
  });

  test("packs too small to reach the threshold are bought one after the other", async () => {
    const goTo = await acmeOnClock();
    await set({ creditPack: "ten" });
    await spend("75");
    await goTo(start);
    expect((await wallet()).available).toBe("55");
    expect(await invoices()).toEqual(["PAID", "PAID", "PAID"]);
  });

  test("it is bought at once when they are low already", async () => {
    const goTo = await acmeOnClock("bare");
    expect(await set()).toMatchObject({ status: "DUE", retryAt: null });
    await goTo(start);
    expect((await wallet()).available).toBe("100");
  });

  test("reserved credits are not available either", async () => {
    const goTo = await acmeOnClock();
    await set();
    const hold = { customerId: "acme", operation: "call", quantity: "60" };
    expectResult(await sdk.reserve(hold), "Reserved");
    await goTo(start);
    expect((await wallet()).available).toBe("140");
  });

  test("credits that are frozen by a dispute are not there to be spent", async () => {
    const goTo = await acmeOnClock();
    const bought = expectResult(
      await sdk.purchase({ customerId: "acme", creditPack: "hundred" }),
      "Purchased",
    );
    await set();
    const dispute = `${scrip.origin}/sandbox/payments/${bought.invoice.payments[0]?.id}/dispute`;
    await fetch(`${dispute}/open`, { method: "POST" });
    await spend("50");
    await goTo(start);
    expect(await invoices()).toEqual(["PAID"]);
    await spend("10");
    await goTo(start);
    expect(await wallet()).toMatchObject({ available: "240", frozen: "100", autoTopUp: { status: "READY" } });
    expect(await invoices()).toEqual(["PAID", "PAID"]);
  });

  test("credits that have expired are missed by the next call, even when it is refused", async () => {
    const goTo = await acmeOnClock("bare");
    const gift = { customerId: "acme", amount: "80", expiresAt: "2026-03-11T00:00:00.000Z" };
    expectResult(await sdk.grantCredits(gift), "CreditsGranted");
    await set();
    await goTo("2026-03-12T00:00:00.000Z");
    expect(await wallet()).toMatchObject({ available: "0", autoTopUp: { status: "READY" } });
    const call = { customerId: "acme", operation: "call", idempotencyKey: "job-1" };
    expectResult(await sdk.consume(call), "InsufficientCredits");
    await goTo("2026-03-12T00:00:00.000Z");
    expectResult(await sdk.consume(call), "Consumed");
    expect((await wallet()).available).toBe("99");
  });
});

describe("the monthly cap", () => {
  test("ends buying until the month turns, month after month", async () => {
    const goTo = await acmeOnClock("bare");
    await set({ monthlyCap: "20" });
    for (const [now, next] of [
      [start, "2026-04-01T00:00:00.000Z"],
      ["2026-04-15T00:00:00.000Z", "2026-05-01T00:00:00.000Z"],
      ["2026-05-31T23:59:59.999Z", "2026-06-01T00:00:00.000Z"],
    ] as const) {
      await goTo(now);
      await spend("60");
      await goTo(now);
      await spend("100");
      await goTo(now);
      expect(await topUp()).toMatchObject({
        status: "CAPPED",
        retryAt: next,
        spentThisMonth: { amount: "20" },
        monthlyCap: { amount: "20", currency: "USD" },
      });
      await spend((await wallet()).available);
    }
    expect(await invoices()).toHaveLength(6);
    await goTo("2026-06-01T00:00:00.000Z");
    expect(await topUp()).toMatchObject({ status: "READY", spentThisMonth: { amount: "10" } });
  });

  test("lets a target be reached as far as it goes", async () => {
    const goTo = await acmeOnClock("bare");
    await set({ creditPack: "ten", targetAmount: "100", monthlyCap: "3" });
    await goTo(start);
    expect(await wallet()).toMatchObject({ available: "30", autoTopUp: { status: "CAPPED" } });
  });

  test("can be raised, which buys at once", async () => {
    const goTo = await acmeOnClock("bare");
    await set({ quantity: 2, monthlyCap: "20" });
    await goTo(start);
    await spend("200");
    await goTo(start);
    expect((await topUp()).status).toBe("CAPPED");
    expect(await set({ quantity: 2, monthlyCap: "50" })).toMatchObject({
      status: "DUE",
      spentThisMonth: { amount: "20" },
    });
    await goTo(start);
    expect(await wallet()).toMatchObject({
      available: "200",
      autoTopUp: { spentThisMonth: { amount: "40" } },
    });
  });
});

describe("a declined payment", () => {
  const inAnHour = "2026-03-10T13:00:00.000Z";
  const inSevenHours = "2026-03-10T19:00:00.000Z";

  test("is followed by a rest and then by another attempt, at the price of that time", async () => {
    const goTo = await acmeOnClock("bare");
    await set({ creditPack: "declined" });
    await goTo(start);
    expect(await topUp()).toMatchObject({
      status: "BACKING_OFF",
      failures: 1,
      lastFailure: expect.stringMatching(/declines/),
      retryAt: inAnHour,
      spentThisMonth: { amount: "0" },
      invoice: {
        ...{ status: "VOID", voidReason: "The auto top-up that made it has failed." },
        payments: [{ status: "FAILED" }],
      },
    });
    await reprice("declined", 11);
    await goTo("2026-03-10T12:59:59.999Z");
    expect((await wallet()).available).toBe("0");
    await goTo(inAnHour);
    expect(await wallet()).toMatchObject({
      available: "100",
      autoTopUp: { status: "READY", failures: 0, lastFailure: null, spentThisMonth: { amount: "11" } },
    });
    expect(await invoices()).toEqual(["PAID", "VOID"]);
  });

  test("three in a row turn it off, until it is set again", async () => {
    const goTo = await acmeOnClock();
    await set({ creditPack: "declined" });
    await spend("60");
    await goTo(inAnHour);
    expect(await topUp()).toMatchObject({ status: "BACKING_OFF", failures: 2, retryAt: inSevenHours });
    await goTo(inSevenHours);
    expect(await topUp()).toMatchObject({ status: "OFF", enabled: false, failures: 3, retryAt: null });
    await spend("40");
    await goTo("2026-03-20T00:00:00.000Z");
    expect(await invoices()).toEqual(["VOID", "VOID", "VOID"]);
    expect(await set()).toMatchObject({ status: "DUE", enabled: true, failures: 0, lastFailure: null });
    await goTo("2026-03-20T00:00:00.000Z");
    expect(await wallet()).toMatchObject({ available: "100", autoTopUp: { status: "READY" } });
  });

  test("is told by an event when it was the third, be that a decline or a pack that is not on sale", async () => {
    const goTo = await acmeOnClock("bare");
    await set({ creditPack: "declined" });
    await goTo(inAnHour);
    expect(await turnedOff()).toEqual([]);
    await goTo(inSevenHours);
    expect(await turnedOff()).toEqual([
      {
        ...{ unit: "credit", creditPack: "declined", failures: 3 },
        lastFailure: expect.stringMatching(/declines/),
      },
    ]);
    await set({ creditPack: "declined" });
    await goTo("2026-03-10T20:00:00.000Z");
    expect(await topUp()).toMatchObject({ status: "BACKING_OFF", failures: 2 });
    await takeOffSale("declined");
    await goTo("2026-03-11T12:00:00.000Z");
    expect(await topUp()).toMatchObject({ status: "OFF", failures: 3 });
    expect(await turnedOff()).toMatchObject([
      { failures: 3 },
      { failures: 3, lastFailure: "The credit pack declined is not on sale to this customer." },
    ]);
  });

  test("is not counted in a row with those of before, once credits were paid for", async () => {
    const goTo = await acmeOnClock("bare");
    await set({ creditPack: "declined" });
    await goTo(inAnHour);
    expect(await topUp()).toMatchObject({ failures: 2 });
    expectResult(await sdk.purchase({ customerId: "acme", creditPack: "ten" }), "Purchased");
    expect(await topUp()).toMatchObject({ status: "BACKING_OFF", failures: 0, lastFailure: null });
    await goTo(inSevenHours);
    expect(await topUp()).toMatchObject({ status: "BACKING_OFF", failures: 1 });
    expect(await turnedOff()).toEqual([]);
  });

  test("is not tried again when credits have come from elsewhere", async () => {
    const goTo = await acmeOnClock("bare");
    await set({ creditPack: "declined" });
    await goTo(start);
    expectResult(await sdk.purchase({ customerId: "acme", creditPack: "hundred" }), "Purchased");
    await goTo(inAnHour);
    expect(await topUp()).toMatchObject({ status: "READY", failures: 0, lastFailure: null });
    expect(await invoices()).toEqual(["PAID", "VOID"]);
  });

  test("a pack that is not on sale any more is a failure like it", async () => {
    const goTo = await acmeOnClock();
    await set({ creditPack: "declined" });
    await takeOffSale("declined");
    await spend("60");
    await goTo(start);
    expect(await topUp()).toMatchObject({
      status: "BACKING_OFF",
      lastFailure: "The credit pack declined is not on sale to this customer.",
      invoice: null,
    });
  });
});

describe("a payment that the customer has to confirm", () => {
  test("is the only one under way until it is confirmed, and is asked after", async () => {
    const goTo = await acmeOnClock();
    await set({ creditPack: "confirmed" });
    await spend("60");
    await goTo(start);
    const waiting = await topUp();
    expect(waiting).toMatchObject({ status: "BUYING", failures: 0, spentThisMonth: { amount: "10.02" } });
    await spend("40");
    await goTo("2026-03-11T00:00:00.000Z");
    expect(await invoices()).toEqual(["OPEN"]);
    const [payment] = waiting.invoice?.payments ?? [];
    expect(payment?.status).toBe("ACTION_REQUIRED");
    const page = await fetch(`${scrip.origin}${payment?.actionUrl}`, { method: "POST" });
    expect(page.status).toBe(200);
    await goTo("2026-03-12T00:00:00.000Z");
    expect(await wallet()).toMatchObject({ available: "100", autoTopUp: { status: "READY" } });
    expect(await invoices()).toEqual(["PAID"]);
  });

  test("has failed when nobody has done so for 3 days, and brings nothing any more", async () => {
    const goTo = await acmeOnClock("bare");
    await set({ creditPack: "confirmed" });
    await goTo("2026-03-13T11:59:59.999Z");
    const waiting = await topUp();
    expect(waiting.status).toBe("BUYING");
    const failed = "2026-03-13T12:00:00.000Z";
    await goTo(failed);
    expect(await topUp()).toMatchObject({
      ...{ status: "BACKING_OFF", failures: 1, spentThisMonth: { amount: "0" } },
      lastFailure: "Nobody has confirmed the payment within 3 days.",
      invoice: { status: "VOID", payments: [{ status: "FAILED" }] },
    });
    const [payment] = waiting.invoice?.payments ?? [];
    const page = await fetch(`${scrip.origin}${payment?.actionUrl}`, { method: "POST" });
    expect(page.status).toBe(404);
    await goTo("2026-03-13T13:00:00.000Z");
    expect(await topUp()).toMatchObject({ status: "BUYING", spentThisMonth: { amount: "10.02" } });
    expect(await invoices()).toEqual(["OPEN", "VOID"]);
  });

  test("has failed when its invoice is voided", async () => {
    const goTo = await acmeOnClock("bare");
    await set({ creditPack: "confirmed" });
    await goTo(start);
    const voided = { customerId: "acme", invoiceId: (await topUp()).invoice?.id ?? "", reason: "a mistake" };
    expectResult(await sdk.voidInvoice(voided), "InvoiceVoided");
    expect(await topUp()).toMatchObject({
      status: "BACKING_OFF",
      lastFailure: "The invoice was voided.",
      spentThisMonth: { amount: "0" },
      invoice: { status: "VOID", voidReason: "a mistake" },
    });
  });

  test("is not undone by turning the top-up off", async () => {
    const goTo = await acmeOnClock("bare");
    await set({ creditPack: "confirmed" });
    await goTo(start);
    expect(await set({ creditPack: "confirmed", enabled: false })).toMatchObject({ status: "BUYING" });
    const [payment] = (await topUp()).invoice?.payments ?? [];
    await fetch(`${scrip.origin}${payment?.actionUrl}`, { method: "POST" });
    await goTo("2026-03-11T00:00:00.000Z");
    expect(await wallet()).toMatchObject({ available: "100", autoTopUp: { status: "OFF", enabled: false } });
  });
});

describe("its terms", () => {
  test("are off when they say so, and buy nothing", async () => {
    const goTo = await acmeOnClock();
    await set();
    expect(await set({ enabled: false })).toMatchObject({ status: "OFF", enabled: false });
    await spend("100");
    await goTo("2026-03-20T00:00:00.000Z");
    expect(await invoices()).toEqual([]);
  });

  test("are kept under one key once, and for ever", async () => {
    await acmeOnClock();
    const input = { ...terms, idempotencyKey: "terms" };
    expect(expectResult(await sdk.setAutoTopUp(input), "AutoTopUpSet").replayed).toBe(false);
    await set({ threshold: "20" });
    const again = expectResult(await sdk.setAutoTopUp(input), "AutoTopUpSet");
    expect(again).toMatchObject({ replayed: true, autoTopUp: { threshold: "20" } });
    expectResult(await sdk.setAutoTopUp({ ...input, threshold: "30" }), "IdempotencyConflict");
  });

  test("are of a customer and of a pack that is on sale to it", async () => {
    await acmeOnClock();
    expectResult(await sdk.setAutoTopUp({ ...terms, customerId: "nobody" }), "CustomerNotFound");
    const refused = expectResult(
      await sdk.setAutoTopUp({ ...terms, creditPack: "thousand" }),
      "PackNotAvailable",
    );
    expect(refused.creditPacks).toHaveLength(4);
  });
});
