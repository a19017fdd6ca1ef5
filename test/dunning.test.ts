import { describe, expect, test } from "vitest";
import { makeChangePlan } from "../server/billing/changePlan.js";
import { makeCancelSubscription } from "../server/billing/endSubscription.js";
import { makeAppliers } from "../server/billing/paymentEvents.js";
import { makeApplyProviderEvent } from "../server/billing/providerEvents.js";
import { makeSubscribe } from "../server/billing/subscribe.js";
import { micros } from "../server/domain/amount.js";
import { type DunningTerms, defaultDunning } from "../server/domain/dunning.js";
import { addMs, dayMs, hourMs, type Instant, instantFrom, toIso } from "../server/domain/instant.js";
import { loadAllSubscriptions } from "../server/ledger/subscriptions.js";
import { makeVerify } from "../server/ledger/verify.js";
import type { PaymentProvider } from "../server/payments/provider.js";
import { sandboxPayments } from "../server/payments/sandbox.js";
import { openProcess, type ScripProcess } from "./harness/billing.js";
import { freshDatabase } from "./harness/engine.js";

const started = instantFrom("2026-04-15T00:00:00.000Z");

/** A card that is declined so many times, and then works; but never for an amount that is named. */
type Tell = (paymentId: string, failure: string) => Promise<void>;

function cardDeclined(times: number, clock: () => Instant, tell: Tell) {
  const attempts: string[] = [];
  const never = new Set<number>();
  const provider: PaymentProvider = {
    ...sandboxPayments(),
    name: "card",
    prepare: async ({ paymentId }) => ({
      status: "PREPARED",
      reference: paymentId,
      providerCustomerId: null,
    }),
    charge: async ({ paymentId, total }) => {
      attempts.push(toIso(clock()).slice(0, 16));
      if (attempts.length > times && !never.has(total.amount))
        return { status: "SUCCEEDED", reference: paymentId };
      const failure = "Your card was declined.";
      await tell(paymentId, failure);
      return { status: "FAILED", reference: paymentId, failure };
    },
  };
  return { attempts, never, provider };
}

interface Invoiced {
  readonly invoice_id: string;
  readonly status: string;
  readonly created_at: number;
  readonly attempts: number;
}

interface World extends ScripProcess {
  readonly attempts: readonly string[];
  invoices(): Promise<Invoiced[]>;
  /** From now on the fee of Business is declined, and everything else is paid. */
  declineAll(plan: "business"): void;
  goOn(days: number): Promise<void>;
}

/** A customer on Business from April 15th, whose card is declined so many times; jobs run every six hours. */
async function withCard(
  { declined, dunning, toldFirst }: { declined: number; dunning?: DunningTerms; toldFirst?: boolean },
  story: (world: World) => Promise<void>,
): Promise<void> {
  const { options, drop } = await freshDatabase();
  let now = started;
  const clock = () => now;
  let tell: Tell = async () => undefined;
  const { attempts, never, provider } = cardDeclined(declined, clock, (...failed) => tell(...failed));
  const given = { options, catalog: "ximilar", clock, payments: provider };
  const scrip = await openProcess(dunning === undefined ? given : { ...given, dunning });
  if (toldFirst) {
    const apply = makeApplyProviderEvent({
      ...scrip,
      provider: provider.name,
      appliers: makeAppliers(scrip),
    });
    tell = (paymentId, failure) => {
      const event = { eventId: `event of ${paymentId}`, occurredAt: now };
      return apply({ ...event, kind: "paymentFailed", paymentId, reference: paymentId, failure });
    };
  }
  const facts = { name: null, email: null, metadata: {}, testClockId: null, idempotencyKey: "acme" };
  await scrip.createCustomer({ ...facts, id: "acme", plan: "business" });
  await scrip.runJobs();
  await story({
    ...scrip,
    attempts,
    declineAll: () => void never.add(59_000_000),
    invoices: () =>
      scrip.database.read((tx) => tx.query<Invoiced>("SELECT * FROM invoices ORDER BY created_at")),
    goOn: async (days) => {
      for (const until = addMs(now, days * dayMs); now < until; ) {
        now = addMs(now, 6 * hourMs);
        await scrip.runJobs();
      }
    },
  });
  expect(await makeVerify(scrip.database)(() => undefined)).toEqual([]);
  await scrip.close();
  await drop();
}

const recognize = (idempotencyKey: string) => ({
  customerId: "acme",
  operation: "image.recognize",
  quantity: micros(1_000_000),
  attributes: {},
  occurredAt: null,
  idempotencyKey,
});

async function call({ consume }: World, key: string): Promise<unknown> {
  const [outcome] = await consume([recognize(key)]);
  return outcome;
}

test("a card that is declined and later works is tried after 1, 3 and 5 days, and charged once", () =>
  withCard({ declined: 3 }, async (world) => {
    await world.goOn(20);
    expect(world.attempts).toEqual([
      "2026-04-15T00:00",
      "2026-04-16T00:00",
      "2026-04-18T00:00",
      "2026-04-20T00:00",
    ]);
    expect(await world.invoices()).toMatchObject([{ status: "PAID", attempts: 3 }]);
    expect(await call(world, "k")).toMatchObject({ kind: "consumed" });
  }));

