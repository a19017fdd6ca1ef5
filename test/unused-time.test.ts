import { type ChangePlanInput, expectResult, type ScripClient } from "@scrip/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeVerify } from "../server/ledger/verify.js";
import { openBank } from "./harness/bank.js";
import { startWith } from "./harness/catalog.js";
import { eventDrifts } from "./harness/eventLaws.js";
import { teller } from "./harness/providerEvents.js";
import type { RunningScrip } from "./harness/scenario.js";
import { changePlan, linesOf } from "./plan-change/story.js";

/** Business costs 60 USD for April, 2 USD a day. */
const catalog = `
name: leaving
units: { credit: Credit, USD: { name: US dollar, kind: CURRENCY } }
operations: { call: { name: Call } }
priceLists: { standard: { call: 1 } }
plans:
  free: { name: Free, unit: credit, period: ANCHOR, supply: 10, priceList: standard }
  business: { name: Business, rank: 1, unit: credit, fee: 60 USD, period: ANCHOR, supply: 1000, priceList: standard }
  large: { name: Large, rank: 2, unit: credit, fee: 200 USD, period: ANCHOR, supply: 5000, priceList: standard }
  reserved:
    name: Reserved
    rank: 1
    unit: USD
    fee: 30 USD
    period: ANCHOR
    overage: POSTPAID
    priceList: standard
    tailored: { reserved: [{ operation: call, quantity: 300, unitPrice: 0.5 }] }
taxRates: { DE: { name: MwSt., percent: 19 } }
coupons:
  HALF: { name: Half, percentOff: 50 }
  FIVE: { name: Five off, amountOff: 5 USD }
`;

let scrip: RunningScrip;
let sdk: ScripClient;
let clockId: string;
let bank: ReturnType<typeof openBank>;

const customerId = "acme";
const start = "2026-04-01T00:00:00.000Z";
const middle = "2026-04-16T00:00:00.000Z";
/** Tried on the day after, when the first attempt has failed. */
const nextDay = "2026-04-02T00:00:00.000Z";

beforeEach(async () => {
  bank = openBank();
  scrip = await startWith(catalog, { payments: { provider: bank.provider } });
  sdk = scrip.sdk;
  clockId = (await sdk.createTestClock({ now: start })).id;
  expectResult(await sdk.createCustomer({ id: customerId, testClockId: clockId }), "CustomerCreated");
});
afterEach(async () => {
  expect(await makeVerify(scrip.database)(() => undefined)).toEqual([]);
  expect(await eventDrifts(scrip.database)).toEqual([]);
  await scrip.close();
});

const goTo = (to: string) => sdk.advanceTestClock({ id: clockId, to });
const invoices = async () => (await sdk.invoices({ customerId })).nodes.toReversed();
const balance = async () => (await sdk.customer({ id: customerId }))?.creditBalances[0]?.amount ?? "0";
async function invoiceAt(place: number) {
  const invoice = (await invoices())[place];
  if (invoice === undefined) throw new Error(`There is no invoice ${place}.`);
  return invoice;
}
/** A customer on a plan, whose first fee was paid, or was declined. */
async function on(plan: string, card: "works" | "declines" | "asks" = "works") {
  bank.card(card);
  expectResult(await sdk.subscribe({ customerId, plan }), "Subscribed");
  await goTo(start);
  const invoice = await invoiceAt(0);
  expect(invoice.status).toBe(card === "works" ? "PAID" : "OPEN");
  return invoice.id;
}
/** Looks at a change first, and holds what was seen to what comes of it. */
const change = (to: Pick<ChangePlanInput, "plan" | "supplyPolicy">) =>
  changePlan(sdk, customerId, { timing: "NOW", ...to });
const credit = (invoiceId: string, amount: string | null, settlement: "REFUND" | "BALANCE" = "REFUND") =>
  sdk.createCreditNote({ customerId, invoiceId, amount, settlement });

