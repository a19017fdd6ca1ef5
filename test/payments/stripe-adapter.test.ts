import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { micros } from "../../server/domain/amount.js";
import { instantFrom } from "../../server/domain/instant.js";
import type { RefundOrder } from "../../server/payments/provider.js";
import { type StripePayments, stripePayments } from "../../server/payments/stripe.js";
import { wallClock } from "../harness/scenario.js";
import { StripeDouble, signed } from "../harness/stripe/double.js";
import { people } from "../harness/stripe/people.js";
import { settingsFor } from "../harness/stripe/shop.js";

const now = Date.parse(wallClock);
let stripe: StripeDouble;
let payments: StripePayments;
beforeEach(async () => {
  stripe = await StripeDouble.start(() => now);
  payments = stripePayments(settingsFor(stripe), () => instantFrom(wallClock));
});
afterEach(async () => {
  await stripe.close();
  expect(stripe.complaints).toEqual([]);
});

const charge = {
  paymentId: "pay_1",
  customerId: "acme",
  account: null,
  total: { amount: micros(10_000_000), currency: "USD" },
  description: "A pack",
  reference: null,
};

/** A payment of 10 USD that has arrived, made on Stripe's page. */
async function paid(): Promise<string> {
  const prepared = await payments.provider.prepare(charge);
  if (prepared.status === "FAILED") throw new Error(prepared.failure);
  const { reference } = prepared;
  people(stripe.books).fillIn(`https://checkout.stripe.com/c/pay/${reference}`, "works", "pm_1");
  const result = await payments.provider.charge({ ...charge, reference });
  expect(result).toEqual({ status: "SUCCEEDED", reference: expect.stringMatching(/^pi_/) });
  return result.reference ?? "";
}

const eventsOf = async (...types: readonly string[]) => {
  const told = [];
  for (const event of stripe.books.events.filter(({ type }) => types.includes(type))) {
    const { body, signature } = signed(event, now);
    told.push(await payments.readEvent(Buffer.from(body), signature));
  }
  return told;
};

describe("refunds", () => {
  const refund = (reference: string, change: Partial<RefundOrder> = {}): RefundOrder => ({
    ...{ refundId: "refund_1", paymentId: "pay_1", reason: "Not wanted.", reference },
    amount: { amount: micros(4_000_000), currency: "USD" },
    ...change,
  });
  const given = () => [...stripe.books.refunds.values()].map(({ amount }) => amount);

  test("give the money back once, however often and however much later they are asked for", async () => {
    const reference = await paid();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(await payments.provider.refund(refund(reference))).toEqual({ status: "SUCCEEDED" });
      stripe.forgetKeys();
    }
    expect(given()).toEqual([400]);
    expect(await payments.provider.refund(refund(reference, { refundId: "refund_2" }))).toEqual({
      status: "SUCCEEDED",
    });
    expect(given()).toEqual([400, 400]);
    expect([...stripe.books.refunds.values()][0]?.metadata).toEqual({
      ...{ refundId: "refund_1", paymentId: "pay_1", reason: "Not wanted." },
    });
  });

  test.each(["silent", "500 after"] as const)(
    "whose answer was lost (%s) are found again",
    async (trouble) => {
      const reference = await paid();
      const hasty = stripePayments(settingsFor(stripe, { timeoutMs: 500 }), () => instantFrom(wallClock));
      stripe.upset("POST /v1/refunds", trouble);
      // However busy the machine is, the refund is made before anybody hears of it.
      while (given().length === 0)
        await expect(hasty.provider.refund(refund(reference))).rejects.toMatchObject({ code: "UNAVAILABLE" });
      expect(await payments.provider.refund(refund(reference))).toEqual({ status: "SUCCEEDED" });
      expect(given()).toEqual([400]);
    },
  );

  test("of more than is left, of what was never paid, and of parts of a cent fail with the reason", async () => {
    const reference = await paid();
    const most = { amount: { amount: micros(10_010_000), currency: "USD" } };
    expect(await payments.provider.refund(refund(reference, most))).toEqual({
      status: "FAILED",
      failure: "Refund amount (1001) is greater than unrefunded amount (1000)",
    });
    const split = { amount: { amount: micros(5_000), currency: "USD" } };
    expect(await payments.provider.refund(refund(reference, split))).toMatchObject({ status: "FAILED" });
    expect(await payments.provider.refund({ ...refund(reference), reference: null })).toMatchObject({
      status: "FAILED",
    });
    expect(given()).toEqual([]);
  });

  test("that take days are pending, and Stripe tells how they have ended", async () => {
    const reference = await paid();
    await payments.provider.refund(refund(reference));
    const [made] = stripe.books.refunds.values();
    if (made === undefined) throw new Error("There is a refund.");
    made.status = "pending";
    expect(await payments.provider.refund(refund(reference))).toEqual({ status: "PENDING" });
    stripe.books.tell("refund.updated", made);
    made.status = "succeeded";
    stripe.books.tell("refund.updated", made);
    stripe.books.tell("refund.updated", { ...made, metadata: {} });
    Object.assign(made, { status: "failed", failure_reason: "expired_or_canceled_card" });
    stripe.books.tell("refund.failed", made);
    expect(await payments.provider.refund(refund(reference))).toEqual({
      status: "FAILED",
      failure: "The refund has failed: expired or canceled card.",
    });
    const about = { kind: "refundChanged", paymentId: "pay_1", refundId: "refund_1" };
    expect(await eventsOf("refund.updated", "refund.failed")).toEqual([
      null,
      expect.objectContaining({ ...about, status: "SUCCEEDED", failure: null }),
      null,
      expect.objectContaining({
        ...about,
        status: "FAILED",
        failure: "The refund has failed: expired or canceled card.",
      }),
    ]);
  });
});

