import { expectResult, type ScripClient } from "@scrip/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { composeFor, finalizeInvoice, issueInvoice } from "../server/billing/issueInvoice.js";
import { unusedTime } from "../server/billing/unusedTime.js";
import { micros, microsPerUnit, parseAmount, zero } from "../server/domain/amount.js";
import { toMinorUnit } from "../server/domain/currency.js";
import { type Instant, instantFrom } from "../server/domain/instant.js";
import { type InvoiceKind, type InvoiceLine, plainLine } from "../server/domain/invoice.js";
import { findSubscription } from "../server/ledger/subscriptions.js";
import type { Tx } from "../server/storage/database.js";
import { InvoiceRow } from "../server/storage/rows/billing.js";
import { startWith } from "./harness/catalog.js";
import type { RunningScrip } from "./harness/scenario.js";

const catalog = `
name: issuing
units: { USD: { name: US dollar, kind: CURRENCY } }
operations: { call: { name: Call } }
plans:
  pro: { name: Pro, fee: 100 USD, period: ANCHOR, overage: POSTPAID, prices: { call: 1 } }
taxRates: { DE: { name: MwSt., percent: 19 } }
coupons:
  HALF: { name: Half, percentOff: 50 }
  OTHER: { name: Of another plan, percentOff: 50, plans: [pro], duration: FOREVER }
`;

let server: RunningScrip;
let sdk: ScripClient;
beforeAll(async () => {
  server = await startWith(catalog);
  sdk = server.sdk;
});
afterAll(() => server.close());

const line = (kind: InvoiceLine["kind"], net: string): InvoiceLine => {
  const exact = parseAmount(net) ?? zero;
  const quantity = micros(microsPerUnit);
  return plainLine({
    ...{ kind, description: "A thing", quantity, unitPrice: null, net: exact },
    amount: toMinorUnit(exact, "USD"),
  });
};

interface Studio {
  readonly id: string;
  readonly subscriptionId: string;
}

async function studio(id: string, country: string | null = null): Promise<Studio> {
  const clock = await sdk.createTestClock({ now: "2026-03-10T00:00:00Z" });
  const made = await sdk.createCustomer({
    ...{ id, plan: "pro", testClockId: clock.id },
    ...(country === null ? {} : { billingAddress: { country } }),
  });
  const { subscription } = expectResult(made, "CustomerCreated").customer;
  return { id, subscriptionId: subscription?.id ?? "" };
}

interface Order {
  readonly kind?: InvoiceKind;
  readonly index?: number;
  readonly at?: string;
}

const orderOf = (
  { id: customerId, subscriptionId }: Studio,
  lines: readonly InvoiceLine[],
  order: Order = {},
) => {
  const { kind = "SUBSCRIPTION", index = 0, at = "2026-04-10T00:00:00Z" } = order;
  const period = { start: instantFrom(at), end: null };
  const of = { subscriptionId, periodIndex: index, period };
  return { customerId, kind, currency: "USD", lines, at: instantFrom(at), of };
};

let made = 0;
const issue = (whose: Studio, lines: readonly InvoiceLine[], order?: Order) => {
  made += 1;
  const invoiceId = `inv_${made}`;
  return server.database.transact((tx) => issueInvoice(tx, { ...orderOf(whose, lines, order), invoiceId }));
};
const read = async (id: string) => {
  const invoice = await sdk.invoice({ id });
  if (invoice === null) throw new Error(`There is no invoice ${id}.`);
  return invoice;
};
const balanceOf = async ({ id }: Studio) => (await sdk.customer({ id }))?.creditBalances;

