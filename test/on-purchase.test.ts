import { expectResult, type PaymentRequired, type ScripClient } from "@scrip/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeApplyCatalog } from "../server/billing/catalog/store.js";
import { readCatalogFile } from "../server/catalogFile.js";
import { micros } from "../server/domain/amount.js";
import type { PackAvailability } from "../server/domain/catalog.js";
import { instantFrom } from "../server/domain/instant.js";
import { makeVerify } from "../server/ledger/verify.js";
import { openBank } from "./harness/bank.js";
import { teller } from "./harness/providerEvents.js";
import { type RunningScrip, startScrip } from "./harness/scenario.js";

const catalogFile = "test/harness/on-purchase.yaml";
const customerId = "acme";
const start = "2026-03-10T12:00:00.000Z";

let scrip: RunningScrip;
let sdk: ScripClient;
let bank: ReturnType<typeof openBank>;
let clockId: string;
let say: ReturnType<typeof teller>;

beforeEach(async () => {
  bank = openBank();
  scrip = await startScrip(catalogFile, { payments: { provider: bank.provider } });
  sdk = scrip.sdk;
  say = teller(scrip.database);
  clockId = (await sdk.createTestClock({ now: start })).id;
  const born = await sdk.createCustomer({ id: customerId, plan: "bare", testClockId: clockId });
  expectResult(born, "CustomerCreated");
});
afterEach(async () => {
  expect(await makeVerify(scrip.database)(() => undefined)).toEqual([]);
  await scrip.close();
});

const buy = (creditPack: string, idempotencyKey: string) =>
  sdk.purchase({ customerId, creditPack, idempotencyKey });
/** A purchase whose payment takes time. */
async function buyWaiting(creditPack = "early", key = "order-1"): Promise<PaymentRequired> {
  bank.card("asks");
  return expectResult(await buy(creditPack, key), "PaymentRequired");
}
const call = (quantity: string) => sdk.consume({ customerId, operation: "call", quantity });
const use = async (quantity: string) => expectResult(await call(quantity), "Consumed").usageRecord;
const wallet = async () => {
  const found = await sdk.wallet({ customerId, unit: "credit" });
  return found === null ? null : { posted: found.posted, held: found.held, available: found.available };
};
const available = async () => (await wallet())?.available ?? "0";
const goTo = (to: string) => sdk.advanceTestClock({ id: clockId, to });
/** Oldest first. */
const ledger = async () =>
  (await sdk.ledgerEntries({ customerId, unit: "credit" })).nodes
    .map(({ type, amount }) => `${type} ${amount}`)
    .reverse();
const invoices = async () => (await sdk.invoices({ customerId })).nodes.map(({ status }) => status);
/** What the bank tells of a payment that it was to make. */
const tell = (of: PaymentRequired) => {
  const { id } = of.payment;
  const about = { paymentId: id, reference: `bank_${id}` };
  return {
    paid: () => {
      bank.arrive(id, Number(of.payment.amount) * 1e6);
      return say({ kind: "paymentSucceeded", ...about, account: null });
    },
    failed: () => say({ kind: "paymentFailed", ...about, failure: "The account is empty." }),
  };
};

