import { createScripClient, expectResult, iterate, type ScripClient, type WalletChange } from "@scrip/sdk";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NewEvent } from "../server/domain/event.js";
import { instantFrom } from "../server/domain/instant.js";
import { recordEvents } from "../server/events/outbox.js";
import { type Relay, startRelay } from "./harness/relay.js";
import { adminKey, type RunningScrip, startScrip, wallClock } from "./harness/scenario.js";

let server: RunningScrip;
let sdk: ScripClient;
let relay: Relay;
/** A client whose connections can be cut. */
let far: ScripClient;

beforeAll(async () => {
  // What happens has to wake whoever follows it: nobody looks unasked.
  server = await startScrip("ximilar", { lookMs: 2_000_000_000 });
  sdk = server.sdk;
  relay = await startRelay(server.origin);
  far = createScripClient({ url: `${relay.origin}/graphql`, apiKey: adminKey });
});
afterAll(async () => {
  await relay.close();
  await server.close();
});

let customers = 0;
/** A customer with 100,000 credits, and so with one ledger entry. */
async function newCustomer(): Promise<string> {
  customers += 1;
  const id = `customer-${customers}`;
  expectResult(await sdk.createCustomer({ id, plan: "business" }), "CustomerCreated");
  return id;
}

const unit = "credit";

/** Calls of several kinds, a few at a time. */
async function makeCalls(customerId: string, count: number): Promise<void> {
  for (let made = 0; made < count; made += 5)
    await Promise.all(
      Array.from({ length: Math.min(5, count - made) }, (_, n) =>
        sdk.consume({ customerId, operation: n % 2 === 0 ? "image.tag" : "image.recognize" }),
      ),
    );
}

async function gather<Item>(items: AsyncIterable<Item>, isLast: (item: Item) => boolean): Promise<Item[]> {
  const gathered: Item[] = [];
  for await (const item of items) {
    gathered.push(item);
    if (isLast(item)) break;
  }
  return gathered;
}

async function ledgerOf(customerId: string) {
  const entries = [];
  for await (const entry of iterate(sdk.ledgerEntries, { customerId })) entries.push(entry);
  return entries.reverse();
}

const upTo = (sequence: number) => (message: { readonly sequence: number }) => message.sequence === sequence;

describe("a wallet that is followed", () => {
  test("says where it stands, and then tells each change with the balance after it", async () => {
    const customerId = await newCustomer();
    const changes = sdk.walletChanged({ customerId });
    const first = await changes.next();
    expect(first.value).toEqual({ customerId, unit, sequence: 1, balance: "100000", entry: null });
    expectResult(await sdk.consume({ customerId, operation: "image.recognize" }), "Consumed");
    expectResult(await sdk.grantCredits({ customerId, amount: "5", source: "PROMOTION" }), "CreditsGranted");
    const told = await gather(changes, upTo(3));
    expect(told).toMatchObject([
      { sequence: 2, balance: "99990", entry: { type: "USAGE", amount: "-10", balanceAfter: "99990" } },
      { sequence: 3, balance: "99995", entry: { type: "GRANT", amount: "5", balanceAfter: "99995" } },
    ]);
    expect(told.map(({ entry }) => entry)).toEqual((await ledgerOf(customerId)).slice(1));
  });

  test("tells all that there ever was from 0 on, page by page", async () => {
    const customerId = await newCustomer();
    for (let n = 0; n < 3; n += 1) {
      const items = Array.from({ length: 150 }, () => ({ customerId, operation: "image.tag" }));
      await sdk.consumeBatch({ items });
    }
    const told = await gather(sdk.walletChanged({ customerId, unit, after: 0 }), upTo(451));
    expect(told.map(({ entry }) => entry)).toEqual(await ledgerOf(customerId));
  });
});

test("calls are told in the order of the ledger, with all of their record, also those that cost nothing", async () => {
  const customerId = await newCustomer();
  const call = { customerId, operation: "image.tag" };
  expectResult(await sdk.consume({ ...call, quantity: "2", idempotencyKey: "a" }), "Consumed");
  const { hold } = expectResult(await sdk.reserve(call), "Reserved");
  const captured = await sdk.capture({ customerId, holdId: hold.id, idempotencyKey: "b" });
  expectResult(captured, "Captured");
  expectResult(await sdk.grantCredits({ customerId, amount: "1", source: "PROMOTION" }), "CreditsGranted");
  expectResult(await sdk.consume({ ...call, idempotencyKey: "c" }), "Consumed");
  const told = await gather(sdk.usageRecorded({ customerId, unit, after: 0 }), upTo(5));
  expect(told.map(({ sequence, usageRecord }) => [sequence, usageRecord.idempotencyKey])).toEqual([
    [2, "a"],
    [3, "b"],
    [5, "c"],
  ]);
  const { nodes } = await sdk.usageRecords({ customerId });
  expect(told.map(({ usageRecord }) => usageRecord)).toEqual(
    nodes.toReversed().map(({ reversals: _, ...record }) => record),
  );
});

