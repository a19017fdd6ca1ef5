import { afterEach, expect, test } from "vitest";
import { addMs, dayMs, hourMs, type Instant, instantFrom, toIso } from "../../server/domain/instant.js";
import { allTables } from "../harness/tables.js";
import { type Book, call, customer, gift, openBook, select, started, units } from "./book.js";
import { expectLawsToHold, expectNothingOverdue } from "./laws.js";

const books: Book[] = [];
afterEach(async () => {
  for (const book of books.splice(0)) {
    await expectLawsToHold(book.database);
    await book.close();
  }
});

async function bookWith(catalog: string, plan: string): Promise<Book> {
  const book = await openBook(catalog);
  books.push(book);
  await book.createCustomer(customer("acme", plan));
  return book;
}

const goTo = (book: Book, time: Instant) => book.wait(time - book.now());
const posted = async (book: Book) => (await book.wallet("acme", null))?.wallet.posted;
const entries = async (book: Book) => {
  const { items } = await book.ledgerEntries({ customerId: "acme", unit: null, first: 100, after: null });
  return items
    .toReversed()
    .map(({ type, amount, occurredAt }) => `${toIso(occurredAt)} ${type} ${amount / 1e6}`);
};

test("a supply turns over on its anchor's day to the millisecond, however late anybody looks", async () => {
  const book = await bookWith("ximilar", "free");
  await book.consume(call("acme", "image.recognize", { quantity: units(200), idempotencyKey: "k" }));
  const turn = instantFrom("2026-02-28T10:20:30.456Z");
  goTo(book, addMs(turn, -1));
  expect(await posted(book)).toBe(units(1_000));
  goTo(book, turn);
  expect(await posted(book)).toBe(units(3_000));
  goTo(book, instantFrom("2026-05-01T00:00:00Z"));
  expect(await entries(book)).toEqual([
    "2026-01-31T10:20:30.456Z GRANT 3000",
    "2026-01-31T10:20:30.456Z USAGE -2000",
    "2026-02-28T10:20:30.456Z EXPIRY -1000",
    "2026-02-28T10:20:30.456Z GRANT 3000",
    "2026-03-31T10:20:30.456Z EXPIRY -3000",
    "2026-03-31T10:20:30.456Z GRANT 3000",
    "2026-04-30T10:20:30.456Z EXPIRY -3000",
    "2026-04-30T10:20:30.456Z GRANT 3000",
  ]);
});

test("reading a wallet shows what is due and writes nothing; the next call writes it", async () => {
  const book = await bookWith("ximilar", "free");
  book.wait(100 * dayMs);
  const before = await allTables(book.database);
  expect(await posted(book)).toBe(units(3_000));
  expect(await allTables(book.database)).toEqual(before);
  await book.consume(call("acme", "label.create", { idempotencyKey: "k" }));
  await expectNothingOverdue(book.database, book.now());
});

test("a grant that is to come starts and ends at its own times", async () => {
  const book = await bookWith("scenario-units", "starter");
  const [effectiveAt, expiresAt] = [addMs(started, 5 * hourMs), addMs(started, 6 * hourMs)];
  await book.grant(gift("acme", units(7), { effectiveAt, expiresAt, idempotencyKey: "k" }));
  const seen = [];
  for (const time of [addMs(effectiveAt, -1), effectiveAt, addMs(expiresAt, -1), expiresAt]) {
    goTo(book, time);
    seen.push(await posted(book));
  }
  expect(seen).toEqual([units(5_000), units(5_007), units(5_007), units(5_000)]);
  expect((await entries(book)).slice(1)).toEqual([
    `${toIso(effectiveAt)} GRANT 7`,
    `${toIso(expiresAt)} EXPIRY -7`,
  ]);
});

test("what a rolling window used comes back after 30 days to the millisecond, each call by itself", async () => {
  const book = await bookWith("scrollsequence", "free");
  const use = (idempotencyKey: string) => book.consume(call("acme", "image.generate", { idempotencyKey }));
  const usedAt: Instant[] = [];
  for (const key of ["a", "b", "c"]) {
    expect(await use(key)).toMatchObject({ kind: "consumed" });
    usedAt.push(book.now());
    book.wait(1);
  }
  await use("d");
  const seen = [];
  for (const time of usedAt) {
    goTo(book, addMs(time, 30 * dayMs - 1));
    seen.push(await posted(book));
    goTo(book, addMs(time, 30 * dayMs));
    seen.push(await posted(book));
    // Writing what is due must leave the same as only looking at it.
    expect((await entries(book)).at(-1)).toBe(`${toIso(book.now())} RETURN 10`);
    seen.push(await posted(book));
  }
  expect(seen.map((micros) => Number(micros) / 1e6)).toEqual([60, 70, 70, 70, 80, 80, 80, 90, 90]);
});

test("two calls of one millisecond come back together", async () => {
  const book = await bookWith("scrollsequence", "free");
  const use = (idempotencyKey: string) => call("acme", "image.generate", { idempotencyKey });
  await book.consumeAll([use("a"), use("b")]);
  await book.consume(use("c"));
  expect(await posted(book)).toBe(units(70));
  book.wait(30 * dayMs);
  expect(await posted(book)).toBe(units(100));
  expect((await entries(book)).at(-1)).toBe(`${toIso(book.now())} RETURN 30`);
});

test.each([
  ["ximilar", "free", "image.recognize"],
  ["scenario-payg", "payg", "image.detect"],
  ["scenario-units", "starter", "image.upscale"],
  ["imagine", "free", null],
])("with the catalogue %s, looking every day and looking once leave the same books", async (...row) => {
  const [catalog, plan, operation] = row;
  const days = 200;
  const run = async (looksDaily: boolean) => {
    const book = await bookWith(catalog, plan);
    for (let day = 0; day < days; day += 1) {
      if (looksDaily) await entries(book);
      if (operation !== null && day % 23 === 0)
        await book.consume(call("acme", operation, { quantity: units(3), idempotencyKey: `use ${day}` }));
      const lot = { expiresAt: addMs(book.now(), 45 * dayMs), idempotencyKey: `gift ${day}` };
      if (day % 31 === 0) await book.grant(gift("acme", units(9), lot));
      book.wait(dayMs);
    }
    await entries(book);
    return Promise.all([
      select(book.database, "SELECT * FROM credit_grants ORDER BY grant_id"),
      select(book.database, "SELECT sequence, type, amount, balance_after, occurred_at FROM ledger_entries"),
      select(book.database, "SELECT posted, held, postpaid, sequence, next_due_at FROM wallets"),
      select(book.database, "SELECT * FROM subscriptions"),
    ]);
  };
  expect(await run(true)).toEqual(await run(false));
});

test("a customer on a test clock lives by it, and nobody else does", async () => {
  const book = await bookWith("ximilar", "free");
  const clock = await book.createTestClock({ name: null, now: instantFrom("2024-01-31T00:00:00Z") });
  await book.createCustomer(customer("traveller", "free", { testClockId: clock.testClockId }));
  await book.advanceTestClock({ id: clock.testClockId, to: instantFrom("2026-01-31T00:00:00Z") });
  const supplies = await select(
    book.database,
    "SELECT customer_id, COUNT(*) AS count FROM credit_grants GROUP BY customer_id ORDER BY customer_id",
  );
  expect(supplies).toEqual([
    { customer_id: "acme", count: 1 },
    { customer_id: "traveller", count: 25 },
  ]);
  book.wait(1_000 * dayMs);
  const seen = await book.wallet("traveller", null);
  expect(seen?.supply?.renewsAt).toBe(instantFrom("2026-02-28T00:00:00Z"));
});
