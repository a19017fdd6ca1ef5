import { expectResult } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { startScrip } from "./harness/scenario.js";
import type { StripeEvent } from "./harness/stripe/books.js";
import { type Delivery, signed } from "./harness/stripe/double.js";
import { pack, packCents, type Shop, shop } from "./harness/stripe/shop.js";
import { allTables } from "./harness/tables.js";

const order = (customerId: string, idempotencyKey = "order-1") => ({
  customerId,
  creditPack: pack,
  idempotencyKey,
});

/** A customer has paid on Stripe's page, and nobody at home knows of it yet. */
async function paidUnheard(given: Shop): Promise<{ id: string; news: StripeEvent[]; success: StripeEvent }> {
  const id = await given.customer();
  const { payment } = expectResult(await given.sdk.purchase(order(id)), "PaymentRequired");
  given.people.fillIn(payment.actionUrl, "works", "pm_new");
  const news = given.news();
  const success = news.find(({ type }) => type === "payment_intent.succeeded");
  if (success === undefined) throw new Error("Stripe tells of a payment.");
  return { id, news, success };
}

const bought = async (given: Shop, id: string) => ({
  available: await given.available(id),
  charges: given.stripe.books.charges.length,
});
const once = { available: "13000", charges: 1 };

describe("an event has one effect", () => {
  test("delivered again, also at the same time", () =>
    shop(async (given) => {
      const { id, success } = await paidUnheard(given);
      const statuses = await Promise.all(Array.from({ length: 20 }, () => given.deliver(success)));
      expect(new Set(statuses)).toEqual(new Set([200]));
      const after = await allTables(given.scrip.database);
      expect(await given.deliver(success)).toBe(200);
      expect(await allTables(given.scrip.database)).toEqual(after);
      expect(await bought(given, id)).toEqual(once);
    }));

  test("whatever the order in which several about one payment come", () =>
    shop(async (given) => {
      const { id, news } = await paidUnheard(given);
      for (const event of news.toReversed()) expect(await given.deliver(event)).toBe(200);
      expect(await bought(given, id)).toEqual(once);
      // Though the intent's own message came after, the card that it tells of is saved.
      expectResult(await given.sdk.purchase(order(id, "order-2")), "Purchased");
    }));

  test("when it comes before the answer to our own request", () =>
    shop(async (given) => {
      const id = await given.customer("works");
      const { performed, letGo } = given.stripe.hold("POST /v1/payment_intents/:id/confirm");
      const purchase = given.sdk.purchase(order(id));
      await performed;
      await given.deliverNews();
      expect(await given.available(id)).toBe("13000");
      letGo();
      expectResult(await purchase, "Purchased");
      expect(await bought(given, id)).toEqual(once);
    }));

  test("when Stripe tells of a failure after the money has arrived", () =>
    shop(async (given) => {
      const { id, success } = await paidUnheard(given);
      expect(await given.deliver(success)).toBe(200);
      const failure = { ...success, id: "evt_stale", type: "payment_intent.canceled" };
      expect(await given.deliver(failure)).toBe(200);
      expect((await given.paymentsOf(id)).map(({ status }) => status)).toEqual(["SUCCEEDED"]);
      expect(await bought(given, id)).toEqual(once);
    }));

  test("when money arrives for a payment that was given up", () =>
    shop(async (given) => {
      const { id, news, success } = await paidUnheard(given);
      const paid = news.find(({ type }) => type === "checkout.session.completed");
      if (paid === undefined) throw new Error("Stripe tells of its page.");
      const failure = { ...paid, id: "evt_early", type: "checkout.session.expired" };
      expect(await given.deliver(failure)).toBe(200);
      expect((await given.paymentsOf(id)).map(({ status }) => status)).toEqual(["FAILED"]);
      expect(await given.deliver(success)).toBe(200);
      expect(await bought(given, id)).toEqual(once);
      expect(expectResult(await given.sdk.purchase(order(id)), "Purchased").replayed).toBe(true);
    }));
});