describe("what Stripe tells", () => {
  test("of a payment on its page: that it has arrived, and which card was saved", async () => {
    const reference = await paid();
    const base = { kind: "paymentSucceeded", paymentId: "pay_1", reference };
    const occurredAt = instantFrom(wallClock);
    const account = { providerCustomerId: expect.stringMatching(/^cus_/), paymentMethodId: "pm_1" };
    expect(await eventsOf("payment_intent.succeeded", "checkout.session.completed")).toEqual([
      { ...base, account, occurredAt, eventId: expect.stringMatching(/^evt_/) },
      { ...base, account: null, occurredAt, eventId: expect.stringMatching(/^evt_/) },
    ]);
  });

  test("of a dispute: which payment it is about, how much, and who has won", async () => {
    const reference = await paid();
    const end = people(stripe.books).dispute(reference);
    for (const won of [true, false]) end(won);
    const disputeId = expect.stringMatching(/^du_/);
    const about = { paymentId: "pay_1", disputeId, reference };
    expect(await eventsOf("charge.dispute.created", "charge.dispute.closed")).toMatchObject([
      { kind: "disputeOpened", ...about, amount: 10_000_000 },
      { kind: "disputeClosed", ...about, won: true },
      { kind: "disputeClosed", ...about, won: false },
    ]);
  });

  test("of a dispute over money that others have taken with the same account: nothing", async () => {
    await paid();
    const foreign = stripe.books.addIntent({
      ...{ amount: 500, currency: "usd", customer: null, description: null, metadata: {} },
      setup_future_usage: null,
    });
    people(stripe.books).dispute(foreign.id);
    expect(await eventsOf("charge.dispute.created")).toEqual([null]);
  });
});

test("a request is sent again under its key when the connection breaks or Stripe has trouble of its own", async () => {
  const patient = stripePayments(settingsFor(stripe, { retriesMax: 2 }), () => instantFrom(wallClock));
  stripe.upset("POST /v1/checkout/sessions", "reset", "busy");
  const prepared = await patient.provider.prepare(charge);
  expect(prepared.status).toBe("PREPARED");
  expect(stripe.books.pages.size).toBe(1);
  expect(stripe.asked.filter((endpoint) => endpoint === "POST /v1/checkout/sessions")).toHaveLength(3);
});

test("a page in a currency without cents asks for whole units", async () => {
  const yen = { ...charge, total: { amount: micros(1_500_000_000), currency: "JPY" } };
  await payments.provider.prepare(yen);
  const [page] = stripe.books.pages.values();
  expect(page?.params).toMatchObject({
    line_items: [{ price_data: { currency: "jpy", unit_amount: 1_500 } }],
  });
});
