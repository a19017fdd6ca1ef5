import { type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expectResult, iterate, type ScripClient } from "@scrip/sdk";
import { pino } from "pino";
import { afterAll, describe, expect, test } from "vitest";
import { httpServer } from "../server/http/server.js";
import { addressOf, clientAt, fixedKey, stop, workshop } from "./harness/process.js";

const shop = workshop();
afterAll(() => shop.end());

const perCall = 5;
const supply = 3_000;
const call = (idempotencyKey: string) => ({
  customerId: "ada",
  operation: "image.similarity-search",
  idempotencyKey,
});

/** A server with one customer, who has 3,000 credits and an operation that takes 5 of them. */
async function startWithCustomer() {
  const { DATABASE_URL } = await shop.emptyDatabase();
  const environment = { DATABASE_URL, SCRIP_ADMIN_KEY: fixedKey };
  const scrip = shop.start(["serve", "--catalog", "ximilar"], environment);
  const url = await addressOf(scrip);
  const client = clientAt(url, fixedKey);
  expectResult(await client.createCustomer({ id: "ada", plan: "free" }), "CustomerCreated");
  return { environment, scrip, url, client };
}

/** What a customer has and has done, and that it adds up. */
async function statement(client: ScripClient) {
  const records = await gather(iterate(client.usageRecords, { customerId: "ada" }));
  const wallet = await client.wallet({ customerId: "ada", activeOnly: false });
  const entries = await gather(iterate(client.ledgerEntries, { customerId: "ada" }));
  expect(wallet?.available).toBe(String(supply - perCall * records.length));
  expect(entries[0]?.balanceAfter).toBe(wallet?.available);
  return { records, wallet, entries };
}

async function gather<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const gathered: Item[] = [];
  for await (const item of items) gathered.push(item);
  return gathered;
}

/** A request whose head the server has begun to handle, and whose body it still waits for. */
async function underWay(url: string, body: string) {
  const sent = request(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${fixedKey}`,
      "content-length": Buffer.byteLength(body),
      expect: "100-continue",
    },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once("response", resolve).once("error", reject);
  });
  await new Promise<void>((resolve, reject) => {
    sent.once("continue", resolve).once("error", reject).flushHeaders();
  });
  return async () => {
    sent.end(body);
    const response = await answered;
    return { status: response.statusCode, text: (await gather(response)).join("") };
  };
}

describe.concurrent("when it stops", { timeout: 120_000 }, () => {
  test("requests under way get their answers, new ones are not taken, and the exit code is 0", async () => {
    const { environment, scrip, url } = await startWithCustomer();
    const query = "mutation($input: ConsumeInput!) { consume(input: $input) { __typename } }";
    const finish = await Promise.all(
      ["a", "b", "c", "d", "e"].map((key) =>
        underWay(url, JSON.stringify({ query, variables: { input: call(key) } })),
      ),
    );
    scrip.signal("SIGTERM");
    await scrip.line(/^Stopping \(SIGTERM\)/);
    const knock = () =>
      fetch(url).then(
        ({ status }) => status,
        () => "closed",
      );
    await expect.poll(knock).toBe("closed");
    const answers = await Promise.all(finish.map((send) => send()));
    for (const { status, text } of answers) {
      expect(status).toBe(200);
      expect(JSON.parse(text)).toEqual({ data: { consume: { __typename: "Consumed" } } });
    }
    expect(await scrip.exited).toEqual({ code: 0, signal: null });

    const again = shop.start([], environment);
    const { records } = await statement(clientAt(await addressOf(again), fixedKey));
    expect(records.map(({ idempotencyKey }) => idempotencyKey).sort()).toEqual(["a", "b", "c", "d", "e"]);
    await stop(again);
  });

  test("Ctrl-C stops it the same way, and after a restart every balance and list is what it was", async () => {
    const { environment, scrip, client } = await startWithCustomer();
    for (const key of ["a", "b", "c"]) expectResult(await client.consume(call(key)), "Consumed");
    const order = { customerId: "ada", creditPack: "pack-10000", idempotencyKey: "order" };
    expectResult(await client.purchase(order), "Purchased");
    const state = async (sdk: ScripClient) => ({
      customer: await sdk.customer({ id: "ada" }),
      wallet: await sdk.wallet({ customerId: "ada", activeOnly: false }),
      records: await sdk.usageRecords({ customerId: "ada", explain: true }),
      entries: await sdk.ledgerEntries({ customerId: "ada" }),
      // Links to an invoice are signed anew each time that they are asked for.
      invoices: (await sdk.invoices({ customerId: "ada" })).nodes.map(
        ({ htmlUrl: _, pdfUrl: __, ...rest }) => rest,
      ),
    });
    const before = await state(client);
    expect(before.wallet?.available).toBe("12985");
    scrip.signal("SIGINT");
    expect(await scrip.exited).toEqual({ code: 0, signal: null });
    const again = shop.start([], environment);
    expect(await state(clientAt(await addressOf(again), fixedKey))).toEqual(before);
    await stop(again);
  });

  test("killed in the middle of calls, it has every call that it answered, once, and balances that add up", async () => {
    const { environment, scrip, client } = await startWithCustomer();
    const acknowledged = new Map<string, string>();
    const enough = 60;
    const caller = async (name: string): Promise<void> => {
      for (let count = 0; ; count += 1) {
        const key = `${name}-${count}`;
        const answer = await client.consume(call(key)).catch(() => null);
        if (answer === null) return;
        acknowledged.set(key, expectResult(answer, "Consumed").usageRecord.id);
        if (acknowledged.size === enough) scrip.signal("SIGKILL");
      }
    };
    const callers = ["a", "b", "c", "d"];
    await Promise.all(callers.map(caller));
    expect(await scrip.exited).toEqual({ code: null, signal: "SIGKILL" });
    expect(acknowledged.size).toBeGreaterThanOrEqual(enough);

    const again = shop.start([], environment);
    const survivor = clientAt(await addressOf(again), fixedKey);
    const { records } = await statement(survivor);
    const stored = new Map(records.map(({ idempotencyKey, id }) => [idempotencyKey, id]));
    for (const [key, id] of acknowledged) expect({ key, id: stored.get(key) }).toEqual({ key, id });
    // What was under way may have been stored without an answer, and no more than that.
    expect(records.length - acknowledged.size).toBeLessThanOrEqual(callers.length);
    for (const key of acknowledged.keys())
      expect(expectResult(await survivor.consume(call(key)), "Consumed").replayed).toBe(true);
    expect((await statement(survivor)).records).toHaveLength(records.length);
    await stop(again);
  });
});

test("a client that never finishes its request keeps the server from stopping for a short time only", async () => {
  const http = httpServer({ logger: pino({ level: "silent" }), drainMs: 50 });
  http.post("/", () => "never sent");
  await http.listen({ host: "127.0.0.1", port: 0 });
  const { port } = http.server.address() as AddressInfo;
  const finish = await underWay(`http://127.0.0.1:${port}/`, "{}");
  await http.close();
  await expect(finish()).rejects.toThrow("socket hang up");
});