describe("time that is given back before it was paid for", () => {
  test("comes off the invoice, and is no money towards the next one", async () => {
    const id = await on("business", "declines");
    const { preview, changed } = await change({ plan: "free", supplyPolicy: "FORFEIT" });
    expect(preview.setOff).toEqual({ invoiceId: id, amount: "60", currency: "USD" });
    expect(changed.creditNote).toMatchObject({
      ...{ invoiceId: id, amount: "60", settlement: "INVOICE", reason: "Unused time on Business" },
      refunds: [],
    });
    expect(changed.invoice).toBeNull();
    expect(await invoiceAt(0)).toMatchObject({
      status: "PAID",
      amountDue: "60",
      setOff: "60",
      credited: "60",
    });
    expect(await balance()).toBe("0");
    bank.card("works");
    await change({ plan: "business" });
    await goTo(nextDay);
    expect(bank.taken()).toEqual({ total: 60, times: 1 });
    const again = await credit(id, "1", "BALANCE");
    expect(expectResult(again, "CreditExceedsInvoice").creditable).toBe("0");
  });

  test("leaves what was used to be paid, by whichever attempt comes next", async () => {
    const id = await on("business", "declines");
    await goTo("2026-04-04T00:00:00.000Z");
    await change({ plan: "free", supplyPolicy: "PRORATE" });
    expect(await invoiceAt(0)).toMatchObject({ id, status: "OPEN", amountDue: "60", setOff: "54" });
    bank.card("works");
    await goTo("2026-04-06T00:00:00.000Z");
    expect(await invoiceAt(0)).toMatchObject({ status: "PAID" });
    expect(bank.taken()).toEqual({ total: 6, times: 1 });
    const tooMuch = await credit(id, "6.01");
    expect(expectResult(tooMuch, "CreditExceedsInvoice").creditable).toBe("6");
    expectResult(await credit(id, "6"), "CreditNoteCreated");
  });

  test.each(["void", "given up"])("leaves nothing behind when the invoice is %s", async (end) => {
    const id = await on("business", "declines");
    await goTo("2026-04-04T00:00:00.000Z");
    await change({ plan: "free", supplyPolicy: "PRORATE" });
    if (end === "void") expectResult(await sdk.voidInvoice({ customerId, invoiceId: id }), "InvoiceVoided");
    await goTo("2026-04-20T00:00:00.000Z");
    expect((await invoiceAt(0)).status).toBe(end === "void" ? "VOID" : "UNCOLLECTIBLE");
    expect(await balance()).toBe("0");
    bank.card("works");
    await change({ plan: "business" });
    await goTo("2026-04-21T00:00:00.000Z");
    expect(bank.taken()).toEqual({ total: 60, times: 1 });
  });

  test("is not charged twice either: an upgrade in the first minute costs its own fee alone", async () => {
    expectResult(await sdk.subscribe({ customerId, plan: "business" }), "Subscribed");
    const { changed } = await change({ plan: "large", supplyPolicy: "PRORATE" });
    expect(changed.invoice).toMatchObject({ total: "200", amountDue: "200" });
    await goTo(nextDay);
    expect(bank.taken()).toEqual({ total: 200, times: 1 });
  });

  test("comes off with its tax, of what a coupon has left", async () => {
    await sdk.updateCustomer({ customerId, billingAddress: { country: "DE" } });
    expectResult(await sdk.redeemCoupon({ customerId, code: "HALF" }), "CouponRedeemed");
    await on("business", "declines");
    // 30 and 19 % are 35.7; 27 days of 30 are given back.
    await goTo("2026-04-04T00:00:00.000Z");
    const { changed } = await change({ plan: "free", supplyPolicy: "FORFEIT" });
    expect(changed.creditNote).toMatchObject({
      amount: "32.13",
      subtotal: "27",
      taxes: [{ amount: "5.13" }],
    });
    expect(await invoiceAt(0)).toMatchObject({ amountDue: "35.7", setOff: "32.13" });
  });

  test("gives back what the credit balance had paid of it", async () => {
    const first = await on("business");
    expectResult(await credit(first, "20", "BALANCE"), "CreditNoteCreated");
    bank.card("declines");
    await goTo("2026-05-01T00:00:00.000Z");
    expect(await invoiceAt(1)).toMatchObject({ total: "60", creditApplied: "20", amountDue: "40" });
    const { changed } = await change({ plan: "free", supplyPolicy: "FORFEIT" });
    expect(changed.creditNote?.amount).toBe("40");
    expect(linesOf(changed.invoice)).toEqual(["UNUSED_TIME -20 2026-05-01 to 2026-06-01"]);
    expect(await balance()).toBe("20");
  });

  test("goes to the balance when the whole was being paid meanwhile", async () => {
    await on("business", "asks");
    await goTo("2026-04-04T00:00:00.000Z");
    await change({ plan: "free", supplyPolicy: "FORFEIT" });
    expect(await invoiceAt(0)).toMatchObject({ status: "OPEN", setOff: "54" });
    bank.card("works");
    await goTo("2026-04-06T00:00:00.000Z");
    expect(bank.taken()).toEqual({ total: 60, times: 1 });
    expect(await balance()).toBe("54");
  });

  test("is told in the same words when the call is repeated", async () => {
    await on("business", "declines");
    const input = {
      customerId,
      plan: "free",
      supplyPolicy: "FORFEIT",
      timing: "NOW",
      idempotencyKey: "go",
    } as const;
    const first = expectResult(await sdk.changePlan(input), "PlanChanged");
    const second = expectResult(await sdk.changePlan(input), "PlanChanged");
    expect(second).toMatchObject({ replayed: true, creditNote: { id: first.creditNote?.id } });
  });
});

