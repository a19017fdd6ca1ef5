import { expect, test } from "vitest";
import { makeAppliers } from "../server/billing/paymentEvents.js";
import { makeApplyProviderEvent } from "../server/billing/providerEvents.js";
import { micros } from "../server/domain/amount.js";
import { type DunningTerms, defaultDunning } from "../server/domain/dunning.js";
import { addMs, dayMs, hourMs, type Instant, instantFrom, toIso } from "../server/domain/instant.js";
import { makeVerify } from "../server/ledger/verify.js";
import type { PaymentProvider } from "../server/payments/provider.js";
import { sandboxPayments } from "../server/payments/sandbox.js";
import { openProcess, type ScripProcess } from "./harness/billing.js";
import { freshDatabase } from "./harness/engine.js";

const started = instantFrom("2026-04-15T00:00:00.000Z");

/** A card that is declined so many times, and then works. */
type Tell = (paymentId: string, failure: string) => Promise<void>;

function cardDeclined(times: number, clock: () => Instant, tell: Tell) {
  const attempts: string[] = [];
  const provider: PaymentProvider = {
    ...sandboxPayments(),
    name: "card",
    prepare: async ({ paymentId }) => ({
      status: "PREPARED",
      reference: paymentId,
      providerCustomerId: null,
    }),
    charge: async ({ paymentId }) => {
      attempts.push(toIso(clock()).slice(0, 16));
      if (attempts.length > times) return { status: "SUCCEEDED", reference: paymentId };
      const failure = "Your card was declined.";
      await tell(paymentId, failure);
      return { status: "FAILED", reference: paymentId, failure };
    },
  };
  return { attempts, provider };
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
  const { attempts, provider } = cardDeclined(declined, clock, (...failed) => tell(...failed));
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
