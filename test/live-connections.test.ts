import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { createScripClient, expectResult } from "@scrip/sdk";
import { createClient as createEventClient } from "graphql-sse";
import { createClient } from "graphql-ws";
import { pino } from "pino";
import { afterEach, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { openAdmin } from "../server/app/admin.js";
import { createApp } from "../server/app/app.js";
import { presentBy } from "../server/billing/catchUp.js";
import { readCatalogFile } from "../server/catalogFile.js";
import { addMs, instantFrom } from "../server/domain/instant.js";
import type { LiveLimits } from "../server/http/visitors.js";
import { timeOrderedId } from "../server/ids.js";
import { makeHub } from "../server/live/hub.js";
import { makeLive } from "../server/live/streams.js";
import { freshDatabase } from "./harness/engine.js";
import { adminKey } from "./harness/scenario.js";

const unit = "credit";
/** Nobody looks unasked: what happens has to wake whoever follows it. */
const lookMs = 2_000_000_000;
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A server whose streams have the patience that the test gives them, and whose clock it moves. */
async function start(liveLimits: Partial<LiveLimits> = {}) {
  let now = instantFrom("2026-04-15T12:00:00.000Z");
  const outside = { clock: () => now, newId: timeOrderedId };
  const { options, drop } = await freshDatabase();
  const admin = await openAdmin({ database: options }, outside);
  await admin.applyCatalog(readCatalogFile("ximilar"));
  const config = { host: "127.0.0.1", port: 0, adminKey };
  const logger = pino({ level: "silent" });
  const app = await createApp({ config, database: admin.database, logger, liveLimits, lookMs, ...outside });
  const { port } = await app.listen();
  const url = `http://127.0.0.1:${port}/graphql`;
  const sdk = createScripClient({ url, apiKey: adminKey, attemptsMax: 1, timeoutMs: 30_000 });
  expectResult(await sdk.createCustomer({ id: "ada", plan: "business" }), "CustomerCreated");
  let stopped: Promise<void> | null = null;
  const stop = () => {
    stopped ??= app.close();
    return stopped;
  };
  ends.push(async () => {
    await stop();
    await admin.close();
    await drop();
  });
  return {
    sdk,
    url,
    admin,
    stop,
    wait: (ms: number) => {
      now = addMs(now, ms);
    },
    call: async () =>
      expectResult(await sdk.consume({ customerId: "ada", operation: "image.tag" }), "Consumed"),
    /** What /metrics says of one metric. */
    metric: async (name: string) => {
      const text = await (await fetch(url.replace("graphql", "metrics"))).text();
      return Number(
        text
          .split("\n")
          .find((line) => line.startsWith(`${name} `))
          ?.slice(name.length + 1),
      );
    },
  };
}

const query = `subscription ($after: Int) {
  walletChanged(customerId: "ada", unit: "credit", after: $after) { sequence entry { type } }
}`;

/** A client that says how its connection was closed; it does not come back by itself. */
function socketClient(
  url: string,
  params: Record<string, unknown> = { authorization: `Bearer ${adminKey}` },
) {
  let close: (event: unknown) => void = () => undefined;
  const closed = new Promise((resolve) => {
    close = resolve;
  });
  const client = createClient({
    url: url.replace("http", "ws"),
    webSocketImpl: WebSocket,
    connectionParams: params,
    retryAttempts: 0,
    lazyCloseTimeout: 0,
    on: { closed: (event) => close(event) },
  });
  ends.push(async () => client.dispose());
  return { client, closed: closed.then((event) => event as { code: number; reason: string }) };
}

describe("over graphql-ws", () => {
  test("a wallet is followed from where it stands, and from a place that was kept", async () => {
    const { url, call } = await start();
    const { client } = socketClient(url);
    const changes = client.iterate({ query });
    expect((await changes.next()).value).toEqual({ data: { walletChanged: { sequence: 1, entry: null } } });
    await call();
    const told = { data: { walletChanged: { sequence: 2, entry: { type: "USAGE" } } } };
    expect((await changes.next()).value).toEqual(told);
    const again = client.iterate({ query, variables: { after: 1 } });
    expect((await again.next()).value).toEqual(told);
    await Promise.all([changes.return?.(), again.return?.()]);
  });

  test("who leaves a stream is not waited for, also while nothing happens", async () => {
    const { url, metric } = await start();
    const { client } = socketClient(url);
    const changes = client.iterate({ query });
    await changes.next();
    expect(await metric("scrip_live_streams")).toBe(1);
    await changes.return?.();
    await expect.poll(() => metric("scrip_live_streams")).toBe(0);
  });

  test.each([
    ["without a key", {}],
    ["with a key that is unknown", { authorization: "Bearer nobody's" }],
  ])("%s the connection is closed with 4401", async (_, params) => {
    const { url } = await start();
    const { client, closed } = socketClient(url, params);
    client
      .iterate({ query })
      .next()
      .catch(() => undefined);
    expect(await closed).toMatchObject({
      code: 4401,
      reason: "This API key is unknown or revoked, or this token is over.",
    });
  });

  test("a connection that does not say whose it is is closed", async () => {
    const { url } = await start({ initMs: 20 });
    const socket = new WebSocket(url.replace("http", "ws"), "graphql-transport-ws");
    const code = await new Promise((resolve) => socket.once("close", resolve));
    expect(code).toBe(4408);
  });

  test("what is wrong is told as over HTTP", async () => {
    const { url } = await start({ streamsMax: 1 });
    const { client } = socketClient(url);
    const failure = async (text: string) =>
      client
        .iterate({ query: text })
        .next()
        .then(
          () => null,
          (errors: readonly { extensions: { code: string } }[]) => errors[0]?.extensions.code,
        );
    expect(await failure("subscription {")).toBe("GRAPHQL_PARSE_FAILED");
    expect(await failure("subscription { nothing }")).toBe("GRAPHQL_VALIDATION_FAILED");
    expect(await failure("{ plans { key } }")).toBe("BAD_REQUEST");
    expect(await failure('subscription { walletChanged(customerId: "bob") { sequence } }')).toBe("NOT_FOUND");
    const changes = client.iterate({ query });
    await changes.next();
    expect(await failure(query)).toBe("OVERLOADED");
    await changes.return?.();
  });

  test.each(["//", "http://", "/graphql/../", "\u00ff"])(
    "an upgrade at %j is turned away, and nothing else happens",
    async (path) => {
      const { url, sdk } = await start();
      const { port, hostname } = new URL(url);
      const head = "Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
      const answer = await new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), hostname, () => socket.write(`GET ${path} HTTP/1.1\r\n${head}`));
        socket.once("data", (data) => {
          resolve(String(data));
          socket.destroy();
        });
        socket.once("error", reject);
      });
      expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
      expect(await sdk.plans()).not.toEqual([]);
    },
  );

  test("another path has no sockets, and neither has a server that is full", async () => {
    const { url, sdk } = await start({ connectionsMax: 1 });
    const answer = (address: string) =>
      new Promise((resolve) => {
        const socket = new WebSocket(address.replace("http", "ws"), "graphql-transport-ws");
        socket.once("unexpected-response", (_, { statusCode }: IncomingMessage) => resolve(statusCode));
        socket.once("error", () => undefined);
      });
    expect(await answer(`${url}iql`)).toBe(404);
    const changes = sdk.walletChanged({ customerId: "ada" });
    await changes.next();
    expect(await answer(url)).toBe(503);
    await changes.return();
  });
});

