import { expectResult, type RefundPurchaseInput, type ScripClient } from "@scrip/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { micros } from "../server/domain/amount.js";
import { makeVerify } from "../server/ledger/verify.js";
import { openBank } from "./harness/bank.js";
import { teller } from "./harness/providerEvents.js";
import { type RunningScrip, startScrip } from "./harness/scenario.js";

let scrip: RunningScrip;
let sdk: ScripClient;
let clockId: string;
let theBank: ReturnType<typeof openBank>;

const customerId = "acme";
const start = "2026-04-15T09:00:00.000Z";
const tagging = { customerId, operation: "image.tag" };

beforeEach(async () => {
  theBank = openBank();
  scrip = await startScrip("ximilar", { payments: { provider: theBank.provider } });
  sdk = scrip.sdk;
  clockId = (await sdk.createTestClock({ now: start })).id;
  expectResult(
    await sdk.createCustomer({ id: customerId, plan: "free", testClockId: clockId }),
    "CustomerCreated",
  );
  // The plan's own credits out of the way: what is used from now on is of packs.
  await use(3_000);
});
afterEach(async () => {
  expect(await makeVerify(scrip.database)(() => undefined)).toEqual([]);
  await scrip.close();
});

/** A pack of 10,000 credits for 10 USD. */
const buy = async (quantity = 1) =>
  expectResult(await sdk.purchase({ customerId, creditPack: "pack-10000", quantity }), "Purchased");
const use = async (credits: number) =>
  expectResult(await sdk.consume({ ...tagging, quantity: String(credits / 20) }), "Consumed").usageRecord;
const balances = async () => {
  const wallet = await sdk.wallet({ customerId });
  return { posted: wallet?.posted, available: wallet?.available, frozen: wallet?.frozen };
};
const goTo = (to: string) => sdk.advanceTestClock({ id: clockId, to });
const invoiceOf = async (id: string) => {
  const invoice = await sdk.invoice({ id });
  if (invoice === null) throw new Error(`Invoice ${id} is missing.`);
  return invoice;
};
const refund = async (input: Omit<RefundPurchaseInput, "customerId" | "idempotencyKey">, key = "refund") =>
  sdk.refundPurchase({ customerId, idempotencyKey: key, ...input });

