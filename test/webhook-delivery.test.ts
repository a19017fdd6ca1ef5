import { type ScripEvent, verifyWebhook } from "@scrip/sdk";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addMs, dayMs, hourMs, type Instant, instantFrom, minuteMs } from "../server/domain/instant.js";
import { tryingMs } from "../server/domain/webhook.js";
import { makeOldestWaiting } from "../server/events/oldestWaiting.js";
import { type Database, openDatabase } from "../server/storage/database.js";
import { freshDatabase } from "./harness/engine.js";
import { type Manner, type Receiver, startReceiver } from "./harness/receiver.js";
import { allTables } from "./harness/tables.js";
import { type SenderProcess, senderOn } from "./harness/webhooks.js";

let now: Instant;
const clock = () => now;
let one: SenderProcess;
let other: SenderProcess;
let databases: Database[];
let receivers: Receiver[];
let drop: () => Promise<void>;

beforeEach(async () => {
  now = instantFrom("2026-03-10T12:00:00.000Z");
  const fresh = await freshDatabase();
  const first = await openDatabase(fresh.options);
  // Processes share a PostgreSQL by pools of their own; in SQLite's memory they could not share anything.
  const second = fresh.options.engine === "postgres" ? await openDatabase(fresh.options) : first;
  databases = [...new Set([first, second])];
  receivers = [];
  drop = fresh.drop;
  one = senderOn({ database: first, clock });
  other = senderOn({ database: second, clock });
  await one.prepare();
});
afterEach(async () => {
  for (const sender of [one, other]) await sender.dispatch.stop();
  const failures = [...one.failures, ...other.failures];
  const forgotten = await one.database.read((tx) => tx.query(waitingForNobody));
  for (const receiver of receivers) await receiver.close();
  for (const database of databases) await database.close();
  await drop();
  expect(failures).toEqual([]);
  expect(forgotten).toEqual([]);
});

/** What waits is in a lane that has a next attempt; else nobody would ever look at it. */
const waitingForNobody = `SELECT d.* FROM webhook_deliveries d LEFT JOIN webhook_lanes l
    ON l.customer_id = d.customer_id AND l.endpoint_id = d.endpoint_id
  WHERE d.status <> 'DELIVERED' AND l.next_attempt_at IS NULL`;

/** Who waits for an answer no longer than that would, on a busy machine, give up on answers as well. */
const hasty = { timeoutMs: 250 };

/** Both processes wait less. */
function beHasty(): void {
  one = senderOn({ database: one.database, clock, sending: hasty });
  other = senderOn({ database: other.database, clock, sending: hasty });
}

async function receiver(): Promise<Receiver> {
  const started = await startReceiver();
  receivers.push(started);
  return started;
}

const wait = (ms: number): void => {
  now = addMs(now, ms);
};

const customersOf = async (count: number): Promise<string[]> => {
  const ids = Array.from({ length: count }, (_, n) => `customer-${n}`);
  for (const id of ids) await one.customer(id);
  return ids;
};

/** So many things happen to each customer, in turn. */
async function happenTo(ids: readonly string[], times: number, from = 1): Promise<void> {
  for (let n = from; n < from + times; n += 1) for (const id of ids) await one.happen(id, n);
}

/** The events of each customer in the order in which they were first taken. */
function takenBy(events: readonly ScripEvent[]): Record<string, number[]> {
  const taken: Record<string, number[]> = {};
  for (const { customerId, sequence } of events) {
    const sequences = taken[customerId ?? ""] ?? [];
    taken[customerId ?? ""] = sequences.includes(sequence) ? sequences : [...sequences, sequence];
  }
  return taken;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1);
const all = (ids: readonly string[], count: number) => Object.fromEntries(ids.map((id) => [id, upTo(count)]));

/** Lets time go by, from one attempt to the next, until nothing waits. */
async function untilDelivered(endpointId: string, stepsMax = 60): Promise<void> {
  for (let step = 0; step < stepsMax; step += 1) {
    await one.work();
    const left = await Promise.all(
      (["PENDING", "FAILING"] as const).map((status) =>
        one.deliveries({ endpointId, status, customerId: null, first: 1, after: null }),
      ),
    );
    if (left.every(({ items }) => items.length === 0)) return;
    wait(hourMs);
  }
  throw new Error("It is still not delivered.");
}

