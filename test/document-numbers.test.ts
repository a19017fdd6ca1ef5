import { expectResult } from "@scrip/sdk";
import { afterEach, beforeEach, expect, test } from "vitest";
import { issueInvoice } from "../server/billing/issueInvoice.js";
import { micros, microsPerUnit } from "../server/domain/amount.js";
import { type Instant, instantFrom } from "../server/domain/instant.js";
import { plainLine } from "../server/domain/invoice.js";
import { loadAccount } from "../server/ledger/load.js";
import { makeVerify } from "../server/ledger/verify.js";
import { type RunningScrip, startScrip } from "./harness/scenario.js";

let scrip: RunningScrip;
beforeEach(async () => {
  scrip = await startScrip("ximilar");
});
afterEach(() => scrip.close());

const verify = () => makeVerify(scrip.database)(() => undefined);
const numbers = async () => {
  const rows = await scrip.database.read((tx) =>
    tx.query<{ number: string }>("SELECT number FROM invoices WHERE number IS NOT NULL ORDER BY number"),
  );
  return rows.map(({ number }) => number);
};
const counted = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index + 1).padStart(6, "0")}`);

const newYear = instantFrom("2027-01-01T00:00:00.000Z");

/** An invoice of 9 USD that is made by itself, in a transaction of its own. */
async function invoice(
  customerId: string,
  invoiceId: string,
  { at, fails }: { at: Instant; fails: boolean },
) {
  const nine = micros(9 * microsPerUnit);
  const fee = { kind: "PLAN_FEE", description: "Fee", quantity: micros(microsPerUnit) } as const;
  const lines = [plainLine({ ...fee, unitPrice: nine, net: nine, amount: nine })];
  const order = {
    customerId,
    invoiceId,
    kind: "SUBSCRIPTION",
    currency: "USD",
    lines,
    at,
    of: null,
  } as const;
  await scrip.database.transact(async (tx) => {
    await loadAccount(tx, customerId, () => at);
    await issueInvoice(tx, order);
    if (fails) throw new Error("It does not come to that.");
  });
}

test("however many invoices are made at once, and some of them fail: no number is missing or there twice", async () => {
  const ids = Array.from({ length: 12 }, (_, index) => `customer-${index}`);
  for (const id of ids) expectResult(await scrip.sdk.createCustomer({ id, plan: "free" }), "CustomerCreated");
  const thisYear = instantFrom("2026-06-01T00:00:00.000Z");
  const made = await Promise.allSettled(
    ids.flatMap((id, place) =>
      [0, 1, 2, 3].map((turn) =>
        invoice(id, `inv_${id}_${turn}`, {
          at: turn === 3 ? newYear : thisYear,
          fails: (place + turn) % 3 === 0,
        }),
      ),
    ),
  );
  const failed = made.filter(({ status }) => status === "rejected");
  expect(failed).toHaveLength(16);
  expect(await numbers()).toEqual([...counted(24, "2026-"), ...counted(8, "2027-")]);
  expect(await verify()).toEqual([]);
});

test("customers on test clocks take no number of the real series", async () => {
  const { sdk } = scrip;
  const clock = await sdk.createTestClock({ now: "2026-02-01T00:00:00.000Z" });
  for (const [id, testClockId] of [["real", null] as const, ["tried", clock.id] as const]) {
    const created = await sdk.createCustomer({ id, plan: "business", testClockId });
    expectResult(created, "CustomerCreated");
  }
  await sdk.advanceTestClock({ id: clock.id, to: "2026-04-01T00:00:00.000Z" });
  expectResult(await sdk.createCustomer({ id: "second", plan: "business" }), "CustomerCreated");
  expect(await numbers()).toEqual([...counted(2, "2026-"), ...counted(3, "TEST-2026-")]);
  const first = (await sdk.invoices({ customerId: "tried" })).nodes.at(-1);
  const refund = { settlement: "REFUND" } as const;
  const note = await sdk.createCreditNote({ ...refund, customerId: "tried", invoiceId: first?.id ?? "" });
  expect(expectResult(note, "CreditNoteCreated").creditNote.number).toBe("TEST-CN-2026-000001");
  expect(await verify()).toEqual([]);
});

test.each([
  ["a gap", "UPDATE invoices SET number = '2026-000004' WHERE number = '2026-000002'"],
  ["a number twice", "UPDATE invoices SET number = '2026-000001' WHERE number = '2026-000002'"],
  ["an invoice that is gone", "DELETE FROM invoices WHERE number = '2026-000003'"],
  [
    "a number that nobody has counted",
    "UPDATE invoices SET number = '2031-000001' WHERE number = '2026-000003'",
  ],
  ["a counter that is ahead", "UPDATE document_numbers SET last = last + 1"],
])("scrip verify finds %s", async (_, change) => {
  for (const id of ["ann", "bob", "cid"])
    expectResult(await scrip.sdk.createCustomer({ id, plan: "business" }), "CustomerCreated");
  expect(await verify()).toEqual([]);
  await scrip.database.transact((tx) => tx.query(change));
  const laws = (await verify()).map(({ law }) => law);
  expect(laws).toContain(
    "documents are numbered from 1 to the last number of their series and year, each once",
  );
});
