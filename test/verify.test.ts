import { expectResult } from "@scrip/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeVerify } from "../server/ledger/verify.js";
import { openDatabase } from "../server/storage/database.js";
import { freshDatabase } from "./harness/engine.js";
import { type RunningScrip, startScrip } from "./harness/scenario.js";
import { tiers } from "./ledger/book.js";

describe("scrip verify", () => {
  let scrip: RunningScrip;

  beforeEach(async () => {
    scrip = await startScrip("scrollsequence");
    const { sdk } = scrip;
    const clock = await sdk.createTestClock({ now: "2026-03-01T00:00:00.000Z" });
    for (const id of ["ann", "bob"]) {
      expectResult(await sdk.createCustomer({ id, plan: "free", testClockId: clock.id }), "CustomerCreated");
      for (const operation of ["image.generate", "agent.run"])
        expectResult(await sdk.consume({ customerId: id, operation }), "Consumed");
    }
    await sdk.advanceTestClock({ id: clock.id, to: "2026-04-05T00:00:00.000Z" });
    const call = { customerId: "ann", operation: "image.generate" };
    const { usageRecord } = expectResult(await sdk.consume(call), "Consumed");
    const { hold } = expectResult(await sdk.reserve({ ...call, quantity: "3" }), "Reserved");
    const part = { customerId: "ann", holdId: hold.id, quantity: "1", final: false };
    expectResult(await sdk.capture(part), "Captured");
    const undo = { customerId: "ann", usageRecordId: usageRecord.id, amount: "4" };
    expectResult(await sdk.reverseUsage(undo), "UsageReversed");
  });

  afterEach(() => scrip.close());

  test("finds nothing wrong in books that only Scrip has written, and tells how far it is", async () => {
    const progress: unknown[] = [];
    expect(await makeVerify(scrip.database)((step) => progress.push(step))).toEqual([]);
    expect(progress.at(-1)).toEqual({ checked: 2, customers: 2, entries: 11 });
  });

  test.each([
    ["a balance", "UPDATE wallets SET posted = posted + 1 WHERE customer_id = 'ann'", 2],
    ["a grant", "UPDATE credit_grants SET remaining = remaining - 1 WHERE customer_id = 'ann'", 3],
    ["a grant beyond its amount", "UPDATE credit_grants SET amount = 1 WHERE customer_id = 'ann'", 2],
    ["an entry", "UPDATE ledger_entries SET amount = -1 WHERE customer_id = 'ann' AND sequence = 3", 8],
    ["a missing entry", "DELETE FROM ledger_entries WHERE customer_id = 'ann' AND sequence = 5", 5],
    ["a draw", "DELETE FROM draws WHERE customer_id = 'ann'", 8],
    ["when an entry was written", "UPDATE ledger_entries SET recorded_at = 1 WHERE sequence = 3 AND ann", 1],
    ["a hash", "UPDATE ledger_entries SET hash = 'x' WHERE sequence = 3 AND ann", 2],
    ["the last hash", "UPDATE wallets SET hash = 'x' WHERE ann", 1],
    ["what is held", "UPDATE credit_grants SET held = held + 1 WHERE ann", 2],
    ["what a wallet holds", "UPDATE wallets SET held = 0 WHERE ann", 1],
    ["a part of a hold", "UPDATE hold_draws SET amount = amount - 1 WHERE ann", 1],
    ["a hold's end", "UPDATE holds SET status = 'RELEASED' WHERE ann", 2],
    ["what a hold has cost", "UPDATE holds SET captured = 0 WHERE ann", 1],
    ["a reversal", "UPDATE reversals SET amount = amount + 1 WHERE ann", 2],
    ["a reversal beyond its call", "UPDATE reversals SET amount = 99000000 WHERE ann", 3],
    ["what a reversal gave back", "UPDATE reversal_draws SET effect = 'RETURNED' WHERE ann", 2],
    ["the place of a call", "UPDATE usage_records SET sequence = sequence + 1 WHERE ann", 4],
    ["an hourly sum", "UPDATE usage_rollups SET calls = 7 WHERE customer_id = 'ann'", 3],
  ])("finds %s that somebody has changed, and names the customer", async (_, change, drifts) => {
    await scrip.database.transact((tx) => tx.query(change.replace(/\bann$/, "customer_id = 'ann'")));
    const found = await makeVerify(scrip.database)(() => undefined);
    expect(found).toHaveLength(drifts);
    expect(new Set(found.map(({ row }) => row.customer_id))).toEqual(new Set(["ann"]));
  });
});

