import { readFileSync } from "node:fs";
import { expectResult } from "@scrip/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { instantFrom } from "../server/domain/instant.js";
import { startReceiver } from "./harness/receiver.js";
import { type RunningScrip, startScrip, wallClock } from "./harness/scenario.js";

let scrip: RunningScrip;
beforeAll(async () => {
  scrip = await startScrip("imagine", { webhooks: { allowPrivate: true } });
});
afterAll(() => scrip.close());

/** Every line of /metrics that is about this metric, by its labels. */
async function metric(name: string): Promise<Record<string, number>> {
  const response = await fetch(`${scrip.origin}/metrics`);
  expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = (await response.text()).split("\n").filter((line) => new RegExp(`^${name}[ {]`).test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const space = line.lastIndexOf(" ");
      return [line.slice(name.length, space), Number(line.slice(space + 1))];
    }),
  );
}

const spend = (idempotencyKey: string, quantity = "1") => ({
  customerId: "poet",
  operation: "image.text-to-image",
  attributes: { style: "anime" },
  quantity,
  idempotencyKey,
});

test("every metered command is counted by how it was answered, retries and refusals apart", async () => {
  await scrip.sdk.createCustomer({ id: "poet", plan: "free" });
  expectResult(await scrip.sdk.consume(spend("a")), "Consumed");
  expectResult(await scrip.sdk.consume(spend("a")), "Consumed");
  await scrip.sdk.consumeBatch({ items: [spend("b"), spend("c", "1000000")] });
  await expect(scrip.sdk.consume({ ...spend("d"), occurredAt: "1999-01-01T00:00:00Z" })).rejects.toThrow();
  expect(await metric("scrip_meter_commands_total")).toEqual({
    '{command="consume",result="consumed"}': 2,
    '{command="consume",result="replayed"}': 1,
    '{command="consume",result="insufficientCredits"}': 1,
    '{command="consume",result="BAD_INPUT"}': 1,
  });
});

test("requests are timed, groups are counted by their size, and nobody is left in the queue", async () => {
  const requests = await metric("scrip_meter_request_seconds_count");
  expect(requests).toEqual({ '{command="consume"}': 4 });
  expect(await metric("scrip_meter_commit_seconds_count")).toEqual({ "": 4 });
  expect(await metric("scrip_meter_group_commands_sum")).toEqual({ "": 5 });
  expect(await metric("scrip_meter_queue_depth")).toEqual({ "": 0 });
});

test("HTTP requests are timed by route and status, whatever the path holds", async () => {
  await fetch(`${scrip.origin}/no/such/path/${"x".repeat(100)}`);
  const routes = await metric("scrip_http_request_seconds_count");
  expect(routes['{route="none",status="404"}']).toBe(1);
  expect(Object.keys(routes).join()).not.toContain("xxx");
});

test("jobs that come too late are seen to be late", async () => {
  expect((await metric("scrip_jobs_lag_seconds"))['{job="billing"}']).toBe(0);
  const dueAt = instantFrom(wallClock) - 90_000;
  await scrip.database.transact((tx) =>
    tx.query("UPDATE customers SET billing_due_at = $1 WHERE customer_id = 'poet'", [dueAt]),
  );
  expect((await metric("scrip_jobs_lag_seconds"))['{job="billing"}']).toBe(90);
});

test("an endpoint that gets nothing any more is seen, and so is what waits for one that could get it", async () => {
  const receiver = await startReceiver();
  receiver.behave("refuse");
  const { endpoint } = await scrip.sdk.createWebhookEndpoint({ url: receiver.url });
  expect(await metric("scrip_webhook_endpoints")).toEqual({
    '{status="ENABLED"}': 1,
    '{status="DISABLED"}': 0,
  });
  const of = { customerId: "poet", source: "PROMOTION", amount: "1" } as const;
  expectResult(await scrip.sdk.grantCredits({ ...of, unit: "token" }), "CreditsGranted");
  // Nobody works on the lane any more once what came of the first attempt is written.
  await expect
    .poll(
      async () => (await scrip.sdk.webhookDeliveries({ endpointId: endpoint.id, status: "FAILING" })).nodes,
    )
    .toHaveLength(1);
  await receiver.close();
  await scrip.database.transact((tx) =>
    tx.query("UPDATE webhook_lanes SET next_attempt_at = $1", [instantFrom(wallClock) - 60_000]),
  );
  expect((await metric("scrip_jobs_lag_seconds"))['{job="webhooks"}']).toBe(60);
  await scrip.sdk.updateWebhookEndpoint({ id: endpoint.id, status: "DISABLED" });
  expect(await metric("scrip_webhook_endpoints")).toEqual({
    '{status="ENABLED"}': 0,
    '{status="DISABLED"}': 1,
  });
});

test("docs/metrics.md lists every metric of ours with what it says of itself", async () => {
  const text = await (await fetch(`${scrip.origin}/metrics`)).text();
  const told = [...text.matchAll(/^# HELP (scrip_\w+) (.+)$/gm)].map(
    ([, name, help]) => `| \`${name}\` | ${help} |`,
  );
  const rows = readFileSync("docs/metrics.md", "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `scrip_"));
  const listed = rows.map((row) =>
    row
      .split("|")
      .filter((_, cell) => cell !== 2)
      .join("|"),
  );
  expect(listed.sort()).toEqual(told.sort());
});