const bad: readonly Manner[] = [
  ...["take, break", "refuse", "refuse, huge", "redirect", "hang", "break", "garbage", "upgrade"],
  "upgrade, reset",
] as Manner[];
const good: readonly Manner[] = ["take", "take, huge", "take, garbage"];

describe("whatever a receiver does", () => {
  test("nothing is lost, and each customer's events are taken in their order", async () => {
    beHasty();
    const ids = await customersOf(3);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...bad, ...good), { minLength: 5, maxLength: 25 }),
        async (manners) => {
          const hooks = await receiver();
          const { endpoint } = await one.createEndpoint(hooks.url);
          // What happened before is none of this endpoint's.
          const before = Object.fromEntries(
            await Promise.all(
              ids.map(async (customerId) => {
                const { items } = await one.events({ customerId, types: null, first: 1, after: null });
                return [customerId, items[0]?.sequence ?? 0] as const;
              }),
            ),
          );
          await happenTo(ids, 4, 100 * (before[ids[0] ?? ""] ?? 0) + 1);
          const left = [...manners];
          hooks.behave(() => left.shift() ?? "take");
          await untilDelivered(endpoint.endpointId);
          const expected = ids.map((id) => [id, upTo(4).map((n) => n + (before[id] ?? 0))]);
          expect(takenBy(hooks.taken())).toEqual(Object.fromEntries(expected));
          await one.deleteEndpoint(endpoint.endpointId);
        },
      ),
      { numRuns: 12 },
    );
  }, 240_000);

  test.each(bad)("to %s is a failure, which the log tells of, and is tried again", async (manner) => {
    if (manner === "hang") beHasty();
    const hooks = await receiver();
    const { endpoint } = await one.createEndpoint(hooks.url);
    const { endpointId } = endpoint;
    await customersOf(1);
    await happenTo(["customer-0"], 1);
    hooks.behave(manner);
    await one.work();
    const log = () => one.deliveries({ endpointId, status: null, customerId: null, first: 10, after: null });
    const [failing] = (await log()).items;
    expect(failing).toMatchObject({ status: "FAILING", attemptCount: 1, deliveredAt: null });
    expect(failing?.attempts).toMatchObject([{ number: 1, error: expect.stringMatching(/\S/) }]);
    const answered = { refuse: "The database is down.", "refuse, huge": "x".repeat(1_000) };
    expect(failing?.attempts[0]?.response ?? "").toBe(
      Object.entries(answered).find(([is]) => is === manner)?.[1] ?? "",
    );
    expect((await one.endpoint(endpointId))?.failingSince).toBe(now);
    hooks.behave("take");
    await one.work();
    expect(hooks.received).toHaveLength(1);
    wait(15_000);
    await one.work();
    expect(hooks.received).toHaveLength(2);
    const [delivered] = (await log()).items;
    expect(delivered).toMatchObject({ status: "DELIVERED", attemptCount: 2, deliveredAt: now });
    expect(delivered?.attempts.map(({ error }) => error)).toEqual([null, expect.any(String)]);
    expect((await one.endpoint(endpointId))?.failingSince).toBeNull();
  });

  test("an answer of 2xx counts, whatever comes with it and even if that never ends", async () => {
    const hooks = await receiver();
    await one.createEndpoint(hooks.url);
    await customersOf(1);
    const manners: Manner[] = ["take", "take, huge", "take, garbage", "take, endless"];
    await happenTo(["customer-0"], manners.length);
    hooks.behave(({ sequence }) => manners[sequence - 1] ?? "take");
    await one.work();
    expect(takenBy(hooks.taken())).toEqual({ "customer-0": [1, 2, 3, 4] });
    expect(hooks.received).toHaveLength(manners.length);
  });
});