describe("scrip verify, of rows that tell of each other", () => {
  let scrip: RunningScrip;

  /** A trial of 45 days on a window of 30, used on its first day and again so late that it never comes back. */
  beforeEach(async () => {
    scrip = await startScrip("scrollsequence");
    const { sdk } = scrip;
    const clock = await sdk.createTestClock({ now: "2026-03-01T00:00:00.000Z" });
    for (const id of ["ann", "bob", "zoe"])
      expectResult(await sdk.createCustomer({ id, plan: "free", testClockId: clock.id }), "CustomerCreated");
    const call = { customerId: "ann", operation: "image.generate" };
    const trial = { customerId: "ann", plan: "personal", trialDays: 45 };
    expectResult(await sdk.cancelSubscription({ customerId: "ann", timing: "NOW" }), "SubscriptionCancelled");
    expectResult(await sdk.subscribe(trial), "Subscribed");
    expectResult(await sdk.consume(call), "Consumed");
    await sdk.advanceTestClock({ id: clock.id, to: "2026-03-20T00:00:00.000Z" });
    const { usageRecord } = expectResult(await sdk.consume({ ...call, quantity: "2" }), "Consumed");
    expectResult(await sdk.reserve(call), "Reserved");
    const undo = { customerId: "ann", usageRecordId: usageRecord.id, amount: "4" };
    expectResult(await sdk.reverseUsage(undo), "UsageReversed");
  });

  afterEach(() => scrip.close());

  const verify = () => makeVerify(scrip.database)(() => undefined);
  const break_ = (change: string) =>
    scrip.database.transact((tx) => tx.query(change.replace(/\bann$/, "customer_id = 'ann'")));

  test("finds nothing wrong in a trial of which not all comes back", async () =>
    expect(await verify()).toEqual([]));

  test.each([
    ["a wallet's row is gone", "DELETE FROM wallets WHERE ann", "grants and holds are those of a wallet"],
    ["a wallet's row is gone", "DELETE FROM wallets WHERE ann", "ledger entries are those of a wallet"],
    [
      "a grant has less, and the wallet too",
      "UPDATE credit_grants SET remaining = remaining - 1 WHERE state = 'ACTIVE' AND ann",
      "what remains of a grant is what its entries gave and took",
    ],
    ["a return is gone", "DELETE FROM window_returns WHERE ann", "what a live rolling supply has left"],
    [
      "a return is of too much",
      "UPDATE window_returns SET amount = amount + 1 WHERE ann",
      "what a live rolling supply has left",
    ],
    [
      "a call's key is gone",
      "DELETE FROM idempotency_keys WHERE result_id LIKE 'usage%' AND ann",
      "every call has one key that stands for it",
    ],
    [
      "a call's key stands for something else",
      "UPDATE idempotency_keys SET result_id = 'usage_x' WHERE result_id LIKE 'usage%' AND ann",
      "every such key one call",
    ],
    [
      "a call says that it had another key",
      "UPDATE usage_records SET idempotency_key = 'another' WHERE ann",
      "every call has one key that stands for it",
    ],
    [
      "a hold's key is gone",
      "DELETE FROM idempotency_keys WHERE result_id LIKE 'hold%' AND ann",
      "the key of every hold stands for it",
    ],
    [
      "a reversal's key is gone",
      "DELETE FROM idempotency_keys WHERE result_id LIKE 'reversal%' AND ann",
      "the key of every reversal stands for it",
    ],
    ["a hold is gone", "DELETE FROM holds WHERE ann", "that a key stands for is there"],
    ["a reversal is gone", "DELETE FROM reversals WHERE ann", "that a key stands for is there"],
    [
      "an event is gone",
      "DELETE FROM events WHERE sequence = 1 AND ann",
      "events are numbered without a gap",
    ],
    [
      "an alert is gone",
      `INSERT INTO alerts (customer_id, alert_id, sequence, kind, unit, data, raised_at)
       VALUES ('ann', 'second', 2, 'LOW_BALANCE', 'credit', '{}', 0)`,
      "alerts are numbered without a gap",
    ],
  ])("finds that %s", async (_, change, law) => {
    await break_(change);
    const found = await verify();
    expect(found.map((drift) => drift.law)).toContainEqual(expect.stringContaining(law));
    expect(new Set(found.map(({ row }) => row.customer_id))).toEqual(new Set(["ann"]));
  });

  test.each(["ann", "bob", "zoe"])("finds that the row of customer %s is gone", async (id) => {
    await break_(`DELETE FROM customers WHERE customer_id = '${id}'`);
    const found = await verify();
    const tables = found.map(({ row }) => row.rows_of);
    expect(tables).toEqual(
      expect.arrayContaining(["credit_grants", "events", "ledger_entries", "subscriptions", "wallets"]),
    );
    expect(new Set(found.map(({ row }) => row.customer_id))).toEqual(new Set([id]));
  });
});

