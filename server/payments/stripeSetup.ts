import type Stripe from "stripe";
import type { PaymentCustomer, PaymentSetup } from "./provider.js";
import { asked } from "./stripeClient.js";

interface Needs {
  readonly client: Stripe;
  readonly returnUrl: string;
}

/**
 * The customer's id at Stripe, made when there is none. It has no idempotency key of ours: one that is made twice and
 * forgotten once is harmless, and nobody can pay by it.
 */
export async function stripeCustomer(
  client: Stripe,
  { customerId, name, email, account }: PaymentCustomer,
): Promise<string> {
  if (account !== null) return account.providerCustomerId;
  const facts = { ...(name === null ? {} : { name }), ...(email === null ? {} : { email }) };
  return (await client.customers.create({ ...facts, metadata: { customerId } })).id;
}

/** A page on which the customer saves a card that can be charged later without them. */
export async function setUpCard(
  { client, returnUrl }: Needs,
  customer: PaymentCustomer,
): Promise<PaymentSetup> {
  const providerCustomerId = await asked(stripeCustomer(client, customer));
  const metadata = { customerId: customer.customerId };
  const session = await asked(
    client.checkout.sessions.create({
      mode: "setup",
      customer: providerCustomerId,
      // Stripe would have to know a currency to offer other ways to pay.
      allowed_payment_method_types: ["card"],
      success_url: returnUrl,
      cancel_url: returnUrl,
      metadata,
      setup_intent_data: { metadata },
    }),
  );
  if (session.url === null) throw new Error(`Stripe gave no page for session ${session.id}.`);
  return { setupUrl: session.url, providerCustomerId };
}