describe("a pack that is available on purchase", () => {
  test("says so in the catalogue; others are available on payment", async () => {
    const packs = (await sdk.creditPacks()).map(({ key, availability }) => `${key} ${availability}`);
    expect(packs).toEqual([
      "tokens ON_PURCHASE",
      "later ON_PAYMENT",
      "early ON_PURCHASE",
      "brief ON_PURCHASE",
    ]);
  });

  test("is there while its payment takes time, and the answer tells of both", async () => {
    const waiting = await buyWaiting();
    expect(waiting).toMatchObject({
      code: "PAYMENT_REQUIRED",
      message: expect.stringMatching(/3ds.* can be used already, and are withdrawn should it fail\.$/),
      invoice: { status: "OPEN" },
      payment: { status: "ACTION_REQUIRED", actionUrl: "https://bank/3ds" },
      delivered: { grant: { amount: "100", source: "PACK" }, wallet: { available: "100" } },
    });
    await use("30");
    const again = await buyWaiting();
    expect(again.delivered).toMatchObject({ grant: { remaining: "70" }, wallet: { available: "70" } });
    expect(again.delivered?.grant.id).toBe(waiting.delivered?.grant.id);

    await tell(waiting).paid();
    const bought = expectResult(await buy("early", "order-1"), "Purchased");
    expect(bought).toMatchObject({
      ...{ grant: { id: waiting.delivered?.grant.id, amount: "100", remaining: "70" } },
      ...{ invoice: { status: "PAID" }, wallet: { available: "70" }, replayed: true },
    });
    expect(await ledger()).toEqual(["GRANT 100", "USAGE -30"]);
    expect(bank.taken()).toEqual({ total: 10, times: 1 });
  });

  test("is no different when it is paid at once", async () => {
    const bought = expectResult(await buy("early", "order-1"), "Purchased");
    expect(bought).toMatchObject({
      grant: { remaining: "100" },
      invoice: { status: "PAID" },
      replayed: false,
    });
    expect(expectResult(await buy("early", "order-1"), "Purchased").replayed).toBe(true);
    expect(await ledger()).toEqual(["GRANT 100"]);
  });

  test("differs from one that is available on payment, of which nothing is there before", async () => {
    const waiting = await buyWaiting("later");
    expect(waiting.delivered).toBeNull();
    expect(waiting.message).toMatch(/then send the same call again\.$/);
    expect(await available()).toBe("0");
    await tell(waiting).paid();
    expect(await available()).toBe("100");
  });

  test("was there at any time that is asked for", async () => {
    const waiting = await buyWaiting();
    await goTo("2026-03-11T00:00:00.000Z");
    await tell(waiting).failed();
    await goTo("2026-03-12T00:00:00.000Z");
    bank.card("works");
    expectResult(await buy("early", "order-1"), "Purchased");
    await goTo("2026-03-13T00:00:00.000Z");
    const then = async (asOf: string) => (await sdk.wallet({ customerId, unit: "credit", asOf }))?.available;
    expect(await then("2026-03-10T18:00:00.000Z")).toBe("100");
    expect(await then("2026-03-11T18:00:00.000Z")).toBe("0");
    expect(await then("2026-03-12T18:00:00.000Z")).toBe("100");
  });
});

