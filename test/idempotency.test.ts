import { expectResult } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { scenario } from "./harness/scenario.js";

const start = "2026-04-15T00:00:00.000Z";

describe("one idempotency key, one effect", () => {
  test("the same call 50 times at once is charged once, and every caller gets the same answer", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, available } = await customer("free", start);
      const call = { customerId: id, operation: "image.tag", idempotencyKey: "job-1" };
      const answers = await Promise.all(Array.from({ length: 50 }, () => sdk.consume(call)));
      const consumed = answers.map((answer) => expectResult(answer, "Consumed"));
      expect(consumed.filter(({ replayed }) => !replayed)).toHaveLength(1);
      const [first] = consumed;
      for (const { usageRecord, wallet } of consumed)
        expect({ usageRecord, wallet }).toEqual({ usageRecord: first?.usageRecord, wallet: first?.wallet });
      expect(await available()).toBe("2980");
      expect((await sdk.ledgerEntries({ customerId: id })).nodes).toHaveLength(2);
    }));

  test("the same purchase 50 times at once takes money once and gives one pack", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, available } = await customer("free", start);
      const order = { customerId: id, creditPack: "pack-10000", idempotencyKey: "order-1" };
      const answers = await Promise.all(Array.from({ length: 50 }, () => sdk.purchase(order)));
      const grants = new Set(answers.map((answer) => expectResult(answer, "Purchased").grant.id));
      expect(grants.size).toBe(1);
      expect(await available()).toBe("13000");
      const invoices = await sdk.invoices({ customerId: id });
      expect(invoices.nodes.map(({ payments }) => payments.length)).toEqual([1]);
    }));

  test("a key repeated inside one batch is replayed", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id } = await customer("free", start);
      const item = { customerId: id, operation: "image.tag", idempotencyKey: "twice" };
      const results = await sdk.consumeBatch({ items: [item, item] });
      expect(results.map((result) => expectResult(result, "Consumed").replayed)).toEqual([false, true]);
    }));

  test("another input under a used key conflicts, and says when the key was used", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, available } = await customer("free", start);
      const call = { customerId: id, operation: "image.tag", idempotencyKey: "job-1" };
      expectResult(await sdk.consume(call), "Consumed");
      for (const other of [
        { ...call, operation: "image.detect" },
        { ...call, quantity: "2" },
      ]) {
        const conflict = expectResult(await sdk.consume(other), "IdempotencyConflict");
        expect(conflict).toMatchObject({ idempotencyKey: "job-1", usedAt: start });
      }
      const grant = { customerId: id, amount: "5", idempotencyKey: "job-1" };
      expectResult(await sdk.grantCredits(grant), "IdempotencyConflict");
      expectResult(
        await sdk.purchase({ customerId: id, creditPack: "pack-10000", idempotencyKey: "job-1" }),
        "IdempotencyConflict",
      );
      expect(await available()).toBe("2980");
    }));

  test("the same input is the same however it is written", () =>
    scenario("scenario-payg", async ({ sdk, customer }) => {
      const { id } = await customer("payg", start);
      const call = { customerId: id, operation: "image.generate", idempotencyKey: "image-1" };
      const one = { model: "sdxl", steps: 30, width: 1024, height: 1024 };
      const other = { height: 1024, width: 1024, steps: 30, model: "sdxl" };
      expectResult(await sdk.consume({ ...call, quantity: "1", attributes: one }), "Consumed");
      const again = expectResult(
        await sdk.consume({ ...call, quantity: "1.000", attributes: other }),
        "Consumed",
      );
      expect(again.replayed).toBe(true);
    }));

  test("keys of different customers have nothing to do with each other", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const call = { operation: "image.tag", idempotencyKey: "job-1" };
      for (const { id } of [await customer("free", start), await customer("free", start)])
        expect(expectResult(await sdk.consume({ ...call, customerId: id }), "Consumed").replayed).toBe(false);
    }));

  test("a refused call leaves its key free", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, spend } = await customer("free", start);
      await spend("image.tag", { times: 150 });
      const call = { customerId: id, operation: "image.tag", idempotencyKey: "job-1" };
      expectResult(await sdk.consume(call), "InsufficientCredits");
      expectResult(await sdk.grantCredits({ customerId: id, amount: "20" }), "CreditsGranted");
      expect(expectResult(await sdk.consume(call), "Consumed").replayed).toBe(false);
    }));

  test("a replay answers with the original record even when the call would be refused by now", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, spend, goTo } = await customer("free", start);
      const call = { customerId: id, operation: "image.tag", idempotencyKey: "job-1" };
      const { usageRecord } = expectResult(await sdk.consume(call), "Consumed");
      await spend("image.tag", { times: 149 });
      await goTo("2026-05-14T00:00:00.000Z");
      const replay = expectResult(await sdk.consume(call), "Consumed");
      expect(replay).toMatchObject({
        replayed: true,
        usageRecord: { id: usageRecord.id, occurredAt: start, balanceAfter: "2980" },
      });
      expect(replay.wallet.available).toBe("0");
    }));

  test("creating a customer, subscribing and granting are replayed too", () =>
    scenario("ximilar", async ({ sdk }) => {
      const customer = { name: "Acme", idempotencyKey: "signup-1" };
      const created = expectResult(await sdk.createCustomer(customer), "CustomerCreated");
      const again = expectResult(await sdk.createCustomer(customer), "CustomerCreated");
      expect(again).toMatchObject({ replayed: true, customer: { id: created.customer.id } });
      const customerId = created.customer.id;
      const subscription = { customerId, plan: "free", idempotencyKey: "subscribe-1" };
      expectResult(await sdk.subscribe(subscription), "Subscribed");
      expect(expectResult(await sdk.subscribe(subscription), "Subscribed").replayed).toBe(true);
      const grant = { customerId, amount: "7", idempotencyKey: "grant-1" };
      expectResult(await sdk.grantCredits(grant), "CreditsGranted");
      expect(expectResult(await sdk.grantCredits(grant), "CreditsGranted")).toMatchObject({
        replayed: true,
        wallet: { available: "3007" },
      });
    }));
});