describe("paying a purchase back", () => {
  test("takes what is unused of its credits, and gives what they were paid for", async () => {
    const { invoice } = await buy();
    await use(2_500);
    const given = expectResult(
      await refund({ invoiceId: invoice.id, reason: "they asked" }),
      "PurchaseRefunded",
    );
    expect(given.creditNote).toMatchObject({
      ...{ number: "TEST-CN-2026-000001", amount: "7.5", currency: "USD", settlement: "REFUND" },
      ...{ voided: "7500", clawback: "0", reason: "they asked", invoiceId: invoice.id },
      refunds: [{ status: "SUCCEEDED", amount: "7.5", failure: null }],
    });
    expect(given.grant).toMatchObject({ id: given.grant.id, remaining: "0", amount: "10000" });
    expect(given.wallet).toMatchObject({ posted: "0", available: "0" });
    expect(theBank.givenBack()).toEqual({ total: 7.5, times: 1 });
    const after = await invoiceOf(invoice.id);
    expect(after).toMatchObject({ status: "PAID", credited: "7.5", payments: [{ refunded: "7.5" }] });
    const { nodes } = await sdk.ledgerEntries({ customerId, first: 1 });
    expect(nodes).toMatchObject([{ type: "VOID", amount: "-7500", grantId: given.grant.id }]);
  });

  test("rounds down to a cent, and takes all that is unused nevertheless", async () => {
    const bought = await sdk.purchase({ customerId, creditPack: "pack-50000" });
    const { invoice } = expectResult(bought, "Purchased");
    await use(20);
    // 45 USD × 49,980 / 50,000 are 44.982.
    const { creditNote, wallet } = expectResult(await refund({ invoiceId: invoice.id }), "PurchaseRefunded");
    expect([creditNote.amount, creditNote.voided, wallet.posted]).toEqual(["44.98", "49980", "0"]);
  });

  test("has one effect under one key", async () => {
    const { invoice } = await buy();
    const first = expectResult(await refund({ invoiceId: invoice.id }), "PurchaseRefunded");
    const again = expectResult(await refund({ invoiceId: invoice.id }), "PurchaseRefunded");
    expect(again).toEqual({ ...first, replayed: true });
    expect((await refund({ invoiceId: invoice.id, amount: "1" })).__typename).toBe("IdempotencyConflict");
    expect(theBank.givenBack().times).toBe(1);
    expect((await sdk.creditNotes({ customerId })).nodes).toHaveLength(1);
  });

  test("takes a smaller amount's part of the credits, rounded up", async () => {
    const { invoice } = await buy();
    const { creditNote, grant } = expectResult(
      await refund({ invoiceId: invoice.id, amount: "3.33" }),
      "PurchaseRefunded",
    );
    expect([creditNote.amount, creditNote.voided, grant.remaining]).toEqual(["3.33", "3330", "6670"]);
    const rest = expectResult(await refund({ invoiceId: invoice.id }, "the rest"), "PurchaseRefunded");
    expect([rest.creditNote.amount, rest.creditNote.voided]).toEqual(["6.67", "6670"]);
    expect(theBank.givenBack()).toEqual({ total: 10, times: 2 });
  });

  test("takes for a larger amount all that is unused, and the rest when a reversal brings it back", async () => {
    const { invoice } = await buy();
    const record = await use(8_000);
    const { creditNote } = expectResult(
      await refund({ invoiceId: invoice.id, amount: "10" }),
      "PurchaseRefunded",
    );
    expect(creditNote).toMatchObject({ amount: "10", voided: "2000", clawback: "8000" });
    const undo = { customerId, usageRecordId: record.id };
    expectResult(await sdk.reverseUsage({ ...undo, amount: "5000" }), "UsageReversed");
    expect(await balances()).toMatchObject({ posted: "0", available: "0" });
    expectResult(await sdk.reverseUsage(undo), "UsageReversed");
    expect(await balances()).toMatchObject({ posted: "0", available: "0" });
    const { nodes } = await sdk.ledgerEntries({ customerId, first: 4 });
    expect(nodes.map(({ type, amount }) => `${type} ${amount}`)).toEqual([
      "VOID -3000",
      "REVERSAL 3000",
      "VOID -5000",
      "REVERSAL 5000",
    ]);
  });

  test("leaves what a hold has reserved, and takes it when the hold gives it back", async () => {
    const { invoice } = await buy();
    const { hold } = expectResult(await sdk.reserve({ ...tagging, quantity: "100" }), "Reserved");
    const { creditNote, wallet } = expectResult(
      await refund({ invoiceId: invoice.id, amount: "10" }),
      "PurchaseRefunded",
    );
    expect(creditNote).toMatchObject({ voided: "8000", clawback: "2000" });
    expect(wallet).toMatchObject({ posted: "2000", held: "2000", available: "0" });
    expectResult(await sdk.capture({ customerId, holdId: hold.id, quantity: "40" }), "Captured");
    expect(await balances()).toMatchObject({ posted: "0", available: "0" });
  });

  test("gives what is unused only, unless an amount is named", async () => {
    const { invoice } = await buy();
    const { hold } = expectResult(await sdk.reserve({ ...tagging, quantity: "500" }), "Reserved");
    expect(await refund({ invoiceId: invoice.id })).toMatchObject({
      ...{ __typename: "NothingToRefund", code: "NOTHING_TO_REFUND", creditable: "10" },
      message: expect.stringContaining("up to 10 USD"),
    });
    expectResult(await sdk.release({ customerId, holdId: hold.id }), "Released");
    expectResult(await refund({ invoiceId: invoice.id }), "PurchaseRefunded");
  });

  test("keeps the money for the next invoices if that is asked for", async () => {
    const { invoice } = await buy();
    const { creditNote } = expectResult(
      await refund({ invoiceId: invoice.id, settlement: "BALANCE" }),
      "PurchaseRefunded",
    );
    expect(creditNote).toMatchObject({ settlement: "BALANCE", refunds: [] });
    expect(theBank.givenBack().times).toBe(0);
    expect((await sdk.customer({ id: customerId }))?.creditBalances).toEqual([
      { amount: "10", currency: "USD" },
    ]);
  });

  test("is refused with the facts, and changes nothing then", async () => {
    const { invoice } = await buy();
    const invoiceId = invoice.id;
    expect(await refund({ invoiceId: "inv_none" })).toMatchObject({ code: "INVOICE_NOT_FOUND" });
    expect(await refund({ invoiceId, amount: "10.01" })).toMatchObject({
      ...{ code: "CREDIT_EXCEEDS_INVOICE", creditable: "10" },
      message: "Of this invoice 10 USD can still be given back in this way, not 10.01.",
    });
    await expect(refund({ invoiceId, amount: "0.001" })).rejects.toMatchObject({
      message: "input.amount must be a multiple of 0.01 USD, got 0.001.",
    });
    await expect(refund({ invoiceId, settlement: "DISPUTE" })).rejects.toMatchObject({
      message: "input.settlement must be REFUND or BALANCE, got DISPUTE.",
    });
    const stranger = await sdk.refundPurchase({ customerId: "nobody", invoiceId });
    expect(stranger).toMatchObject({ code: "CUSTOMER_NOT_FOUND" });
    expect(await balances()).toMatchObject({ posted: "10000" });
    expectResult(await refund({ invoiceId }), "PurchaseRefunded");
    expect(await refund({ invoiceId }, "more")).toMatchObject({
      ...{ code: "CREDIT_EXCEEDS_INVOICE", creditable: "0" },
    });
  });
});

