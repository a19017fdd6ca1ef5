import { expectResult } from "@scrip/sdk";
import { createClient } from "graphql-ws";
import { afterAll, beforeAll, expect, test } from "vitest";
import WebSocket from "ws";
import { type Relay, startRelay } from "./harness/relay.js";
import { adminKey, type RunningScrip, startScrip } from "./harness/scenario.js";

let server: RunningScrip;
let relay: Relay;

beforeAll(async () => {
  // What happens has to wake whoever follows it: nobody looks unasked.
  server = await startScrip("test/harness/budgets.yaml", { lookMs: 2_000_000_000 });
  relay = await startRelay(server.origin);
  expectResult(await server.sdk.createCustomer({ id: "acme", plan: "bare" }), "CustomerCreated");
  expectResult(await server.sdk.grantCredits({ customerId: "acme", amount: "1000" }), "CreditsGranted");
});
afterAll(async () => {
  await relay.close();
  await server.close();
});

type Stream = "walletChanged" | "usageRecorded" | "alertRaised";

const queries: Record<Stream, string> = {
  walletChanged: `subscription ($after: Int) {
    walletChanged(customerId: "acme", unit: "credit", after: $after) { sequence }
  }`,
  usageRecorded: `subscription ($after: Int) {
    usageRecorded(customerId: "acme", unit: "credit", after: $after) { sequence }
  }`,
  alertRaised: `subscription ($after: Int) { alertRaised(customerId: "acme", after: $after) { sequence } }`,
};

/**
 * Follows a stream as the documentation has it for any client of graphql-ws: a new connection whenever one is gone, from
 * the last place that was told. The connection is cut after every third message.
 */
async function follow(stream: Stream, isLast: (told: readonly number[]) => boolean): Promise<number[]> {
  const told: number[] = [];
  while (!isLast(told)) {
    const client = createClient({
      url: `${relay.origin.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${adminKey}` },
      retryAttempts: 0,
    });
    try {
      const variables = { after: told.at(-1) ?? 0 };
      for await (const { data, errors } of client.iterate<Record<Stream, { sequence: number }>>({
        query: queries[stream],
        variables,
      })) {
        expect(errors).toBeUndefined();
        told.push(data?.[stream].sequence ?? Number.NaN);
        if (isLast(told)) break;
        if (told.length % 3 !== 0) continue;
        relay.cut();
        // What has come with it is not looked at: it has to be told again.
        break;
      }
    } catch (error) {
      expect(error).toMatchObject({ code: 1006 });
    } finally {
      await client.dispose();
    }
  }
  return told;
}

test("over graphql-ws everything comes exactly once and in order, wherever the connection breaks: changes, calls, alerts", async () => {
  const { sdk } = server;
  const calls = 40;
  const budget = { customerId: "acme", limit: "40", thresholds: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100] };
  const set = await sdk.setBudget({ ...budget, name: "All calls", window: "DAY", action: "WARN" });
  expectResult(set, "BudgetSet");
  const before = relay.connections;
  const following = Promise.all([
    follow("walletChanged", (told) => told.at(-1) === calls + 1),
    follow("usageRecorded", (told) => told.length === calls),
    follow("alertRaised", (told) => told.length === budget.thresholds.length),
  ]);
  for (let made = 0; made < calls; made += 4)
    await Promise.all(
      Array.from({ length: 4 }, async () =>
        expectResult(await sdk.consume({ customerId: "acme", operation: "image" }), "Consumed"),
      ),
    );
  const [changes, usage, alerts] = await following;
  expect(changes).toEqual(Array.from({ length: calls + 1 }, (_, n) => n + 1));
  expect(usage).toEqual(changes.slice(1));
  const { nodes } = await sdk.events({ customerId: "acme", types: ["ALERT_RAISED"] });
  expect(alerts).toEqual(nodes.toReversed().map(({ sequence }) => sequence));
  // One for every three messages of each stream, at least.
  expect(relay.connections - before).toBeGreaterThan(30);
});