describe("scrip verify, of what tiers count", () => {
  test("finds a count that is not that of the calls, and one that is gone", async () => {
    const scrip = await startScrip(tiers);
    const { sdk, database } = scrip;
    const verify = () => makeVerify(database)(() => undefined);
    const change = (sql: string) => database.transact((tx) => tx.query(sql));
    expectResult(await sdk.createCustomer({ id: "ann", plan: "small" }), "CustomerCreated");
    for (const operation of ["api.graduated", "api.volume", "api.package", "api.flat"])
      expectResult(await sdk.consume({ customerId: "ann", operation, quantity: "3" }), "Consumed");
    expect(await verify()).toEqual([]);
    await change("UPDATE usage_counters SET quantity = quantity + 1");
    expect(new Set((await verify()).map((drift) => drift.law))).toEqual(
      new Set([expect.stringContaining("what is counted of an operation")]),
    );
    await change("DELETE FROM usage_counters");
    expect((await verify()).map(({ row }) => row)).toEqual(
      ["api.graduated", "api.package", "api.volume"].map((operation) => ({
        ...{ customer_id: "ann", operation, counted: 0, used: 3_000_000 },
      })),
    );
    await scrip.close();
  });
});

describe("scrip verify of billing periods", () => {
  let scrip: RunningScrip;

  beforeEach(async () => {
    scrip = await startScrip("scenario-payg");
    const { sdk } = scrip;
    const call = { customerId: "ann", operation: "image.detect", quantity: "20" };
    expectResult(await sdk.createCustomer({ id: "ann", plan: "payg" }), "CustomerCreated");
    const [part, whole] = [await sdk.consume(call), await sdk.consume(call)].map(
      (result) => expectResult(result, "Consumed").usageRecord.id,
    );
    expectResult(await sdk.consume(call), "Consumed");
    const undo = { customerId: "ann", usageRecordId: part ?? "", amount: "0.25" };
    expectResult(await sdk.reverseUsage(undo), "UsageReversed");
    const { amount: _, ...all } = undo;
    expectResult(await sdk.reverseUsage({ ...all, usageRecordId: whole ?? "" }), "UsageReversed");
  });

  afterEach(() => scrip.close());

  test("finds nothing wrong when calls were reversed, in part and in full", async () =>
    expect(await makeVerify(scrip.database)(() => undefined)).toEqual([]));

  test.each([
    ["how much was used", "quantity = quantity + 1", 1],
    ["how many calls there were", "calls = calls - 1", 1],
    ["what it costs", "amount = amount - 1, postpaid = postpaid - 1", 1],
    ["who paid it", "allowance = allowance + 5, prepaid = prepaid - 5", 1],
    ["what it adds up to", "postpaid = postpaid + 1", 2],
    ["which period it was", "period_index = period_index + 1", 2],
  ])("finds that somebody has changed %s", async (_, change, drifts) => {
    await scrip.database.transact((tx) => tx.query(`UPDATE period_usage SET ${change}`));
    const found = await makeVerify(scrip.database)(() => undefined);
    expect(found).toHaveLength(drifts);
    for (const { law, row } of found) {
      expect(law).toContain("billing period");
      expect(row).toMatchObject({ customer_id: "ann", operation: "image.detect" });
    }
  });
});

describe("scrip verify, of money", () => {
  let scrip: RunningScrip;

  beforeEach(async () => {
    scrip = await startScrip("ximilar");
    const { sdk } = scrip;
    expectResult(await sdk.createCustomer({ id: "ann", plan: "free" }), "CustomerCreated");
    const bought = [];
    for (const quantity of [1, 2, 3]) {
      const purchase = await sdk.purchase({ customerId: "ann", creditPack: "pack-10000", quantity });
      bought.push(expectResult(purchase, "Purchased").invoice.id);
    }
    const [first = "", second = ""] = bought;
    const part = { customerId: "ann", amount: "4" };
    expectResult(await sdk.refundPurchase({ ...part, invoiceId: first }), "PurchaseRefunded");
    const kept = await sdk.refundPurchase({ ...part, invoiceId: second, settlement: "BALANCE" });
    expectResult(kept, "PurchaseRefunded");
  });

  afterEach(() => scrip.close());

  test.each([
    ["a payment that is gone", "DELETE FROM payments WHERE amount = 30000000", 1],
    ["an invoice's status", "UPDATE invoices SET status = 'OPEN' WHERE total = 30000000", 2],
    ["what was paid back", "UPDATE payments SET refunded = 5000000 WHERE amount = 10000000", 1],
    ["a refund beyond its credit note", "UPDATE refunds SET amount = amount + 1", 2],
    [
      "a credit note beyond its invoice",
      "UPDATE credit_notes SET amount = 11000000 WHERE settlement = 'REFUND'",
      3,
    ],
    ["a balance", "UPDATE credit_balances SET amount = amount + 1", 1],
    ["which credits went", "UPDATE credit_notes SET voided = 0 WHERE settlement = 'REFUND'", 2],
    ["what is to go", "UPDATE credit_grants SET clawback = 1 WHERE amount = 30000000000", 1],
    ["a grant's state", "UPDATE credit_grants SET state = 'FROZEN' WHERE amount = 30000000000", 1],
  ])("finds %s, and names the customer", async (_, change, drifts) => {
    expect(await makeVerify(scrip.database)(() => undefined)).toEqual([]);
    await scrip.database.transact((tx) => tx.query(change));
    const found = await makeVerify(scrip.database)(() => undefined);
    expect(found.map(({ law }) => law)).toHaveLength(drifts);
    expect(new Set(found.map(({ row }) => row.customer_id))).toEqual(new Set(["ann"]));
  });
});

