import { type CreateCreditNoteInput, expectResult, type ScripClient } from "@scrip/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { micros } from "../server/domain/amount.js";
import { makeVerify } from "../server/ledger/verify.js";
import { openBank } from "./harness/bank.js";
import { teller } from "./harness/providerEvents.js";
import { type RunningScrip, startScrip } from "./harness/scenario.js";

let scrip: RunningScrip;
let sdk: ScripClient;
let clockId: string;
let bank: ReturnType<typeof openBank>;

const customerId = "acme";
const start = "2026-04-15T09:00:00.000Z";

/** Business costs 59 USD a month in advance. */
beforeEach(async () => {
  bank = openBank();
  scrip = await startScrip("ximilar", { payments: { provider: bank.provider } });
  sdk = scrip.sdk;
  clockId = (await sdk.createTestClock({ now: start })).id;
  const created = await sdk.createCustomer({ id: customerId, plan: "business", testClockId: clockId });
  expectResult(created, "CustomerCreated");
});
afterEach(async () => {
  expect(await makeVerify(scrip.database)(() => undefined)).toEqual([]);
  await scrip.close();
});

const goTo = (to: string) => sdk.advanceTestClock({ id: clockId, to });
const invoices = async () => (await sdk.invoices({ customerId })).nodes.toReversed();
async function firstInvoice() {
  const [invoice] = await invoices();
  if (invoice === undefined) throw new Error("There is no invoice.");
  return invoice;
}
/** The invoice of the first month, which the bank has declined. */
async function declined() {
  bank.card("declines");
  await goTo(start);
  const invoice = await firstInvoice();
  expect(invoice).toMatchObject({ status: "OPEN", amountDue: "59", payments: [{ status: "FAILED" }] });
  return invoice.id;
}
async function paid() {
  await goTo(start);
  const invoice = await firstInvoice();
  expect(invoice).toMatchObject({ status: "PAID", amountDue: "59" });
  return invoice.id;
}
const pay = (invoiceId: string, idempotencyKey = "pay") =>
  sdk.payInvoice({ customerId, invoiceId, idempotencyKey });
const cancel = (invoiceId: string, idempotencyKey = "void") =>
  sdk.voidInvoice({ customerId, invoiceId, reason: "a mistake", idempotencyKey });
const credit = (input: Omit<CreateCreditNoteInput, "customerId" | "idempotencyKey">, key = "credit") =>
  sdk.createCreditNote({ customerId, idempotencyKey: key, ...input });
const balances = async () => (await sdk.customer({ id: customerId }))?.creditBalances;