describe("when the bank does not answer", () => {
  const broken = { code: "INTERNAL" };

  test.each(["lost", "answer lost"] as const)(
    "(%s) the refund is on record, its credits are gone, and the same key takes it up",
    async (fault) => {
      const { invoice } = await buy();
      theBank.fail(fault);
      await expect(refund({ invoiceId: invoice.id })).rejects.toMatchObject(broken);
      expect(await balances()).toMatchObject({ posted: "0" });
      const [pending] = (await sdk.creditNotes({ customerId })).nodes;
      expect(pending?.refunds).toMatchObject([{ status: "PENDING" }]);
      const again = expectResult(await refund({ invoiceId: invoice.id }), "PurchaseRefunded");
      expect(again).toMatchObject({ replayed: true, creditNote: { refunds: [{ status: "SUCCEEDED" }] } });
      expect(again.creditNote.refunds[0]?.id).toBe(pending?.refunds[0]?.id);
      expect(theBank.givenBack()).toEqual({ total: 10, times: 1 });
    },
  );

  test("it is asked again an hour later, without anybody's doing", async () => {
    const { invoice } = await buy();
    theBank.fail("answer lost");
    await expect(refund({ invoiceId: invoice.id })).rejects.toMatchObject(broken);
    await goTo("2026-04-15T09:59:59.999Z");
    expect((await invoiceOf(invoice.id)).payments[0]?.refunds).toMatchObject([{ status: "PENDING" }]);
    await goTo("2026-04-15T10:00:00.000Z");
    expect((await invoiceOf(invoice.id)).payments[0]?.refunds).toMatchObject([{ status: "SUCCEEDED" }]);
    expect(theBank.givenBack()).toEqual({ total: 10, times: 1 });
  });

  test("a refund that waits at the bank is asked after less and less often, until its message comes", async () => {
    const { invoice } = await buy();
    theBank.refunds("wait");
    const { creditNote } = expectResult(await refund({ invoiceId: invoice.id }), "PurchaseRefunded");
    expect(creditNote.refunds).toMatchObject([{ status: "PENDING" }]);
    await goTo("2026-07-15T00:00:00.000Z");
    const { payments } = await invoiceOf(invoice.id);
    const [payment] = payments;
    expect(payment).toMatchObject({ refunded: "10", refunds: [{ status: "PENDING" }] });
    const told = { kind: "refundChanged", status: "SUCCEEDED", failure: null } as const;
    const event = { ...told, paymentId: payment?.id ?? "", refundId: creditNote.refunds[0]?.id ?? "" };
    const tell = teller(scrip.database);
    await tell(event);
    await tell(event);
    expect((await invoiceOf(invoice.id)).payments[0]?.refunds).toMatchObject([{ status: "SUCCEEDED" }]);
  });

  test("a refund that fails is shown, its credit note stands, and the same key tries another one", async () => {
    const { invoice } = await buy();
    theBank.refunds("fail");
    const { creditNote } = expectResult(await refund({ invoiceId: invoice.id }), "PurchaseRefunded");
    expect(creditNote.refunds).toMatchObject([{ status: "FAILED", failure: "The card is closed." }]);
    expect((await invoiceOf(invoice.id)).payments[0]).toMatchObject({ refunded: "0" });
    theBank.refunds("work");
    const again = expectResult(await refund({ invoiceId: invoice.id }), "PurchaseRefunded");
    expect(again.creditNote.number).toBe(creditNote.number);
    expect(again.creditNote.refunds.map(({ status }) => status)).toEqual(["FAILED", "SUCCEEDED"]);
    expect((await invoiceOf(invoice.id)).payments[0]).toMatchObject({ refunded: "10" });
    expect(theBank.givenBack()).toEqual({ total: 10, times: 1 });
  });
});