describe("no more is given back than was paid", () => {
  test("not by a change after a refund", async () => {
    const id = await on("business");
    expectResult(await credit(id, null), "CreditNoteCreated");
    await goTo(middle);
    const { changed } = await change({ plan: "large", supplyPolicy: "PRORATE" });
    expect(linesOf(changed.invoice)).toEqual(["PLAN_FEE 100 2026-04-16 to 2026-05-01"]);
    expect(await balance()).toBe("0");
  });

  test("only of what a part of a refund has left", async () => {
    const id = await on("business");
    expectResult(await credit(id, "20", "BALANCE"), "CreditNoteCreated");
    await goTo(middle);
    const { changed } = await change({ plan: "free", supplyPolicy: "FORFEIT" });
    expect(linesOf(changed.invoice)).toEqual(["UNUSED_TIME -20 2026-04-16 to 2026-05-01"]);
    expect(await balance()).toBe("40");
    expect(expectResult(await credit(id, "20.01"), "CreditExceedsInvoice").creditable).toBe("20");
  });

  test("not by a refund after a change", async () => {
    const id = await on("business");
    await change({ plan: "free", supplyPolicy: "FORFEIT" });
    expect(await balance()).toBe("60");
    expect(expectResult(await credit(id, null), "CreditExceedsInvoice").creditable).toBe("0");
    expect((await sdk.invoice({ id }))?.status).toBe("PAID");
  });

  test("and when the change's invoice is cancelled, the refund is possible again", async () => {
    const id = await on("business");
    bank.card("declines");
    await goTo(middle);
    const { changed } = await change({ plan: "large", supplyPolicy: "PRORATE" });
    expect(changed.invoice).toMatchObject({ total: "70" });
    expect(expectResult(await credit(id, "31"), "CreditExceedsInvoice").creditable).toBe("30");
    const cancelled = await sdk.voidInvoice({ customerId, invoiceId: changed.invoice?.id ?? "" });
    expectResult(cancelled, "InvoiceVoided");
    expectResult(await credit(id, "60"), "CreditNoteCreated");
  });

  test("nothing while a bank decides about the payment", async () => {
    const id = await on("business");
    const [payment] = (await invoiceAt(0)).payments;
    const about = { paymentId: payment?.id ?? "", reference: `bank_${payment?.id}`, disputeId: "dp" };
    await teller(scrip.database)({ kind: "disputeOpened", ...about, amount: 60_000_000 as never });
    const { changed } = await change({ plan: "free", supplyPolicy: "FORFEIT" });
    expect([changed.invoice, changed.creditNote, await balance()]).toEqual([null, null, "0"]);
    expect(expectResult(await credit(id, null), "PaymentDisputed").code).toBe("PAYMENT_DISPUTED");
  });
});