describe("when the payment fails", () => {
  test("what is unused is withdrawn; the same key gives the credits once more, and once only", async () => {
    bank.card("declines");
    const failed = expectResult(await buy("early", "order-1"), "PaymentFailed");
    expect(failed).toMatchObject({ invoice: { status: "OPEN" }, payment: { status: "FAILED" } });
    expect(await available()).toBe("0");
    expectResult(await call("1"), "InsufficientCredits");

    bank.card("works");
    const bought = expectResult(await buy("early", "order-1"), "Purchased");
    expect(bought).toMatchObject({ grant: { amount: "100", remaining: "100" }, replayed: false });
    expect(expectResult(await buy("early", "order-1"), "Purchased").replayed).toBe(true);
    expect(await ledger()).toEqual(["GRANT 100", "VOID -100", "GRANT 100"]);
    expect(bank.taken()).toEqual({ total: 10, times: 1 });
    expect(await invoices()).toEqual(["PAID"]);
  });

  test("declined again and again, the same purchase gives nothing more before it is paid", async () => {
    const waiting = await buyWaiting();
    await use("60");
    await tell(waiting).failed();
    expect(await available()).toBe("0");
    bank.card("declines");
    expectResult(await buy("early", "order-1"), "PaymentFailed");
    expect((await buyWaiting()).delivered).toBeNull();
    expectResult(await call("1"), "InsufficientCredits");
    bank.card("works");
    const bought = expectResult(await buy("early", "order-1"), "Purchased");
    // 60 of the hundred that are paid for now were used before.
    expect(bought).toMatchObject({ grant: { amount: "100", remaining: "40" }, wallet: { available: "40" } });
    expect(await ledger()).toEqual(["GRANT 100", "USAGE -60", "VOID -40", "GRANT 40"]);
  });

  test("what is reserved or used goes when it comes free, as of a purchase that is paid back", async () => {
    const waiting = await buyWaiting();
    const record = await use("30");
    const { hold } = expectResult(
      await sdk.reserve({ customerId, operation: "call", quantity: "20" }),
      "Reserved",
    );
    await tell(waiting).failed();
    expect(await wallet()).toEqual({ posted: "20", held: "20", available: "0" });
    expectResult(await sdk.capture({ customerId, holdId: hold.id, quantity: "15" }), "Captured");
    expect(await wallet()).toEqual({ posted: "0", held: "0", available: "0" });
    const undo = { customerId, usageRecordId: record.id };
    expectResult(await sdk.reverseUsage(undo), "UsageReversed");
    expect(await available()).toBe("0");
    expect((await ledger()).slice(2)).toEqual([
      ...["VOID -50", "USAGE -15", "VOID -5", "REVERSAL 30", "VOID -30"],
    ]);
    await tell(waiting).paid();
    expect(await available()).toBe("85");
  });

  test("money that arrives after all brings back what was withdrawn, to be used as long as from then on", async () => {
    const waiting = await buyWaiting("brief");
    expect(waiting.delivered?.grant.expiresAt).toBe("2026-03-20T12:00:00.000Z");
    await use("25");
    await tell(waiting).failed();
    await goTo("2026-04-01T00:00:00.000Z");
    await tell(waiting).paid();
    const found = await sdk.wallet({ customerId, unit: "credit" });
    expect(found?.grants).toMatchObject([{ remaining: "75", expiresAt: "2026-04-11T00:00:00.000Z" }]);
    await goTo("2026-04-11T00:00:00.000Z");
    expect(await ledger()).toEqual(["GRANT 100", "USAGE -25", "VOID -75", "GRANT 75", "EXPIRY -75"]);
  });

  test("that credits expire soon is told again when they are delivered again", async () => {
    const watch = { customerId, unit: "credit", daysBeforeExpiry: 30 };
    expectResult(await sdk.setBalanceAlert(watch), "BalanceAlertSet");
    const waiting = await buyWaiting("brief");
    await tell(waiting).failed();
    await tell(waiting).paid();
    // In the same instant and for as long, and yet it is another thing.
    const { nodes } = await sdk.alerts({ customerId });
    const grantId = waiting.delivered?.grant.id;
    expect(nodes).toMatchObject([
      { kind: "CREDITS_EXPIRING", grantId, amount: "100", raisedAt: start },
      { kind: "CREDITS_EXPIRING", grantId, amount: "100", raisedAt: start },
    ]);
    expect((await sdk.alerts({ customerId })).nodes).toHaveLength(2);
  });

  test("what was given back of it afterwards is worth its part of the price", async () => {
    const waiting = await buyWaiting();
    await use("60");
    await tell(waiting).failed();
    await tell(waiting).paid();
    const wish = { customerId, invoiceId: waiting.invoice.id };
    const { creditNote } = expectResult(await sdk.refundPurchase(wish), "PurchaseRefunded");
    expect(creditNote).toMatchObject({ amount: "4", voided: "40", clawback: "0" });
    expect(bank.givenBack()).toEqual({ total: 4, times: 1 });
  });
});

describe("when the invoice is cancelled", () => {
  test("its credits are withdrawn, and money that arrives goes back without them", async () => {
    const waiting = await buyWaiting();
    await use("10");
    const cancel = { customerId, invoiceId: waiting.invoice.id };
    expectResult(await sdk.voidInvoice(cancel), "InvoiceVoided");
    expect(await ledger()).toEqual(["GRANT 100", "USAGE -10", "VOID -90"]);
    await tell(waiting).paid();
    expect(await available()).toBe("0");
    expect(expectResult(await buy("early", "order-1"), "InvoiceNotPayable").status).toBe("VOID");
    await goTo("2026-03-10T13:00:00.000Z");
    expect(bank.givenBack()).toEqual({ total: 10, times: 1 });
  });
});