describe("a purchase that does not go through at once", () => {
  // The sandbox decides by the cents of the total: .01 is declined, .02 needs a step of the customer.
  const catalog = "test/harness/awkward-packs.yaml";

  test("is refused when the payment is declined, gives no credits, and may be tried again under its key", () =>
    scenario(catalog, async ({ sdk, customer }) => {
      const { id, available } = await customer("basic", start);
      const order = { customerId: id, creditPack: "declined", idempotencyKey: "order-1" };
      const failed = expectResult(await sdk.purchase(order), "PaymentFailed");
      expect(failed).toMatchObject({
        invoice: { status: "OPEN" },
        payment: { status: "FAILED", amount: "9.01" },
      });
      const again = expectResult(await sdk.purchase(order), "PaymentFailed");
      expect(again.invoice.id).toBe(failed.invoice.id);
      expect(again.payment.id).not.toBe(failed.payment.id);
      expect(await available()).toBe("10");
      expectResult(await sdk.purchase({ ...order, creditPack: "fine" }), "IdempotencyConflict");
    }));

  test("waits for the customer when a step is needed, and goes through when it has been taken", () =>
    scenario(catalog, async ({ sdk, customer, url }) => {
      const { id, available } = await customer("basic", start);
      const order = { customerId: id, creditPack: "confirmed", idempotencyKey: "order-1" };
      const waiting = expectResult(await sdk.purchase(order), "PaymentRequired");
      expect(expectResult(await sdk.purchase(order), "PaymentRequired").payment.id).toBe(waiting.payment.id);
      expect(await available()).toBe("10");
      const call = { customerId: id, operation: "call", idempotencyKey: "order-1" };
      expectResult(await sdk.consume(call), "IdempotencyConflict");
      const page = new URL(waiting.payment.actionUrl ?? "", url);
      expect(await (await fetch(page)).text()).toContain("Approve");
      expect((await fetch(page, { method: "POST" })).status).toBe(200);
      const bought = expectResult(await sdk.purchase(order), "Purchased");
      expect(bought).toMatchObject({ replayed: false, invoice: { id: waiting.invoice.id, status: "PAID" } });
      expect(expectResult(await sdk.purchase(order), "Purchased").replayed).toBe(true);
      expect(await available()).toBe("20");
    }));
});