describe("nobody waits for another's receiver", () => {
  test("while one endpoint hangs, another gets everything", async () => {
    const [hanging, healthy] = [await receiver(), await receiver()];
    hanging.behave("hang");
    // It would be waited for longer than the test may take.
    const patient = senderOn({ database: one.database, clock, sending: { timeoutMs: 600_000 } });
    await patient.createEndpoint(hanging.url);
    await patient.createEndpoint(healthy.url);
    const ids = await customersOf(12);
    await happenTo(ids, 3);
    for (let n = 0; n < 20; n += 1) await patient.dispatch.run();
    await healthy.until(36);
    expect(takenBy(healthy.taken())).toEqual(all(ids, 3));
    // No more than its slots hang, one for each customer.
    expect(hanging.received.length).toBeLessThanOrEqual(8);
    expect(new Set(hanging.received.map(({ event }) => event.customerId)).size).toBe(hanging.received.length);
    // Who stops does not wait either, and what was under way is due at once.
    await patient.dispatch.stop();
    hanging.behave("take");
    await one.work();
    expect(takenBy(hanging.taken())).toEqual(all(ids, 3));
  });

  test("while one customer's event is refused, the other customers' go on, and only theirs waits", async () => {
    const hooks = await receiver();
    const { endpoint } = await one.createEndpoint(hooks.url);
    const ids = await customersOf(5);
    await happenTo(ids, 3);
    hooks.behave(({ customerId, sequence }) =>
      customerId === "customer-2" && sequence === 2 ? "refuse" : "take",
    );
    await one.work();
    expect(takenBy(hooks.taken())).toEqual({ ...all(ids, 3), "customer-2": [1] });
    // As an operator's monitoring hears it: the next attempt is due, and nobody has made it yet.
    wait(minuteMs);
    const late = await makeOldestWaiting(one)();
    expect(late).toBeGreaterThan(minuteMs - 12_000);
    expect(late).toBeLessThan(minuteMs - 8_000);
    const { items } = await one.deliveries({
      ...{ endpointId: endpoint.endpointId, customerId: "customer-2", status: null, first: 10, after: null },
    });
    expect(items.map(({ event, status }) => [event.sequence, status])).toEqual([
      [3, "PENDING"],
      [2, "FAILING"],
      [1, "DELIVERED"],
    ]);
    hooks.behave("take");
    wait(hourMs);
    await one.work();
    expect(takenBy(hooks.taken())).toEqual(all(ids, 3));
    expect(await makeOldestWaiting(one)()).toBeNull();
  });

  test("a customer to whom very much happens leaves room for the others", async () => {
    const hooks = await receiver();
    await one.createEndpoint(hooks.url);
    const ids = await customersOf(20);
    await happenTo(["customer-0"], 60);
    await happenTo(ids.slice(1), 1);
    await one.work();
    const { "customer-0": many, ...others } = takenBy(hooks.taken());
    expect(many).toEqual(upTo(60));
    expect(others).toEqual(all(ids.slice(1), 1));
  });
});