test("who catches up with a long past takes turns with everybody else", async () => {
  const { sdk, admin } = await start();
  const items = Array.from({ length: 500 }, () => ({ customerId: "ada", operation: "image.tag" }));
  await sdk.consumeBatch({ items });
  const needs = {
    database: admin.database,
    present: presentBy(() => instantFrom("2026-04-15T12:00:00.000Z")),
  };
  const live = makeLive({ ...needs, hub: makeHub({ ...needs, onFailure: () => undefined }) });
  const ending = new AbortController();
  const opened = await live.walletChanged({ customerId: "ada", unit, after: 0, signal: ending.signal });
  if (opened.kind !== "open") throw new Error(`The stream is ${opened.kind}.`);
  let turns = 0;
  const turn = () => {
    turns += 1;
    if (!ending.signal.aborted) setImmediate(turn);
  };
  setImmediate(turn);
  for await (const { sequence } of opened.happenings) if (sequence === 501) break;
  ending.abort();
  // On SQLite nothing ever waits by itself.
  expect(turns).toBeGreaterThanOrEqual(5);
});

test("a client of others follows the server-sent events", async () => {
  const { url, call } = await start();
  const client = createEventClient({
    url: `${url}/stream`,
    headers: { authorization: `Bearer ${adminKey}` },
    retryAttempts: 0,
  });
  const changes = client.iterate<{ walletChanged: { sequence: number } }>({ query, variables: { after: 0 } });
  expect((await changes.next()).value).toMatchObject({ data: { walletChanged: { sequence: 1 } } });
  await call();
  expect((await changes.next()).value).toMatchObject({ data: { walletChanged: { sequence: 2 } } });
  client.dispose();
});

test("subscriptions are refused where requests are answered", async () => {
  const { url } = await start();
  const headers = { "content-type": "application/json", authorization: `Bearer ${adminKey}` };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query }) });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "BAD_REQUEST" } }] });
});