describe("credits without money are bounded", () => {
  test("of 16 purchases at once one delivers before it is paid", async () => {
    bank.card("asks");
    const keys = Array.from({ length: 16 }, (_, n) => `order-${n}`);
    const answers = await Promise.all(keys.map((key) => buy(key.endsWith("7") ? "tokens" : "early", key)));
    const delivered = answers.filter((answer) => expectResult(answer, "PaymentRequired").delivered !== null);
    expect(delivered).toHaveLength(1);
  });

  test("the next ones deliver when they are paid, until the first one is", async () => {
    const first = await buyWaiting();
    const second = await buyWaiting("early", "order-2");
    expect(second.delivered).toBeNull();
    await tell(second).paid();
    expect(await available()).toBe("200");
    expect((await buyWaiting("tokens", "order-3")).delivered).toBeNull();
    await tell(first).paid();
    expect((await buyWaiting("brief", "order-4")).delivered).not.toBeNull();
  });

  test("who has used credits that were never paid for gets no more of them, also under other keys", async () => {
    const first = await buyWaiting();
    const record = await use("100");
    await tell(first).failed();
    for (const n of [2, 3, 4]) {
      const next = await buyWaiting("early", `order-${n}`);
      expect(next.delivered).toBeNull();
      await tell(next).failed();
    }
    expect(await available()).toBe("0");
    const undo = { customerId, usageRecordId: record.id };
    expectResult(await sdk.reverseUsage(undo), "UsageReversed");
    expect((await buyWaiting("early", "order-5")).delivered).not.toBeNull();
  });

  test("who pays what was used gets credits before they are paid again", async () => {
    const first = await buyWaiting();
    await use("100");
    await tell(first).failed();
    bank.card("works");
    const bought = expectResult(await buy("early", "order-1"), "Purchased");
    expect(bought).toMatchObject({ grant: { amount: "100", remaining: "0" }, wallet: { available: "0" } });
    expect((await buyWaiting("early", "order-2")).delivered).not.toBeNull();
  });

  test("who has used nothing of what was withdrawn owes nothing", async () => {
    await tell(await buyWaiting()).failed();
    expect((await buyWaiting("early", "order-2")).delivered).not.toBeNull();
  });

  test("after 14 days without money they are withdrawn, and come when it does", async () => {
    const waiting = await buyWaiting();
    await goTo("2026-03-24T11:59:59.999Z");
    expect(await available()).toBe("100");
    await goTo("2026-03-24T12:00:00.000Z");
    expect(await available()).toBe("0");
    expect((await buyWaiting()).delivered).toBeNull();
    await goTo("2026-06-01T00:00:00.000Z");
    await tell(waiting).paid();
    expect(await ledger()).toEqual(["GRANT 100", "VOID -100", "GRANT 100"]);
  });
});

describe("what was agreed when the purchase began counts", () => {
  async function offer(key: string, availability: PackAvailability): Promise<void> {
    const catalog = readCatalogFile(catalogFile);
    const creditPacks = catalog.creditPacks.map((pack) =>
      pack.key === key ? { ...pack, availability } : pack,
    );
    const clock = () => instantFrom(start);
    const changes = await makeApplyCatalog({ database: scrip.database, clock })({ ...catalog, creditPacks });
    expect(changes.flatMap(({ details }) => details)).toMatchObject([
      { path: "availability", after: availability },
    ]);
  }

  test("where the catalogue says ON_PAYMENT by then", async () => {
    const waiting = await buyWaiting();
    await offer("early", "ON_PAYMENT");
    expect((await buyWaiting()).delivered).not.toBeNull();
    await tell(waiting).paid();
    expect(await ledger()).toEqual(["GRANT 100"]);
  });

  test("and where it says ON_PURCHASE by then", async () => {
    const waiting = await buyWaiting("later");
    await offer("later", "ON_PURCHASE");
    expect((await buyWaiting("later")).delivered).toBeNull();
    await tell(waiting).paid();
    expect(await ledger()).toEqual(["GRANT 100"]);
  });
});

describe("when the bank cannot be reached", () => {
  test.each(["lost", "answer lost"] as const)(
    "(%s) the credits are there, and the payment is asked for an hour later, without anybody's doing",
    async (fault) => {
      bank.fail(fault);
      await expect(buy("early", "order-1")).rejects.toMatchObject({ code: "INTERNAL" });
      expect(await available()).toBe("100");
      await goTo("2026-03-10T12:59:59.999Z");
      expect(await invoices()).toEqual(["OPEN"]);
      await goTo("2026-03-10T13:00:00.000Z");
      expect(await invoices()).toEqual(["PAID"]);
      expect(bank.taken()).toEqual({ total: 10, times: 1 });
      expect(await ledger()).toEqual(["GRANT 100"]);
    },
  );

  test("a payment that is declined by then takes the credits with it", async () => {
    bank.fail("lost");
    await expect(buy("early", "order-1")).rejects.toMatchObject({ code: "INTERNAL" });
    bank.card("declines");
    await goTo("2026-03-10T13:00:00.000Z");
    expect(await available()).toBe("0");
  });
});

