import fc from "fast-check";
import { expect, test } from "vitest";
import { eventDrifts } from "../harness/eventLaws.js";
import { select } from "./book.js";
import { startMoney, steps } from "./money.js";

type Sum = { readonly sum: number };

interface Bought {
  readonly credits: number;
  readonly free: number;
  readonly total: number;
  readonly credited: number;
  readonly status: string;
  readonly withdrawnAt: number | null;
  readonly drawn: number;
}

/** What can be spent of each purchase, what was paid for it, and what of that was given back. */
const bought = `
  SELECT u.credits, i.total, u.status, u.withdrawn_at AS "withdrawnAt",
    (SELECT COALESCE(SUM(d.amount), 0) FROM draws d JOIN credit_grants g ON g.grant_id = d.grant_id
     WHERE g.origin_id = u.purchase_id)
    - (SELECT COALESCE(SUM(b.amount), 0) FROM reversal_draws b JOIN credit_grants g ON g.grant_id = b.grant_id
       WHERE g.origin_id = u.purchase_id) AS drawn,
    (SELECT COALESCE(SUM(g.remaining - g.held), 0) FROM credit_grants g WHERE g.origin_id = u.purchase_id) AS free,
    (SELECT COALESCE(SUM(c.amount), 0) FROM credit_notes c WHERE c.invoice_id = i.invoice_id) AS credited
  FROM purchases u JOIN invoices i ON i.invoice_id = u.invoice_id`;

interface Fee {
  readonly status: string;
  readonly charged: number;
  readonly unused: number;
  readonly setOff: number;
  readonly total: number;
  readonly credited: number;
}

/** What was charged for each period in advance, and what of it was given back in one way or another. */
const fees = `
  SELECT i.status, i.charged, i.unused, i.total, i.set_off AS "setOff",
    (SELECT COALESCE(SUM(c.amount), 0) FROM credit_notes c WHERE c.invoice_id = i.invoice_id) AS credited
  FROM invoices i WHERE i.kind = 'SUBSCRIPTION'`;

/** No tax is due here, and no coupon was redeemed. Half a coin may be rounded. */
function expectGivenBackOnce({ status, charged, unused, setOff, total, credited }: Fee): void {
  expect(unused + credited).toBeLessThanOrEqual(charged + 5_000);
  expect(credited).toBeLessThanOrEqual(Math.max(0, total));
  if (status !== "PAID") expect([unused, credited]).toEqual([0, setOff]);
}

function expectPaidFor({ credits, free, drawn, total, credited, ...bought }: Bought): void {
  expect(credited).toBeLessThanOrEqual(total);
  // Withdrawn or not, and given again or not: a purchase is never worth more than its credits.
  expect(free + drawn).toBeLessThanOrEqual(credits);
  if (bought.withdrawnAt !== null && bought.status !== "PAID") expect(free).toBe(0);
  expect(BigInt(free) * BigInt(total) <= BigInt(credits) * BigInt(total - credited)).toBe(true);
}

test("money paid is invoices paid, and nobody keeps unused credits that were paid back, whatever happens", {
  timeout: 240_000,
}, async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const money = await startMoney();
      const { database } = money.book;
      const sum = async (sql: string) =>
        (await select<Sum>(database, `SELECT COALESCE(SUM(amount), 0) AS sum ${sql}`))[0]?.sum;
      try {
        for (const step of history) {
          await money.run(step);
          expect(await money.verify()).toEqual([]);
          expect(await eventDrifts(database)).toEqual([]);
          for (const purchase of await select<Bought>(database, bought)) {
            expectPaidFor(purchase);
            if (purchase.withdrawnAt !== null) seen.set("withdrawn", 1);
          }
          for (const fee of await select<Fee>(database, fees)) {
            expectGivenBackOnce(fee);
            if (fee.unused > 0) seen.set("given back", 1);
            if (fee.setOff > 0) seen.set("set off", 1);
          }
        }
        await money.settle();
        expect(await money.verify()).toEqual([]);
        // What the server has on record is what the bank has moved.
        const { total: taken } = money.bank.taken();
        expect(await sum("FROM payments WHERE status = 'SUCCEEDED'")).toBe(Math.round(taken * 1e6));
        const { total: givenBack } = money.bank.givenBack();
        expect(await sum("FROM refunds WHERE status = 'SUCCEEDED'")).toBe(Math.round(givenBack * 1e6));
      } finally {
        await money.book.close();
      }
      for (const [kind, times] of money.tally) seen.set(kind, (seen.get(kind) ?? 0) + times);
    }),
    { numRuns: 60 },
  );
  const happened = [
    "purchased",
    "consumed",
    "reserved",
    "usageReversed",
    "purchaseRefunded",
    "creditNoteCreated",
    "withdrawn",
    "planChanged",
    "given back",
    "set off",
  ];
  expect([...seen.keys()], "all of it was tried").toEqual(expect.arrayContaining(happened));
});
