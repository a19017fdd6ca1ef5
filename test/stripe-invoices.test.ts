import { expectResult } from "@scrip/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Trouble } from "./harness/stripe/double.js";
import { type Shop, shop, startShop } from "./harness/stripe/shop.js";
import { type Subscriber, subscriber } from "./harness/stripe/subscriber.js";

const catalog = "test/harness/stripe/plans.yaml";
let given: Shop;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ given, close } = await startShop({ catalog, timeoutMs: 1_000 }));
});
afterAll(() => close());

const charged = ({ customerId }: Subscriber) => given.takenFrom(customerId);
const payments = async (of: Subscriber) => (await of.invoice()).payments.map(({ status }) => status);
const status = async (of: Subscriber) => (await of.invoice()).status;
const intents = ({ customerId }: Subscriber) =>
  [...given.stripe.books.intents.values()].filter(({ metadata }) => metadata.customerId === customerId);
const intentOf = (of: Subscriber): string => intents(of).at(-1)?.id ?? "";

describe.each(["monthly", "metered"] as const)("an invoice of 20 USD of the plan %s", (plan) => {
  /** Who will be invoiced 20 USD on day 0. */
  async function invoiced(card: Parameters<typeof subscriber>[2]): Promise<Subscriber> {
    const one = await subscriber(given, plan, card);
    if (plan === "metered") await one.use("2000");
    return one;
  }

  test("is charged to the saved card when it is made, once", async () => {
    const one = await invoiced("works");
    await one.goTo(0);
    expect(await one.invoice()).toMatchObject({ status: "PAID", amountDue: "20", carriedOver: "0" });
    await one.goTo(20);
    await given.deliverNews();
    expect(charged(one)).toEqual([2_000]);
  });

  test("that is declined is tried after 1, 3, 5 and 7 days, by another intent each time, and then given up", async () => {
    const one = await invoiced("declines");
    const seen: (readonly [number, number])[] = [];
    for (const day of [0, 1, 2, 3, 4, 5, 6, 7]) {
      await one.goTo(day);
      seen.push([day, intents(one).length]);
    }
    expect(seen.map(([, count]) => count)).toEqual([1, 2, 2, 3, 3, 4, 4, 5]);
    await given.deliverNews();
    expect(await status(one)).toBe("UNCOLLECTIBLE");
    expect(await one.standing()).toBe("ENDED");
    expect(intents(one).map((intent) => intent.status)).toEqual(Array(5).fill("canceled"));
    expect(charged(one)).toEqual([]);
  });

  test("that is declined until the card works again is charged once", async () => {
    const one = await invoiced("declines");
    await one.goTo(2);
    one.card("works");
    await one.goTo(9);
    await given.deliverNews();
    expect(await payments(one)).toEqual(["FAILED", "FAILED", "SUCCEEDED"]);
    expect(charged(one)).toEqual([2_000]);
    expect(await one.standing()).toBe("ACTIVE");
  });

  test.each(["asking", "the webhook"])(
    "that the bank lets its owner confirm is paid when they have; told by %s",
    async (by) => {
      const one = await invoiced("needs its owner");
      await one.goTo(2);
      const [payment] = (await one.invoice()).payments;
      expect(payment).toMatchObject({
        status: "ACTION_REQUIRED",
        actionUrl: expect.stringContaining("3d_secure"),
      });
      given.people.authenticate(payment?.actionUrl ?? null);
      if (by === "the webhook") await given.deliverNews();
      else await one.goTo(3);
      expect(await status(one)).toBe("PAID");
      expect(charged(one)).toEqual([2_000]);
      expect(intents(one)).toHaveLength(1);
    },
  );

  test("that nobody confirms is given up after a week", async () => {
    const one = await invoiced("needs its owner");
    await one.goTo(7);
    expect(await status(one)).toBe("UNCOLLECTIBLE");
    given.people.authenticate((await one.invoice()).payments[0]?.actionUrl ?? null);
    await given.deliverNews();
    expect(await status(one), "money that comes after all has come").toBe("PAID");
  });

  test("that nobody confirms is charged to a card that was saved since, by the same intent", async () => {
    const one = await invoiced("needs its owner");
    await one.goTo(2);
    await one.saveCard("works", `pm_new_${one.customerId}`);
    await one.goTo(3);
    await given.deliverNews();
    expect(await payments(one)).toEqual(["SUCCEEDED"]);
    expect(charged(one)).toEqual([2_000]);
    expect(intents(one)).toMatchObject([{ payment_method: `pm_new_${one.customerId}` }]);
  });

  test("that is debited, which takes days, uses up no attempt while it is under way", async () => {
    const one = await invoiced("takes days");
    await one.goTo(15);
    expect(await one.invoice()).toMatchObject({ status: "OPEN", payments: [{ status: "PENDING" }] });
    expect(await one.standing()).toBe("ACTIVE");
    given.people.clear(intentOf(one), true);
    // Its message is lost; it is asked after within a day.
    given.news();
    await one.goTo(16);
    expect(await status(one)).toBe("PAID");
    expect(charged(one)).toEqual([2_000]);
  });

  test("whose debits fail after days, one after the other, is given up after as many attempts as a card's", async () => {
    const one = await invoiced("takes days");
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const day = attempt * 5;
      await one.goTo(day);
      expect(await payments(one)).toEqual([...Array(attempt - 1).fill("FAILED"), "PENDING"]);
      given.people.clear(intentOf(one), false);
      await given.deliverNews();
      expect(await status(one)).toBe(attempt < 5 ? "OPEN" : "UNCOLLECTIBLE");
    }
    expect(intents(one)).toHaveLength(5);
    expect(await one.standing()).toBe("ENDED");
  });

  const troubles = ["lost", "silent", "500", "500 after", "reset", "busy"] as const;
  test.each(troubles)(
    "whose confirmation meets trouble (%s) is asked after, and charged once",
    async (trouble) => {
      const one = await invoiced("works");
      const times = ["silent", "500 after"].includes(trouble) ? 1 : 2;
      given.stripe.upset("POST /v1/payment_intents/:id/confirm", ...Array<Trouble>(times).fill(trouble));
      let failures = 0;
      for (let hours = 0; hours < 6; hours += 1)
        await one.goTo(0, hours).catch((error: { code?: string }) => {
          expect(error.code).toBe("UNAVAILABLE");
          failures += 1;
        });
      given.stripe.calm();
      expect(failures).toBeGreaterThan(0);
      await given.deliverNews();
      expect(await status(one)).toBe("PAID");
      expect(await payments(one)).toEqual(["SUCCEEDED"]);
      expect(charged(one)).toEqual([2_000]);
    },
  );

  test("that is cancelled while it waits for its owner cannot be paid any more", async () => {
    const one = await invoiced("needs its owner");
    await one.goTo(0);
    const { id: invoiceId } = await one.invoice();
    expectResult(await given.sdk.voidInvoice({ customerId: one.customerId, invoiceId }), "InvoiceVoided");
    await one.goTo(0, 1);
    expect(intents(one)).toMatchObject([{ status: "canceled" }]);
    expect(await payments(one)).toEqual(["FAILED"]);
  });

  test("that is cancelled while a debit is under way gives the money back when it arrives", async () => {
    const one = await invoiced("takes days");
    await one.goTo(0);
    const { id: invoiceId } = await one.invoice();
    expectResult(await given.sdk.voidInvoice({ customerId: one.customerId, invoiceId }), "InvoiceVoided");
    await one.goTo(3);
    given.people.clear(intentOf(one), true);
    given.news();
    await one.goTo(5);
    expect((await one.invoice()).payments).toMatchObject([{ status: "SUCCEEDED", refunded: "20" }]);
  });
});

