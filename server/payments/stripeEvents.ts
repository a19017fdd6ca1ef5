import Stripe from "stripe";
import { type Clock, instant } from "../domain/instant.js";
import type { PaymentAccount, ProviderEvent } from "./provider.js";
import { fromStripeAmount } from "./stripeAmount.js";
import { asked, type StripeSettings } from "./stripeClient.js";
import { authenticationRequired, failureOf, pageExpired } from "./stripeIntent.js";
import { refundFailure } from "./stripeRefund.js";

/** Stripe's own default. An older message may be one that somebody has caught and sends again. */
const toleranceSeconds = 300;

/** Says nothing of what is wrong: whoever forges messages would learn by it. */
export class BadSignature extends Error {
  override readonly name = "BadSignature";
}

/** A signed message, byte by byte as it came; null when it is about nothing of ours. */
export type ReadEvent = (body: Buffer, signature: string) => Promise<ProviderEvent | null>;

interface Needs {
  readonly client: Stripe;
  readonly clock: Clock;
  readonly settings: Pick<StripeSettings, "webhookSecret">;
}

export const stripeEvents =
  ({ client, clock, settings }: Needs): ReadEvent =>
  async (body, signature) => {
    const event = verified(body, signature, { secret: settings.webhookSecret, clock });
    const told = await tellOf(client, event);
    return told === null ? null : { ...told, eventId: event.id, occurredAt: instant(event.created * 1_000) };
  };

function verified(
  body: Buffer,
  signature: string,
  { secret, clock }: { secret: string; clock: Clock },
): Stripe.Event {
  try {
    return Stripe.webhooks.constructEvent(body, signature, secret, toleranceSeconds, undefined, clock());
  } catch {
    throw new BadSignature();
  }
}

type Told = ProviderEvent extends infer Event
  ? Event extends ProviderEvent
    ? Omit<Event, "eventId" | "occurredAt">
    : never
  : never;

async function tellOf(client: Stripe, event: Stripe.Event): Promise<Told | null> {
  switch (event.type) {
    case "payment_intent.succeeded":
      return paid(event.data.object);
    case "payment_intent.payment_failed":
      return attemptFailed(event.data.object);
    case "payment_intent.canceled":
      return failed(event.data.object, failureOf(event.data.object));
    case "checkout.session.completed":
    case "checkout.session.async_payment_succeeded":
      return paidOnPage(event.data.object);
    case "checkout.session.async_payment_failed":
      return failed(event.data.object, "The payment has failed.");
    case "checkout.session.expired":
      return failed(event.data.object, pageExpired);
    case "setup_intent.succeeded":
      return methodSaved(event.data.object);
    case "refund.updated":
    case "refund.failed":
    case "charge.refund.updated":
      return refundChanged(event.data.object);
    case "charge.dispute.created":
    case "charge.dispute.closed":
      return disputed(client, event);
    default:
      return null;
  }
}

const idOf = (named: string | { readonly id: string } | null | undefined): string | null =>
  typeof named === "string" ? named : (named?.id ?? null);

/** An account at Stripe may serve others as well: only what carries our metadata is ours. */
const paymentIdOf = ({ metadata }: { readonly metadata: Stripe.Metadata | null }): string | null =>
  metadata?.paymentId ?? null;

function paid(intent: Stripe.PaymentIntent): Told | null {
  const paymentId = paymentIdOf(intent);
  return paymentId === null
    ? null
    : { kind: "paymentSucceeded", paymentId, reference: intent.id, account: savedBy(intent) };
}

function savedBy(intent: Stripe.PaymentIntent): PaymentAccount | null {
  const providerCustomerId = idOf(intent.customer);
  const paymentMethodId = idOf(intent.payment_method);
  const isSaved = intent.setup_future_usage === "off_session";
  if (!isSaved || providerCustomerId === null || paymentMethodId === null) return null;
  return { providerCustomerId, paymentMethodId };
}

/** One attempt has failed, which is the end of the payment unless there is another to come. */
function attemptFailed(intent: Stripe.PaymentIntent): Told | null {
  // On a page the customer may try another card until it expires.
  const isOnPage = intent.metadata.page === "true";
  // Whoever was charging asks again at once, with a page for the customer.
  const needsCustomer = intent.last_payment_error?.code === authenticationRequired;
  return isOnPage || needsCustomer ? null : failed(intent, failureOf(intent));
}

function failed(
  about: { readonly id: string; readonly metadata: Stripe.Metadata | null },
  failure: string,
): Told | null {
  const paymentId = paymentIdOf(about);
  return paymentId === null ? null : { kind: "paymentFailed", paymentId, reference: about.id, failure };
}

function paidOnPage(page: Stripe.Checkout.Session): Told | null {
  const paymentId = paymentIdOf(page);
  const reference = idOf(page.payment_intent);
  if (paymentId === null || reference === null || page.payment_status !== "paid") return null;
  // What was saved with it is told by the intent's own message.
  return { kind: "paymentSucceeded", paymentId, reference, account: null };
}

function methodSaved(setup: Stripe.SetupIntent): Told | null {
  const customerId = setup.metadata?.customerId ?? null;
  const providerCustomerId = idOf(setup.customer);
  const paymentMethodId = idOf(setup.payment_method);
  if (customerId === null || providerCustomerId === null || paymentMethodId === null) return null;
  return { kind: "paymentMethodSaved", customerId, providerCustomerId, paymentMethodId };
}

function refundChanged(refund: Stripe.Refund): Told | null {
  const { metadata, status } = refund;
  const { refundId = null, paymentId = null } = metadata ?? {};
  if (refundId === null || paymentId === null) return null;
  const about = { kind: "refundChanged", paymentId, refundId } as const;
  if (status === "succeeded") return { ...about, status: "SUCCEEDED", failure: null };
  if (status !== "failed" && status !== "canceled") return null;
  return { ...about, status: "FAILED", failure: refundFailure(status, refund.failure_reason) };
}

type DisputeEvent = Stripe.ChargeDisputeCreatedEvent | Stripe.ChargeDisputeClosedEvent;

/** A dispute does not carry our metadata; the payment that it is about does. */
async function disputed(client: Stripe, event: DisputeEvent): Promise<Told | null> {
  const { id: disputeId, payment_intent, amount, currency, status } = event.data.object;
  const reference = idOf(payment_intent);
  if (reference === null) return null;
  const paymentId = paymentIdOf(await asked(client.paymentIntents.retrieve(reference)));
  if (paymentId === null) return null;
  const about = { paymentId, disputeId, reference, amount: fromStripeAmount(amount, currency) };
  return event.type === "charge.dispute.created"
    ? { kind: "disputeOpened", ...about }
    : { kind: "disputeClosed", ...about, won: status !== "lost" };
}
