import type Stripe from "stripe";
import type { Cancellation, ChargeResult, PreparedCharge, Standing } from "./provider.js";
import { asked, isDecline, refusalOf, unanswered } from "./stripeClient.js";
import { failureOf, standingOnPage, type Verdict, verdictOn } from "./stripeIntent.js";

interface Needs {
  readonly client: Stripe;
  readonly returnUrl: string;
}

/** Takes the money unless it was taken, and tells how the payment stands. */
export async function chargePrepared(needs: Needs, charge: PreparedCharge): Promise<ChargeResult> {
  const { reference } = charge;
  if (!reference.startsWith("cs_")) return { ...(await settleIntent(needs, charge)), reference };
  return resultOnPage(needs.client, reference);
}

async function resultOnPage(client: Stripe, reference: string): Promise<ChargeResult> {
  const expand = ["payment_intent"];
  const page = await asked(client.checkout.sessions.retrieve(reference, { expand }));
  return { ...standingOnPage(page), reference: paidReference(page) ?? reference };
}

const cancelled = "The payment was cancelled.";

/** Ends a payment that nobody owes any more: it cannot be confirmed, nor its page be used. */
export async function cancelPayment(client: Stripe, { reference }: Cancellation): Promise<ChargeResult> {
  if (!reference.startsWith("cs_")) return { ...(await giveUp(client, reference, cancelled)), reference };
  try {
    await client.checkout.sessions.expire(reference);
    return { status: "FAILED", failure: cancelled, reference };
  } catch (error) {
    if (refusalOf(error) === null) throw unanswered(error);
    // It has been used, or has expired by itself.
    return resultOnPage(client, reference);
  }
}

/** A paid page has an intent, which is what refunds and disputes name. */
const paidReference = ({ payment_status, payment_intent }: Stripe.Checkout.Session): string | null =>
  payment_status !== "paid" || payment_intent === null || typeof payment_intent === "string"
    ? null
    : payment_intent.id;

/** Off session, on session, and once more for one that somebody else has changed meanwhile. */
const attemptsMax = 3;

/** One intent is paid at most once, however often it is confirmed: that keeps money from being taken twice. */
async function settleIntent(needs: Needs, charge: PreparedCharge): Promise<Standing> {
  const { client } = needs;
  const { reference, account } = charge;
  const method = account?.paymentMethodId ?? null;
  let intent: Stripe.PaymentIntent = await asked(client.paymentIntents.retrieve(reference));
  for (let attempt = 1; ; attempt += 1) {
    const verdict = isOvertaken(intent, method) ? again : verdictOn(intent);
    if (verdict.kind === "stands") return verdict.standing;
    if (verdict.kind === "declined") return giveUp(client, reference, verdict.failure);
    if (method === null)
      return giveUp(client, reference, "The customer has no saved payment method any more.");
    if (attempt > attemptsMax) return giveUp(client, reference, failureOf(intent));
    const confirmed = await confirm(needs, reference, { method, offSession: verdict.offSession });
    if (typeof confirmed === "string") return giveUp(client, reference, confirmed);
    intent = confirmed;
  }
}

const again: Verdict = { kind: "confirm", offSession: true };

/** It waits for the owner of a card, and another one was saved since: that one pays it, or has it cancelled. */
const isOvertaken = (
  { status, payment_method: asked }: Stripe.PaymentIntent,
  method: string | null,
): boolean =>
  status === "requires_action" &&
  method !== null &&
  (typeof asked === "string" ? asked : asked?.id) !== method;

interface Attempt {
  readonly method: string;
  readonly offSession: boolean;
}

/**
 * The intent as it is after an attempt, or why there was none. No idempotency key of ours: the intent itself is what is
 * paid once, and a key would repeat an error of Stripe's own for a day.
 */
async function confirm(
  { client, returnUrl }: Needs,
  reference: string,
  { method, offSession }: Attempt,
): Promise<Stripe.PaymentIntent | string> {
  const params: Stripe.PaymentIntentConfirmParams = { payment_method: method, return_url: returnUrl };
  try {
    return await client.paymentIntents.confirm(
      reference,
      offSession ? { ...params, off_session: true } : params,
    );
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null) throw unanswered(error);
    const intent = await asked(client.paymentIntents.retrieve(reference));
    const wasTried = isDecline(error) || verdictOn(intent).kind === "stands";
    return wasTried ? intent : refusal;
  }
}

/** Cancels for good: a declined payment must not bring money any more once another one has taken its place. */
async function giveUp(client: Stripe, reference: string, failure: string): Promise<Standing> {
  try {
    await client.paymentIntents.cancel(reference);
    return { status: "FAILED", failure };
  } catch (error) {
    if (refusalOf(error) === null) throw unanswered(error);
    const verdict = verdictOn(await asked(client.paymentIntents.retrieve(reference)));
    if (verdict.kind !== "stands") throw unanswered(error);
    return verdict.standing;
  }
}