describe("paying an invoice when the customer comes back", () => {
  test("takes the money once, by a new payment after each decline", async () => {
    const id = await declined();
    expect(await pay(id)).toMatchObject({
      ...{ __typename: "PaymentFailed", message: "The payment was declined: The card is empty." },
      invoice: { status: "OPEN" },
    });
    bank.card("works");
    const { invoice, replayed } = expectResult(await pay(id), "InvoicePaid");
    expect([invoice.status, invoice.paidAt, replayed]).toEqual(["PAID", start, false]);
    expect(invoice.payments.map(({ status }) => status)).toEqual(["FAILED", "FAILED", "SUCCEEDED"]);
    expect(expectResult(await pay(id), "InvoicePaid")).toMatchObject({ replayed: true, invoice: { id } });
    expect(await pay(id, "again")).toMatchObject({ code: "INVOICE_NOT_PAYABLE", status: "PAID" });
    await goTo("2026-05-01T00:00:00.000Z");
    expect(bank.taken()).toEqual({ total: 59, times: 1 });
  });

  test("does not count among the attempts that are planned", async () => {
    const id = await declined();
    for (const key of ["a", "b", "c", "d", "e"])
      expect((await pay(id, key)).__typename).toBe("PaymentFailed");
    bank.card("works");
    await goTo("2026-04-16T08:59:59.999Z");
    expect((await firstInvoice()).status).toBe("OPEN");
    await goTo("2026-04-16T09:00:00.000Z");
    expect((await firstInvoice()).status).toBe("PAID");
    expect(bank.taken()).toEqual({ total: 59, times: 1 });
  });

  test("also works for one that was given up, which stays so after a decline", async () => {
    const id = await declined();
    await goTo("2026-05-14T00:00:00.000Z");
    expect((await firstInvoice()).status).toBe("UNCOLLECTIBLE");
    expect(await pay(id)).toMatchObject({
      __typename: "PaymentFailed",
      invoice: { status: "UNCOLLECTIBLE" },
    });
    bank.card("works");
    expect(expectResult(await pay(id), "InvoicePaid").invoice.status).toBe("PAID");
  });

  test("asks after a payment that waits for the customer, and makes no second one", async () => {
    const id = await declined();
    bank.card("asks");
    const asked = await pay(id);
    expect(asked).toMatchObject({
      ...{ __typename: "PaymentRequired", payment: { actionUrl: "https://bank/3ds" } },
      message: "The customer has to complete the payment at https://bank/3ds; then send the same call again.",
    });
    expect(await pay(id)).toMatchObject({ __typename: "PaymentRequired" });
    bank.card("works");
    const { invoice } = expectResult(await pay(id), "InvoicePaid");
    expect(invoice.payments.map(({ status }) => status)).toEqual(["FAILED", "SUCCEEDED"]);
  });

  test("from many sides at once takes the money once", async () => {
    const id = await declined();
    bank.card("works");
    const results = await Promise.all(["a", "b", "c", "c"].map((key) => pay(id, key)));
    for (const { __typename } of results) expect(["InvoicePaid", "InvoiceNotPayable"]).toContain(__typename);
    expect(bank.taken()).toEqual({ total: 59, times: 1 });
  });

  test.each(["lost", "answer lost"] as const)(
    "takes it once when the answer is missing (%s)",
    async (fault) => {
      const id = await declined();
      bank.card("works");
      bank.fail(fault);
      await expect(pay(id)).rejects.toMatchObject({ code: "INTERNAL" });
      expectResult(await pay(id), "InvoicePaid");
      expect(bank.taken()).toEqual({ total: 59, times: 1 });
    },
  );

  test("is not how a purchase is paid, and is refused for what is not there", async () => {
    bank.card("declines");
    const bought = await sdk.purchase({ customerId, creditPack: "pack-10000", idempotencyKey: "buy" });
    const { invoice } = expectResult(bought, "PaymentFailed");
    expect(await pay(invoice.id)).toMatchObject({
      code: "INVOICE_NOT_PAYABLE",
      message: `Invoice ${invoice.number} is of a purchase: send the purchase again with its key to pay it.`,
    });
    expect(await pay("inv_none")).toMatchObject({ code: "INVOICE_NOT_FOUND", invoiceId: "inv_none" });
    expect(await sdk.payInvoice({ customerId: "nobody", invoiceId: invoice.id })).toMatchObject({
      code: "CUSTOMER_NOT_FOUND",
    });
    await sdk.voidInvoice({ customerId, invoiceId: invoice.id, idempotencyKey: "void" });
    bank.card("works");
    const again = await sdk.purchase({ customerId, creditPack: "pack-10000", idempotencyKey: "buy" });
    expect(again).toMatchObject({ code: "INVOICE_NOT_PAYABLE", status: "VOID" });
    expect(bank.taken().times).toBe(0);
  });
});