test("a page that was made and forgotten does not end the payment by its expiry", () =>
  shop(
    async (given) => {
      const id = await given.customer();
      given.stripe.upset("POST /v1/checkout/sessions", "silent");
      await expect(given.sdk.purchase(order(id))).rejects.toMatchObject({ code: "UNAVAILABLE" });
      given.stripe.forgetKeys();
      const { payment } = expectResult(await given.sdk.purchase(order(id)), "PaymentRequired");
      const [forgotten, shown] = [...given.stripe.books.pages.values()].map(({ url }) => url);
      expect(shown).toBe(payment.actionUrl);
      given.people.letExpire(forgotten ?? null);
      await given.deliverNews();
      expect((await given.paymentsOf(id)).map(({ status }) => status)).toEqual(["ACTION_REQUIRED"]);
      given.people.fillIn(payment.actionUrl, "works", "pm_new");
      await given.deliverNews();
      expect(await bought(given, id)).toEqual(once);
    },
    { timeoutMs: 1_000 },
  ));

describe("a dispute that is told of before the success", () => {
  /** The news of the payment come last. */
  async function disputed(given: Shop, decide: (end: (won: boolean) => void) => void): Promise<string> {
    const { id, news, success } = await paidUnheard(given);
    decide(given.people.dispute(String(success.data.object.id)));
    await given.deliverNews();
    for (const event of news) expect(await given.deliver(event)).toBe(200);
    return id;
  }

  test("delivers frozen credits, which cannot be spent until it is won", () =>
    shop(async (given) => {
      let end = (_won: boolean) => {};
      const id = await disputed(given, (later) => {
        end = later;
      });
      expect(await given.sdk.wallet({ customerId: id })).toMatchObject({ posted: "13000", frozen: "10000" });
      end(true);
      await given.deliverNews();
      expect(await given.sdk.wallet({ customerId: id })).toMatchObject({ posted: "13000", frozen: "0" });
    }));

  test("delivers nothing that could be spent when it is lost by then", () =>
    shop(async (given) => {
      const id = await disputed(given, (end) => end(false));
      expect(await given.sdk.wallet({ customerId: id })).toMatchObject({ posted: "3000", frozen: "0" });
      expect((await given.sdk.creditNotes({ customerId: id })).nodes).toMatchObject([
        { settlement: "DISPUTE", amount: "10", voided: "10000" },
      ]);
      expect(await given.paymentsOf(id)).toMatchObject([
        { status: "SUCCEEDED", disputes: [{ status: "LOST" }] },
      ]);
    }));

  test("takes an invoice's money with it, which is told by a credit note", () =>
    shop(async (given) => {
      const customerId = "planner";
      expectResult(await given.sdk.createCustomer({ id: customerId, plan: "business" }), "CustomerCreated");
      const [invoice] = (await given.sdk.invoices({ customerId })).nodes;
      const asked = { customerId, invoiceId: invoice?.id ?? "" };
      const { payment } = expectResult(await given.sdk.payInvoice(asked), "PaymentRequired");
      given.people.fillIn(payment.actionUrl, "works", "pm_planner");
      const news = given.news();
      given.people.dispute([...given.stripe.books.intents.keys()].at(-1) ?? "")(false);
      await given.deliverNews();
      for (const event of news) expect(await given.deliver(event)).toBe(200);
      expect((await given.sdk.creditNotes({ customerId })).nodes).toMatchObject([
        { settlement: "DISPUTE", amount: "59" },
      ]);
    }));
});

test("an event about a saved card, delivered again, does not bring that card back", () =>
  shop(async (given) => {
    const id = await given.customer("works");
    const saved: StripeEvent[] = [];
    for (const method of ["pm_second", "pm_third"]) {
      const { url } = expectResult(await given.sdk.setUpPayment({ customerId: id }), "PaymentSetup");
      given.people.fillIn(url, "works", method);
      for (const event of given.news()) {
        expect(await given.deliver(event)).toBe(200);
        if (event.type === "setup_intent.succeeded") saved.push(event);
      }
    }
    const [second] = saved;
    if (second === undefined) throw new Error("Stripe tells of a saved card.");
    expect(await given.deliver(second)).toBe(200);
    expectResult(await given.sdk.purchase(order(id)), "Purchased");
    expect([...given.stripe.books.intents.values()].at(-1)?.payment_method).toBe("pm_third");
  }));

