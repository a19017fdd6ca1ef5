import { expectResult } from "@scrip/sdk";
import { expect, test } from "vitest";
import { startScrip } from "../harness/scenario.js";

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
