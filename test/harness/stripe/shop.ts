import { expectResult } from "@scrip/sdk";
import { expect } from "vitest";
import { instantFrom } from "../../../server/domain/instant.js";
import { makeVerify } from "../../../server/ledger/verify.js";
import { stripePayments } from "../../../server/payments/stripe.js";
import { type RunningScrip, startScrip, wallClock } from "../scenario.js";
import type { Card, StripeEvent } from "./books.js";
import { type Delivery, StripeDouble, secretKey, webhookSecret } from "./double.js";
import { people } from "./people.js";

const now = Date.parse(wallClock);

interface ShopOptions {
  readonly catalog?: string;
  readonly timeoutMs?: number;
  readonly retriesMax?: number;
  readonly secretKey?: string;
}

/** What the customer pays for in most stories: 10 USD for 10,000 credits, beside the plan's 3,000. */
export const pack = "pack-10000";
export const packCents = 1_000;

export const settingsFor = (
  stripe: StripeDouble,
  { timeoutMs = 60_000, retriesMax = 0, ...rest }: ShopOptions = {},
) => ({
  ...{ secretKey: rest.secretKey ?? secretKey, webhookSecret, apiUrl: stripe.url },
  ...{ returnUrl: "https://shop.example/thanks", timeoutMs, retriesMax },
});

async function openShop(options: ShopOptions) {
  const stripe = await StripeDouble.start(() => now);
  const payments = stripePayments(settingsFor(stripe, options), () => instantFrom(wallClock));
  const scrip = await startScrip(options.catalog ?? "ximilar", { payments });
  return { stripe, scrip, payments, customers: people(stripe.books) };
}

export type Shop = ReturnType<typeof furnish>;

function furnish({ stripe, scrip, payments, customers }: Awaited<ReturnType<typeof openShop>>) {
  const { sdk, origin } = scrip;
  let delivered = 0;
  const deliver = (event: StripeEvent, delivery?: Delivery) => stripe.deliver(event, origin, delivery);
  /** All that has happened at Stripe since the last time. */
  const news = (): StripeEvent[] => {
    const events = stripe.books.events.slice(delivered);
    delivered = stripe.books.events.length;
    return events;
  };
  return {
    ...{ stripe, scrip, sdk, origin, payments, deliver, news },
    people: customers,
    deliverNews: async () => {
      for (const event of news()) expect(await deliver(event), event.type).toBe(200);
    },
    /** One who has saved a card, or not. */
    customer: async (card: Card | null = null): Promise<string> => {
      const created = expectResult(await sdk.createCustomer({ plan: "free" }), "CustomerCreated");
      const { id } = created.customer;
      if (card === null) return id;
      const { url } = expectResult(await sdk.setUpPayment({ customerId: id }), "PaymentSetup");
      customers.fillIn(url, card, `pm_of_${id}`);
      for (const event of news()) expect(await deliver(event)).toBe(200);
      return id;
    },
    /** What was taken from whom, in cents. */
    takenFrom: (customerId: string): number[] =>
      stripe.books.charges
        .filter(({ intent }) => stripe.books.intent(intent).metadata.customerId === customerId)
        .map(({ amount }) => amount),
    available: async (customerId: string) => (await sdk.wallet({ customerId }))?.available,
    paymentsOf: async (customerId: string) =>
      (await sdk.invoices({ customerId })).nodes.flatMap((invoice) => invoice.payments),
  };
}

/** A shop that stays open until it is closed, when both sides' books are looked at. */
export async function startShop(
  options: ShopOptions = {},
): Promise<{ given: Shop; close: () => Promise<void> }> {
  const opened = await openShop(options);
  const close = async () => {
    try {
      expect(opened.stripe.complaints).toEqual([]);
      await checkBooks(opened.stripe, opened.scrip);
    } finally {
      await opened.scrip.close();
      await opened.stripe.close();
    }
  };
  return { given: furnish(opened), close };
}

/** Tells a story of paying by Stripe. */
export async function shop(story: (shop: Shop) => Promise<void>, options?: ShopOptions): Promise<void> {
  const { given, close } = await startShop(options);
  try {
    await story(given);
  } catch (error) {
    // What has gone wrong first is what counts.
    await close().catch(() => undefined);
    throw error;
  }
  await close();
}

/** Nobody paid for one thing twice, nobody got credits for nothing, and no secret got on record. */
async function checkBooks(stripe: StripeDouble, { database }: RunningScrip): Promise<void> {
  expect(await makeVerify(database)(() => undefined)).toEqual([]);
  const { granted, paid, stored } = await database.read(async (tx) => ({
    granted: await tx.query<{ invoice_id: string }>(
      "SELECT invoice_id FROM purchases WHERE grant_id IS NOT NULL",
    ),
    // Money that nobody owed is on its way back.
    paid: await tx.query<{ invoice_id: string; payment_id: string; kind: string }>(
      `SELECT i.invoice_id, p.payment_id, i.kind FROM payments p
       JOIN invoices i ON i.customer_id = p.customer_id AND i.invoice_id = p.invoice_id
       WHERE p.status = 'SUCCEEDED' AND NOT EXISTS (
         SELECT 1 FROM refunds r WHERE r.payment_id = p.payment_id AND r.credit_note_id IS NULL)`,
    ),
    stored: JSON.stringify(await tx.query("SELECT * FROM payments")),
  }));
  const invoices = paid.map(({ invoice_id }) => invoice_id);
  expect(new Set(invoices).size).toBe(invoices.length);
  const bought = paid.filter(({ kind }) => kind === "PURCHASE").map(({ invoice_id }) => invoice_id);
  expect(granted.map(({ invoice_id }) => invoice_id).sort()).toEqual(bought.sort());
  const charged = stripe.books.charges.map(({ paymentId }) => paymentId);
  for (const { payment_id } of paid) expect(charged.filter((id) => id === payment_id)).toHaveLength(1);
  expect(stored).not.toMatch(/must_not_be_seen/);
}
