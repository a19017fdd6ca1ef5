import fc from "fast-check";
import { expect, test } from "vitest";
import { select } from "./book.js";
import { startMoney, steps } from "./money.js";

type Sum = { readonly sum: number };

test("money paid is invoices paid, and nobody keeps unused credits that were paid back, whatever happens", async () => {
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
    { numRuns: 20 },
  );
  const happened = [
    "purchased",
    "consumed",
    "reserved",
    "usageReversed",
    "purchaseRefunded",
    "creditNoteCreated",
  ];
  expect([...seen.keys()], "all of it was tried").toEqual(expect.arrayContaining(happened));
});
