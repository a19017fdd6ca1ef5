import { expectResult } from "@scrip/sdk";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Trouble } from "./harness/stripe/double.js";
import type { Endpoint } from "./harness/stripe/params.js";
import { pack, packCents, type Shop, shop, startShop } from "./harness/stripe/shop.js";

const order = (customerId: string, idempotencyKey = "order-1") => ({
  customerId,
  creditPack: pack,
  idempotencyKey,
});
const cents = ({ stripe }: Shop) => stripe.books.charges.map(({ amount }) => amount);
const unavailable = { code: "UNAVAILABLE", status: 503 };

describe("a customer with a saved card", () => {
  test("is charged without being there, once, however often the purchase is sent", () =>
    shop(async (given) => {
      const id = await given.customer("works");
      const bought = expectResult(await given.sdk.purchase(order(id)), "Purchased");
      expect(bought).toMatchObject({ replayed: false, invoice: { status: "PAID" } });
      expect(expectResult(await given.sdk.purchase(order(id)), "Purchased").replayed).toBe(true);
      await given.deliverNews();
      expect(cents(given)).toEqual([packCents]);
      expect(given.stripe.books.confirmed).toEqual(["off session"]);
      expect(await given.available(id)).toBe("13000");
    }));

  test("is charged with the card saved last, in whatever order Stripe tells of them", () =>
    shop(async (given) => {
      const id = await given.customer("works");
      const { url } = expectResult(await given.sdk.setUpPayment({ customerId: id }), "PaymentSetup");
      given.people.fillIn(url, "works", "pm_second");
      const saved = given.news().find(({ type }) => type === "setup_intent.succeeded");
      if (saved === undefined) throw new Error("Stripe tells of a saved card.");
      expect(await given.deliver(saved)).toBe(200);
      const { object } = saved.data;
      const older = { ...object, payment_method: "pm_first" };
      const late = { ...saved, id: "evt_late", created: saved.created - 60, data: { object: older } };
      expect(await given.deliver(late)).toBe(200);
      expectResult(await given.sdk.purchase(order(id)), "Purchased");
      expect([...given.stripe.books.intents.values()].at(-1)?.payment_method).toBe("pm_second");
      expect(given.stripe.books.customers.size).toBe(1);
    }));

  test("gets nothing when it is declined, and the same purchase goes through when the card works again", () =>
    shop(async (given) => {
      const id = await given.customer("declines");
      const refused = expectResult(await given.sdk.purchase(order(id)), "PaymentFailed");
      expect(refused.payment).toMatchObject({ status: "FAILED", failure: "Your card was declined." });
      expect(refused.invoice.status).toBe("OPEN");
      given.stripe.books.cards.set(`pm_of_${id}`, "works");
      const bought = expectResult(await given.sdk.purchase(order(id)), "Purchased");
      expect(bought.invoice.id).toBe(refused.invoice.id);
      await given.deliverNews();
      expect(cents(given)).toEqual([packCents]);
      expect((await given.paymentsOf(id)).map(({ status }) => status)).toEqual(["FAILED", "SUCCEEDED"]);
      const [first] = given.stripe.books.intents.values();
      expect(first?.status, "a declined payment can bring no money any more").toBe("canceled");
    }));

  test("whom the provider does not know any more is told so", () =>
    shop(async (given) => {
      const id = await given.customer("works");
      given.stripe.books.owners.clear();
      const refused = expectResult(await given.sdk.purchase(order(id)), "PaymentFailed");
      expect(refused.payment.failure).toMatch("does not have a payment method");
      expect(cents(given)).toEqual([]);
    }));

  test("is told of a payment that takes days, and gets the credits when it has arrived", () =>
    shop(async (given) => {
      const id = await given.customer("takes days");
      const waiting = expectResult(await given.sdk.purchase(order(id)), "PaymentRequired");
      expect(waiting).toMatchObject({
        message: "The payment is under way; send the same call again to learn how it has ended.",
        payment: { status: "PENDING", actionUrl: null },
      });
      expect(await given.available(id)).toBe("3000");
      const [intent] = given.stripe.books.intents.keys();
      given.people.clear(intent ?? "", true);
      await given.deliverNews();
      expect(await given.available(id)).toBe("13000");
    }));

  test("gets nothing for a payment that fails after days", () =>
    shop(async (given) => {
      const id = await given.customer("takes days");
      expectResult(await given.sdk.purchase(order(id)), "PaymentRequired");
      given.people.clear([...given.stripe.books.intents.keys()][0] ?? "", false);
      await given.deliverNews();
      expect(await given.paymentsOf(id)).toMatchObject([
        { status: "FAILED", failure: "The bank gave it back." },
      ]);
      given.stripe.books.cards.set(`pm_of_${id}`, "works");
      expectResult(await given.sdk.purchase(order(id)), "Purchased");
      expect(cents(given)).toEqual([packCents]);
    }));
});