describe("cancelling an invoice", () => {
  test("ends its collection", async () => {
    const id = await declined();
    const voided = expectResult(await cancel(id), "InvoiceVoided");
    expect(voided.invoice).toMatchObject({ status: "VOID", voidedAt: start, voidReason: "a mistake" });
    expect(expectResult(await cancel(id), "InvoiceVoided").replayed).toBe(true);
    expect(await cancel(id, "again")).toMatchObject({ code: "INVOICE_NOT_VOIDABLE", status: "VOID" });
    expect(await pay(id)).toMatchObject({ code: "INVOICE_NOT_PAYABLE", status: "VOID" });
    bank.card("works");
    await goTo("2026-05-14T00:00:00.000Z");
    expect(bank.taken().times).toBe(0);
  });

  test("is possible for one that was given up, and not for one that is paid", async () => {
    const id = await declined();
    await goTo("2026-05-14T00:00:00.000Z");
    expectResult(await cancel(id), "InvoiceVoided");
    bank.card("works");
    await goTo("2026-05-16T00:00:00.000Z");
    const [, second] = await invoices();
    expect(await cancel(second?.id ?? "", "second")).toMatchObject({
      ...{ code: "INVOICE_NOT_VOIDABLE", status: "PAID" },
      message: "Invoice TEST-2026-000002 is paid: only one that is open or given up can be cancelled.",
    });
    expect(await cancel("inv_none", "none")).toMatchObject({ code: "INVOICE_NOT_FOUND" });
  });

  test("sends back money that arrives for it all the same, once", async () => {
    const id = await declined();
    bank.card("asks");
    const { payment } = expectResult(await pay(id), "PaymentRequired");
    expectResult(await cancel(id), "InvoiceVoided");
    const arrived = {
      kind: "paymentSucceeded",
      paymentId: payment.id,
      reference: `bank_${payment.id}`,
    } as const;
    const tell = teller(scrip.database);
    await tell({ ...arrived, account: null });
    await tell({ ...arrived, account: null });
    await goTo("2026-04-15T09:00:00.001Z");
    expect(bank.givenBack()).toEqual({ total: 59, times: 1 });
    const invoice = await firstInvoice();
    expect(invoice).toMatchObject({ status: "VOID", credited: "0" });
    expect(invoice.payments.at(-1)).toMatchObject({
      ...{ status: "SUCCEEDED", refunded: "59" },
      refunds: [{ status: "SUCCEEDED", amount: "59" }],
    });
  });

  test("gives what the credit balance has paid of it back to the balance", async () => {
    const first = await paid();
    expectResult(await credit({ invoiceId: first, amount: "9", settlement: "BALANCE" }), "CreditNoteCreated");
    bank.card("declines");
    await goTo("2026-05-15T09:00:00.000Z");
    const [, second] = await invoices();
    // As an invoice is that was made with a balance.
    await scrip.database.transact(async (tx) => {
      await tx.query("UPDATE credit_balances SET amount = 0");
      const applied =
        "UPDATE invoices SET credit_applied = 9000000, amount_due = 50000000 WHERE invoice_id = $1";
      await tx.query(applied, [second?.id]);
    });
    expect(await balances()).toEqual([]);
    expectResult(await cancel(second?.id ?? ""), "InvoiceVoided");
    expect(await balances()).toEqual([{ amount: "9", currency: "USD" }]);
  });
});

