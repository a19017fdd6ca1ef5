import { expectResult } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { makeDueWork } from "../server/billing/dueWork.js";
import { instantFrom } from "../server/domain/instant.js";
import { timeOrderedId } from "../server/ids.js";
import { coreOf } from "./harness/billing.js";
import { wallClock } from "./harness/scenario.js";
import { pack, packCents, type Shop, shop } from "./harness/stripe/shop.js";
import { allTables } from "./harness/tables.js";

const order = (customerId: string) => ({ customerId, creditPack: pack, idempotencyKey: "order-1" });

/** A customer has bought a pack for 10 USD with a saved card, and Stripe has told of it. */
async function bought(given: Shop) {
  const customerId = await given.customer("works");
  const { invoice } = expectResult(await given.sdk.purchase(order(customerId)), "Purchased");
  await given.deliverNews();
  const [intent = ""] = given.stripe.books.intents.keys();
  return { customerId, invoiceId: invoice.id, intent };
}

const creditNotes = async (given: Shop, customerId: string) =>
  (await given.sdk.creditNotes({ customerId })).nodes;

/** Delivers what is new, and then all of it again, which changes nothing. */
async function deliverTwice(given: Shop): Promise<void> {
  const news = given.news();
  for (const event of news) expect(await given.deliver(event), event.type).toBe(200);
  const after = await allTables(given.scrip.database);
  for (const event of news) expect(await given.deliver(event), event.type).toBe(200);
  expect(await allTables(given.scrip.database)).toEqual(after);
}

describe("a dispute that Stripe tells of", () => {
  test("freezes the credits, and takes them when the bank gives the money to the customer", () =>
    shop(async (given) => {
      const { customerId, invoiceId, intent } = await bought(given);
      const decide = given.people.dispute(intent);
      await deliverTwice(given);
      expect(await given.sdk.wallet({ customerId })).toMatchObject({ available: "13000", frozen: "10000" });
      const { dispute } = expectResult(
        await given.sdk.refundPurchase({ customerId, invoiceId }),
        "PaymentDisputed",
      );
      expect(dispute).toMatchObject({ status: "OPEN", amount: "10" });
      decide(false);
      await deliverTwice(given);
      expect(await given.sdk.wallet({ customerId })).toMatchObject({ available: "3000", frozen: "0" });
      expect(await creditNotes(given, customerId)).toMatchObject([{ settlement: "DISPUTE", amount: "10" }]);
      expect(given.stripe.books.refunds.size).toBe(0);
    }));

  test("gives the credits free again when it is won", () =>
    shop(async (given) => {
      const { customerId, intent } = await bought(given);
      given.people.dispute(intent)(true);
      await deliverTwice(given);
      expect(await given.sdk.wallet({ customerId })).toMatchObject({ available: "13000", frozen: "0" });
      expect(await given.paymentsOf(customerId)).toMatchObject([{ disputes: [{ status: "WON" }] }]);
    }));
});

test("a refund that comes back is told of, and the same call pays it back anew", () =>
  shop(async (given) => {
    const { customerId, invoiceId } = await bought(given);
    const refund = { customerId, invoiceId, idempotencyKey: "back" };
    expectResult(await given.sdk.refundPurchase(refund), "PurchaseRefunded");
    given.people.bounce([...given.stripe.books.refunds.keys()][0] ?? "");
    await deliverTwice(given);
    const failure = "The refund has failed: lost or stolen card.";
    const statuses = async () =>
      (await creditNotes(given, customerId)).map(({ refunds }) => refunds.map((one) => one.failure));
    expect(await statuses()).toEqual([[failure]]);
    expect(await given.paymentsOf(customerId)).toMatchObject([{ refunded: "0" }]);
    const again = expectResult(await given.sdk.refundPurchase(refund), "PurchaseRefunded");
    expect(again.replayed).toBe(true);
    expect(await statuses()).toEqual([[failure, null]]);
    expect(await given.paymentsOf(customerId)).toMatchObject([{ refunded: "10" }]);
  }));

test("an invoice for a plan is paid as soon as Stripe tells that its page was", () =>
  shop(async (given) => {
    const customerId = "planner";
    expectResult(await given.sdk.createCustomer({ id: customerId, plan: "business" }), "CustomerCreated");
    const [invoice] = (await given.sdk.invoices({ customerId })).nodes;
    const asked = { customerId, invoiceId: invoice?.id ?? "", idempotencyKey: "pay" };
    const { payment } = expectResult(await given.sdk.payInvoice(asked), "PaymentRequired");
    given.people.fillIn(payment.actionUrl, "declines", "pm_empty");
    await deliverTwice(given);
    expectResult(await given.sdk.payInvoice(asked), "PaymentRequired");
    given.people.fillIn(payment.actionUrl, "works", "pm_new");
    await deliverTwice(given);
    expect((await given.sdk.invoices({ customerId })).nodes).toMatchObject([
      { kind: "SUBSCRIPTION", status: "PAID", payments: [{ status: "SUCCEEDED" }] },
    ]);
    expect(expectResult(await given.sdk.payInvoice(asked), "InvoicePaid").replayed).toBe(true);
  }));

test("a purchase that is paid after it was cancelled gives no credits, and the money goes back", () =>
  shop(async (given) => {
    const customerId = await given.customer();
    const { payment, invoice } = expectResult(await given.sdk.purchase(order(customerId)), "PaymentRequired");
    expectResult(await given.sdk.voidInvoice({ customerId, invoiceId: invoice.id }), "InvoiceVoided");
    given.people.fillIn(payment.actionUrl, "works", "pm_new");
    await deliverTwice(given);
    expect(await given.available(customerId)).toBe("3000");
    expectResult(await given.sdk.purchase(order(customerId)), "InvoiceNotPayable");
    const core = coreOf({
      ...{ database: given.scrip.database, clock: () => instantFrom(wallClock), newId: timeOrderedId },
      payments: given.payments.provider,
    });
    const onFailure = (_: string, error: unknown) => {
      throw error;
    };
    expect(await makeDueWork({ ...core, onFailure }).refunds()).toBe(1);
    expect(await given.paymentsOf(customerId)).toMatchObject([
      { status: "SUCCEEDED", refunded: "10", refunds: [{ status: "SUCCEEDED", amount: "10" }] },
    ]);
    expect([...given.stripe.books.refunds.values()].map(({ amount }) => amount)).toEqual([packCents]);
  }));