describe("scrip verify, of what was given back for unused time", () => {
  let scrip: RunningScrip;

  /** Paid and left after a third of the month: 59 USD, of which 39.33 were given back. */
  beforeEach(async () => {
    scrip = await startScrip("ximilar");
    const { sdk } = scrip;
    const clock = await sdk.createTestClock({ now: "2026-04-01T00:00:00.000Z" });
    const created = await sdk.createCustomer({ id: "ann", plan: "business", testClockId: clock.id });
    expectResult(created, "CustomerCreated");
    await sdk.advanceTestClock({ id: clock.id, to: "2026-04-11T00:00:00.000Z" });
    const change = { customerId: "ann", plan: "free", timing: "NOW", supplyPolicy: "FORFEIT" } as const;
    expectResult(await sdk.changePlan(change), "PlanChanged");
    const [, paid] = (await sdk.invoices({ customerId: "ann" })).nodes;
    const note = {
      customerId: "ann",
      invoiceId: paid?.id ?? "",
      amount: "19.67",
      settlement: "REFUND",
    } as const;
    expectResult(await sdk.createCreditNote(note), "CreditNoteCreated");
    expect(await makeVerify(scrip.database)(() => undefined)).toEqual([]);
  });

  afterEach(() => scrip.close());

  const mostLaw = "for unused time no more is given back than was paid, credit notes included";
  const onceLaw = "unused time is given back by the invoices that say so, once";
  test.each([
    ["of money that never came", "UPDATE invoices SET status = 'VOID' WHERE unused > 0", mostLaw],
    ["of more than was charged", "UPDATE invoices SET charged = 39000000 WHERE unused > 0", mostLaw],
    ["of what was refunded as well", "UPDATE credit_notes SET amount = 30000000", mostLaw],
    ["that no invoice says", "UPDATE invoices SET unused_of = NULL", onceLaw],
    ["that nobody has noted", "UPDATE invoices SET unused = 0", onceLaw],
    [
      "and set off without a credit note",
      "UPDATE invoices SET set_off = 1000000 WHERE unused > 0",
      "what need not be paid of an invoice is what credit notes have set off, and no more than was due",
    ],
  ])("finds time given back %s", async (_, change, wanted) => {
    await scrip.database.transact((tx) => tx.query(change));
    const found = await makeVerify(scrip.database)(() => undefined);
    expect(found.map(({ law }) => law)).toContain(wanted);
  });
});

describe("verifyWallet", () => {
  test("tells the last hash and every drift of one wallet, to an admin", async () => {
    const scrip = await startScrip("imagine");
    const { sdk, database } = scrip;
    for (const id of ["ann", "bob"])
      expectResult(await sdk.createCustomer({ id, plan: "free" }), "CustomerCreated");
    const [entry] = (await sdk.ledgerEntries({ customerId: "ann" })).nodes;
    const right = { walletId: "wallet_ann/token", entries: 1, hash: entry?.hash, drifts: [] };
    expect(await sdk.verifyWallet({ customerId: "ann" })).toEqual(right);
    await database.transact((tx) => tx.query("UPDATE wallets SET posted = 7 WHERE customer_id = 'ann'"));
    const wrong = await sdk.verifyWallet({ customerId: "ann", unit: "token" });
    expect(wrong?.drifts.map(({ row }) => row.posted)).toEqual([7, 7]);
    expect((await sdk.verifyWallet({ customerId: "bob" }))?.drifts).toEqual([]);
    expect(await sdk.verifyWallet({ customerId: "bob", unit: "USD" })).toBe(null);
    expect(await sdk.verifyWallet({ customerId: "nobody" })).toBe(null);
    await scrip.close();
  });
});

test("an empty database has nothing to verify", async () => {
  const { options, drop } = await freshDatabase();
  const database = await openDatabase(options);
  expect(await makeVerify(database)(() => undefined)).toEqual([]);
  await database.close();
  await drop();
});
