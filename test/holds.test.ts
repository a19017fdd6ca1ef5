import { expectResult, type Hold, type ScripClient } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { type Actor, scenario } from "./harness/scenario.js";

const start = "2026-04-15T00:00:00.000Z";
const anime = { operation: "image.text-to-image", attributes: { style: "anime" } };

/** What these stories do with holds, for one customer of a server. */
function holding(sdk: ScripClient, { id: customerId }: Actor) {
  const wallet = async () => {
    const found = await sdk.wallet({ customerId });
    if (found === null) throw new Error("There is no wallet.");
    return found;
  };
  return {
    /** Five tokens for each anime image of Imagine's catalogue. */
    images: async (quantity: string, parts: { expiresInSeconds?: number } = {}): Promise<Hold> =>
      expectResult(await sdk.reserve({ customerId, ...anime, quantity, ...parts }), "Reserved").hold,
    reserve: async (operation: string, quantity: string): Promise<Hold> =>
      expectResult(await sdk.reserve({ customerId, operation, quantity }), "Reserved").hold,
    capture: async (
      holdId: string,
      parts: { quantity?: string; final?: boolean; beyondHold?: boolean } = {},
    ) => expectResult(await sdk.capture({ customerId, holdId, ...parts }), "Captured"),
    hold: async (id: string) => {
      const hold = await sdk.hold({ customerId, id });
      if (hold === null) throw new Error("There is no such hold.");
      return hold;
    },
    wallet,
    balances: async () => {
      const { posted, held, available } = await wallet();
      return { posted, held, available };
    },
    ledger: async () =>
      (await sdk.ledgerEntries({ customerId })).nodes
        .map(({ type, amount }) => `${type} ${amount}`)
        .reverse(),
  };
}