describe("what was reserved and paid in advance", () => {
  const use = async (quantity: string) =>
    expectResult(await sdk.consume({ customerId, operation: "call", quantity }), "Consumed");

  test("is given back by PRORATE as far as it is unused", async () => {
    await on("reserved");
    await use("200");
    await goTo("2026-04-04T00:00:00.000Z");
    // 100 of 300 are unused, and 270 belong to the rest of the month.
    const { changed } = await change({ plan: "business", supplyPolicy: "PRORATE" });
    expect(linesOf(changed.invoice)).toEqual([
      "UNUSED_TIME -27 2026-04-04 to 2026-05-01",
      "UNUSED_TIME -50 2026-04-04 to 2026-05-01",
      "PLAN_FEE 54 2026-04-04 to 2026-05-01",
    ]);
    expect(changed.invoice?.lines[1]).toMatchObject({
      ...{ operation: "call", quantity: "100", description: "Call, reserved and unused" },
    });
  });

  test("and no more of it than belongs to the time that is left", async () => {
    await on("reserved");
    await use("30");
    const { hold } = expectResult(
      await sdk.reserve({ customerId, operation: "call", quantity: "20", expiresInSeconds: 80_000 }),
      "Reserved",
    );
    expect(hold.status).toBe("ACTIVE");
    await goTo("2026-04-16T00:00:00.000Z");
    const { changed } = await change({ plan: "free", supplyPolicy: "PRORATE" });
    expect(linesOf(changed.invoice)).toEqual([
      "UNUSED_TIME -15 2026-04-16 to 2026-05-01",
      "UNUSED_TIME -75 2026-04-16 to 2026-05-01",
    ]);
    expect(await balance()).toBe("90");
  });

  test("FORFEIT gives back none of it, only the fee", async () => {
    await on("reserved");
    await goTo("2026-04-16T00:00:00.000Z");
    const { changed } = await change({ plan: "free", supplyPolicy: "FORFEIT" });
    expect(linesOf(changed.invoice)).toEqual(["UNUSED_TIME -15 2026-04-16 to 2026-05-01"]);
  });

  test("not what a hold may still use", async () => {
    await on("reserved");
    const call = { customerId, operation: "call", quantity: "290", expiresInSeconds: 80_000 };
    expectResult(await sdk.reserve(call), "Reserved");
    const { changed } = await change({ plan: "free", supplyPolicy: "PRORATE" });
    expect(linesOf(changed.invoice)).toEqual([
      "UNUSED_TIME -30 2026-04-01 to 2026-05-01",
      "UNUSED_TIME -5 2026-04-01 to 2026-05-01",
    ]);
  });
});

describe("a coupon that came off an invoice that is cancelled", () => {
  test("comes off the next one", async () => {
    expectResult(await sdk.redeemCoupon({ customerId, code: "HALF" }), "CouponRedeemed");
    const id = await on("business", "declines");
    expect(await invoiceAt(0)).toMatchObject({ total: "30" });
    const coupons = async () => (await sdk.customer({ id: customerId }))?.coupons[0]?.periodsLeft;
    expect(await coupons()).toBe(0);
    expectResult(await sdk.voidInvoice({ customerId, invoiceId: id }), "InvoiceVoided");
    expect(await coupons()).toBe(1);
    bank.card("works");
    await goTo("2026-05-01T00:00:00.000Z");
    expect(await invoiceAt(1)).toMatchObject({ total: "30", status: "PAID" });
    expect(await coupons()).toBe(0);
  });

  test("is as it was for the other invoice of that period", async () => {
    expectResult(await sdk.redeemCoupon({ customerId, code: "FIVE" }), "CouponRedeemed");
    bank.card("declines");
    expectResult(await sdk.subscribe({ customerId, plan: "reserved" }), "Subscribed");
    await goTo(nextDay);
    const { id, total } = await invoiceAt(0);
    expect(total).toBe("175");
    expectResult(await sdk.consume({ customerId, operation: "call", quantity: "307" }), "Consumed");
    expectResult(await sdk.voidInvoice({ customerId, invoiceId: id }), "InvoiceVoided");
    await goTo("2026-05-01T00:00:00.000Z");
    const usage = (await invoices()).find(({ kind }) => kind === "USAGE");
    expect(usage).toMatchObject({ subtotal: "2" });
    const next = (await invoices()).find(({ kind, status }) => kind === "SUBSCRIPTION" && status !== "VOID");
    expect(next).toMatchObject({ subtotal: "180" });
  });
});
