import { expectResult, type Invoice, type ScripClient } from "@scrip/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeApplyCatalog } from "../server/billing/catalog/store.js";
import { readCatalogFile } from "../server/catalogFile.js";
import { instantFrom } from "../server/domain/instant.js";
import { type RunningScrip, startScrip } from "./harness/scenario.js";

let server: RunningScrip;
let sdk: ScripClient;
beforeAll(async () => {
  server = await startScrip("scenario-payg");
  sdk = server.sdk;
});
afterAll(() => server.close());

const paris = {
  lines: ["1 rue de Rivoli", "2e étage"],
  postalCode: "75001",
  city: "Paris",
  country: "FR",
} as const;

async function buy(customerId: string): Promise<Invoice> {
  return expectResult(await sdk.purchase({ customerId, creditPack: "prepaid-10" }), "Purchased").invoice;
}

const create = async (input: Parameters<ScripClient["createCustomer"]>[0]) =>
  expectResult(await sdk.createCustomer({ plan: "payg", ...input }), "CustomerCreated").customer;

describe("who stands on an invoice", () => {
  test("is who it was when the invoice became final, whatever changes later", async () => {
    await create({
      ...{ id: "moved", name: "Studio Un", email: "un@example.com", taxId: "FR1" },
      billingAddress: paris,
    });
    const before = await buy("moved");
    const berlin = { city: "Berlin", country: "DE" };
    const changed = await sdk.updateCustomer({
      ...{ customerId: "moved", name: "Studio Zwei", taxId: null, taxExempt: true },
      billingAddress: berlin,
    });
    const { customer } = expectResult(changed, "CustomerUpdated");
    const now = { name: null, lines: [], postalCode: null, ...berlin };
    expect(customer).toMatchObject({
      ...{ name: "Studio Zwei", email: "un@example.com", taxId: null, taxExempt: true },
      billingAddress: now,
    });
    const after = await buy("moved");

    const first = { customerId: "moved", name: "Studio Un", email: "un@example.com", taxId: "FR1" };
    expect(before.parties?.customer).toEqual({
      ...first,
      taxExempt: false,
      address: { name: null, ...paris },
    });
    expect(await sdk.invoice({ id: before.id })).toEqual(before);
    expect(after.parties?.customer).toMatchObject({ name: "Studio Zwei", address: now, taxExempt: true });
  });

  test("is the operator of the catalogue, with its notes; and nobody once it names none", async () => {
    await create({ id: "owner" });
    const before = await buy("owner");
    expect(before.parties?.operator).toMatchObject({
      name: "Example Games SAS",
      taxId: "FR00123456789",
      email: "billing@example.com",
      address: { lines: ["1 rue de l'Exemple"], city: "Paris", country: "FR" },
    });
    expect(before.notes).toBe("Charged to your card within the first few days of the month.");

    const catalog = readCatalogFile("scenario-payg");
    const apply = makeApplyCatalog({
      database: server.database,
      clock: () => instantFrom("2026-01-15T12:00:00Z"),
    });
    expect(await apply(catalog)).toEqual([]);
    const changes = await apply({ ...catalog, operator: null });
    expect(changes.map(({ kind, what }) => [kind, what])).toEqual([["REMOVED", "operator"]]);
    const after = await buy("owner");
    expect(after).toMatchObject({ notes: null, parties: { operator: null } });
    expect(await sdk.invoice({ id: before.id })).toEqual(before);
    await apply(catalog);
    expect((await buy("owner")).parties).toEqual(before.parties);
  });
});