describe("a hold", () => {
  test("sets credits aside that no other call can spend, and charges nothing", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const { images, balances, ledger } = holding(sdk, ann);
      const hold = await images("12");
      expect(hold).toMatchObject({
        status: "ACTIVE",
        amount: "60",
        held: "60",
        captured: "0",
        endedAt: null,
      });
      expect(hold.draws).toMatchObject([{ amount: "60", grant: { source: "SUPPLY" } }]);
      expect(await balances()).toEqual({ posted: "100", held: "60", available: "40" });
      const tooMuch = { customerId: ann.id, ...anime, quantity: "9" };
      const facts = { required: "45", available: "40", shortBy: "5" };
      expect(await sdk.consume(tooMuch)).toMatchObject({ __typename: "InsufficientCredits", ...facts });
      expect(await sdk.reserve(tooMuch)).toMatchObject({ __typename: "InsufficientCredits", ...facts });
      expectResult(await sdk.consume({ ...tooMuch, quantity: "8" }), "Consumed");
      expect(await ledger()).toEqual(["GRANT 100", "USAGE -40"]);
    }));

  test("is charged what the call came to, and the rest can be spent again", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const { images, capture, balances, ledger } = holding(sdk, await customer("free", start));
      const { id } = await images("10");
      const { usageRecord, hold, wallet } = await capture(id, { quantity: "7" });
      expect(usageRecord).toMatchObject({ amount: "35", quantity: "7", holdId: id, balanceAfter: "65" });
      expect(hold).toMatchObject({
        status: "CAPTURED",
        held: "0",
        captured: "35",
        draws: [],
        endedAt: start,
      });
      expect(wallet).toMatchObject({ posted: "65", held: "0", available: "65" });
      expect(await balances()).toEqual({ posted: "65", held: "0", available: "65" });
      expect(await ledger()).toEqual(["GRANT 100", "USAGE -35"]);
    }));

  test("can be captured in parts, and keeps what is left until the last of them", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const { images, capture, balances } = holding(sdk, await customer("free", start));
      const { id } = await images("10");
      const first = await capture(id, { quantity: "3", final: false });
      expect(first.hold).toMatchObject({ status: "ACTIVE", held: "35", captured: "15" });
      const second = await capture(id, { quantity: "3", final: false });
      expect(second.hold).toMatchObject({ status: "ACTIVE", held: "20", captured: "30" });
      expect(await balances()).toEqual({ posted: "70", held: "20", available: "50" });
      const last = await capture(id, { quantity: "1" });
      expect(last.hold).toMatchObject({ status: "CAPTURED", held: "0", captured: "35" });
      expect(await balances()).toEqual({ posted: "65", held: "0", available: "65" });
    }));

  test("refuses to be charged more than it holds, unless that is asked for and there are credits", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const { images, capture, balances } = holding(sdk, ann);
      const { id } = await images("10");
      const more = { customerId: ann.id, holdId: id, quantity: "12", idempotencyKey: "the end" };
      const refusal = { code: "HOLD_EXCEEDED", required: "60", held: "50", exceededBy: "10" };
      expect(await sdk.capture(more)).toMatchObject(refusal);
      expect(await balances()).toEqual({ posted: "100", held: "50", available: "50" });
      const far = { ...more, quantity: "21", beyondHold: true };
      const short = { code: "INSUFFICIENT_CREDITS", required: "105", available: "100", shortBy: "5" };
      expect(await sdk.capture(far)).toMatchObject(short);
      // A refusal has left the key free.
      const captured = expectResult(await sdk.capture({ ...more, beyondHold: true }), "Captured");
      expect(captured.usageRecord.draws.map(({ amount }) => amount)).toEqual(["50", "10"]);
      expect(captured.hold).toMatchObject({ status: "CAPTURED", captured: "60" });
      expect(await capture((await images("8")).id)).toMatchObject({ wallet: { available: "0" } });
    }));

  test("is charged by the attributes that the call had in the end", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const { images } = holding(sdk, ann);
      const { id } = await images("3");
      const dev = { customerId: ann.id, holdId: id, quantity: "1", attributes: { style: "flux-dev" } };
      const { usageRecord } = expectResult(await sdk.capture(dev), "Captured");
      expect(usageRecord).toMatchObject({ amount: "15", attributes: { style: "flux-dev" } });
    }));

  test("that is released gives everything back", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const { images, balances, ledger } = holding(sdk, ann);
      const { id } = await images("10");
      const released = await sdk.release({ customerId: ann.id, holdId: id });
      expect(released).toMatchObject({ __typename: "Released", hold: { status: "RELEASED", held: "0" } });
      expect(await balances()).toEqual({ posted: "100", held: "0", available: "100" });
      expect(await ledger()).toEqual(["GRANT 100"]);
      const facts = { code: "HOLD_NOT_ACTIVE", hold: { id, status: "RELEASED" } };
      expect(await sdk.capture({ customerId: ann.id, holdId: id })).toMatchObject(facts);
      expect(await sdk.release({ customerId: ann.id, holdId: id })).toMatchObject(facts);
    }));

  test("ends by itself to the millisecond, whether or not anybody looks", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const { images, balances, hold } = holding(sdk, ann);
      const { id, expiresAt } = await images("10", { expiresInSeconds: 60 });
      expect(expiresAt).toBe("2026-04-15T00:01:00.000Z");
      await ann.goTo("2026-04-15T00:00:59.999Z");
      expect(await balances()).toEqual({ posted: "100", held: "50", available: "50" });
      expect(await hold(id)).toMatchObject({ status: "ACTIVE", held: "50" });
      await ann.goTo(expiresAt);
      expect(await balances()).toEqual({ posted: "100", held: "0", available: "100" });
      expect(await hold(id)).toMatchObject({ status: "EXPIRED", held: "0", endedAt: expiresAt });
      const refused = await sdk.capture({ customerId: ann.id, holdId: id });
      expect(refused).toMatchObject({ code: "HOLD_NOT_ACTIVE", hold: { status: "EXPIRED" } });
    }));

  test("can be given more time, and never less", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const { images, capture } = holding(sdk, ann);
      const { id } = await images("10", { expiresInSeconds: 60 });
      await ann.goTo("2026-04-15T00:00:30.000Z");
      const extend = async (expiresInSeconds: number) => {
        const input = { customerId: ann.id, holdId: id, expiresInSeconds };
        return expectResult(await sdk.extendHold(input), "HoldExtended").hold.expiresAt;
      };
      expect(await extend(600)).toBe("2026-04-15T00:10:30.000Z");
      expect(await extend(1)).toBe("2026-04-15T00:10:30.000Z");
      await ann.goTo("2026-04-15T00:10:29.999Z");
      expect((await capture(id)).usageRecord.amount).toBe("50");
    }));

  test("made, captured, extended and released under one key each has one effect", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const { balances } = holding(sdk, ann);
      const reserve = { customerId: ann.id, ...anime, quantity: "4", idempotencyKey: "reserve" };
      const { hold } = expectResult(await sdk.reserve(reserve), "Reserved");
      const extend = { customerId: ann.id, holdId: hold.id, expiresInSeconds: 900, idempotencyKey: "extend" };
      const capture = { customerId: ann.id, holdId: hold.id, quantity: "1", final: false };
      const part = { ...capture, idempotencyKey: "capture" };
      const release = { customerId: ann.id, holdId: hold.id, idempotencyKey: "release" };
      const all = [
        () => sdk.reserve(reserve),
        () => sdk.extendHold(extend),
        () => sdk.capture(part),
        () => sdk.release(release),
      ];
      for (const send of all) await send();
      for (const send of all)
        expect(await send()).toMatchObject({ replayed: true, hold: { id: hold.id, status: "RELEASED" } });
      expect(await balances()).toEqual({ posted: "95", held: "0", available: "95" });
      expect(await sdk.capture({ ...part, quantity: "2" })).toMatchObject({ code: "IDEMPOTENCY_CONFLICT" });
      expect(await sdk.release({ ...release, idempotencyKey: "capture" })).toMatchObject({
        code: "IDEMPOTENCY_CONFLICT",
      });
    }));

  test("of another customer, or of nobody, is not found", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const [ann, bob] = [await customer("free", start), await customer("free", start)];
      const { id } = await holding(sdk, ann).images("1");
      expect(await sdk.hold({ customerId: bob.id, id })).toBe(null);
      const customerId = bob.id;
      for (const answer of [
        await sdk.capture({ customerId, holdId: id }),
        await sdk.release({ customerId, holdId: id }),
        await sdk.extendHold({ customerId, holdId: id, expiresInSeconds: 5 }),
      ])
        expect(answer).toMatchObject({ code: "HOLD_NOT_FOUND", holdId: id });
      const nobody = await sdk.release({ customerId: "nobody", holdId: id });
      expect(nobody).toMatchObject({ code: "CUSTOMER_NOT_FOUND" });
    }));

  test("is listed, newest first, page by page and by where it stands", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const { images, capture } = holding(sdk, ann);
      const ids: string[] = [];
      for (const quantity of ["1", "2", "3"]) ids.unshift((await images(quantity)).id);
      await capture(ids[1] ?? "");
      const customerId = ann.id;
      const page = await sdk.holds({ customerId, first: 2 });
      expect(page.nodes.map(({ id }) => id)).toEqual(ids.slice(0, 2));
      const rest = await sdk.holds({ customerId, first: 2, after: page.pageInfo.endCursor ?? "" });
      expect(rest.nodes.map(({ id }) => id)).toEqual(ids.slice(2));
      await ann.goTo("2026-04-15T01:00:00.000Z");
      const statuses = (await sdk.holds({ customerId })).nodes.map(({ status }) => status);
      expect(statuses).toEqual(["EXPIRED", "CAPTURED", "EXPIRED"]);
      expect((await sdk.holds({ customerId, status: "CAPTURED" })).nodes.map(({ id }) => id)).toEqual([
        ids[1],
      ]);
    }));
});