/** Each message is so large that no network's buffers hold many of them. */
const large = `subscription ($after: Int) { walletChanged(customerId: "ada", unit: "credit", after: $after) {
  sequence ${Array.from({ length: 400 }, (_, n) => `e${n}: entry { id hash recordedAt }`).join(" ")} } }`;
const calls = 300;

describe("who does not read what is sent", () => {
  const spend = async ({ sdk }: Awaited<ReturnType<typeof start>>) => {
    const items = Array.from({ length: calls }, () => ({ customerId: "ada", operation: "image.tag" }));
    for (const result of await sdk.consumeBatch({ items })) expectResult(result, "Consumed");
  };

  test("is dropped, and goes on where it was, over server-sent events", async () => {
    const server = await start({ stalledMs: 50 });
    await spend(server);
    const body = JSON.stringify({ query: large, variables: { after: 0 } });
    const headers = { "content-type": "application/json", authorization: `Bearer ${adminKey}` };
    const response = await new Promise<IncomingMessage>((resolve) => {
      request(`${server.url}/stream`, { method: "POST", headers }, resolve).end(body);
    });
    await expect.poll(() => server.metric('scrip_live_ended_total{reason="slow"}')).toBe(1);
    let text = "";
    for await (const chunk of response.setEncoding("utf8")) text += chunk;
    const sequences = [...text.matchAll(/"sequence":(\d+)/g)].map(([, sequence]) => Number(sequence));
    expect(sequences).toEqual(sequences.map((_, n) => n + 1));
    expect(sequences.length).toBeLessThan(calls);
    expect(text).not.toContain("event: complete");
    const rest = [];
    for await (const { sequence } of server.sdk.walletChanged({
      customerId: "ada",
      unit,
      after: sequences.length,
    })) {
      rest.push(sequence);
      if (sequence === calls + 1) break;
    }
    expect(rest[0]).toBe(sequences.length + 1);
    expect(rest).toHaveLength(calls + 1 - sequences.length);
  });

  test("is dropped with 1013 over graphql-ws", async () => {
    const server = await start({ stalledMs: 50 });
    await spend(server);
    const socket = new WebSocket(server.url.replace("http", "ws"), "graphql-transport-ws");
    await new Promise((resolve) => socket.once("open", resolve));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    const say = (message: object) => socket.send(JSON.stringify(message));
    say({ type: "connection_init", payload: { authorization: `Bearer ${adminKey}` } });
    await new Promise((resolve) => socket.once("message", resolve));
    say({ type: "subscribe", id: "1", payload: { query: large, variables: { after: 0 } } });
    socket.pause();
    await expect.poll(() => server.metric('scrip_live_ended_total{reason="slow"}')).toBe(1);
    socket.resume();
    expect(await closed).toBe(1013);
  });
});

describe("a key that is revoked", () => {
  test("ends what it has opened, both ways", async () => {
    const { admin, url, wait } = await start({ keepAliveMs: 20 });
    const { text, apiKey } = await admin.createKey({ name: "reader", role: "METER" });
    const changes = createScripClient({ url, apiKey: text }).walletChanged({ customerId: "ada" });
    await changes.next();
    const { client, closed } = socketClient(url, { authorization: `Bearer ${text}` });
    await client.iterate({ query }).next();
    await admin.revokeKey(apiKey.keyId);
    wait(10_000);
    await expect(changes.next()).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    expect(await closed).toMatchObject({ code: 4401 });
  });
});

test("a customer's token that is over ends what it has opened", async () => {
  const { sdk, url, wait } = await start({ keepAliveMs: 20 });
  const made = await sdk.createCustomerToken({ customerId: "ada", expiresInSeconds: 60 });
  const { token } = expectResult(made, "CustomerTokenCreated");
  const changes = createScripClient({ url, apiKey: token }).walletChanged({ customerId: "ada" });
  await changes.next();
  const { client, closed } = socketClient(url, { authorization: `Bearer ${token}` });
  await client.iterate({ query }).next();
  wait(60_000);
  await expect(changes.next()).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  expect(await closed).toMatchObject({ code: 4401 });
});

test("a server that stops ends every stream, and both kinds of clients know that they may come back", async () => {
  const { url, stop, sdk } = await start();
  const { client, closed } = socketClient(url);
  const socketChanges = client.iterate({ query });
  await socketChanges.next();
  const away = new AbortController();
  const onInterrupted = () => away.abort();
  const changes = sdk.walletChanged({ customerId: "ada" }, { signal: away.signal, onInterrupted });
  await changes.next();
  const waiting = changes.next();
  await stop();
  expect(await closed).toMatchObject({ code: 1001 });
  expect(await waiting).toEqual({ done: true, value: undefined });
});
