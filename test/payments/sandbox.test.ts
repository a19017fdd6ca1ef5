import { expectResult } from "@scrip/sdk";
import { expect, test } from "vitest";
import { micros } from "../../server/domain/amount.js";
import { makeVerify } from "../../server/ledger/verify.js";
import { sandboxPayments } from "../../server/payments/sandbox.js";
import { startScrip } from "../harness/scenario.js";

test("a provider that takes no less than a dollar is asked once it is one, and no plan ends over less", async () => {
  const least = { least: micros(1_000_000), step: micros(10_000) };
  const provider = sandboxPayments(() => least);
  const { sdk, database, close } = await startScrip("scenario-payg", { payments: { provider } });
  const clock = await sdk.createTestClock({ now: "2026-03-01T00:00:00Z" });
  const studio = { id: "studio", plan: "payg", testClockId: clock.id };
  expectResult(await sdk.createCustomer(studio), "CustomerCreated");
  const month = async (pictures: string, end: string) => {
    const call = { customerId: "studio", operation: "image.detect", quantity: pictures };
    expectResult(await sdk.consume(call), "Consumed");
    await sdk.advanceTestClock({ id: clock.id, to: end });
    const [invoice] = (await sdk.invoices({ customerId: "studio", first: 2 })).nodes.filter(
      ({ status }) => status !== "DRAFT",
    );
    return [
      invoice?.status,
      invoice?.total,
      invoice?.amountDue,
      invoice?.carriedOver,
      invoice?.payments.length,
    ];
  };
  // At 0.03 each, after 0.50 of every month's own.
  expect(await month("20", "2026-04-20T00:00:00Z")).toEqual(["PAID", "0.1", "0.1", "0.1", 0]);
  expect(await month("40", "2026-05-20T00:00:00Z")).toEqual(["PAID", "0.7", "0.8", "0.8", 0]);
  expect(await month("30", "2026-06-20T00:00:00Z")).toEqual(["PAID", "0.4", "1.2", "0", 1]);
  expect((await sdk.customer({ id: "studio" }))?.creditBalances).toEqual([]);
  expect(await makeVerify(database)(() => undefined)).toEqual([]);
  await close();
});

test("the sandbox's page for saving a card tells what a real provider would by a webhook", async () => {
  const { sdk, origin, database, close } = await startScrip("ximilar");
  expectResult(await sdk.createCustomer({ id: "ada", plan: "free" }), "CustomerCreated");
  const { url } = expectResult(await sdk.setUpPayment({ customerId: "ada" }), "PaymentSetup");
  const page = new URL(url, origin);
  expect(await (await fetch(page)).text()).toContain("Save a test card");
  const accounts = () =>
    database.read((tx) => tx.query("SELECT customer_id, payment_method_id FROM payment_accounts"));
  expect(await accounts()).toEqual([{ customer_id: "ada", payment_method_id: null }]);
  expect((await fetch(page, { method: "POST" })).status).toBe(200);
  expect(await accounts()).toEqual([{ customer_id: "ada", payment_method_id: "sandbox_card" }]);
  expect((await fetch(new URL("nobody", page), { method: "POST" })).status).toBe(200);
  expect(await accounts()).toHaveLength(1);
  await close();
});
