import { expectResult, type Invoice, type ScripClient } from "@scrip/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeVerify } from "../server/ledger/verify.js";
import { startWith } from "./harness/catalog.js";
import type { RunningScrip } from "./harness/scenario.js";
import { changePlan, invoiceFigures, linesOf } from "./plan-change/story.js";

const catalog = `
name: upcoming
units: { credit: Credit, USD: { name: US dollar, kind: CURRENCY } }
operations: { call: { name: Call } }
priceLists: { standard: { call: 1 } }
plans:
  basic: { name: Basic, unit: credit, fee: 30 USD, period: ANCHOR, supply: 10, priceList: standard }
  pro: { name: Pro, rank: 2, unit: credit, fee: 59 USD, period: ANCHOR, supply: 1000, priceList: standard }
  payg: { name: Pay as you go, rank: 1, unit: USD, period: ANCHOR, overage: POSTPAID, priceList: standard }
  lagging: { name: Later, unit: USD, period: ANCHOR, overage: POSTPAID, invoiceGraceDays: 3, priceList: standard }
  always: { name: Without end, unit: USD, period: NONE, overage: POSTPAID, priceList: standard }
  minimum:
    name: At least 31 a month
    unit: USD
    overage: POSTPAID
    minimumFee: 31 USD
    priceList: standard
  reserved:
    name: Reserved
    unit: USD
    fee: 5 USD
    period: ANCHOR
    overage: POSTPAID
    invoiceGraceDays: 2
    priceList: standard
    tailored: { reserved: [{ operation: call, quantity: 10, unitPrice: 0.5 }] }
coupons:
  ONCE: { name: Half, percentOff: 50 }
`;

let scrip: RunningScrip;
let sdk: ScripClient;
let clockId: string;
const customerId = "acme";

beforeEach(async () => {
  scrip = await startWith(catalog);
  sdk = scrip.sdk;
  clockId = (await sdk.createTestClock({ now: "2026-03-01T00:00:00.000Z" })).id;
  expectResult(await sdk.createCustomer({ id: customerId, testClockId: clockId }), "CustomerCreated");
});
afterEach(async () => {
  expect(await makeVerify(scrip.database)(() => undefined)).toEqual([]);
  await scrip.close();
});

const goTo = (to: string) => sdk.advanceTestClock({ id: clockId, to });
const subscribe = async (plan: string) =>
  expectResult(await sdk.subscribe({ customerId, plan }), "Subscribed");
const use = async (quantity: string) =>
  expectResult(await sdk.consume({ customerId, operation: "call", quantity }), "Consumed");
const invoices = async () => (await sdk.invoices({ customerId })).nodes.toReversed();
const upcoming = () => sdk.upcomingInvoices({ customerId });
const due = ({ kind, total, creditApplied, amountDue }: Invoice): string =>
  `${kind} ${total} less ${creditApplied} is ${amountDue}`;

/** 30 USD on the balance: the fee of a first month that was given back. */
async function withBalance(plan: string): Promise<void> {
  await subscribe("basic");
  await goTo("2026-03-02T00:00:00.000Z");
  const [fee] = await invoices();
  const note = { customerId, invoiceId: fee?.id ?? "", settlement: "BALANCE" } as const;
  expectResult(await sdk.createCreditNote(note), "CreditNoteCreated");
  expectResult(await sdk.cancelSubscription({ customerId, timing: "NOW" }), "SubscriptionCancelled");
  await goTo("2026-04-01T00:00:00.000Z");
  await subscribe(plan);
}

describe("a change at the period's end", () => {
  test("is previewed with what the usage before it leaves of the credit balance", async () => {
    await withBalance("payg");
    await use("50");
    const { preview } = await changePlan(sdk, customerId, { plan: "pro", timing: "PERIOD_END" });
    expect(preview.invoice).toMatchObject({ total: "59", creditApplied: "0", amountDue: "59" });
    await goTo("2026-05-01T00:00:00.000Z");
    const made = await invoices();
    expect(made.slice(1).map(due)).toEqual(["USAGE 50 less 30 is 20", "SUBSCRIPTION 59 less 0 is 59"]);
    expect(invoiceFigures(made[2] ?? null)).toEqual(preview.invoice);
  });

  test("and of a coupon that is for once", async () => {
    await subscribe("payg");
    expectResult(await sdk.redeemCoupon({ customerId, code: "ONCE" }), "CouponRedeemed");
    await use("50");
    const { preview } = await changePlan(sdk, customerId, { plan: "pro", timing: "PERIOD_END" });
    expect(preview.invoice).toMatchObject({ total: "59" });
    await goTo("2026-04-01T00:00:00.000Z");
    expect((await invoices()).map(({ kind, total }) => `${kind} ${total}`)).toEqual([
      "USAGE 25",
      "SUBSCRIPTION 59",
    ]);
  });

  test("has the coupon where nothing was used", async () => {
    await subscribe("payg");
    expectResult(await sdk.redeemCoupon({ customerId, code: "ONCE" }), "CouponRedeemed");
    const { preview } = await changePlan(sdk, customerId, { plan: "pro", timing: "PERIOD_END" });
    expect(preview.invoice).toMatchObject({ total: "29.5" });
  });
});