describe("the credit balance", () => {
  test("is given what an invoice gives back, tax included, and pays the next ones as far as it goes", async () => {
    const ada = await studio("ada", "DE");
    const { invoiceId } = await issue(ada, [line("UNUSED_TIME", "-100"), line("PLAN_FEE", "20")]);
    expect(await read(invoiceId)).toMatchObject({
      ...{ subtotal: "-80", total: "-95.2", creditApplied: "-95.2", amountDue: "0" },
      ...{ status: "PAID", paidAt: "2026-04-10T00:00:00.000Z" },
    });
    expect(await balanceOf(ada)).toEqual([{ amount: "95.2", currency: "USD" }]);

    const small = await issue(ada, [line("PLAN_FEE", "50")], { index: 1 });
    expect(await read(small.invoiceId)).toMatchObject({
      ...{ total: "59.5", creditApplied: "59.5", amountDue: "0", status: "PAID" },
    });
    const large = await issue(ada, [line("PLAN_FEE", "100")], { index: 2 });
    expect(await read(large.invoiceId)).toMatchObject({
      ...{ total: "119", creditApplied: "35.7", amountDue: "83.3", status: "OPEN", paidAt: null },
    });
    expect(await balanceOf(ada)).toEqual([]);
  });

  test("is what it was when an invoice could not be written after all", async () => {
    const bob = await studio("bob");
    await issue(bob, [line("UNUSED_TIME", "-30")]);
    const failing = server.database.transact(async (tx) => {
      await issueInvoice(tx, { ...orderOf(bob, [line("PLAN_FEE", "20")]), invoiceId: "inv_failing" });
      throw new Error("It failed.");
    });
    await expect(failing).rejects.toThrow("It failed.");
    expect(await balanceOf(bob)).toEqual([{ amount: "30", currency: "USD" }]);
  });
});

describe("a coupon", () => {
  test("is used up by the invoices of one billing period, and shows what is left of it", async () => {
    const cyd = await studio("cyd");
    await sdk.redeemCoupon({ customerId: cyd.id, code: "HALF" });
    const fee = await issue(cyd, [line("PLAN_FEE", "100")]);
    expect((await read(fee.invoiceId)).lines.at(-1)).toMatchObject({
      ...{ kind: "COUPON", description: "Coupon HALF: Half", amount: "-50" },
    });
    const usage = await issue(cyd, [line("USAGE", "30")], { kind: "USAGE" });
    const next = await issue(cyd, [line("PLAN_FEE", "100")], { index: 1 });
    expect([usage, next].map(({ total }) => total)).toEqual([parseAmount("15"), parseAmount("100")]);
    expect((await sdk.customer({ id: cyd.id }))?.coupons).toMatchObject([{ periods: 1, periodsLeft: 0 }]);
  });

  test("is not taken off an invoice of before it was redeemed, which was only made late", async () => {
    const dan = await studio("dan");
    await sdk.redeemCoupon({ customerId: dan.id, code: "OTHER" });
    const early = await issue(dan, [line("PLAN_FEE", "100")], { at: "2026-03-09T23:59:59Z" });
    const later = await issue(dan, [line("PLAN_FEE", "100")], { at: "2026-03-10T00:00:00Z", index: 1 });
    expect([early.total, later.total]).toEqual([parseAmount("100"), parseAmount("50")]);
  });

  test("is taken off no invoice after it was taken back", async () => {
    const eve = await studio("eve");
    await sdk.redeemCoupon({ customerId: eve.id, code: "OTHER" });
    await sdk.removeCoupon({ customerId: eve.id, code: "OTHER" });
    expect((await issue(eve, [line("PLAN_FEE", "100")])).total).toBe(parseAmount("100"));
  });
});