describe("a credit note", () => {
  test("gives back all that was paid unless an amount is named, and never more", async () => {
    const invoiceId = await paid();
    const part = { invoiceId, amount: "20", settlement: "REFUND", reason: "an outage" } as const;
    const { creditNote } = expectResult(await credit(part), "CreditNoteCreated");
    expect(creditNote).toMatchObject({
      ...{ number: "TEST-CN-2026-000001", amount: "20", reason: "an outage", voided: "0", invoiceId },
      refunds: [{ status: "SUCCEEDED", amount: "20" }],
    });
    expect(await credit({ ...part, amount: "39.01" }, "too much")).toMatchObject({
      ...{ code: "CREDIT_EXCEEDS_INVOICE", creditable: "39" },
    });
    await expect(credit({ ...part, amount: "1.005" }, "half a cent")).rejects.toMatchObject({
      ...{ code: "BAD_INPUT", field: "input.amount" },
      message: "input.amount must be a multiple of 0.01 USD, got 1.005.",
    });
    const kept = await credit({ invoiceId, amount: "9", settlement: "BALANCE" }, "kept");
    expect(expectResult(kept, "CreditNoteCreated").creditNote).toMatchObject({ amount: "9", refunds: [] });
    const rest = await credit({ invoiceId, settlement: "REFUND" }, "the rest");
    expect(expectResult(rest, "CreditNoteCreated").creditNote).toMatchObject({ amount: "30" });
    expect(await credit({ invoiceId, settlement: "BALANCE" }, "more")).toMatchObject({ creditable: "0" });
    expect(bank.givenBack()).toEqual({ total: 50, times: 2 });
    expect(await balances()).toEqual([{ amount: "9", currency: "USD" }]);
    const invoice = await firstInvoice();
    expect(invoice).toMatchObject({ status: "PAID", credited: "59", payments: [{ refunded: "50" }] });
  });

  test("is made once under one key, also when many ask for it at once", async () => {
    const invoiceId = await paid();
    const wish = { invoiceId, amount: "30", settlement: "REFUND" } as const;
    const made = await Promise.all(Array.from({ length: 4 }, () => credit(wish)));
    expect(new Set(made.map((one) => expectResult(one, "CreditNoteCreated").creditNote.id)).size).toBe(1);
    expect(await credit({ ...wish, amount: "31" })).toMatchObject({ code: "IDEMPOTENCY_CONFLICT" });
    const others = await Promise.all(["a", "b", "c"].map((key) => credit({ ...wish, amount: "20" }, key)));
    expect(others.map(({ __typename }) => __typename).sort()).toEqual([
      "CreditExceedsInvoice",
      "CreditExceedsInvoice",
      "CreditNoteCreated",
    ]);
    expect(bank.givenBack()).toEqual({ total: 50, times: 2 });
  });

  test("has a number without gaps within its year, whatever was refused in between", async () => {
    const first = await paid();
    await credit({ invoiceId: first, amount: "1", settlement: "BALANCE" }, "a");
    await credit({ invoiceId: first, amount: "1000", settlement: "BALANCE" }, "b");
    bank.fail("lost");
    const broken = credit({ invoiceId: first, amount: "1", settlement: "REFUND" }, "c");
    await expect(broken).rejects.toMatchObject({ code: "INTERNAL" });
    await goTo("2027-01-20T00:00:00.000Z");
    await credit({ invoiceId: first, amount: "1", settlement: "BALANCE" }, "d");
    const { nodes, pageInfo } = await sdk.creditNotes({ customerId, first: 2 });
    expect(nodes.map(({ number }) => number)).toEqual(["TEST-CN-2027-000001", "TEST-CN-2026-000002"]);
    const after = pageInfo.endCursor;
    const rest = await sdk.creditNotes({ customerId, first: 2, after });
    expect(rest.nodes.map(({ number }) => number)).toEqual(["TEST-CN-2026-000001"]);
    expect(rest.pageInfo.hasNextPage).toBe(false);
  });

  test("is only for what was paid, and not for a purchase", async () => {
    const invoiceId = await declined();
    expect(await credit({ invoiceId, settlement: "REFUND" })).toMatchObject({
      ...{ code: "INVOICE_NOT_CREDITABLE", status: "OPEN", kind: "SUBSCRIPTION" },
      message: "Invoice TEST-2026-000001 (SUBSCRIPTION) is open: only what is paid can be given back.",
    });
    bank.card("works");
    const bought = expectResult(await sdk.purchase({ customerId, creditPack: "pack-10000" }), "Purchased");
    expect(await credit({ invoiceId: bought.invoice.id, settlement: "REFUND" })).toMatchObject({
      ...{ code: "INVOICE_NOT_CREDITABLE", status: "PAID", kind: "PURCHASE" },
      message: expect.stringContaining("give it back by refundPurchase"),
    });
    expectResult(await pay(invoiceId), "InvoicePaid");
    expect(await sdk.refundPurchase({ customerId, invoiceId })).toMatchObject({
      message: expect.stringContaining("give it back by createCreditNote"),
    });
    expect(await credit({ invoiceId: "inv_none", settlement: "REFUND" })).toMatchObject({
      code: "INVOICE_NOT_FOUND",
    });
  });

  test("is made of a dispute that is lost, and none while it is open", async () => {
    const invoiceId = await paid();
    const paymentId = (await firstInvoice()).payments[0]?.id ?? "";
    const facts = {
      paymentId,
      disputeId: "dp_9",
      reference: `bank_${paymentId}`,
      amount: micros(59_000_000),
    };
    const tell = teller(scrip.database);
    await tell({ kind: "disputeOpened", ...facts });
    expect(await credit({ invoiceId, settlement: "BALANCE" })).toMatchObject({
      ...{ code: "PAYMENT_DISPUTED", dispute: { id: "dp_9", status: "OPEN", closedAt: null } },
    });
    await tell({ kind: "disputeClosed", ...facts, won: false });
    expect((await sdk.creditNotes({ customerId })).nodes).toMatchObject([
      { settlement: "DISPUTE", amount: "59", reason: "Dispute dp_9", voided: "0", refunds: [] },
    ]);
    expect(bank.givenBack().times).toBe(0);
  });
});
