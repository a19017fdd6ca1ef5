import { afterEach, beforeEach, expect, test } from "vitest";
import { makeSetUpPayment } from "../server/billing/paymentAccounts.js";
import { makeAppliers } from "../server/billing/paymentEvents.js";
import { makeApplyProviderEvent } from "../server/billing/providerEvents.js";
import { makeSubscribe } from "../server/billing/subscribe.js";
import { addMs, dayMs, hourMs, type Instant, instantFrom } from "../server/domain/instant.js";
import { makeVerify } from "../server/ledger/verify.js";
import { stripePayments } from "../server/payments/stripe.js";
import type { DatabaseOptions } from "../server/storage/database.js";
import { openProcess } from "./harness/billing.js";
import { freshDatabase } from "./harness/engine.js";
import { eventDrifts } from "./harness/eventLaws.js";
import type { Card, StripeEvent } from "./harness/stripe/books.js";
import { StripeDouble, signed } from "./harness/stripe/double.js";
import { people } from "./harness/stripe/people.js";
import { settingsFor } from "./harness/stripe/shop.js";
import { call, units } from "./ledger/book.js";

const begin = instantFrom("2026-04-01T00:00:00.000Z");
let now: Instant;
let stripe: StripeDouble;
let processes: Awaited<ReturnType<typeof serve>>[];
let drop: () => Promise<void>;

/** A process as far as payments go: its jobs, and the door for what Stripe sends. */
async function serve(options: DatabaseOptions) {
  const clock = () => now;
  const { provider, readEvent } = stripePayments(settingsFor(stripe), clock);
  const catalog = "test/harness/stripe/plans.yaml";
  const scrip = await openProcess({ options, catalog, clock, payments: provider });
  const appliers = makeAppliers(scrip);
  const apply = makeApplyProviderEvent({ ...scrip, provider: provider.name, appliers });
  return {
    ...scrip,
    setUpPayment: makeSetUpPayment(scrip),
    subscribe: makeSubscribe(scrip),
    hear: async (event: StripeEvent): Promise<void> => {
      const { body, signature } = signed(event, now);
      const told = await readEvent(Buffer.from(body), signature);
      if (told !== null) await apply(told);
    },
  };
}

beforeEach(async () => {
  now = begin;
  stripe = await StripeDouble.start(() => now);
  const fresh = await freshDatabase();
  drop = fresh.drop;
  const one = await serve(fresh.options);
  // In memory there is only one database for each connection, so there the second process is the same one.
  processes = [one, fresh.options.engine === "sqlite" ? one : await serve(fresh.options)];
});
afterEach(async () => {
  for (const { close } of new Set(processes)) await close();
  await stripe.close();
  await drop();
});

const first = () => processes[0] as (typeof processes)[number];
let delivered = 0;

/** Every message of Stripe's comes to both at once, as when it is sent again before it was answered. */
async function deliverNews(): Promise<void> {
  for (; delivered < stripe.books.events.length; delivered += 1) {
    const event = stripe.books.events[delivered];
    if (event !== undefined) await Promise.all(processes.map(({ hear }) => hear(event)));
  }
}

async function join(id: string, plan: string, card: Card): Promise<void> {
  const { createCustomer, setUpPayment, subscribe } = first();
  const facts = { name: null, email: null, metadata: {}, testClockId: null, idempotencyKey: id };
  await createCustomer({ ...facts, id, plan: null });
  const setup = await setUpPayment({ customerId: id });
  if (setup.kind !== "paymentSetup") throw new Error(setup.kind);
  people(stripe.books).fillIn(setup.url, card, `pm_of_${id}`);
  await deliverNews();
  await subscribe({ customerId: id, plan, startsAt: null, idempotencyKey: "plan" });
}

const rows = <Row>(sql: string) => first().database.read((tx) => tx.query<Row>(sql));

test("two processes with their jobs and all of Stripe's messages, through dunning and months that close, do nothing twice", async () => {
  delivered = 0;
  const cards: readonly Card[] = ["works", "declines", "takes days", "needs its owner"];
  for (const [n, card] of cards.entries())
    for (const plan of ["monthly", "metered", "tiny"]) {
      await join(`${plan}-${n}`, plan, card);
      if (plan !== "metered") continue;
      const used = { quantity: units(1_500 + n), idempotencyKey: "used" };
      await first().consume([call(`${plan}-${n}`, "call", used)]);
    }
  for (const end = addMs(begin, 45 * dayMs); now < end; now = addMs(now, 12 * hourMs)) {
    const work = processes.flatMap(({ runJobs }) => [runJobs(), runJobs()]);
    await Promise.all([...work, deliverNews()]);
    // Whoever waits does something about it in the end.
    const day = (now - begin) / dayMs;
    if (day === 4 || day === 34) for (const [id] of stripe.books.cards) stripe.books.cards.set(id, "works");
    for (const intent of stripe.books.intents.values()) {
      if (intent.status === "processing") people(stripe.books).clear(intent.id, intent.created % 2 === 0);
      const url = intent.next_action?.redirect_to_url as { url: string } | undefined;
      if (url !== undefined && day % 3 === 2) people(stripe.books).authenticate(url.url);
    }
  }
  await deliverNews();
  const made = await rows<{
    customer_id: string;
    kind: string;
    status: string;
    paid: number;
    carried: number;
  }>(
    `SELECT i.customer_id, i.kind, i.status, i.carried_over AS carried,
            (SELECT COUNT(*) FROM payments p WHERE p.customer_id = i.customer_id AND p.invoice_id = i.invoice_id
               AND p.status = 'SUCCEEDED') AS paid
     FROM invoices i WHERE i.status <> 'DRAFT'`,
  );
  const kinds = made.map(
    ({ kind, status, paid, carried }) => `${kind} ${status} by ${paid}, carried ${carried}`,
  );
  expect(new Set(kinds)).toEqual(
    new Set([
      "SUBSCRIPTION PAID by 1, carried 0",
      "SUBSCRIPTION PAID by 0, carried 300000",
      "USAGE PAID by 1, carried 0",
    ]),
  );
  expect(made).toHaveLength(4 * (2 + 2 + 1));
  expect(stripe.books.charges).toHaveLength(4 * (2 + 1 + 1));
  expect(new Set(stripe.books.charges.map(({ paymentId }) => paymentId)).size).toBe(
    stripe.books.charges.length,
  );
  expect(stripe.books.refunds.size).toBe(0);
  expect(stripe.complaints).toEqual([]);
  expect(await makeVerify(first().database)(() => undefined)).toEqual([]);
  expect(await eventDrifts(first().database)).toEqual([]);
}, 120_000);
