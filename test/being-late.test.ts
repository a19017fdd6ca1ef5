import { expect, test } from "vitest";
import { makeRedeemCoupon } from "../server/billing/coupons.js";
import { makeDueWork } from "../server/billing/dueWork.js";
import { makePurchase } from "../server/billing/purchase.js";
import { micros } from "../server/domain/amount.js";
import { defaultDunning } from "../server/domain/dunning.js";
import { addMs, dayMs, type Instant, instantFrom } from "../server/domain/instant.js";
import { makeVerify } from "../server/ledger/verify.js";
import type { PaymentProvider } from "../server/payments/provider.js";
import { sandboxPayments } from "../server/payments/sandbox.js";
import { stripePayments } from "../server/payments/stripe.js";
import { openProcess, type ScripProcess } from "./harness/billing.js";
import { freshDatabase } from "./harness/engine.js";
import { eventDrifts } from "./harness/eventLaws.js";
import { StripeDouble } from "./harness/stripe/double.js";
import { people } from "./harness/stripe/people.js";
import { settingsFor } from "./harness/stripe/shop.js";

const started = instantFrom("2026-01-20T09:30:00.000Z");
const plans = ["free", "business", "professional"];

/** Fifteen customers who subscribed on days of their own, month ends among them. */
async function subscribeSome(scrip: ScripProcess, setTime: (at: Instant) => void): Promise<void> {
  for (let n = 0; n < 15; n += 1) {
    setTime(addMs(started, n * dayMs));
    const id = `customer-${String(n).padStart(2, "0")}`;
    const facts = { name: null, email: null, metadata: {}, testClockId: null, idempotencyKey: id };
    await scrip.createCustomer({ ...facts, id, plan: plans[n % plans.length] ?? null });
  }
}

const invoices = `SELECT customer_id, invoice_id, kind, status, currency, subscription_id, period_index, period_start,
    period_end, lines, subtotal, total, created_at, finalized_at FROM invoices ORDER BY customer_id, invoice_id`;
const grants = `SELECT customer_id, unit, source, state, amount, remaining, effective_at, expires_at
    FROM credit_grants ORDER BY customer_id, effective_at`;
const numbers = "SELECT number FROM invoices WHERE number IS NOT NULL ORDER BY number";

const told = `SELECT customer_id, type, data, created_at FROM events WHERE type NOT LIKE 'PAYMENT%' AND type <> 'INVOICE_PAID'
    ORDER BY customer_id, created_at, type`;

/** Subscriptions are named by chance, so their ids are told by whose they are. */
async function books({ database }: ScripProcess) {
  const rows = (sql: string) => database.read((tx) => tx.query<Record<string, unknown>>(sql));
  const owners = new Map(
    (await rows("SELECT customer_id, subscription_id FROM subscriptions")).map((row) => [
      String(row.subscription_id).replace("sub_", ""),
      String(row.customer_id),
    ]),
  );
  const named = (text: string): string =>
    [...owners].reduce((told, [id, owner]) => told.replaceAll(id, owner), text);
  const all = [...(await rows(invoices)), ...(await rows(grants)), ...(await rows(told))];
  // Which customer's invoice got which number depends on who was looked at first.
  return all.map((row) =>
    named(JSON.stringify(row))
      .replace(/\\"number\\":\\"[\d-]+\\",/, "")
      .replace(/redemption_\w+/g, "redemption"),
  );
}

/** A process that runs its jobs every day, except from one day to another. */
async function live(down: { from: Instant; to: Instant } | null) {
  const { options, drop } = await freshDatabase();
  let now = started;
  const scrip = await openProcess({ options, catalog: "ximilar", clock: () => now });
  await subscribeSome(scrip, (at) => {
    now = at;
  });
  for (const end = instantFrom("2026-06-02T06:00:00.000Z"); now < end; now = addMs(now, dayMs))
    if (down === null || now < down.from || now >= down.to) await scrip.runJobs();
  now = instantFrom("2026-06-02T12:00:00.000Z");
  await scrip.runJobs();
  const seen = await books(scrip);
  const taken = await scrip.database.read((tx) => tx.query<{ number: string }>(numbers));
  const unpaid = await scrip.database.read((tx) => tx.query("SELECT * FROM invoices WHERE status <> 'PAID'"));
  expect(await makeVerify(scrip.database)(() => undefined)).toEqual([]);
  expect(await eventDrifts(scrip.database)).toEqual([]);
  await scrip.close();
  await drop();
  return { books: seen, numbers: taken.map(({ number }) => number), unpaid };
}

