import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCatalogFile, shippedCatalogs } from "../../server/catalogFile.js";
import { addMs, dayMs, instant } from "../../server/domain/instant.js";
import type { ConsumeCommand } from "../../server/metering/commands.js";
import { allTables } from "../harness/tables.js";
import { type Book, call, customer, openBook, select, tiers, units } from "./book.js";
import { type Burst, burstsFor } from "./commands.js";
import { expectLawsToHold } from "./laws.js";

interface Round {
  readonly calls: Burst;
  /** Some calls are sent twice. */
  readonly again: readonly number[];
  readonly waits: number;
}

const roundsOf = (catalog: string): fc.Arbitrary<readonly Round[]> =>
  fc.array(
    fc.record({
      calls: burstsFor(readCatalogFile(catalog), 12),
      again: fc.array(fc.nat(), { maxLength: 4 }),
      waits: fc.constantFrom(0, 1, dayMs, 10 * dayMs, 30 * dayMs),
    }),
    { minLength: 1, maxLength: 5 },
  );

function commandsOf(
  { calls, again }: Round,
  { now, round }: { now: number; round: number },
): ConsumeCommand[] {
  const made = calls.map(({ who, usage: { operation, lateBy, ...usage } }, index) => {
    const occurredAt = lateBy === null ? null : instant(now - lateBy);
    return call(who, operation, { ...usage, occurredAt, idempotencyKey: `round ${round} call ${index}` });
  });
  return [...made, ...again.flatMap((which) => made[which % made.length] ?? [])];
}

type Sending = (book: Book, commands: readonly ConsumeCommand[]) => Promise<readonly object[]>;

const sendings: Readonly<Record<string, Sending>> = {
  "one after another": async (book, commands) => {
    const outcomes = [];
    for (const command of commands) outcomes.push(await book.consume(command));
    return outcomes;
  },
  "all at once": (book, commands) => Promise.all(commands.map(book.consume)),
  "in one request": (book, commands) => book.consumeAll(commands),
};

async function books(catalog: string, rounds: readonly Round[], send: Sending) {
  const book = await openBook(catalog);
  try {
    const [cheap, dear] = [book.catalog.plans[0]?.key ?? null, book.catalog.plans.at(-1)?.key ?? null];
    await book.createCustomer(customer("ann", cheap));
    await book.createCustomer(customer("bob", dear));
    await book.createCustomer(customer("without-a-plan", null));
    const clock = await book.createTestClock({ name: null, now: addMs(book.now(), -3 * dayMs) });
    await book.createCustomer(customer("on-a-test-clock", cheap, { testClockId: clock.testClockId }));
    const answers: object[] = [];
    for (const [round, one] of rounds.entries()) {
      const outcomes = await send(book, commandsOf(one, { now: clock.now, round }));
      // The grants of draws are told as far as they are at hand, which may differ.
      answers.push(...outcomes.map((outcome) => ({ ...outcome, grants: null })));
      book.wait(one.waits);
    }
    await expectLawsToHold(book.database);
    return { answers, rows: await allTables(book.database) };
  } finally {
    await book.close();
  }
}

describe.each([...shippedCatalogs(), tiers])("with the catalogue %s", (catalog) => {
  test("calls at once are answered, and leave the books, as if each had come alone", () =>
    fc.assert(
      fc.asyncProperty(roundsOf(catalog), async (rounds) => {
        const [alone, ...others] = await Promise.all(
          Object.values(sendings).map((send) => books(catalog, rounds, send)),
        );
        for (const other of others) expect(other).toEqual(alone);
      }),
      { numRuns: 8 },
    ));
});

test("a customer who names somebody else's record keeps nobody from naming their own at the same time", async () => {
  const book = await openBook("ximilar");
  for (const id of ["ann", "bob"]) await book.createCustomer(customer(id, "free"));
  const used = await book.consume(call("ann", "image.recognize", { idempotencyKey: "used" }));
  if (used.kind !== "consumed") throw new Error(`The call was answered with ${used.kind}.`);
  const undo = (customerId: string) => {
    const what = { usageRecordId: used.usageRecord.id, amount: null, reason: null };
    return book.reverseUsage({ ...what, customerId, idempotencyKey: "undo" });
  };
  const answers = await Promise.all(["ann", "bob", "nobody"].map(undo));
  expect(answers.map(({ kind }) => kind)).toEqual([
    "usageReversed",
    "usageRecordNotFound",
    "customerNotFound",
  ]);
  await book.close();
});

describe("a price by what the month has used", () => {
  const use = (book: Book, quantity: number, key: string, occurredAt = book.now()) =>
    call("acme", "api.graduated", { quantity: units(quantity), idempotencyKey: key, occurredAt });

  async function priced(book: Book, command: ConsumeCommand): Promise<number> {
    const outcome = await book.consume(command);
    if (outcome.kind !== "consumed") throw new Error(`The call was answered with ${outcome.kind}.`);
    return outcome.usageRecord.amount / 1_000_000;
  }

  async function bookAtTheEndOfAMonth(): Promise<Book> {
    const book = await openBook(tiers);
    await book.createCustomer(customer("acme", "large"));
    book.wait(Date.parse("2026-02-28T23:59:00Z") - book.now());
    return book;
  }

  test("goes on where the calls of the same month left off, and begins anew with the next", async () => {
    const book = await bookAtTheEndOfAMonth();
    expect(await priced(book, use(book, 20, "a"))).toBe(60);
    expect(await priced(book, use(book, 20, "b"))).toBe(50);
    expect(await priced(book, use(book, 20, "a"))).toBe(60);
    book.wait(60_000);
    expect(await priced(book, use(book, 20, "c"))).toBe(60);
    await expectLawsToHold(book.database);
    await book.close();
  });

  test("counts a call that is told of late to the month in which it happened", async () => {
    const book = await bookAtTheEndOfAMonth();
    const february = book.now();
    expect(await priced(book, use(book, 30, "a"))).toBe(90);
    book.wait(dayMs);
    expect(await priced(book, use(book, 10, "b"))).toBe(30);
    expect(await priced(book, use(book, 10, "late", february))).toBe(20);
    const sql = "SELECT period_index, quantity FROM usage_counters ORDER BY period_index";
    expect(await select(book.database, sql)).toEqual([
      { period_index: 1, quantity: units(40) },
      { period_index: 2, quantity: units(10) },
    ]);
    await book.close();
  });

  test("counts a call of a clock that runs ahead to the month in which it arrives", async () => {
    const book = await bookAtTheEndOfAMonth();
    const march = addMs(book.now(), 2 * 60_000);
    expect(await priced(book, use(book, 30, "a"))).toBe(90);
    expect(await priced(book, use(book, 10, "ahead", march))).toBe(20);
    expect(await priced(book, use(book, 10, "b"))).toBe(20);
    await book.close();
  });
});
