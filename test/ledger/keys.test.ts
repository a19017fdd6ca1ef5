import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { NewId } from "../../server/domain/ids.js";
import { dayMs } from "../../server/domain/instant.js";
import { makeMeter } from "../../server/metering/meter.js";
import { allTables } from "../harness/tables.js";
import { type Book, call, customer, gift, openBook, select, units } from "./book.js";
import { expectLawsToHold } from "./laws.js";

let book: Book;
beforeEach(async () => {
  book = await openBook("imagine");
  await book.createCustomer(customer("acme", "free"));
});
afterEach(async () => {
  await expectLawsToHold(book.database);
  await book.close();
});

/** An image in this style costs one token, of which the plan gives 100. */
const image = (idempotencyKey: string, quantity = 1) =>
  call("acme", "image.text-to-image", {
    idempotencyKey,
    quantity: units(quantity),
    attributes: { style: "imagine-turbo" },
  });
const posted = async () => (await book.wallet("acme", null))?.wallet.posted;
const count = async (table: string) =>
  (await select<{ count: number }>(book.database, `SELECT COUNT(*) AS count FROM ${table}`))[0]?.count;

describe("one key has one effect", () => {
  test("when the same call is made 50 times at once", async () => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => book.consume(image("k", 3))));
    const replays = outcomes.map((outcome) => outcome.kind === "consumed" && outcome.replayed);
    expect(replays).toEqual([false, ...Array.from({ length: 49 }, () => true)]);
    expect(await count("usage_records")).toBe(1);
    expect(await posted()).toBe(units(97));
  });

  test("when the same purchase is made 10 times at once", async () => {
    const command = { customerId: "acme", creditPack: "tokens-500", quantity: 1, idempotencyKey: "k" };
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => book.purchase(command)));
    const replays = outcomes.map((outcome) => outcome.kind === "purchased" && outcome.replayed);
    expect(replays.filter((replayed) => !replayed)).toHaveLength(1);
    expect([await count("invoices"), await count("payments"), await count("purchases")]).toEqual([1, 1, 1]);
    expect(await posted()).toBe(units(600));
  });

  test("when the same grant is given and the same customer created again, however much later", async () => {
    const grant = gift("acme", units(5), { idempotencyKey: "g", expiresAt: null });
    const first = await book.grant(grant);
    book.wait(800 * dayMs);
    expect(await book.grant(grant)).toMatchObject({ ...first, replayed: true, wallet: expect.anything() });
    expect(await book.createCustomer(customer("acme", "free"))).toMatchObject({ replayed: true });
    expect(await posted()).toBe(units(105));
  });

  test("also when it is used for another input or another mutation: that is refused, and changes nothing", async () => {
    await book.consume(image("k"));
    const before = await allTables(book.database);
    const other = { kind: "idempotencyConflict", idempotencyKey: "k", usedAt: book.now() };
    expect(await book.consume(image("k", 2))).toEqual(other);
    expect(await book.grant(gift("acme", units(1), { idempotencyKey: "k" }))).toEqual(other);
    const purchase = { customerId: "acme", creditPack: "tokens-500", quantity: 1, idempotencyKey: "k" };
    expect(await book.purchase(purchase)).toEqual(other);
    expect(await allTables(book.database)).toEqual(before);
  });

  test("and each customer has keys of its own", async () => {
    await book.createCustomer(customer("other", "free"));
    const first = await book.consume(image("k"));
    const second = await book.consume({ ...image("k"), customerId: "other" });
    expect([first.kind, second.kind]).toEqual(["consumed", "consumed"]);
    expect(second).toMatchObject({ replayed: false });
  });

  test("whatever the order in which its attributes are written", async () => {
    const payg = await openBook("scenario-payg");
    await payg.createCustomer(customer("acme", "payg"));
    const attributes = { model: "sdxl", steps: 30, width: 1024, height: 1024 };
    const backwards = { height: 1024, width: 1024, steps: 30, model: "sdxl" };
    const made = { idempotencyKey: "k", attributes };
    const first = await payg.consume(call("acme", "image.generate", made));
    expect(first).toMatchObject({ kind: "consumed", replayed: false });
    const again = await payg.consume(call("acme", "image.generate", { ...made, attributes: backwards }));
    expect(again).toEqual({ ...first, replayed: true });
    await payg.close();
  });
});

