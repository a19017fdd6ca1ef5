import { expectResult } from "@scrip/sdk";
import { addMs, dayMs, hourMs, instantFrom, toIso } from "../../../server/domain/instant.js";
import type { Card } from "./books.js";
import type { Shop } from "./shop.js";

const begin = instantFrom("2026-04-01T00:00:00Z");

/** What an invoice is for, and the day of April on which it is made: a fee at once, usage when its month is over. */
export const invoicedOn = { monthly: 0, tiny: 0, metered: 30, dinars: 30 } as const;

/** A customer of a plan, with a card, whose time goes as the story says. */
export async function subscriber(given: Shop, plan: keyof typeof invoicedOn, card: Card | null) {
  const { sdk, people, stripe } = given;
  const clock = await sdk.createTestClock({ now: toIso(begin) });
  const created = expectResult(await sdk.createCustomer({ testClockId: clock.id }), "CustomerCreated");
  const { id: customerId } = created.customer;
  const saveCard = async (does: Card, method: string) => {
    const { url } = expectResult(await sdk.setUpPayment({ customerId }), "PaymentSetup");
    people.fillIn(url, does, method);
    await given.deliverNews();
  };
  if (card !== null) await saveCard(card, `pm_of_${customerId}`);
  expectResult(await sdk.subscribe({ customerId, plan }), "Subscribed");
  const invoices = async () =>
    (await sdk.invoices({ customerId })).nodes.filter(({ status }) => status !== "DRAFT");
  return {
    customerId,
    saveCard,
    invoices,
    card: (does: Card) => stripe.books.cards.set(`pm_of_${customerId}`, does),
    use: async (quantity: string) =>
      expectResult(await sdk.consume({ customerId, operation: "call", quantity }), "Consumed"),
    /** So many days, and hours, after the day on which the first invoice is made. */
    goTo: (days: number, hours = 0) => {
      const to = addMs(begin, (invoicedOn[plan] + days) * dayMs + hours * hourMs);
      return sdk.advanceTestClock({ id: clock.id, to: toIso(to) });
    },
    /** The newest one. */
    invoice: async () => {
      const [invoice] = await invoices();
      if (invoice === undefined) throw new Error(`${customerId} has no invoice.`);
      return invoice;
    },
    balances: async () => (await sdk.customer({ id: customerId }))?.creditBalances,
    standing: async () => (await sdk.customer({ id: customerId }))?.subscription?.status,
  };
}

export type Subscriber = Awaited<ReturnType<typeof subscriber>>;