describe("unused time", () => {
  /** Half of the month from March 10th to April 10th. */
  const middle = instantFrom("2026-03-25T12:00:00Z");
  const givenBack = ({ id, subscriptionId }: Studio) =>
    server.database.read(async (tx) =>
      unusedTime(tx, await findSubscription(tx, id, subscriptionId), { from: middle, policy: "FORFEIT" }),
    );

  test("gives back a share of what was charged, not of what a coupon took off", async () => {
    const hal = await studio("hal");
    const clock = await sdk.createTestClock({ now: "2026-03-10T00:00:00Z" });
    await sdk.createCustomer({ id: "ida", testClockId: clock.id });
    await sdk.redeemCoupon({ customerId: "ida", code: "HALF" });
    const subscribed = expectResult(await sdk.subscribe({ customerId: "ida", plan: "pro" }), "Subscribed");
    const ida = { id: "ida", subscriptionId: subscribed.subscription.id };
    // What is not paid yet comes off the invoice, and what is paid is given back by that of the change.
    const unpaid = [await givenBack(hal), await givenBack(ida)];
    expect(unpaid.map((back) => back?.setOff.amount)).toEqual([parseAmount("50"), parseAmount("25")]);
    expect(unpaid.map((back) => back?.lines)).toEqual([[], []]);
    for (const customerId of ["hal", "ida"]) {
      const [invoice] = (await sdk.invoices({ customerId })).nodes;
      expectResult(await sdk.payInvoice({ customerId, invoiceId: invoice?.id ?? "" }), "InvoicePaid");
    }
    const backs = [await givenBack(hal), await givenBack(ida)];
    expect(backs.map((back) => back?.lines[0]?.amount)).toEqual([parseAmount("-50"), parseAmount("-25")]);
    expect(backs.map((back) => back?.setOff.amount)).toEqual([0, 0]);
  });

  test("gives back nothing of a fee that nobody was charged for", async () => {
    const jon = await studio("jon");
    const { id: customerId } = jon;
    await server.database.transact(async (tx) => {
      await tx.manager.update(InvoiceRow, { customerId }, { status: "VOID" });
    });
    expect(await givenBack(jon)).toBeNull();
  });
});

describe("what an invoice would come to", () => {
  test("is what it comes to, and looking changes nothing", async () => {
    const fay = await studio("fay", "DE");
    await sdk.redeemCoupon({ customerId: fay.id, code: "HALF" });
    await issue(fay, [line("UNUSED_TIME", "-10")]);
    const lines = [line("PLAN_FEE", "100"), line("RESERVED", "0.005")];
    const order = orderOf(fay, lines, { index: 1 });
    const look = () => server.database.read((tx) => composeFor(tx, order));
    const foreseen = await look();
    expect(await look()).toEqual(foreseen);
    expect(await issue(fay, lines, { index: 1 })).toMatchObject(foreseen);
    expect(await balanceOf(fay)).toEqual([]);
  });
});

describe("a draft", () => {
  const draftAt = async (tx: Tx, { id: customerId, subscriptionId }: Studio, at: Instant) => {
    const row: InvoiceRow = {
      ...{ customerId, invoiceId: `inv_draft_${customerId}`, number: null, status: "DRAFT", kind: "USAGE" },
      ...{ currency: "USD", lines: [], subtotal: zero, taxes: [], total: zero, creditApplied: zero },
      ...{ amountDue: zero, createdAt: at, finalizesAt: at, finalizedAt: null, paidAt: null, parties: null },
      ...{ notes: null, subscriptionId, periodIndex: 0, periodStart: at, periodEnd: at, attempts: 0 },
      ...{ nextAttemptAt: null, voidedAt: null, voidReason: null, setOff: zero, charged: zero },
      ...{ unused: zero, unusedOf: null, carriedOver: zero, awaitedPaymentId: null },
    };
    await tx.manager.insert(InvoiceRow, row);
    return row.invoiceId;
  };

  test("becomes final with the lines it has come to, once", async () => {
    const gus = await studio("gus", "DE");
    await sdk.redeemCoupon({ customerId: gus.id, code: "HALF" });
    const at = instantFrom("2026-04-13T00:00:00Z");
    const invoiceId = await server.database.transact((tx) => draftAt(tx, gus, at));
    expect(await read(invoiceId)).toMatchObject({ status: "DRAFT", number: null, parties: null });
    const finalize = () =>
      server.database.transact((tx) =>
        finalizeInvoice(tx, { customerId: gus.id, invoiceId, lines: [line("USAGE", "20.004")], at }),
      );
    await finalize();
    expect(await read(invoiceId)).toMatchObject({
      ...{ status: "OPEN", subtotal: "10", total: "11.9", amountDue: "11.9", finalizesAt: null },
      number: expect.stringMatching(/^TEST-2026-\d{6}$/),
      finalizedAt: "2026-04-13T00:00:00.000Z",
      parties: { customer: { customerId: "gus", address: { country: "DE" } } },
    });
    await expect(finalize()).rejects.toThrow("no draft any more");
    expect((await sdk.customer({ id: gus.id }))?.coupons).toMatchObject([{ periodsLeft: 0 }]);
  });
});