describe("what will be invoiced next", () => {
  test("is shown without what an open draft will take of coupon and balance", async () => {
    await withBalance("lagging");
    expectResult(await sdk.redeemCoupon({ customerId, code: "ONCE" }), "CouponRedeemed");
    await use("40");
    expect((await upcoming()).map(due)).toEqual(["USAGE 20 less 20 is 0"]);
    await goTo("2026-05-02T00:00:00.000Z");
    await use("40");
    expect((await upcoming()).map(due)).toEqual(["USAGE 20 less 20 is 0", "USAGE 40 less 10 is 30"]);
    expect((await sdk.upcomingInvoice({ customerId }))?.amountDue).toBe("30");
    const [draft] = (await upcoming()).map(({ id }) => id);
    expect(await sdk.invoice({ id: draft ?? "" })).toMatchObject({ status: "DRAFT", amountDue: "0" });
    await goTo("2026-06-10T00:00:00.000Z");
    expect((await invoices()).slice(1, 3).map(due)).toEqual([
      "USAGE 20 less 20 is 0",
      "USAGE 40 less 10 is 30",
    ]);
  });

  test("has the share of a minimum that leaving now would bill", async () => {
    await subscribe("minimum");
    await goTo("2026-03-11T00:00:00.000Z");
    await use("4");
    const next = await sdk.upcomingInvoice({ customerId });
    expect(next?.total).toBe("10");
    expectResult(await sdk.cancelSubscription({ customerId, timing: "NOW" }), "SubscriptionCancelled");
    expect((await invoices()).map(invoiceFigures)).toEqual([next && invoiceFigures(next)]);
  });

  test("is both, of a plan with a fee and with usage, each when it is final", async () => {
    await subscribe("reserved");
    await use("12");
    const next = await upcoming();
    expect(next.map((one) => [due(one), one.finalizesAt])).toEqual([
      ["SUBSCRIPTION 10 less 0 is 10", "2026-04-01T00:00:00.000Z"],
      ["USAGE 2 less 0 is 2", "2026-04-03T00:00:00.000Z"],
    ]);
    expect(next.map(({ htmlUrl }) => htmlUrl)).toEqual([null, null]);
    expect((await sdk.upcomingInvoice({ customerId }))?.kind).toBe("USAGE");
    await goTo("2026-04-03T00:00:00.000Z");
    expect((await invoices()).slice(1).map(due)).toEqual(
      expect.arrayContaining(["SUBSCRIPTION 10 less 0 is 10", "USAGE 2 less 0 is 2"]),
    );
  });

  test("is what was used of a plan that has ended, until that is final", async () => {
    await subscribe("lagging");
    await use("7");
    expectResult(await sdk.cancelSubscription({ customerId, timing: "NOW" }), "SubscriptionCancelled");
    expect(linesOf(await sdk.upcomingInvoice({ customerId }))).toEqual(["USAGE 7 2026-03-01 to 2026-03-01"]);
    await goTo("2026-03-04T00:00:00.000Z");
    expect(await sdk.upcomingInvoice({ customerId })).toBeNull();
    expect(await upcoming()).toEqual([]);
  });

  test("is the fee of a plan that is to begin", async () => {
    const start = { customerId, plan: "pro", startsAt: "2026-03-15T00:00:00.000Z" };
    expectResult(await sdk.subscribe(start), "Subscribed");
    expect((await upcoming()).map(due)).toEqual(["SUBSCRIPTION 59 less 0 is 59"]);
  });

  test("is also what was used in a period without end", async () => {
    await subscribe("always");
    await use("3");
    expect((await upcoming()).map((one) => [due(one), one.finalizesAt])).toEqual([
      ["USAGE 3 less 0 is 3", null],
    ]);
  });

  test("is nothing of an unknown customer", async () => {
    expect(await sdk.upcomingInvoices({ customerId: "nobody" })).toEqual([]);
  });
});

describe("a minimum", () => {
  test("is shared by the second where the plan begins within a month", async () => {
    await goTo("2026-03-16T12:00:00.000Z");
    await subscribe("minimum");
    await goTo("2026-05-01T00:00:00.000Z");
    expect((await invoices()).map(({ total }) => total)).toEqual(["15.5", "31"]);
  });
});