test("a server that was down from March 10th to June 2nd has the same invoices and grants as if it had run", async () => {
  const down = {
    from: instantFrom("2026-03-10T00:00:00.000Z"),
    to: instantFrom("2026-06-02T00:00:00.000Z"),
  };
  const always = await live(null);
  const interrupted = await live(down);
  expect(interrupted.books).toEqual(always.books);
  expect(interrupted.numbers).toEqual(always.numbers);
  expect(interrupted.unpaid).toEqual([]);
  // Ten paying customers, five periods each at the least; numbers without a gap.
  expect(always.numbers.length).toBeGreaterThanOrEqual(45);
  expect(always.numbers.at(-1)).toBe(`2026-${String(always.numbers.length).padStart(6, "0")}`);
}, 120_000);

test("a page that is paid while the server is down has its credits when it is up again, though no message arrives", async () => {
  const { options, drop } = await freshDatabase();
  let now = instantFrom("2026-03-09T12:00:00.000Z");
  const clock = () => now;
  const stripe = await StripeDouble.start(clock);
  const { provider } = stripePayments(settingsFor(stripe), clock);
  const scrip = await openProcess({ options, catalog: "ximilar", clock, payments: provider });
  const facts = { name: null, email: null, metadata: {}, testClockId: null, idempotencyKey: "ada" };
  await scrip.createCustomer({ ...facts, id: "ada", plan: "free" });
  const order = { customerId: "ada", creditPack: "pack-10000", quantity: 1, idempotencyKey: "order" };
  const waiting = await makePurchase(scrip)(order);
  if (waiting.kind !== "paymentRequired") throw new Error(`It is ${waiting.kind}.`);
  now = instantFrom("2026-03-10T12:00:00.000Z");
  people(stripe.books).fillIn(waiting.payment.actionUrl, "works", "pm_ada");
  now = instantFrom("2026-06-02T12:00:00.000Z");
  await scrip.runJobs();
  const bought = await scrip.database.read((tx) =>
    tx.query("SELECT status, next_attempt_at FROM purchases WHERE grant_id IS NOT NULL"),
  );
  expect(bought).toEqual([{ status: "PAID", next_attempt_at: null }]);
  expect(stripe.books.charges).toHaveLength(1);
  expect(stripe.complaints).toEqual([]);
  expect(await makeVerify(scrip.database)(() => undefined)).toEqual([]);
  await scrip.close();
  await stripe.close();
  await drop();
});

/** A provider that keeps books of its own, and takes a while to answer. */
function countingProvider() {
  const charged = new Map<string, number>();
  const provider: PaymentProvider = {
    ...sandboxPayments(),
    name: "counting",
    prepare: async ({ paymentId }) => ({
      status: "PREPARED",
      reference: paymentId,
      providerCustomerId: null,
    }),
    charge: async ({ paymentId }) => {
      await new Promise((resolve) => setImmediate(resolve));
      charged.set(paymentId, (charged.get(paymentId) ?? 0) + 1);
      return { status: "SUCCEEDED", reference: paymentId };
    },
  };
  return { charged, provider };
}

test("two processes that do the jobs of one database do nothing twice", async () => {
  const { options, drop } = await freshDatabase();
  let now = started;
  const clock = () => now;
  const { charged, provider } = countingProvider();
  const one = await openProcess({ options, catalog: "ximilar", clock, payments: provider });
  // In memory there is only one database for each connection, so there the second process is the same one.
  const isMemory = options.engine === "sqlite";
  const two = isMemory ? one : await openProcess({ options, catalog: "ximilar", clock, payments: provider });
  await subscribeSome(one, (at) => {
    now = at;
  });
  now = instantFrom("2026-04-30T12:00:00.000Z");
  await Promise.all([one.runJobs(), two.runJobs(), one.runJobs(), two.runJobs()]);
  const rows = <Row>(sql: string) => one.database.read((tx) => tx.query<Row>(sql));
  const made = await rows<{ status: string; payments: number }>(
    `SELECT i.status, COUNT(p.payment_id) AS payments FROM invoices i
     LEFT JOIN payments p ON p.customer_id = i.customer_id AND p.invoice_id = i.invoice_id
     GROUP BY i.customer_id, i.invoice_id, i.status`,
  );
  expect(made.length).toBeGreaterThanOrEqual(30);
  expect(new Set(made.map(({ status, payments }) => `${status} by ${payments}`))).toEqual(
    new Set(["PAID by 1"]),
  );
  expect([...charged.values()].filter((times) => times !== 1)).toEqual([]);
  expect(charged.size).toBe(made.length);
  expect(await makeVerify(one.database)(() => undefined)).toEqual([]);
  expect(await eventDrifts(one.database)).toEqual([]);
  await one.close();
  if (!isMemory) await two.close();
  await drop();
}, 120_000);

/** Nobody's card works: every attempt is declined. */
const declining: PaymentProvider = {
  ...sandboxPayments(),
  name: "declining",
  prepare: async ({ paymentId }) => ({ status: "PREPARED", reference: paymentId, providerCustomerId: null }),
  charge: async ({ paymentId }) => ({
    status: "FAILED",
    reference: paymentId,
    failure: "The card is empty.",
  }),
  refund: async () => ({ status: "SUCCEEDED" }),
  setUp: async ({ customerId }) => ({ setupUrl: "/", providerCustomerId: customerId }),
};

