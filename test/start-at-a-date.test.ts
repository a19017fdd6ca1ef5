import { expectResult, type ScripClient } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { makeSubscribe } from "../server/billing/subscribe.js";
import { micros } from "../server/domain/amount.js";
import { type Instant, instantFrom, toIso } from "../server/domain/instant.js";
import { makeWallet } from "../server/ledger/statement.js";
import { makeVerify } from "../server/ledger/verify.js";
import { openProcess } from "./harness/billing.js";
import { freshDatabase } from "./harness/engine.js";
import { scenario } from "./harness/scenario.js";

const startsAt = "2026-04-15T08:00:00.000Z";

async function signUp(sdk: ScripClient) {
  const clock = await sdk.createTestClock({ now: "2026-04-01T00:00:00.000Z" });
  const created = await sdk.createCustomer({ testClockId: clock.id });
  const { id: customerId } = expectResult(created, "CustomerCreated").customer;
  const subscribed = await sdk.subscribe({ customerId, plan: "business", startsAt });
  const { subscription } = expectResult(subscribed, "Subscribed");
  expect(subscription).toMatchObject({ status: "SCHEDULED", startedAt: startsAt });
  return { customerId, goTo: (to: string) => sdk.advanceTestClock({ id: clock.id, to }) };
}

describe("a plan that starts at a date", () => {
  test("is refused before, and has its supply and its fee on the day", () =>
    scenario("ximilar", async ({ sdk }) => {
      const { customerId, goTo } = await signUp(sdk);
      const call = { customerId, operation: "image.recognize" };
      const last = "2026-04-15T07:59:59.999Z";
      for (const now of ["2026-04-02T00:00:00.000Z", last]) {
        await goTo(now);
        const refused = expectResult(await sdk.consume(call), "SubscriptionInactive");
        expect(refused.status).toBe("SCHEDULED");
        expect((await sdk.invoices({ customerId })).nodes).toEqual([]);
        expect((await sdk.wallet({ customerId }))?.available ?? "0").toBe("0");
      }
      await goTo(startsAt);
      const { usageRecord } = expectResult(await sdk.consume(call), "Consumed");
      expect(usageRecord.draws.map(({ grant }) => grant.source)).toEqual(["SUPPLY"]);
      const grants = (await sdk.wallet({ customerId }))?.grants;
      expect(grants?.map(({ effectiveAt }) => effectiveAt)).toEqual([startsAt]);
      const [fee, ...others] = (await sdk.invoices({ customerId })).nodes;
      expect(others).toEqual([]);
      expect(fee).toMatchObject({
        ...{ kind: "SUBSCRIPTION", total: "59", createdAt: startsAt, status: "PAID" },
        period: { start: startsAt, end: "2026-05-15T08:00:00.000Z" },
      });
    }));

  test("that is cancelled before has never been", () =>
    scenario("ximilar", async ({ sdk }) => {
      const { customerId, goTo } = await signUp(sdk);
      expectResult(await sdk.cancelSubscription({ customerId }), "SubscriptionCancelled");
      await goTo("2026-05-01T00:00:00.000Z");
      expect((await sdk.invoices({ customerId })).nodes).toEqual([]);
      expect((await sdk.wallet({ customerId }))?.available ?? "0").toBe("0");
    }));

  test.each(["whoever looks", "the jobs"])("begins on its day by %s, with the same books", async (by) => {
    const { options, drop } = await freshDatabase();
    let now: Instant = instantFrom("2026-04-01T00:00:00.000Z");
    const scrip = await openProcess({ options, catalog: "ximilar", clock: () => now });
    const facts = { name: null, email: null, metadata: {}, testClockId: null, idempotencyKey: "acme" };
    await scrip.createCustomer({ ...facts, id: "acme", plan: null });
    const order = { customerId: "acme", plan: "business", startsAt: instantFrom(startsAt) };
    await makeSubscribe(scrip)({ ...order, idempotencyKey: "subscribe" });
    // Three days late.
    now = instantFrom("2026-04-18T00:00:00.000Z");
    if (by === "the jobs") await scrip.runJobs();
    else await makeWallet(scrip)("acme", null);
    const rows = <Row>(sql: string) => scrip.database.read((tx) => tx.query<Row>(sql));
    const invoices = await rows<{ at: Instant; total: number }>(
      "SELECT created_at AS at, total FROM invoices",
    );
    expect(invoices.map(({ at, total }) => [toIso(at), total])).toEqual([[startsAt, micros(59_000_000)]]);
    const call = { customerId: "acme", operation: "image.recognize", quantity: micros(1_000_000) };
    const [called] = await scrip.consume([
      { ...call, attributes: {}, occurredAt: null, idempotencyKey: "call" },
    ]);
    expect(called).toMatchObject({ kind: "consumed" });
    const grants = await rows<{ at: Instant; amount: number }>(
      "SELECT effective_at AS at, amount FROM credit_grants",
    );
    expect(grants.map(({ at, amount }) => [toIso(at), amount])).toEqual([[startsAt, 100_000_000_000]]);
    expect(await makeVerify(scrip.database)(() => undefined)).toEqual([]);
    await scrip.close();
    await drop();
  });
});