test("alerts are told among all that happens to a customer, and nothing else is", async () => {
  const customerId = await newCustomer();
  const found = (failures: number): NewEvent => ({
    customerId,
    type: "AUTO_TOP_UP_TURNED_OFF",
    data: { unit, creditPack: "pack-10000", failures, lastFailure: "declined" },
    at: instantFrom(wallClock),
  });
  const raise = (failures: number) => server.database.transact((tx) => recordEvents(tx, [found(failures)]));
  const grant = () => sdk.grantCredits({ customerId, amount: "1", source: "PROMOTION" });
  await raise(1);
  await grant();
  let seen = 0;
  const told = gather(sdk.alertRaised({ customerId, after: 0 }), () => {
    seen += 1;
    return seen === 3;
  });
  await raise(2);
  await grant();
  await raise(3);
  const alerts = await told;
  const { nodes } = await sdk.events({ customerId, types: ["AUTO_TOP_UP_TURNED_OFF"] });
  expect(alerts.map(({ alert }) => alert)).toEqual(nodes.toReversed());
  expect(alerts.map(({ sequence }) => sequence)).toEqual(alerts.map(({ alert }) => alert.sequence));
  const later = await gather(
    sdk.alertRaised({ customerId, after: alerts[0]?.sequence ?? 0 }),
    ({ sequence }) => sequence === alerts[2]?.sequence,
  );
  expect(later).toEqual(alerts.slice(1));
});

test("everything comes exactly once and in order, wherever the connection breaks while calls go on", async () => {
  const calls = 60;
  const last = calls + 1;
  let interruptions = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 1, max: last - 1 }), { maxLength: 8 }),
      async (cuts) => {
        const customerId = await newCustomer();
        const follow = async (from: number | undefined) => {
          const told: WalletChange[] = [];
          const place = from === undefined ? {} : { unit, after: from };
          const options = {
            onInterrupted: () => {
              interruptions += 1;
            },
          };
          for await (const change of far.walletChanged({ customerId, ...place }, options)) {
            told.push(change);
            if (cuts.includes(change.sequence)) relay.cut();
            if (change.sequence === last) break;
          }
          return told.filter(({ entry }) => entry !== null).map(({ sequence }) => sequence);
        };
        const usage = gather(far.usageRecorded({ customerId, unit, after: 0 }), upTo(last));
        const [fromStart] = await Promise.all([follow(0), makeCalls(customerId, calls)]);
        expect(fromStart).toEqual(Array.from({ length: last }, (_, n) => n + 1));
        expect((await usage).map(({ sequence }) => sequence)).toEqual(fromStart.slice(1));
      },
    ),
    { numRuns: 5 },
  );
  expect(interruptions).toBeGreaterThan(0);
});

describe("it is refused", () => {
  test.each([
    ["an unknown customer", { customerId: "nobody" }, { code: "NOT_FOUND", status: 404 }],
    ["going on without the unit", { after: 0 }, { code: "BAD_INPUT", field: "unit" }],
    ["a place that nothing has reached", { unit, after: 2 }, { code: "BAD_INPUT", field: "after" }],
    ["a place below the first", { unit, after: -1 }, { code: "BAD_INPUT", field: "after" }],
    ["a unit that there is not", { unit: "coins" }, { code: "BAD_INPUT", field: "unit" }],
    ["an empty unit", { unit: "" }, { code: "BAD_INPUT", field: "unit" }],
  ])("%s", async (_, input, error) => {
    const customerId = await newCustomer();
    await expect(sdk.walletChanged({ customerId, ...input }).next()).rejects.toMatchObject(error);
  });

  test("a customer without a plan, unless the unit is named", async () => {
    expectResult(await sdk.createCustomer({ id: "planless" }), "CustomerCreated");
    const ask = { customerId: "planless" };
    await expect(sdk.usageRecorded(ask).next()).rejects.toMatchObject({ code: "BAD_INPUT", field: "unit" });
    const changes = sdk.walletChanged({ ...ask, unit });
    expect((await changes.next()).value).toMatchObject({ sequence: 0, balance: "0", entry: null });
    await changes.return();
  });

  test("without a key, or with one that is unknown", async () => {
    const stranger = createScripClient({ url: `${server.origin}/graphql`, apiKey: "nobody's" });
    await expect(stranger.walletChanged({ customerId: "x" }).next()).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
      status: 401,
    });
  });
});

test("a stream ends when its signal says so, also while nothing happens", async () => {
  const customerId = await newCustomer();
  const stop = new AbortController();
  const changes = sdk.walletChanged({ customerId }, { signal: stop.signal });
  await changes.next();
  const waiting = changes.next();
  stop.abort();
  expect(await waiting).toEqual({ done: true, value: undefined });
});