/** A month is billed afterwards, final three days later, with a coupon for three months and a card that declines. */
async function liveAfterwards(down: { from: Instant; to: Instant } | null) {
  const { options, drop } = await freshDatabase();
  let now = started;
  const scrip = await openProcess({
    ...{ options, catalog: "scenario-payg", clock: () => now, payments: declining },
    dunning: { ...defaultDunning, afterwards: "KEEP" },
  });
  const facts = { name: null, email: null, metadata: {}, testClockId: null, idempotencyKey: "studio" };
  await scrip.createCustomer({ ...facts, id: "studio", plan: "payg" });
  const coupon = { customerId: "studio", code: "STUDIO20", idempotencyKey: "coupon" };
  expect(await makeRedeemCoupon(scrip)(coupon)).toMatchObject({ kind: "couponRedeemed" });
  for (const end = instantFrom("2026-07-01T00:00:00.000Z"); now < end; now = addMs(now, dayMs)) {
    if (down !== null && now >= down.from && now < down.to) continue;
    // Nobody calls a server that is down, so in both lives nobody does in that time.
    if (now < instantFrom("2026-03-10T00:00:00.000Z") || now > instantFrom("2026-06-02T12:00:00.000Z"))
      await scrip.consume([trained(`${now}`)]);
    await scrip.runJobs();
  }
  const seen = await books(scrip);
  const rows = (sql: string) => scrip.database.read((tx) => tx.query<Record<string, unknown>>(sql));
  const uses = await rows("SELECT uses FROM coupon_redemptions");
  const statuses = (await rows("SELECT status FROM invoices ORDER BY finalized_at")).map(
    ({ status }) => status,
  );
  expect(await makeVerify(scrip.database)(() => undefined)).toEqual([]);
  expect(await eventDrifts(scrip.database)).toEqual([]);
  await scrip.close();
  await drop();
  // When an invoice is given up depends on when it could be asked for.
  return { books: seen.filter((row) => !row.includes("INVOICE_UNCOLLECTIBLE")), uses, statuses };
}

const trained = (idempotencyKey: string) => ({
  ...{ customerId: "studio", operation: "generator.train", quantity: micros(1_000_000) },
  ...{ attributes: {}, occurredAt: null, idempotencyKey },
});

test("who is billed afterwards, with a coupon and a card that declines, is billed the same by a server that was down", async () => {
  const down = {
    from: instantFrom("2026-03-10T00:00:00.000Z"),
    to: instantFrom("2026-06-02T00:00:00.000Z"),
  };
  const always = await liveAfterwards(null);
  const interrupted = await liveAfterwards(down);
  expect(interrupted.books).toEqual(always.books);
  expect(interrupted.uses).toEqual(always.uses);
  // January to March, and June, of which nothing is invoiced yet.
  expect(always.statuses).toEqual(["UNCOLLECTIBLE", "UNCOLLECTIBLE", "UNCOLLECTIBLE"]);
  expect(interrupted.statuses).toEqual(always.statuses);
}, 120_000);

test("more customers than fit into one run of the jobs are done in the next ones, whoever fails among them", async () => {
  const { options, drop } = await freshDatabase();
  let now = started;
  const scrip = await openProcess({ options, catalog: "ximilar", clock: () => now });
  const ids = Array.from({ length: 130 }, (_, n) => `customer-${String(n).padStart(3, "0")}`);
  const facts = { name: null, email: null, metadata: {}, testClockId: null };
  for (const id of ids) await scrip.createCustomer({ ...facts, id, plan: "business", idempotencyKey: id });
  const failed: string[] = [];
  const collect = async (key: { customerId: string; invoiceId: string }) => {
    if (key.customerId === "customer-007") throw new Error("Its bank is away.");
    await scrip.collect(key);
  };
  const onFailure = (customerId: string) => failed.push(customerId);
  const jobs = makeDueWork({ ...scrip, collect, onFailure });
  const runs = async (kind: "billing" | "collect") => [
    await jobs[kind](),
    await jobs[kind](),
    await jobs[kind](),
  ];
  expect(await runs("collect")).toEqual([99, 30, 0]);
  expect(failed).toEqual(["customer-007", "customer-007"]);
  now = addMs(now, 32 * dayMs);
  expect(await runs("billing")).toEqual([100, 30, 0]);
  const fees = await scrip.database.read((tx) =>
    tx.query<{ status: string; count: number }>(
      "SELECT status, COUNT(*) AS count FROM invoices GROUP BY status ORDER BY status",
    ),
  );
  expect(fees).toEqual([
    { status: "OPEN", count: 131 },
    { status: "PAID", count: 129 },
  ]);
  await scrip.close();
  await drop();
}, 120_000);