describe("3-D Secure", () => {
  test("sends the customer to the bank's page, and the webhook delivers the credits", () =>
    shop(async (given) => {
      const id = await given.customer("needs its owner");
      const waiting = expectResult(await given.sdk.purchase(order(id)), "PaymentRequired");
      expect(waiting.payment).toMatchObject({
        status: "ACTION_REQUIRED",
        actionUrl: expect.stringContaining("https://hooks.stripe.com/3d_secure_2/"),
      });
      // The failed attempt without the customer, told late, must not end what goes on with them.
      await given.deliverNews();
      const again = expectResult(await given.sdk.purchase(order(id)), "PaymentRequired");
      expect(again.payment).toEqual(waiting.payment);
      expect(given.stripe.books.confirmed).toEqual(["off session", "on session"]);
      given.people.authenticate(waiting.payment.actionUrl);
      expect(await given.available(id)).toBe("3000");
      await given.deliverNews();
      expect(await given.available(id)).toBe("13000");
      expect(expectResult(await given.sdk.purchase(order(id)), "Purchased").replayed).toBe(true);
      expect(cents(given)).toEqual([packCents]);
    }));

  test("that is completed before anybody is told is found by asking, and the webhook adds nothing", () =>
    shop(async (given) => {
      const id = await given.customer("needs its owner");
      const waiting = expectResult(await given.sdk.purchase(order(id)), "PaymentRequired");
      given.people.authenticate(waiting.payment.actionUrl);
      expect(expectResult(await given.sdk.purchase(order(id)), "Purchased").replayed).toBe(false);
      await given.deliverNews();
      expect(await given.available(id)).toBe("13000");
    }));

  test("that nobody completes does not keep a card that is saved since from paying", () =>
    shop(async (given) => {
      const id = await given.customer("needs its owner");
      const waiting = expectResult(await given.sdk.purchase(order(id)), "PaymentRequired");
      const { url } = expectResult(await given.sdk.setUpPayment({ customerId: id }), "PaymentSetup");
      given.people.fillIn(url, "works", "pm_second");
      await given.deliverNews();
      const bought = expectResult(await given.sdk.purchase(order(id)), "Purchased");
      expect(bought.invoice.id).toBe(waiting.invoice.id);
      expect(cents(given)).toEqual([packCents]);
      expect((await given.paymentsOf(id)).map(({ status }) => status)).toEqual(["SUCCEEDED"]);
    }));

  test("that nobody completes asks the owner of the card that is saved since, if that needs them too", () =>
    shop(async (given) => {
      const id = await given.customer("needs its owner");
      const waiting = expectResult(await given.sdk.purchase(order(id)), "PaymentRequired");
      const { url } = expectResult(await given.sdk.setUpPayment({ customerId: id }), "PaymentSetup");
      given.people.fillIn(url, "needs its owner", "pm_second");
      await given.deliverNews();
      const again = expectResult(await given.sdk.purchase(order(id)), "PaymentRequired");
      expect(again.payment.id).toBe(waiting.payment.id);
      const [intent] = given.stripe.books.intents.values();
      expect(intent).toMatchObject({ status: "requires_action", payment_method: "pm_second" });
      given.people.authenticate(again.payment.actionUrl);
      await given.deliverNews();
      expect(await given.available(id)).toBe("13000");
    }));

  test("that fails leaves the key free for another try", () =>
    shop(async (given) => {
      const id = await given.customer("needs its owner");
      const waiting = expectResult(await given.sdk.purchase(order(id)), "PaymentRequired");
      given.people.authenticate(waiting.payment.actionUrl, false);
      await given.deliverNews();
      expect((await given.paymentsOf(id))[0]).toMatchObject({
        status: "FAILED",
        failure: "We are unable to authenticate your payment method.",
      });
      given.stripe.books.cards.set(`pm_of_${id}`, "works");
      expectResult(await given.sdk.purchase(order(id)), "Purchased");
      expect(await given.available(id)).toBe("13000");
    }));
});