describe("tax on a purchase of 10 USD", () => {
  const taxes = [
    { country: "FR", inclusive: false, name: "TVA", percent: "20", amount: "2", total: "12" },
    { country: "DE", inclusive: false, name: "MwSt.", percent: "19", amount: "1.9", total: "11.9" },
    // 10 × 10 / 110 = 0.909090…
    { country: "JP", inclusive: true, name: "Consumption tax", percent: "10", amount: "0.91", total: "10" },
  ];
  test.each(taxes)("in $country is $amount, to pay are $total", async ({ total, ...tax }) => {
    const { id } = await create({ id: `in-${tax.country}`, billingAddress: { country: tax.country } });
    const invoice = await buy(id);
    expect(invoice.taxes).toEqual([{ ...tax, taxable: "10" }]);
    expect(invoice).toMatchObject({ subtotal: "10", total, creditApplied: "0", amountDue: total });
    expect(invoice.payments).toMatchObject([{ amount: total, status: "SUCCEEDED" }]);
  });

  test.each([
    ["a country that has no rate", { billingAddress: { country: "US" } }],
    ["nobody knows where", {}],
    ["a customer who is exempt", { billingAddress: paris, taxExempt: true }],
  ])("is none for %s", async (why, details) => {
    const { id } = await create({ id: why.replaceAll(" ", "-"), ...details });
    expect(await buy(id)).toMatchObject({ taxes: [], total: "10" });
  });
});

describe("updateCustomer", () => {
  test("changes what is given alone, and null clears", async () => {
    const full = {
      name: "Ann",
      email: "a@example.com",
      metadata: { vip: true },
      taxId: "T1",
      taxExempt: true,
    };
    await create({ id: "ann", ...full, billingAddress: paris });
    const address = { name: null, ...paris };
    const update = async (changes: Partial<Parameters<ScripClient["updateCustomer"]>[0]>) =>
      expectResult(await sdk.updateCustomer({ customerId: "ann", ...changes }), "CustomerUpdated").customer;
    expect(await update({})).toMatchObject({ ...full, billingAddress: address });
    expect(await update({ email: "b@example.com" })).toMatchObject({
      ...full,
      email: "b@example.com",
      billingAddress: address,
    });
    const cleared = { name: null, email: null, metadata: null, billingAddress: null, taxId: null };
    expect(await update({ ...cleared, taxExempt: null })).toMatchObject({
      ...cleared,
      metadata: {},
      taxExempt: false,
    });
    expect(await sdk.customer({ id: "ann" })).toMatchObject({ ...cleared, metadata: {} });
  });

  test("a retry does not undo what was changed since", async () => {
    await create({ id: "bob" });
    const first = { customerId: "bob", name: "Bob", idempotencyKey: "rename" };
    expectResult(await sdk.updateCustomer(first), "CustomerUpdated");
    await sdk.updateCustomer({ customerId: "bob", name: "Robert" });
    const again = expectResult(await sdk.updateCustomer(first), "CustomerUpdated");
    expect(again).toMatchObject({ replayed: true, customer: { name: "Robert" } });
    expectResult(await sdk.updateCustomer({ ...first, name: "Rob" }), "IdempotencyConflict");
    expectResult(await sdk.updateCustomer({ ...first, name: null }), "IdempotencyConflict");
    expectResult(await sdk.updateCustomer({ customerId: "nobody" }), "CustomerNotFound");
  });

  test.each([
    ["billingAddress.country", { country: "Germany" }],
    ["billingAddress.country", { country: "de" }],
    ["billingAddress.lines", { country: "DE", lines: ["1", "2", "3", "4", "5", "6"] }],
    ["billingAddress.lines.1", { country: "DE", lines: ["1", "x".repeat(256)] }],
    ["billingAddress.postalCode", { country: "DE", postalCode: "1".repeat(33) }],
    ["billingAddress.city", { country: "DE", city: "\0" }],
  ])("refuses a wrong %s", async (field, billingAddress) => {
    const refused = { code: "BAD_INPUT", field: `input.${field}` };
    await expect(sdk.updateCustomer({ customerId: "ann", billingAddress })).rejects.toMatchObject(refused);
    await expect(sdk.createCustomer({ billingAddress })).rejects.toMatchObject(refused);
  });
});
