import type Stripe from "stripe";
import type { RefundOrder, RefundResult } from "./provider.js";
import { AmountNotPayable, toStripeAmount } from "./stripeAmount.js";
import { refusalOf, unanswered } from "./stripeClient.js";

/** Stripe's limit for a text that it keeps for us. */
const metadataMax = 500;

/** Gives back money at most once: Stripe keeps a key for a day only, so the refund is looked for before it is made. */
export async function refundPayment(client: Stripe, order: RefundOrder): Promise<RefundResult> {
  const { reference, refundId, paymentId, amount, reason } = order;
  if (reference === null) return { status: "FAILED", failure: "The provider does not know the payment." };
  try {
    const known = await findRefund(client, reference, refundId);
    if (known !== null) return resultOf(known);
    const because = reason === null ? {} : { reason: reason.slice(0, metadataMax) };
    const params: Stripe.RefundCreateParams = {
      payment_intent: reference,
      amount: toStripeAmount(amount),
      metadata: { refundId, paymentId, ...because },
    };
    return resultOf(await client.refunds.create(params, { idempotencyKey: refundId }));
  } catch (error) {
    const failure = error instanceof AmountNotPayable ? error.message : refusalOf(error);
    if (failure === null) throw unanswered(error);
    return { status: "FAILED", failure };
  }
}

/** A payment's refunds are few; their list is up to date at once, unlike a search. */
async function findRefund(
  client: Stripe,
  reference: string,
  refundId: string,
): Promise<Stripe.Refund | null> {
  for await (const refund of client.refunds.list({ payment_intent: reference, limit: 100 }))
    if (refund.metadata?.refundId === refundId) return refund;
  return null;
}

function resultOf({ status, failure_reason }: Stripe.Refund): RefundResult {
  if (status === "succeeded") return { status: "SUCCEEDED" };
  if (status === "failed" || status === "canceled")
    return { status: "FAILED", failure: refundFailure(status, failure_reason) };
  return { status: "PENDING" };
}

/** Stripe's reason is a word of its API, such as `expired_or_canceled_card`. */
export const refundFailure = (status: string, reason: string | null | undefined): string =>
  `The refund has ${status === "canceled" ? "been cancelled" : "failed"}: ${(reason ?? "unknown").replaceAll("_", " ")}.`;
