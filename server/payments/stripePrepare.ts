import type Stripe from "stripe";
import type { Charge, Prepared } from "./provider.js";
import { AmountNotPayable, toStripeAmount } from "./stripeAmount.js";
import { isStuck, isTooSmall, refusalOf, unanswered } from "./stripeClient.js";
import { stripeCustomer } from "./stripeSetup.js";

interface Needs {
  readonly client: Stripe;
  readonly returnUrl: string;
}

/**
 * Tells Stripe of a payment, which takes no money: an unconfirmed intent for a customer with a saved payment method, a
 * page that nobody knows of yet for one without. A second one, made when the answer to the first was lost, is never
 * confirmed or shown to anybody, since only one gets on record.
 */
export async function prepareCharge(needs: Needs, charge: Charge): Promise<Prepared> {
  try {
    const customer = await stripeCustomer(needs.client, { ...charge, name: null, email: null });
    const isSaved = (charge.account?.paymentMethodId ?? null) !== null;
    const reference = isSaved
      ? await createIntent(needs, charge, customer)
      : await createPage(needs, charge, customer);
    return { status: "PREPARED", reference, providerCustomerId: customer };
  } catch (error) {
    const failure = error instanceof AmountNotPayable ? error.message : refusalOf(error);
    if (failure === null) throw unanswered(error);
    return { status: "FAILED", failure, tooSmall: isTooSmall(error) };
  }
}

async function createIntent(
  { client }: Needs,
  { total, description, ...charge }: Charge,
  customer: string,
): Promise<string> {
  const params: Stripe.PaymentIntentCreateParams = {
    amount: toStripeAmount(total),
    currency: total.currency.toLowerCase(),
    customer,
    description,
    metadata: metadataOf(charge),
  };
  const { id } = await sameForADay(charge.paymentId, (options) =>
    client.paymentIntents.create(params, options),
  );
  return id;
}

async function createPage(
  { client, returnUrl }: Needs,
  { total, description, ...charge }: Charge,
  customer: string,
): Promise<string> {
  const metadata = metadataOf(charge);
  const params: Stripe.Checkout.SessionCreateParams = {
    mode: "payment",
    customer,
    client_reference_id: charge.paymentId,
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: total.currency.toLowerCase(),
          unit_amount: toStripeAmount(total),
          product_data: { name: description },
        },
      },
    ],
    payment_intent_data: {
      description,
      setup_future_usage: "off_session",
      metadata: { ...metadata, page: "true" },
    },
    metadata,
    success_url: returnUrl,
    cancel_url: returnUrl,
  };
  const { id } = await sameForADay(charge.paymentId, (options) =>
    client.checkout.sessions.create(params, options),
  );
  return id;
}

/** What Stripe gives back with everything about the payment, so that its messages can be told from others'. */
const metadataOf = ({ paymentId, customerId }: Pick<Charge, "paymentId" | "customerId">) => ({
  paymentId,
  customerId,
});

/**
 * Stripe answers a key the same for a day at least, an error of its own and one about changed input included. What is
 * only prepared may be made anew then.
 */
async function sameForADay<Made>(
  idempotencyKey: string,
  create: (options: Stripe.RequestOptions) => Promise<Made>,
): Promise<Made> {
  try {
    return await create({ idempotencyKey });
  } catch (error) {
    if (!isStuck(error)) throw error;
    return create({});
  }
}