describe("so little that Stripe cannot charge it", () => {
  test("is carried over until it is enough, without dunning, and the books say so", async () => {
    const one = await subscriber(given, "metered", "works");
    await one.use("30");
    await one.goTo(0);
    expect(await one.invoice()).toMatchObject({
      ...{
        status: "PAID",
        total: "0.3",
        creditApplied: "0",
        amountDue: "0.3",
        carriedOver: "0.3",
        payments: [],
      },
    });
    expect(await one.balances()).toEqual([{ amount: "-0.3", currency: "USD" }]);
    await one.use("10");
    await one.goTo(31);
    expect(await one.invoice()).toMatchObject({
      ...{ status: "PAID", total: "0.1", creditApplied: "-0.3", amountDue: "0.4", carriedOver: "0.4" },
    });
    await one.use("100");
    await one.goTo(61);
    expect(await one.invoice()).toMatchObject({
      ...{ status: "PAID", total: "1", creditApplied: "-0.4", amountDue: "1.4", carriedOver: "0" },
    });
    expect(charged(one)).toEqual([140]);
    expect(await one.balances()).toEqual([]);
    expect(await one.standing()).toBe("ACTIVE");
  });

  test("is a plan's fee that is collected every second month", async () => {
    const one = await subscriber(given, "tiny", "works");
    await one.goTo(95);
    expect((await one.invoices()).map(({ amountDue, carriedOver }) => [amountDue, carriedOver])).toEqual([
      ["0.6", "0"],
      ["0.3", "0.3"],
      ["0.6", "0"],
      ["0.3", "0.3"],
    ]);
    expect(charged(one)).toEqual([60, 60]);
    expect(await one.standing()).toBe("ACTIVE");
  });

  test("is settled by who wants to pay it", async () => {
    const one = await subscriber(given, "tiny", "works");
    const { customerId } = one;
    const { id: invoiceId } = await one.invoice();
    const asked = { customerId, invoiceId, idempotencyKey: "pay" };
    const paid = expectResult(await given.sdk.payInvoice(asked), "InvoicePaid");
    expect(paid).toMatchObject({
      replayed: false,
      invoice: { status: "PAID", carriedOver: "0.3", payments: [] },
    });
    expect(expectResult(await given.sdk.payInvoice(asked), "InvoicePaid").replayed).toBe(true);
    // Nobody has paid for it, so nothing can be refunded, but nobody need owe it either.
    const credit = { customerId, invoiceId };
    expectResult(
      await given.sdk.createCreditNote({ ...credit, settlement: "REFUND" }),
      "CreditExceedsInvoice",
    );
    expectResult(await given.sdk.createCreditNote({ ...credit, settlement: "BALANCE" }), "CreditNoteCreated");
    expect(await one.balances()).toEqual([]);
  });

  test("goes back to the balance with the invoice that asked for it", async () => {
    const one = await subscriber(given, "tiny", "declines");
    await one.goTo(30);
    const { id: invoiceId, status: before } = await one.invoice();
    expect(before).toBe("OPEN");
    const { customerId } = one;
    expectResult(await given.sdk.voidInvoice({ customerId, invoiceId }), "InvoiceVoided");
    expect(await one.balances()).toEqual([{ amount: "-0.3", currency: "USD" }]);
  });

  test("is the last digit of a currency of three, too", async () => {
    const one = await subscriber(given, "dinars", "works");
    await one.use("1281");
    await one.goTo(0);
    expect(await one.invoice()).toMatchObject({
      ...{ status: "PAID", total: "5.124", amountDue: "5.124", carriedOver: "0.004" },
      payments: [{ amount: "5.12", status: "SUCCEEDED" }],
    });
    expect(charged(one)).toEqual([5_120]);
    expect(await one.balances()).toEqual([{ amount: "-0.004", currency: "KWD" }]);
  });

  test("is known by Stripe's answer where it is not known before", async () => {
    const one = await subscriber(given, "dinars", "works");
    await one.use("20");
    await one.goTo(10);
    expect(await one.invoice()).toMatchObject({
      ...{ status: "PAID", total: "0.08", carriedOver: "0.08" },
      payments: [{ status: "FAILED", failure: "Amount must be at least 100 kwd" }],
    });
    expect(await one.standing()).toBe("ACTIVE");
  });
});

