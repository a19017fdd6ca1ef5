import type { EventData, NewEvent } from "../domain/event.js";
import type { Instant } from "../domain/instant.js";
import type { Invoice } from "../domain/invoice.js";
import type { Payment } from "../domain/purchase.js";
import type { SubscribedPlan } from "../domain/subscription.js";

/** What events tell of the things of billing. */
export const subscriptionFacts = ({
  subscription,
  plan,
}: SubscribedPlan): EventData<"SUBSCRIPTION_STARTED"> => ({
  subscriptionId: subscription.id,
  plan: plan.key,
  planVersion: plan.version,
  trial: subscription.trial,
  startsAt: subscription.startsAt,
  endsAt: subscription.endsAt,
});

export const subscriptionEvent = (
  type: "SUBSCRIPTION_STARTED" | "SUBSCRIPTION_CANCELLED" | "SUBSCRIPTION_RESUMED",
  subscribed: SubscribedPlan,
  at: Instant,
): NewEvent => ({
  ...{ customerId: subscribed.subscription.customerId, type, at },
  data: subscriptionFacts(subscribed),
});

type InvoiceFacts = EventData<"INVOICE_OPENED">;

export function invoiceFacts({ period, number, ...invoice }: Invoice): InvoiceFacts {
  if (number === null) throw new Error(`Invoice ${invoice.invoiceId} is a draft, which nobody is told of.`);
  return { ...invoice, number, periodStart: period?.start ?? null, periodEnd: period?.end ?? null };
}

export const paymentFacts = ({
  paymentId,
  invoiceId,
  amount,
  currency,
}: Payment): EventData<"PAYMENT_SUCCEEDED"> => ({ paymentId, invoiceId, amount, currency });
