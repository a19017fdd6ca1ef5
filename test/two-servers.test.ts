import { createScripClient, expectResult, isProblem } from "@scrip/sdk";
import { pino } from "pino";
import { expect, test } from "vitest";
import { openAdmin } from "../server/app/admin.js";
import { createApp } from "../server/app/app.js";
import { readCatalogFile } from "../server/catalogFile.js";
import { instantFrom } from "../server/domain/instant.js";
import { timeOrderedId } from "../server/ids.js";
import { freshDatabase } from "./harness/engine.js";
import { adminKey } from "./harness/scenario.js";

const outside = { clock: () => instantFrom("2026-04-15T12:00:00.000Z"), newId: timeOrderedId };

/** Several servers over one PostgreSQL, as behind a load balancer. */
async function withServers<Result>(
  count: number,
  work: (clients: ReturnType<typeof createScripClient>[]) => Promise<Result>,
): Promise<Result> {
  const { options, drop } = await freshDatabase();
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const admin = await openAdmin({ database: options }, outside);
      const config = { host: "127.0.0.1", port: 0, adminKey };
      const app = await createApp({
        config,
        database: admin.database,
        logger: pino({ level: "silent" }),
        ...outside,
      });
      return { admin, app, url: `http://127.0.0.1:${(await app.listen()).port}/graphql` };
    }),
  );
  try {
    await servers[0]?.admin.applyCatalog(readCatalogFile("ximilar"));
    const clients = servers.map(({ url }) =>
      createScripClient({ url, apiKey: adminKey, attemptsMax: 1, timeoutMs: 60_000 }),
    );
    const result = await work(clients);
    expect(await servers[0]?.admin.verify(() => undefined)).toEqual([]);
    return result;
  } finally {
    for (const { app, admin } of servers) {
      await app.close();
      await admin.close();
    }
    await drop();
  }
}

test("servers that share a PostgreSQL migrate it once, however many start at the same time", () =>
  withServers(4, async (clients) => {
    const plans = await Promise.all(clients.map((client) => client.plans()));
    expect(plans.map((offered) => offered.length)).toEqual([3, 3, 3, 3]);
  }));

test("a wallet that is spent through two servers at once is never overspent", () =>
  withServers(2, async ([one, two]) => {
    if (one === undefined || two === undefined) throw new Error("Two servers were asked for.");
    expectResult(await one.createCustomer({ id: "acme", plan: "free" }), "CustomerCreated");
    // 3,000 credits pay for 300 calls of 10; 400 are made, from both sides.
    const calls = Array.from({ length: 400 }, (_, n) =>
      (n % 2 === 0 ? one : two).consume({ customerId: "acme", operation: "image.recognize" }),
    );
    const results = await Promise.all(calls);
    expect(results.filter((result) => result.__typename === "Consumed")).toHaveLength(300);
    expect(results.filter(isProblem).every(({ code }) => code === "INSUFFICIENT_CREDITS")).toBe(true);
    expect(await two.wallet({ customerId: "acme" })).toMatchObject({ posted: "0", available: "0" });
    const report = await one.usageReport({ customerId: "acme" });
    expect(report.totals).toMatchObject([{ calls: 300, amount: "3000" }]);
  }));

test("one key sent to two servers at once has one effect", () =>
  withServers(2, async (clients) => {
    const [one] = clients;
    if (one === undefined) throw new Error("Two servers were asked for.");
    expectResult(await one.createCustomer({ id: "acme", plan: "free" }), "CustomerCreated");
    const keys = Array.from({ length: 20 }, (_, n) => `job-${n}`);
    const sent = keys.flatMap((idempotencyKey) =>
      clients.map((client) => client.consume({ customerId: "acme", operation: "image.tag", idempotencyKey })),
    );
    const consumed = (await Promise.all(sent)).map((result) => expectResult(result, "Consumed"));
    expect(consumed.filter(({ replayed }) => !replayed)).toHaveLength(20);
    expect(new Set(consumed.map(({ usageRecord }) => usageRecord.id)).size).toBe(20);
    expect((await one.wallet({ customerId: "acme" }))?.available).toBe("2600");
  }));

test("the same subscription asked for of two servers at once, again and again, is made once", () =>
  withServers(2, async (clients) => {
    const [first] = clients;
    for (let n = 0; n < 30; n += 1) {
      const id = `customer-${n}`;
      await first?.createCustomer({ id });
      const input = { customerId: id, plan: "free", idempotencyKey: "subscribe" };
      const answers = await Promise.all(clients.map((client) => client.subscribe(input)));
      const replayed = answers.map((answer) => expectResult(answer, "Subscribed").replayed);
      expect(replayed.sort()).toEqual([false, true]);
    }
  }));

test("the same customer created, and the same pack bought, through two servers at once happens once", () =>
  withServers(2, async (clients) => {
    const customer = { id: "acme", plan: "free", idempotencyKey: "signup" };
    const created = await Promise.all(clients.map((client) => client.createCustomer(customer)));
    expect(created.map((result) => expectResult(result, "CustomerCreated").replayed).sort()).toEqual([
      false,
      true,
    ]);
    const order = { customerId: "acme", creditPack: "pack-10000", idempotencyKey: "order" };
    const bought = await Promise.all(clients.map((client) => client.purchase(order)));
    expect(new Set(bought.map((result) => expectResult(result, "Purchased").grant.id)).size).toBe(1);
    expect((await clients[0]?.wallet({ customerId: "acme" }))?.available).toBe("13000");
  }));