describe("a grant that expires under a hold", () => {
  const nextMonth = "2026-05-15T00:00:00.000Z";

  test("is honoured until the hold ends: the capture still burns it, the rest expires then", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const { images, capture, balances, ledger, wallet } = holding(sdk, ann);
      await ann.goTo("2026-05-14T23:59:00.000Z");
      const { id } = await images("10");
      await ann.goTo(nextMonth);
      // The free half has expired, the new supply is there, and the held half waits for its hold.
      expect(await balances()).toEqual({ posted: "150", held: "50", available: "100" });
      expect((await wallet()).grants.map(({ remaining }) => remaining)).toEqual(["100"]);
      const { usageRecord } = await capture(id, { quantity: "6" });
      expect(usageRecord.draws).toMatchObject([{ amount: "30" }]);
      expect(await balances()).toEqual({ posted: "100", held: "0", available: "100" });
      expect(await ledger()).toEqual(["GRANT 100", "EXPIRY -50", "GRANT 100", "USAGE -30", "EXPIRY -20"]);
    }));

  test("expires at its own time when the hold that had all of it is released before", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const { images, balances, ledger } = holding(sdk, ann);
      const lot = { amount: "30", priority: -1, expiresAt: "2026-04-15T01:00:00.000Z" };
      expectResult(await sdk.grantCredits({ customerId: ann.id, ...lot }), "CreditsGranted");
      const { id } = await images("6", { expiresInSeconds: 86_400 });
      expectResult(await sdk.release({ customerId: ann.id, holdId: id }), "Released");
      await ann.goTo("2026-04-15T01:00:00.000Z");
      expect(await balances()).toEqual({ posted: "100", held: "0", available: "100" });
      expect(await ledger()).toEqual(["GRANT 100", "GRANT 30", "EXPIRY -30"]);
    }));

  test("expires in the order in which its holds were made when they end at one instant", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const { images, ledger } = holding(sdk, ann);
      const lot = { amount: "30", priority: -1, expiresAt: "2026-04-15T01:00:00.000Z" };
      expectResult(await sdk.grantCredits({ customerId: ann.id, ...lot }), "CreditsGranted");
      const { id: holdId } = await images("2", { expiresInSeconds: 600 });
      await images("1", { expiresInSeconds: 86_400 });
      const extend = { customerId: ann.id, holdId, expiresInSeconds: 86_400 };
      expectResult(await sdk.extendHold(extend), "HoldExtended");
      await ann.goTo("2026-04-17T00:00:00.000Z");
      expect((await ledger()).slice(2)).toEqual(["EXPIRY -15", "EXPIRY -10", "EXPIRY -5"]);
    }));

  test("does not outlive it when the hold is released or expires", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", start);
      const { images, balances, ledger } = holding(sdk, ann);
      await ann.goTo("2026-05-14T23:55:00.000Z");
      const [first] = [await images("4"), await images("6")];
      await ann.goTo("2026-05-15T00:04:00.000Z");
      await sdk.release({ customerId: ann.id, holdId: first.id });
      expect(await balances()).toEqual({ posted: "130", held: "30", available: "100" });
      await ann.goTo("2026-05-15T00:05:00.000Z");
      expect(await balances()).toEqual({ posted: "100", held: "0", available: "100" });
      expect(await ledger()).toEqual(["GRANT 100", "EXPIRY -50", "GRANT 100", "EXPIRY -20", "EXPIRY -30"]);
    }));
});