test("a decline that the provider tells of before it answers is tried again on the same days", () =>
  withCard({ declined: 3, toldFirst: true }, async (world) => {
    await world.goOn(20);
    expect(world.attempts).toEqual([
      "2026-04-15T00:00",
      "2026-04-16T00:00",
      "2026-04-18T00:00",
      "2026-04-20T00:00",
    ]);
    expect(await world.invoices()).toMatchObject([{ status: "PAID", attempts: 3 }]);
  }));

test("after the last attempt on day 7 the invoice is given up, and the plan goes on by default", () =>
  withCard({ declined: 99 }, async (world) => {
    await world.goOn(20);
    expect(world.attempts).toEqual([
      "2026-04-15T00:00",
      "2026-04-16T00:00",
      "2026-04-18T00:00",
      "2026-04-20T00:00",
      "2026-04-22T00:00",
    ]);
    expect(await world.invoices()).toMatchObject([{ status: "UNCOLLECTIBLE" }]);
    expect(await call(world, "k")).toMatchObject({ kind: "consumed" });
  }));

test("BLOCK ends the plan: nothing can be called, and nothing more is invoiced", () =>
  withCard({ declined: 99, dunning: { ...defaultDunning, afterwards: "BLOCK" } }, async (world) => {
    await world.goOn(60);
    expect(await world.invoices()).toHaveLength(1);
    expect(await call(world, "k")).toMatchObject({ kind: "subscriptionInactive", status: "ENDED" });
  }));

test("a downgrade goes on with the free plan from that day, and keeps the supply that there was", () =>
  withCard(
    { declined: 99, dunning: { retryAfterDays: [2], afterwards: { downgradeTo: "free" } } },
    async (world) => {
      await world.goOn(60);
      expect(world.attempts).toEqual(["2026-04-15T00:00", "2026-04-17T00:00"]);
      expect(await world.invoices()).toHaveLength(1);
      expect(await call(world, "k")).toMatchObject({ kind: "consumed", usageRecord: { planKey: "free" } });
      const supplies = await world.database.read((tx) =>
        tx.query<{ amount: number; effective_at: number }>(
          "SELECT amount, effective_at FROM credit_grants ORDER BY effective_at, amount",
        ),
      );
      expect(
        supplies.map(({ amount, effective_at }) => [
          amount / 1e6,
          toIso(effective_at as Instant).slice(0, 10),
        ]),
      ).toEqual([
        [100_000, "2026-04-15"],
        [3_000, "2026-04-17"],
        [3_000, "2026-05-17"],
      ]);
    },
  ));

describe("a plan that has taken the place of the one that was not paid", () => {
  const block = { declined: 99, dunning: { ...defaultDunning, afterwards: "BLOCK" as const } };
  const named = { customerId: "acme", idempotencyKey: "change" };
  const statusOf = async (world: World) =>
    (await world.database.read((tx) => loadAllSubscriptions(tx, "acme"))).map(({ plan, subscription }) => [
      plan.key,
      subscription.endsAt === null ? null : toIso(subscription.endsAt).slice(0, 10),
    ]);

  test("ends with it: nobody goes on with another plan and owes for this one", () =>
    withCard(block, async (world) => {
      await world.goOn(3);
      const change = makeChangePlan(world);
      const terms = { plan: "professional", timing: "NOW", supplyPolicy: null } as const;
      expect(await change({ ...named, ...terms })).toMatchObject({ kind: "planChanged" });
      await world.goOn(5);
      expect(await statusOf(world)).toEqual([
        ["business", "2026-04-18"],
        ["professional", "2026-04-22"],
      ]);
    }));

  test("is kept to the end of what was paid for it", () =>
    withCard({ ...block, declined: 3 }, async (world) => {
      await world.goOn(3);
      const change = makeChangePlan(world);
      const terms = { plan: "professional", timing: "NOW", supplyPolicy: null } as const;
      expect(await change({ ...named, ...terms })).toMatchObject({ kind: "planChanged" });
      world.declineAll("business");
      await world.goOn(60);
      const all = await world.invoices();
      expect(all.map(({ status }) => status)).toEqual(["UNCOLLECTIBLE", "PAID"]);
      expect(await statusOf(world)).toEqual([
        ["business", "2026-04-18"],
        ["professional", "2026-05-18"],
      ]);
    }));

  test("is kept when it was begun anew after a pause", () =>
    withCard({ ...block, declined: 1 }, async (world) => {
      world.declineAll("business");
      const gone = { ...named, timing: "NOW" as const };
      expect(await makeCancelSubscription(world)(gone)).toMatchObject({ kind: "subscriptionCancelled" });
      await world.goOn(1);
      const again = { customerId: "acme", plan: "professional", startsAt: null, idempotencyKey: "again" };
      expect(await makeSubscribe(world)(again)).toMatchObject({ kind: "subscribed" });
      await world.goOn(20);
      const all = await world.invoices();
      expect(all.map(({ status }) => status)).toEqual(["UNCOLLECTIBLE", "PAID"]);
      expect(await statusOf(world)).toEqual([
        ["business", "2026-04-15"],
        ["professional", null],
      ]);
    }));
});