describe("an endpoint is given up", () => {
  const wants = { types: null, first: 50, after: null };

  test("after three days of failing: the operator can see it, other endpoints hear it, and nothing is lost", async () => {
    const [failing, watching] = [await receiver(), await receiver()];
    failing.behave("refuse");
    const { endpoint } = await one.createEndpoint(failing.url);
    await one.createEndpoint(watching.url, ["WEBHOOK_ENDPOINT_DISABLED"]);
    const ids = await customersOf(2);
    await happenTo(ids, 2);
    const begun = now;
    const attempts = () => failing.received.filter(({ event }) => event.customerId === "customer-0").length;
    const times: number[] = [];
    while ((await one.endpoint(endpoint.endpointId))?.status === "ENABLED" && times.length < 100_000) {
      const before = attempts();
      await one.work();
      if (attempts() > before) times.push(now - begun);
      // As often as is useful: each wait is longer than the last one.
      wait(times.length < 5 ? 5_000 : times.length < 8 ? minuteMs : 20 * minuteMs);
    }
    const given = await one.endpoint(endpoint.endpointId);
    expect(given).toMatchObject({ status: "DISABLED", trouble: "FAILING", failingSince: begun });
    expect(times.length).toBeGreaterThanOrEqual(15);
    expect(times.length).toBeLessThanOrEqual(20);
    expect(given?.disabledAt).toBeGreaterThanOrEqual(begun + tryingMs);
    expect(given?.disabledAt).toBeLessThan(begun + tryingMs + 9 * hourMs);
    const gaps = times.slice(1).map((time, n) => time - (times[n] ?? 0));
    for (const [n, gap] of gaps.entries()) if (n > 0 && n < 8) expect(gap).toBeGreaterThan(gaps[n - 1] ?? 0);

    await one.work();
    expect(watching.taken()).toMatchObject([
      {
        type: "WEBHOOK_ENDPOINT_DISABLED",
        customerId: null,
        sequence: 1,
        data: {
          endpointId: endpoint.endpointId,
          // The path may be a secret of the receiver's.
          url: new URL(failing.url).origin,
          reason: "FAILING",
          lastError: "Status 500.",
        },
      },
    ]);
    expect((await one.events({ customerId: null, ...wants })).items).toHaveLength(1);
    // Whoever has no other endpoint has the log, once.
    expect(one.givenUp).toEqual([{ endpointId: endpoint.endpointId, trouble: "FAILING" }]);

    // What happens meanwhile waits, too.
    const count = failing.received.length;
    await happenTo(ids, 2, 3);
    wait(30 * dayMs);
    await one.work();
    expect(failing.received).toHaveLength(count);
    failing.behave("take");
    await one.updateEndpoint({ endpointId: endpoint.endpointId, changes: { status: "ENABLED" } });
    await one.work();
    expect(takenBy(failing.taken())).toEqual({ ...all(ids, 4), "": [1] });
    expect(await one.endpoint(endpoint.endpointId)).toMatchObject({
      ...{ status: "ENABLED", trouble: null, disabledAt: null, failingSince: null },
    });
  }, 120_000);

  test("at once when it says that it is gone", async () => {
    const hooks = await receiver();
    hooks.behave("gone");
    const { endpoint } = await one.createEndpoint(hooks.url);
    await customersOf(1);
    await happenTo(["customer-0"], 2);
    await one.work();
    expect(hooks.received).toHaveLength(1);
    expect(await one.endpoint(endpoint.endpointId)).toMatchObject({ status: "DISABLED", trouble: "GONE" });
  });

  test("enabling one that is enabled has what waits tried at once", async () => {
    const hooks = await receiver();
    hooks.behave("refuse");
    const { endpoint } = await one.createEndpoint(hooks.url);
    await customersOf(1);
    await happenTo(["customer-0"], 1);
    for (let n = 0; n < 6; n += 1) {
      await one.work();
      wait(hourMs);
    }
    hooks.behave("take");
    await one.updateEndpoint({ endpointId: endpoint.endpointId, changes: { status: "ENABLED" } });
    await one.work();
    expect(takenBy(hooks.taken())).toEqual(all(["customer-0"], 1));
  });

  test("by its operator: events wait until it is enabled", async () => {
    const hooks = await receiver();
    const { endpoint } = await one.createEndpoint(hooks.url);
    const { endpointId } = endpoint;
    await one.updateEndpoint({ endpointId, changes: { status: "DISABLED" } });
    await customersOf(1);
    await happenTo(["customer-0"], 2);
    await one.work();
    expect(hooks.received).toEqual([]);
    expect(await one.endpoint(endpointId)).toMatchObject({
      status: "DISABLED",
      trouble: null,
      disabledAt: now,
    });
    await one.updateEndpoint({ endpointId, changes: { status: "ENABLED" } });
    await one.work();
    expect(takenBy(hooks.taken())).toEqual(all(["customer-0"], 2));
  });

  test("while events are under way: the rest waits, and goes on in order", async () => {
    const hooks = await receiver();
    const { endpoint } = await one.createEndpoint(hooks.url);
    const { endpointId } = endpoint;
    await customersOf(1);
    await happenTo(["customer-0"], 4);
    const interrupted = senderOn({
      ...{ database: one.database, clock },
      around: (send) => async (post) => {
        const result = await send(post);
        await one.updateEndpoint({ endpointId, changes: { status: "DISABLED" } });
        return result;
      },
    });
    await interrupted.work();
    expect(takenBy(hooks.taken())).toEqual({ "customer-0": [1] });
    await one.updateEndpoint({ endpointId, changes: { status: "ENABLED" } });
    await one.work();
    expect(hooks.taken().map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
  });
});

describe("several processes", () => {
  test("share the work: every event comes once, and in order", async () => {
    const hooks = await receiver();
    await one.createEndpoint(hooks.url);
    const ids = await customersOf(10);
    await happenTo(ids, 8);
    await Promise.all([one.work(), other.work()]);
    await Promise.all([one.work(), other.work()]);
    expect(hooks.received).toHaveLength(80);
    expect(takenBy(hooks.taken())).toEqual(all(ids, 8));
  });

  test("what happens while others send is sent as well, without anything being due again later", async () => {
    const hooks = await receiver();
    await one.createEndpoint(hooks.url);
    const ids = await customersOf(3);
    const sending = { going: true };
    const work = async (sender: SenderProcess) => {
      while (sending.going) await sender.dispatch.run().then(() => new Promise(setImmediate));
    };
    const working = [work(one), work(other)];
    await Promise.all(ids.map((id) => happenTo([id], 40)));
    await hooks.until(120);
    sending.going = false;
    await Promise.all([...working, one.dispatch.idle(), other.dispatch.idle()]);
    expect(takenBy(hooks.taken())).toEqual(all(ids, 40));
    expect(hooks.received).toHaveLength(120);
  });

  test("one that dies between sending and noting it leaves the rest to the other: at least once, in order", async () => {
    const hooks = await receiver();
    const { endpoint } = await one.createEndpoint(hooks.url);
    const ids = await customersOf(3);
    await happenTo(ids, 3);
    // It has sent each customer's second event, and nobody ever hears from it again.
    const dying = senderOn({
      ...{ database: one.database, clock },
      around: (send) => async (post) => {
        const result = await send(post);
        return post.body.includes('"sequence":2') ? new Promise<never>(() => undefined) : result;
      },
    });
    await dying.dispatch.run();
    await hooks.until(6);
    await other.work();
    expect(hooks.received).toHaveLength(6);
    wait(minuteMs + 1);
    await other.work();
    expect(takenBy(hooks.taken())).toEqual(all(ids, 3));
    const times = (id: string) => hooks.taken().filter(({ customerId }) => customerId === id);
    expect(times("customer-0").map(({ sequence }) => sequence)).toEqual([1, 2, 2, 3]);
    // The same event has the same id, by which a receiver knows it.
    expect(new Set(times("customer-0").map(({ id }) => id)).size).toBe(3);
    const { items } = await other.deliveries({
      ...{ endpointId: endpoint.endpointId, status: null, customerId: null, first: 50, after: null },
    });
    expect(items.every(({ status }) => status === "DELIVERED")).toBe(true);
  });

  test("an answer that comes when the lane is another's already is noted, and moves nothing back", async () => {
    const hooks = await receiver();
    const { endpoint } = await one.createEndpoint(hooks.url);
    await customersOf(1);
    await happenTo(["customer-0"], 2);
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const slow = senderOn({
      ...{ database: one.database, clock },
      around: (send) => async (post) => {
        const result = await send(post);
        await answered;
        return { ...result, statusCode: 500, error: "Status 500." };
      },
    });
    await slow.dispatch.run();
    await hooks.until(1);
    wait(minuteMs + 1);
    await other.work();
    answer();
    await slow.dispatch.idle();
    expect((await one.endpoint(endpoint.endpointId))?.failingSince).toBeNull();
    wait(hourMs);
    await other.work();
    expect(hooks.taken().map(({ sequence }) => sequence)).toEqual([1, 1, 2]);
  });
});

describe("signatures", () => {
  const signedBy = (secret: string, { headers, body }: Receiver["received"][number]): boolean => {
    const id = String(headers["webhook-id"]);
    const sentAt = new Date(Number(headers["webhook-timestamp"]) * 1_000);
    const expected = new Webhook(secret).sign(id, sentAt, body);
    return String(headers["webhook-signature"]).split(" ").includes(expected);
  };

  test("are those of the Standard Webhooks, by the library and by our own SDK", async () => {
    const hooks = await receiver();
    const { secret } = await one.createEndpoint(hooks.url);
    await one.customer("Zürich:1");
    await one.customer("ada");
    await happenTo(["ada"], 1);
    await one.work();
    const [first] = hooks.received;
    if (first === undefined) throw new Error("Nothing came.");
    expect(signedBy(secret, first)).toBe(true);
    expect(first.headers["content-type"]).toBe("application/json");
    const { headers, body: payload } = first;
    const event = await verifyWebhook({
      payload,
      headers: { ...headers } as Record<string, string>,
      secret,
      now: new Date(now),
    });
    expect(event).toEqual(first.event);
    expect(event).toMatchObject({
      ...{ type: "CREDITS_GRANTED", customerId: "ada", sequence: 1, createdAt: "2026-03-10T12:00:00.000Z" },
      data: { unit: "credit", source: "PROMOTION", amount: "1", expiresAt: null, reason: null },
    });
    expect(headers["webhook-id"]).toBe(event.id);
  });

  test("a secret is replaced without a gap: for a while both sign, then only the new one", async () => {
    const hooks = await receiver();
    const { endpoint, secret: old } = await one.createEndpoint(hooks.url);
    const { endpointId } = endpoint;
    await customersOf(1);
    const signers = async (n: number, secrets: readonly string[]) => {
      await happenTo(["customer-0"], 1, n);
      await one.work();
      const last = hooks.received.at(-1);
      return secrets.map((secret) => last !== undefined && signedBy(secret, last));
    };
    const { secret: second, endpoint: rotated } = await one.rotateSecret({ endpointId, overlapHours: 24 });
    expect(rotated.oldSecretUntil).toBe(now + 24 * hourMs);
    expect(await signers(1, [old, second])).toEqual([true, true]);
    wait(24 * hourMs);
    expect(await signers(2, [old, second])).toEqual([false, true]);
    const { secret: third } = await one.rotateSecret({ endpointId, overlapHours: 0 });
    expect(await signers(3, [old, second, third])).toEqual([false, false, true]);
    expect(new Set([old, second, third]).size).toBe(3);
  });

  test("who rotates again, because the answer was lost, still signs with the secret that receivers know", async () => {
    const hooks = await receiver();
    const { endpoint, secret: deployed } = await one.createEndpoint(hooks.url);
    const { endpointId } = endpoint;
    await customersOf(1);
    const { secret: lost } = await one.rotateSecret({ endpointId, overlapHours: 24 });
    wait(hourMs);
    const { secret: newest, endpoint: rotated } = await one.rotateSecret({ endpointId, overlapHours: 24 });
    expect(rotated.oldSecretUntil).toBe(now + 24 * hourMs);
    await happenTo(["customer-0"], 1);
    await one.work();
    const [request] = hooks.received;
    const signers = [deployed, lost, newest].map((secret) => request && signedBy(secret, request));
    expect(signers).toEqual([true, true, true]);
    // A rotation without an overlap is what one does after a leak: none of the old ones counts any more.
    const { secret: only } = await one.rotateSecret({ endpointId, overlapHours: 0 });
    await happenTo(["customer-0"], 1, 2);
    await one.work();
    const last = hooks.received.at(-1);
    const still = [deployed, lost, newest, only].map((secret) => last && signedBy(secret, last));
    expect(still).toEqual([false, false, false, true]);
  });
});

test("the log forgets a delivery a month after it was made, and never what still waits", async () => {
  const [taking, refusing] = [await receiver(), await receiver()];
  refusing.behave("refuse");
  const { endpoint } = await one.createEndpoint(taking.url);
  const { endpoint: disabled } = await one.createEndpoint(refusing.url);
  await customersOf(1);
  await happenTo(["customer-0"], 2);
  await one.work();
  await one.updateEndpoint({ endpointId: disabled.endpointId, changes: { status: "DISABLED" } });
  const kept = async ({ endpointId }: { endpointId: string }) =>
    (await one.deliveries({ endpointId, status: null, customerId: null, first: 9, after: null })).items.map(
      ({ event, status }) => [event.sequence, status],
    );
  wait(30 * dayMs);
  await one.work();
  expect(await kept(endpoint)).toHaveLength(2);
  wait(1);
  await one.work();
  expect(await kept(endpoint)).toEqual([]);
  expect(await kept(disabled)).toEqual([
    [2, "PENDING"],
    [1, "FAILING"],
  ]);
  const attempts = await one.database.read((tx) => tx.query("SELECT * FROM webhook_attempts"));
  expect(attempts).toHaveLength(1);
  // The events themselves are history, and can be sent once more.
  const since = instantFrom("2026-03-01T00:00:00Z");
  await one.replay({ endpointId: endpoint.endpointId, from: since });
  await one.work();
  expect(taking.taken().map(({ sequence }) => sequence)).toEqual([1, 2, 1, 2]);
});

describe("once more", () => {
  test("one that waits out a pause, at once: whoever asks has mended the receiver", async () => {
    const hooks = await receiver();
    hooks.behave("refuse");
    const { endpoint } = await one.createEndpoint(hooks.url);
    await customersOf(1);
    await happenTo(["customer-0"], 2);
    await one.work();
    hooks.behave("take");
    await one.work();
    expect(hooks.taken()).toEqual([]);
    await one.redeliver(`delivery_${endpoint.endpointId}/customer-0/1`);
    await one.work();
    expect(hooks.taken().map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  test("one delivery by hand, whether or not it was taken", async () => {
    const hooks = await receiver();
    const { endpoint } = await one.createEndpoint(hooks.url);
    await customersOf(1);
    await happenTo(["customer-0"], 3);
    await one.work();
    const id = `delivery_${endpoint.endpointId}/customer-0/2`;
    expect(await one.redeliver(id)).toMatchObject({ status: "PENDING", attemptCount: 1 });
    await one.work();
    expect(hooks.taken().map(({ sequence }) => sequence)).toEqual([1, 2, 3, 2]);
    await expect(one.redeliver(`delivery_${endpoint.endpointId}/customer-0/9`)).rejects.toThrow(
      "No webhook delivery",
    );
    await expect(one.redeliver("nonsense")).rejects.toThrow("No webhook delivery");
  });

  test("everything since a time, in order, to an endpoint that is newer than that as well", async () => {
    const first = await receiver();
    const { endpoint } = await one.createEndpoint(first.url);
    const ids = await customersOf(3);
    await happenTo(ids, 2);
    await one.work();
    wait(dayMs);
    const from = now;
    await happenTo(ids, 2, 3);
    await one.work();
    wait(hourMs);
    const before = first.received.length;
    const asked = await one.replay({ endpointId: endpoint.endpointId, from });
    expect(asked.replay).toMatchObject({ from, startedAt: now, finishedAt: null, events: 0 });
    await one.work();
    expect((await one.endpoint(endpoint.endpointId))?.replay).toMatchObject({ finishedAt: now, events: 6 });
    const again = first.received.slice(before).map(({ event }) => event);
    expect(takenBy(again)).toEqual(Object.fromEntries(ids.map((id) => [id, [3, 4]])));

    const newcomer = await receiver();
    const late = await one.createEndpoint(newcomer.url);
    await one.replay({ endpointId: late.endpoint.endpointId, from: instantFrom("2020-01-01T00:00:00Z") });
    await one.work();
    expect(takenBy(newcomer.taken())).toEqual(all(ids, 4));
    expect(newcomer.received).toHaveLength(12);
  });

  test("a replay sends nothing a second time that was sent since it was asked for", async () => {
    const hooks = await receiver();
    const { endpoint } = await one.createEndpoint(hooks.url);
    await customersOf(1);
    await happenTo(["customer-0"], 2);
    await one.work();
    wait(minuteMs);
    await one.replay({ endpointId: endpoint.endpointId, from: instantFrom("2026-01-01T00:00:00Z") });
    wait(minuteMs);
    await happenTo(["customer-0"], 1, 3);
    await one.dispatch.run();
    await one.dispatch.idle();
    await one.work();
    expect(hooks.taken().map(({ sequence }) => sequence)).toEqual([1, 2, 3, 1, 2]);
  });

  test("a replay goes on where the one that began it stopped, by any process, and once", async () => {
    const hooks = await receiver();
    const { endpoint } = await one.createEndpoint(hooks.url, ["INVOICE_PAID"]);
    await customersOf(1);
    // More than one step looks at.
    const rows = Array.from({ length: 1_203 }, (_, n) => n + 1);
    await one.database.transact(async (tx) => {
      for (const n of rows)
        await tx.query(
          "INSERT INTO events (customer_id, sequence, event_id, type, data, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
          ["customer-0", n, `event_${n}`, n % 100 === 0 ? "INVOICE_PAID" : "CREDITS_GRANTED", "{}", now],
        );
    });
    await one.replay({ endpointId: endpoint.endpointId, from: now });
    await Promise.all([one.work(), other.work()]);
    await other.work();
    expect((await one.endpoint(endpoint.endpointId))?.replay).toMatchObject({ events: 12, finishedAt: now });
    expect(takenBy(hooks.taken())).toEqual({ "customer-0": upTo(12).map((n) => 100 * n) });
    expect(hooks.received).toHaveLength(12);
  });
});

test("an endpoint gets the types that it has chosen, from when it has chosen them", async () => {
  const hooks = await receiver();
  const { endpoint } = await one.createEndpoint(hooks.url, ["INVOICE_PAID", "REFUND_FAILED"]);
  await customersOf(1);
  await happenTo(["customer-0"], 2);
  await one.work();
  expect(hooks.received).toEqual([]);
  const { endpointId } = endpoint;
  await one.updateEndpoint({ endpointId, changes: { eventTypes: ["CREDITS_GRANTED"] } });
  await happenTo(["customer-0"], 1, 3);
  await one.work();
  expect(hooks.taken().map(({ sequence }) => sequence)).toEqual([3]);
});

test("a deleted endpoint gets nothing more, and nothing of it is kept", async () => {
  const [gone, stays] = [await receiver(), await receiver()];
  gone.behave("refuse");
  const { endpoint } = await one.createEndpoint(gone.url);
  await one.createEndpoint(stays.url);
  await customersOf(2);
  await happenTo(["customer-0", "customer-1"], 3);
  await one.work();
  const before = gone.received.length;
  await one.deleteEndpoint(endpoint.endpointId);
  const rows = async () => JSON.stringify(await allTables(one.database)).split(endpoint.endpointId).length;
  const kept = await rows();
  await happenTo(["customer-0"], 1, 4);
  expect(await rows()).toBe(kept);
  wait(dayMs);
  await one.work();
  expect(gone.received).toHaveLength(before);
  expect(await one.endpoint(endpoint.endpointId)).toBeNull();
  expect(JSON.stringify(await allTables(one.database))).not.toContain(endpoint.endpointId);
  expect(takenBy(stays.taken())).toEqual({ "customer-0": upTo(4), "customer-1": upTo(3) });
});

test("what was rolled back is sent to nobody, and takes nobody's place in the order", async () => {
  const hooks = await receiver();
  await one.createEndpoint(hooks.url);
  await customersOf(1);
  await one.happen("customer-0", 1);
  const failing = senderOn({
    database: {
      ...one.database,
      // All of it is done, and then the commit fails.
      transact: (work) =>
        one.database.transact(async (tx) => {
          await work(tx);
          throw new Error("The disk is gone.");
        }),
    },
    clock,
  });
  await expect(failing.happen("customer-0", 2)).rejects.toThrow("The disk is gone.");
  await one.work();
  expect(hooks.taken().map(({ sequence }) => sequence)).toEqual([1]);
  await one.happen("customer-0", 3);
  await one.work();
  expect(hooks.taken()).toMatchObject([
    { sequence: 1, data: { amount: "1" } },
    { sequence: 2, data: { amount: "3" } },
  ]);
});