test("a hold goes back to the exact grants: what it took of the supply expires, what it took of a pack stays", () =>
  scenario("imagine", async ({ sdk, customer }) => {
    const ann = await customer("free", start);
    const { images, wallet } = holding(sdk, ann);
    expectResult(await sdk.purchase({ customerId: ann.id, creditPack: "tokens-500" }), "Purchased");
    const hold = await images("30");
    expect(hold.draws.map(({ grant, amount }) => `${grant.source} ${amount}`)).toEqual([
      "SUPPLY 100",
      "PACK 50",
    ]);
    await sdk.release({ customerId: ann.id, holdId: hold.id });
    const shown = (await wallet()).grants.map(
      ({ source, remaining, held }) => `${source} ${remaining} ${held}`,
    );
    expect(shown).toEqual(["SUPPLY 100 0", "PACK 500 0"]);
  }));

test("in a rolling window a hold takes room at once, and its capture comes back 30 days after it was charged", () =>
  scenario("scrollsequence", async ({ sdk, customer }) => {
    const ann = await customer("free", start);
    const { reserve, capture, balances, wallet } = holding(sdk, ann);
    const { id } = await reserve("image.generate", "5");
    expect(await balances()).toEqual({ posted: "100", held: "50", available: "50" });
    await ann.goTo("2026-04-15T00:05:00.000Z");
    await capture(id, { quantity: "4" });
    expect((await wallet()).returns).toEqual([{ at: "2026-05-15T00:05:00.000Z", amount: "40" }]);
    await ann.goTo("2026-05-15T00:05:00.000Z");
    expect(await balances()).toEqual({ posted: "100", held: "0", available: "100" });
  }));

test("on a postpaid plan a hold takes the free allowance first and reserves room for what would be owed", () =>
  scenario("scenario-payg", async ({ sdk, customer }) => {
    const ann = await customer("payg", start);
    const { wallet } = holding(sdk, ann);
    const sdxl = {
      operation: "image.generate",
      attributes: { model: "sdxl", steps: 30, width: 1024, height: 1024 },
    };
    const reserved = await sdk.reserve({ customerId: ann.id, ...sdxl, quantity: "20" });
    const { hold } = expectResult(reserved, "Reserved");
    expect(hold).toMatchObject({
      amount: "0.64",
      held: "0.64",
      postpaid: "0.14",
      draws: [{ amount: "0.5" }],
    });
    expect(await wallet()).toMatchObject({ posted: "0.5", held: "0.64", available: "-0.14", postpaid: "0" });
    const captured = await sdk.capture({ customerId: ann.id, holdId: hold.id, quantity: "16" });
    const { usageRecord } = expectResult(captured, "Captured");
    expect(usageRecord).toMatchObject({ amount: "0.512", postpaid: "0.012", draws: [{ amount: "0.5" }] });
    expect(await wallet()).toMatchObject({ posted: "-0.012", held: "0", postpaid: "0.012" });
  }));

test("however many ask at once, no more is held than there is", () =>
  scenario("imagine", async ({ sdk, customer }) => {
    const ann = await customer("free", start);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => {
        const call = { customerId: ann.id, ...anime };
        return n % 2 === 0 ? sdk.reserve(call) : sdk.consume(call);
      }),
    );
    const accepted = answers.filter(({ __typename }) => __typename !== "InsufficientCredits");
    expect(accepted).toHaveLength(20);
    const { posted, held, available } = await holding(sdk, ann).balances();
    expect({ available, sum: Number(posted) - Number(held) }).toEqual({ available: "0", sum: 0 });
  }));