describe("what is not ours, or not used, is taken note of and changes nothing", () => {
  const about = (success: StripeEvent, change: Readonly<Record<string, unknown>>): StripeEvent => ({
    ...success,
    data: { object: { ...success.data.object, ...change } },
  });

  test.for<[string, (success: StripeEvent) => StripeEvent]>([
    ["a payment that was not made by Scrip", (success) => about(success, { metadata: {} })],
    [
      "a payment of another installation",
      (success) => about(success, { metadata: { paymentId: "pay_other", customerId: "other" } }),
    ],
    ["a kind of event that nobody here waits for", (success) => ({ ...success, type: "invoice.created" })],
  ])("%s", ([, changed]) =>
    shop(async (given) => {
      const { success } = await paidUnheard(given);
      const before = await allTables(given.scrip.database);
      expect(await given.deliver(changed(success))).toBe(200);
      expect(await allTables(given.scrip.database)).toEqual(before);
    }),
  );
});

describe("who cannot sign is not heard", () => {
  const forgeries: readonly [string, Delivery][] = [
    ["signed with another secret", { secret: "whsec_of_somebody_else" }],
    ["signed more than five minutes ago", { ageSeconds: 301 }],
    ["changed by one byte on the way", { change: (text) => text.replace(String(packCents), "1001") }],
    ["the same JSON with other spaces", { change: (text) => JSON.stringify(JSON.parse(text)) }],
    ["without its body", { change: () => "" }],
  ];

  test.for(forgeries)("%s: 400, without a word, and nothing changes", ([, forgery]) =>
    shop(async (given) => {
      const { success } = await paidUnheard(given);
      const before = await allTables(given.scrip.database);
      expect(await given.deliver(success, forgery)).toBe(400);
      expect(await allTables(given.scrip.database)).toEqual(before);
      expect(await given.deliver(success, { ageSeconds: 300 })).toBe(200);
      expect(await allTables(given.scrip.database)).not.toEqual(before);
    }),
  );

  test("without a signature, with one that is none, with another method, or with too much", () =>
    shop(async (given) => {
      const { success } = await paidUnheard(given);
      const { body } = signed(success, 0);
      const post = (headers: Record<string, string>, text = body) =>
        fetch(`${given.origin}/webhooks/stripe`, { method: "POST", headers, body: text });
      const json = { "content-type": "application/json" };
      for (const headers of [
        json,
        { ...json, "stripe-signature": "t=1,v1=00" },
        { "stripe-signature": "" },
      ]) {
        const answer = await post(headers);
        expect({ status: answer.status, text: await answer.text() }).toEqual({ status: 400, text: "" });
      }
      const large = await post({ ...json, "stripe-signature": "t=1,v1=00" }, "y".repeat(300_000));
      expect({ status: large.status, text: await large.text() }).toEqual({ status: 413, text: "" });
      expect((await fetch(`${given.origin}/webhooks/stripe`)).status).toBe(404);
    }));

  test("where Stripe is not chosen there is no such door", async () => {
    const scrip = await startScrip("ximilar");
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${scrip.origin}/webhooks/stripe`, { method: "POST", headers, body: "{}" });
    await scrip.close();
    expect(answer.status).toBe(404);
  });
});

test("an event that could not be put on record is sent again, and then has its effect", () =>
  shop(async (given) => {
    const { id, success } = await paidUnheard(given);
    const rename = (from: string, to: string) =>
      given.scrip.database.transact((tx) => tx.query(`ALTER TABLE ${from} RENAME TO ${to}`));
    await rename("provider_events", "provider_events_gone");
    expect(await given.deliver(success)).toBe(500);
    expect(await given.available(id)).toBe("3000");
    await rename("provider_events_gone", "provider_events");
    expect(await given.deliver(success)).toBe(200);
    expect(await bought(given, id)).toEqual(once);
  }));

test("an event that could not be understood without Stripe is sent again, and then is", () =>
  shop(async (given) => {
    const id = await given.customer("works");
    expectResult(await given.sdk.purchase(order(id)), "Purchased");
    await given.deliverNews();
    given.people.dispute([...given.stripe.books.intents.keys()][0] ?? "");
    const [dispute] = given.news();
    if (dispute === undefined) throw new Error("Stripe tells of a dispute.");
    given.stripe.upset("GET /v1/payment_intents/:id", "500");
    expect(await given.deliver(dispute)).toBe(500);
    expect(await given.deliver(dispute)).toBe(200);
  }));