describe("a key is looked at before anything else", () => {
  test("a replay is answered although the same call would be refused by now", async () => {
    await book.consume(image("k", 100));
    expect(await book.consume(image("another", 100))).toMatchObject({ kind: "insufficientCredits" });
    expect(await book.consume(image("k", 100))).toMatchObject({ kind: "consumed", replayed: true });
  });

  test("a conflict is told although the input has no price", async () => {
    await book.consume(image("k"));
    const nonsense = { ...image("k"), operation: "nothing-we-sell" };
    expect(await book.consume(nonsense)).toMatchObject({ kind: "idempotencyConflict" });
  });
});

describe("a refused call leaves its key free", () => {
  test("the same call succeeds after a top-up, and is then replayed", async () => {
    const refused = await book.consume(image("k", 101));
    expect(refused).toMatchObject({ kind: "insufficientCredits", shortBy: units(1) });
    await book.grant(gift("acme", units(1), { idempotencyKey: "top-up" }));
    expect(await book.consume(image("k", 101))).toMatchObject({ kind: "consumed", replayed: false });
    expect(await book.consume(image("k", 101))).toMatchObject({ kind: "consumed", replayed: true });
    expect(await posted()).toBe(0);
  });

  test.each([
    ["an unknown operation", { operation: "nothing-we-sell" }, "unpricedUsage"],
    ["a missing attribute", { attributes: {} }, "unpricedUsage"],
    ["too few credits", { quantity: units(1_000) }, "insufficientCredits"],
  ])("after %s, for another input too", async (_why, wrong, kind) => {
    const before = await allTables(book.database);
    expect(await book.consume({ ...image("k"), ...wrong })).toMatchObject({ kind });
    expect(await allTables(book.database)).toEqual(before);
    expect(await book.consume(image("k"))).toMatchObject({ kind: "consumed", replayed: false });
  });

  test("after a customer or a plan that there is not", async () => {
    const early = { ...image("k"), customerId: "late" };
    expect(await book.consume(early)).toMatchObject({ kind: "customerNotFound" });
    expect(await book.createCustomer(customer("late", "no-such-plan"))).toMatchObject({
      kind: "planNotFound",
    });
    expect(await book.createCustomer(customer("late", null))).toMatchObject({ kind: "customerCreated" });
    expect(await book.consume(early)).toMatchObject({ kind: "subscriptionInactive" });
  });
});

describe("nothing is minted or lost", () => {
  test("by a race: of 200 calls at once exactly those go through that the credits pay", async () => {
    const calls = Array.from({ length: 200 }, (_, index) => book.consume(image(`k${index}`)));
    const kinds = (await Promise.all(calls)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "consumed")).toHaveLength(100);
    expect(kinds.filter((kind) => kind === "insufficientCredits")).toHaveLength(100);
    expect(await posted()).toBe(0);
  });

  test("by a call that fails when half of it is written: nothing of it is left, and its key is free", async () => {
    const usedUp: NewId = () => "usage_taken";
    const { consume } = makeMeter({ ...book.needs, newId: usedUp });
    await consume([image("first")]);
    const before = await allTables(book.database);
    await expect(consume([image("second", 7)])).rejects.toThrow(/usage_records|the same rows/);
    expect(await allTables(book.database)).toEqual(before);
    expect(await book.consume(image("second", 7))).toMatchObject({ kind: "consumed", replayed: false });
    expect(await posted()).toBe(units(92));
  });

  test("by a batch: each call is judged alone and sees what those before it did", async () => {
    const calls = [image("a", 60), image("b", 60), image("c", 40), image("a", 60), image("c", 1)];
    const outcomes = await book.consumeAll(calls);
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      "consumed",
      "insufficientCredits",
      "consumed",
      "consumed",
      "idempotencyConflict",
    ]);
    expect(outcomes[3]).toMatchObject({ replayed: true });
    expect(await posted()).toBe(0);
  });
});