test("two messages about one payment, at the same time, pay an invoice once and give nothing back", () =>
  shop(
    async (shopping) => {
      for (let n = 0; n < 12; n += 1) {
        const one = await subscriber(shopping, "monthly", null);
        const { customerId } = one;
        const { id: invoiceId } = await one.invoice();
        const asked = { customerId, invoiceId, idempotencyKey: "pay" };
        const { payment } = expectResult(await shopping.sdk.payInvoice(asked), "PaymentRequired");
        shopping.people.fillIn(payment.actionUrl, "works", `pm_of_${customerId}`);
        const news = shopping.news().filter(({ type }) => /succeeded|completed/.test(type));
        expect(news).toHaveLength(2);
        const answers = await Promise.all(news.map((event) => shopping.deliver(event)));
        expect(answers).toEqual([200, 200]);
        await one.goTo(1);
        expect(await one.invoice()).toMatchObject({
          ...{ status: "PAID", payments: [{ status: "SUCCEEDED", refunded: "0", refunds: [] }] },
        });
        const { nodes } = await shopping.sdk.events({ customerId });
        expect(nodes.filter(({ type }) => type === "PAYMENT_SUCCEEDED")).toHaveLength(1);
      }
      expect(shopping.stripe.books.refunds.size).toBe(0);
    },
    { catalog },
  ));