describe("money that nobody owed", () => {
  /** Somebody pays for what was cancelled. */
  async function paidInVain(): Promise<string> {
    theBank.card("asks");
    const order = { customerId, creditPack: "pack-10000", idempotencyKey: "order" };
    const { invoice, payment } = expectResult(await sdk.purchase(order), "PaymentRequired");
    expectResult(await sdk.voidInvoice({ customerId, invoiceId: invoice.id }), "InvoiceVoided");
    theBank.arrive(payment.id, 10_000_000);
    const tell = teller(scrip.database);
    await tell({
      ...{ kind: "paymentSucceeded", paymentId: payment.id, reference: `bank_${payment.id}`, account: null },
    });
    return invoice.id;
  }
  const told = async () =>
    (await sdk.events({ customerId, first: 100 })).nodes
      .filter(({ type }) => type === "REFUND_FAILED" || type === "REFUND_SUCCEEDED")
      .map(({ type, createdAt }) => `${type} ${createdAt.slice(0, 13)}`)
      .reverse();

  test("goes back when the bank takes the refund after all: it is tried with growing pauses, and told each time", async () => {
    theBank.refunds("fail");
    const invoiceId = await paidInVain();
    await goTo("2026-04-15T20:00:00.000Z");
    const failed = ["09", "10", "12", "16"].map((hour) => `REFUND_FAILED 2026-04-15T${hour}`);
    expect(await told()).toEqual(failed);
    expect((await invoiceOf(invoiceId)).payments[0]).toMatchObject({ status: "SUCCEEDED", refunded: "10" });
    theBank.refunds("work");
    await goTo("2026-06-01T00:00:00.000Z");
    expect(await told()).toEqual([...failed, "REFUND_SUCCEEDED 2026-04-16T00"]);
    expect(theBank.givenBack()).toEqual({ total: 10, times: 1 });
  });
});