describe("an auto top-up", () => {
  const set = async () =>
    expectResult(
      await sdk.setAutoTopUp({ customerId, creditPack: "early", threshold: "50", monthlyCap: "100" }),
      "AutoTopUpSet",
    );
  const topUp = async () => (await sdk.wallet({ customerId, unit: "credit" }))?.autoTopUp;
  const waitingPayment = async (): Promise<PaymentRequired> => {
    const [invoice] = (await sdk.invoices({ customerId, first: 1 })).nodes;
    const payment = invoice?.payments[0];
    if (invoice === undefined || payment === undefined) throw new Error("Nothing was bought.");
    return { invoice, payment } as PaymentRequired;
  };
  const runLow = async () => {
    const gift = { customerId, unit: "credit", amount: "60" };
    expectResult(await sdk.grantCredits(gift), "CreditsGranted");
    await set();
    await use("20");
    await goTo(start);
  };

  test("delivers at once, and no more while its payment is under way", async () => {
    bank.card("asks");
    await runLow();
    expect(await available()).toBe("140");
    expect(await topUp()).toMatchObject({ status: "BUYING" });
    await use("130");
    await goTo("2026-03-13T00:00:00.000Z");
    expect(await available()).toBe("10");
    expect(await invoices()).toEqual(["OPEN"]);
    await tell(await waitingPayment()).paid();
    // The credits that were paid for are used by now, so it is time again.
    expect(await topUp()).toMatchObject({ status: "DUE" });
    await goTo("2026-03-13T00:00:00.000Z");
    expect(await invoices()).toEqual(["OPEN", "PAID"]);
    expect(await available()).toBe("110");
  });

  test("that is declined delivers nothing again and again", async () => {
    bank.card("asks");
    await runLow();
    await use("130");
    await tell(await waitingPayment()).failed();
    expect(await topUp()).toMatchObject({ status: "BACKING_OFF", spentThisMonth: { amount: "0" } });
    expect(await available()).toBe("0");
    bank.card("declines");
    await goTo("2026-03-20T00:00:00.000Z");
    expect(await topUp()).toMatchObject({ status: "OFF" });
    expect(await invoices()).toEqual(["VOID", "VOID", "VOID"]);
    expect(await ledger()).toEqual(["GRANT 60", "USAGE -20", "GRANT 100", "USAGE -130", "VOID -10"]);
  });

  test("that is paid at once is there once", async () => {
    await runLow();
    expect(await topUp()).toMatchObject({ status: "READY", invoice: { status: "PAID" } });
    expect(await ledger()).toEqual(["GRANT 60", "USAGE -20", "GRANT 100"]);
  });
});

describe("scrip verify", () => {
  const drifts = async (sql: string): Promise<string[]> => {
    await scrip.database.transact((tx) => tx.query(sql));
    const found = await makeVerify(scrip.database)(() => undefined);
    expect(new Set(found.map(({ row }) => row.customer_id))).toEqual(new Set([customerId]));
    return found.map(({ law }) => law);
  };
  const agreed =
    "a purchase has credits once it is paid, or from its beginning until its payment fails if that was agreed";
  const taken = "credits that are given back or never paid for are void, or will be when they come free";
  const ownGrant = "a purchase has one grant, of the credits it has bought, and nothing else is a pack's";

  test.each([
    [
      "credits before payment that were not agreed",
      "UPDATE purchases SET availability = 'ON_PAYMENT'",
      [agreed],
    ],
    ["credits that stay after a decline", "UPDATE purchases SET status = 'FAILED'", [agreed]],
    ["credits of a cancelled invoice", "UPDATE invoices SET status = 'VOID'", [agreed]],
    ["credits that were withdrawn, and are there", "UPDATE purchases SET withdrawn_at = 1", [taken]],
    ["credits beyond what was bought", "UPDATE purchases SET credits = credits - 1", [ownGrant]],
    ["credits of no purchase", "UPDATE purchases SET grant_id = 'other'", [ownGrant, ownGrant]],
    ["credits that ought to be there", "UPDATE purchases SET grant_id = NULL", [agreed, ownGrant]],
    ["a purchase that is paid, and its invoice is not", "UPDATE purchases SET status = 'PAID'", [agreed]],
  ])("finds %s", async (_, change, laws) => {
    const waiting = await buyWaiting();
    expect(await drifts(change)).toEqual(laws);
    // For the check after each test.
    await scrip.database.transact(async (tx) => {
      const grantId = waiting.delivered?.grant.id;
      await tx.query(
        `UPDATE purchases SET availability = 'ON_PURCHASE', status = 'ACTION_REQUIRED', withdrawn_at = NULL,
           credits = $1, grant_id = $2`,
        [micros(100_000_000), grantId],
      );
      await tx.query("UPDATE invoices SET status = 'OPEN'");
    });
  });
});