describe("a customer without a saved card", () => {
  test("pays on Stripe's page, which stays the same, and is charged without it the next time", () =>
    shop(async (given) => {
      const id = await given.customer();
      const waiting = expectResult(await given.sdk.purchase(order(id)), "PaymentRequired");
      expect(waiting.payment.actionUrl).toMatch(/^https:\/\/checkout\.stripe\.com\//);
      const again = expectResult(await given.sdk.purchase(order(id)), "PaymentRequired");
      expect(again.payment).toEqual(waiting.payment);
      given.people.fillIn(waiting.payment.actionUrl, "works", "pm_new");
      await given.deliverNews();
      expect(await given.available(id)).toBe("13000");
      expectResult(await given.sdk.purchase(order(id, "order-2")), "Purchased");
      expect(cents(given)).toEqual([packCents, packCents]);
      expect(given.stripe.books.customers.size).toBe(1);
    }));

  test("may try a second card on the same page after one that declines", () =>
    shop(async (given) => {
      const id = await given.customer();
      const { payment } = expectResult(await given.sdk.purchase(order(id)), "PaymentRequired");
      given.people.fillIn(payment.actionUrl, "declines", "pm_bad");
      await given.deliverNews();
      expect((await given.paymentsOf(id))[0]?.status).toBe("ACTION_REQUIRED");
      given.people.fillIn(payment.actionUrl, "works", "pm_good");
      expectResult(await given.sdk.purchase(order(id)), "Purchased");
      await given.deliverNews();
      expect(cents(given)).toEqual([packCents]);
    }));

  test.each(["asking", "the webhook"])("whose page has expired gets another one; told by %s", (by) =>
    shop(async (given) => {
      const id = await given.customer();
      const { payment } = expectResult(await given.sdk.purchase(order(id)), "PaymentRequired");
      given.people.letExpire(payment.actionUrl);
      if (by === "asking") expectResult(await given.sdk.purchase(order(id)), "PaymentFailed");
      await given.deliverNews();
      expect((await given.paymentsOf(id))[0]).toMatchObject({
        status: "FAILED",
        failure: "The payment page has expired.",
      });
      const next = expectResult(await given.sdk.purchase(order(id)), "PaymentRequired");
      expect(next.payment.actionUrl).not.toBe(payment.actionUrl);
      given.people.fillIn(next.payment.actionUrl, "works", "pm_new");
      await given.deliverNews();
      expect(cents(given)).toEqual([packCents]);
    }),
  );

  test("is not asked for less than Stripe takes", () =>
    shop(
      async (given) => {
        const created = expectResult(await given.sdk.createCustomer({ plan: "basic" }), "CustomerCreated");
        const purchase = { ...order(created.customer.id), creditPack: "tiny" };
        const refused = expectResult(await given.sdk.purchase(purchase), "PaymentFailed");
        expect(refused.payment.failure).toBe("Amount must be at least $0.50 usd");
        expect(given.stripe.books.intents.size + given.stripe.books.pages.size).toBe(0);
      },
      { catalog: "test/harness/stripe/odd-packs.yaml" },
    ));

  test("is asked for whole cents, though the price has a part of one", () =>
    shop(
      async (given) => {
        const created = expectResult(await given.sdk.createCustomer({ plan: "basic" }), "CustomerCreated");
        const crooked = { ...order(created.customer.id), creditPack: "crooked" };
        const { invoice, payment } = expectResult(await given.sdk.purchase(crooked), "PaymentRequired");
        expect(invoice.lines[0]).toMatchObject({ net: "9.005", rounding: "0.005", amount: "9.01" });
        expect([invoice.total, payment.amount]).toEqual(["9.01", "9.01"]);
      },
      { catalog: "test/harness/stripe/odd-packs.yaml" },
    ));
});

test("a customer is one customer to Stripe, whatever page is opened first", () =>
  shop(async ({ sdk, stripe, customer }) => {
    const id = await customer();
    expectResult(await sdk.purchase(order(id)), "PaymentRequired");
    for (const _ of [1, 2]) expectResult(await sdk.setUpPayment({ customerId: id }), "PaymentSetup");
    expect(stripe.books.customers.size).toBe(1);
    const other = await customer();
    for (const _ of [1, 2]) expectResult(await sdk.setUpPayment({ customerId: other }), "PaymentSetup");
    expect(stripe.books.customers.size).toBe(2);
  }));

test("a customer that does not exist has no page", () =>
  shop(async ({ sdk, stripe }) => {
    expectResult(await sdk.setUpPayment({ customerId: "nobody" }), "CustomerNotFound");
    expect(stripe.asked).toEqual([]);
  }));

describe("when Stripe cannot be asked, that is no decline: the same purchase, sent again, takes the money once", () => {
  const steps: readonly Endpoint[] = [
    "POST /v1/payment_intents",
    "GET /v1/payment_intents/:id",
    "POST /v1/payment_intents/:id/confirm",
  ];
  const troubles = ["lost", "silent", "500", "500 after", "reset", "busy"] as const;
  const cases = steps.flatMap((step) => troubles.map((trouble) => [step, trouble] as const));

  let troubled: Awaited<ReturnType<typeof startShop>>;
  beforeAll(async () => {
    troubled = await startShop({ timeoutMs: 300 });
  });
  afterAll(() => troubled.close());

  test.for(cases)("%s: %s", async ([step, trouble]) => {
    const { given } = troubled;
    const id = await given.customer("works");
    // Three, since a broken connection is tried a second time by the library itself; what has its effect, once.
    const times = ["silent", "500 after"].includes(trouble) ? 1 : 3;
    given.stripe.upset(step, ...Array<Trouble>(times).fill(trouble));
    await expectInTheEnd(given, id);
    expect(given.stripe.calm(), "troubles that never came").toBe(0);
  });

  test("any troubles, anywhere, in any order, with webhooks in between", async () => {
    const { given } = troubled;
    const happening = fc.oneof(
      fc.record({ step: fc.constantFrom(...steps), trouble: fc.constantFrom<Trouble[]>(...troubles) }),
      fc.constant("a day passes" as const),
      fc.constant("webhooks come" as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 6 }), async (happenings) => {
        const id = await given.customer("works");
        for (const next of happenings) {
          if (next === "a day passes") given.stripe.forgetKeys();
          else if (next === "webhooks come") await given.deliverNews();
          else given.stripe.upset(next.step, next.trouble);
          await given.sdk.purchase(order(id)).catch(expectUnavailable);
        }
        given.stripe.calm();
        await expectInTheEnd(given, id);
      }),
      { numRuns: 10 },
    );
  });

  test("on a customer's first page, whichever step it is", () =>
    shop(
      async (given) => {
        const id = await given.customer();
        given.stripe.upset("POST /v1/customers", "500", "lost");
        given.stripe.upset("POST /v1/checkout/sessions", "silent", "500 after");
        const urls = new Set<string | null>();
        for (let attempt = 0; attempt < 12; attempt += 1) {
          const answer = await given.sdk.purchase(order(id)).catch(expectUnavailable);
          if (answer?.__typename === "PaymentRequired") urls.add(answer.payment.actionUrl);
        }
        expect(urls.size, "only one page was ever shown").toBe(1);
        given.people.fillIn([...urls][0] ?? null, "works", "pm_new");
        await given.deliverNews();
        expect(cents(given)).toEqual([packCents]);
        expect(await given.available(id)).toBe("13000");
      },
      { timeoutMs: 300 },
    ));

  test("a confirmation without an answer is found paid a day later, when Stripe has forgotten its keys", () =>
    shop(
      async (given) => {
        const id = await given.customer("works");
        given.stripe.upset("POST /v1/payment_intents/:id/confirm", "silent");
        await expect(given.sdk.purchase(order(id))).rejects.toMatchObject(unavailable);
        expect((await given.paymentsOf(id)).map(({ status }) => status)).toEqual(["PENDING"]);
        given.stripe.forgetKeys();
        await expectInTheEnd(given, id);
      },
      { timeoutMs: 500 },
    ));

  test("an intent whose making was never answered is never paid, a day later either", () =>
    shop(
      async (given) => {
        const id = await given.customer("works");
        given.stripe.upset("POST /v1/payment_intents", "silent");
        await expect(given.sdk.purchase(order(id))).rejects.toMatchObject(unavailable);
        given.stripe.forgetKeys();
        await expectInTheEnd(given, id);
        const [first, ...later] = [...given.stripe.books.intents.values()].map(({ status }) => status);
        expect([first, later.at(-1)]).toEqual(["requires_payment_method", "succeeded"]);
      },
      { timeoutMs: 500 },
    ));

  test("nobody listens there", () =>
    shop(async (given) => {
      const id = await given.customer("works");
      await given.stripe.close();
      const error = await given.sdk.purchase(order(id)).catch((caught: unknown) => caught);
      expect(error).toMatchObject({
        ...unavailable,
        message:
          "The payment provider cannot be reached, or did not answer in time. Send the same call again with its key.",
      });
      expect((await given.paymentsOf(id)).map(({ status }) => status)).toEqual(["PENDING"]);
      await given.stripe.reopen();
      expectResult(await given.sdk.purchase(order(id)), "Purchased");
      expect(cents(given)).toEqual([packCents]);
    }));

  test("the key is wrong: nobody but the operator can help, and no part of it is told", () =>
    shop(
      async (given) => {
        const id = await given.customer();
        await expect(given.sdk.purchase(order(id))).rejects.toMatchObject({
          ...unavailable,
          message:
            "The payment provider does not accept this server's key. Send the same call again with its key.",
        });
      },
      { secretKey: "sk_test_another_one" },
    ));

  test("fifty at once take the money once", () =>
    shop(async (given) => {
      const id = await given.customer("works");
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => given.sdk.purchase(order(id)).catch(expectUnavailable)),
      );
      const grants = new Set(
        answers.flatMap((answer) => (answer?.__typename === "Purchased" ? answer.grant.id : [])),
      );
      expect(grants.size).toBe(1);
      expect(cents(given)).toEqual([packCents]);
      await given.deliverNews();
      expect(await given.available(id)).toBe("13000");
    }));

  function expectUnavailable(error: unknown): null {
    expect(error).toMatchObject(unavailable);
    expect(String(error)).not.toMatch(/must_not_be_seen|\.[jt]s:\d/);
    return null;
  }

  async function expectInTheEnd(given: Shop, id: string): Promise<void> {
    let bought = false;
    for (let attempt = 0; attempt < 30 && !bought; attempt += 1) {
      const answer = await given.sdk.purchase(order(id)).catch(expectUnavailable);
      bought = answer?.__typename === "Purchased";
    }
    expect(bought).toBe(true);
    expect(given.takenFrom(id)).toEqual([packCents]);
    await given.deliverNews();
    expect(await given.available(id)).toBe("13000");
    expect(await given.paymentsOf(id)).toMatchObject([{ status: "SUCCEEDED" }]);
  }
});