describe("a dispute", () => {
  const about = async (amount = 10_000_000) => {
    const bought = await buy();
    await use(4_000);
    const [payment] = bought.invoice.payments;
    const paymentId = payment?.id ?? "";
    const facts = { paymentId, disputeId: "dp_1", reference: `bank_${paymentId}`, amount: micros(amount) };
    const tell = teller(scrip.database);
    return {
      invoiceId: bought.invoice.id,
      opens: () => tell({ kind: "disputeOpened", ...facts }),
      closes: (won: boolean) => tell({ kind: "disputeClosed", ...facts, won }),
    };
  };
  const call = () => sdk.consume({ ...tagging, quantity: "1" });
  const disputesOf = async (invoiceId: string) => (await invoiceOf(invoiceId)).payments[0]?.disputes;

  test("freezes the credits: they count and cannot be spent, until it is won", async () => {
    const { opens, closes, invoiceId } = await about();
    await opens();
    await opens();
    expect(await balances()).toEqual({ posted: "6000", available: "6000", frozen: "6000" });
    expect((await sdk.wallet({ customerId }))?.grants).toMatchObject([{ remaining: "6000", frozen: true }]);
    expect(await call()).toMatchObject({ __typename: "InsufficientCredits", available: "0" });
    expect(await disputesOf(invoiceId)).toMatchObject([{ id: "dp_1", status: "OPEN", amount: "10" }]);
    expect(await refund({ invoiceId })).toMatchObject({ code: "PAYMENT_DISPUTED", dispute: { id: "dp_1" } });
    await goTo("2026-04-20T00:00:00.000Z");
    await closes(true);
    await closes(true);
    await goTo("2026-04-21T00:00:00.000Z");
    expect(await balances()).toEqual({ posted: "6000", available: "6000", frozen: "0" });
    expectResult(await call(), "Consumed");
    expect(await disputesOf(invoiceId)).toMatchObject([{ status: "WON" }]);
    const then = await sdk.wallet({ customerId, asOf: "2026-04-19T00:00:00.000Z" });
    expect([then?.posted, then?.frozen]).toEqual(["6000", "6000"]);
  });

  test("takes what is unused when it is lost, once, and nobody pays anything back for it", async () => {
    const { opens, closes, invoiceId } = await about();
    await opens();
    await closes(false);
    await closes(false);
    expect(await balances()).toEqual({ posted: "0", available: "0", frozen: "0" });
    const { nodes } = await sdk.creditNotes({ customerId });
    expect(nodes).toMatchObject([
      { settlement: "DISPUTE", amount: "10", voided: "6000", clawback: "4000", refunds: [] },
    ]);
    expect(theBank.givenBack().times).toBe(0);
    expect(await refund({ invoiceId })).toMatchObject({ code: "CREDIT_EXCEEDS_INVOICE", creditable: "0" });
  });

  test.each([true, false])(
    "ends right when its end is told of before its beginning (won: %s)",
    async (won) => {
      const { opens, closes, invoiceId } = await about();
      await closes(won);
      await opens();
      const left = won ? "6000" : "0";
      expect(await balances()).toEqual({ posted: left, available: left, frozen: "0" });
      expect(await disputesOf(invoiceId)).toMatchObject([{ status: won ? "WON" : "LOST" }]);
    },
  );

  test("keeps what comes back to the credits frozen, be they used up or reserved", async () => {
    const { opens, closes } = await about();
    const record = await use(6_000);
    await opens();
    expectResult(await sdk.reverseUsage({ customerId, usageRecordId: record.id }), "UsageReversed");
    expect(await balances()).toEqual({ posted: "6000", available: "6000", frozen: "6000" });
    expect(await call()).toMatchObject({ __typename: "InsufficientCredits" });
    await closes(true);
    expectResult(await call(), "Consumed");
  });

  test("lets a hold on the credits be captured, and takes the rest when it is lost", async () => {
    const { opens, closes } = await about();
    const { hold } = expectResult(await sdk.reserve({ ...tagging, quantity: "100" }), "Reserved");
    await opens();
    expect(await balances()).toEqual({ posted: "6000", available: "4000", frozen: "4000" });
    const part = { customerId, holdId: hold.id, quantity: "30", final: false };
    expectResult(await sdk.capture(part), "Captured");
    await closes(false);
    expect(await balances()).toEqual({ posted: "1400", available: "0", frozen: "0" });
    expectResult(await sdk.release({ customerId, holdId: hold.id }), "Released");
    expect(await balances()).toEqual({ posted: "0", available: "0", frozen: "0" });
  });

  test("about a part of the payment takes its part of the credits", async () => {
    const { opens, closes } = await about(2_500_000);
    await opens();
    await closes(false);
    expect(await balances()).toEqual({ posted: "3500", available: "3500", frozen: "0" });
    expectResult(await call(), "Consumed");
  });

  test("after a refund takes no more than is left", async () => {
    const { opens, closes, invoiceId } = await about();
    expectResult(await refund({ invoiceId, amount: "4" }), "PurchaseRefunded");
    await opens();
    await closes(false);
    const { nodes } = await sdk.creditNotes({ customerId });
    expect(nodes.map(({ settlement, amount }) => [settlement, amount])).toEqual([
      ["DISPUTE", "6"],
      ["REFUND", "4"],
    ]);
  });
});

test("the sandbox lets a dispute be tried out in a browser", async () => {
  const own = await startScrip("ximilar");
  expectResult(await own.sdk.createCustomer({ id: customerId, plan: "free" }), "CustomerCreated");
  const bought = await own.sdk.purchase({ customerId, creditPack: "pack-10000" });
  const [payment] = expectResult(bought, "Purchased").invoice.payments;
  const page = `${own.origin}/sandbox/payments/${payment?.id}/dispute`;
  expect(await (await fetch(page)).text()).toContain('action="dispute/open"');
  const press = async (step: string) => {
    expect((await fetch(`${page}/${step}`, { method: "POST" })).status).toBe(200);
    return (await own.sdk.wallet({ customerId }))?.frozen;
  };
  expect([await press("open"), await press("won")]).toEqual(["10000", "0"]);
  expect((await fetch(`${page}/sideways`, { method: "POST" })).status).toBe(404);
  const stranger = page.replace(payment?.id ?? "", "pay_none");
  expect((await fetch(`${stranger}/open`, { method: "POST" })).status).toBe(404);
  await own.close();
});
