import type Stripe from "stripe";
import type { Standing } from "./provider.js";

/** What a payment intent's state asks for. */
export type Verdict =
  | { readonly kind: "stands"; readonly standing: Standing }
  | { readonly kind: "confirm"; readonly offSession: boolean }
  | { readonly kind: "declined"; readonly failure: string };

type Intent = Pick<Stripe.PaymentIntent, "status" | "next_action" | "last_payment_error">;

const stands = (standing: Standing): Verdict => ({ kind: "stands", standing });
const declined = (failure: string): Verdict => ({ kind: "declined", failure });

export function verdictOn(intent: Intent): Verdict {
  switch (intent.status) {
    case "succeeded":
      return stands({ status: "SUCCEEDED" });
    case "canceled":
      return stands({ status: "FAILED", failure: failureOf(intent) });
    case "requires_action":
      return verdictOnAction(intent);
    case "requires_confirmation":
      return { kind: "confirm", offSession: true };
    case "requires_payment_method":
      return verdictOnAttempt(intent);
    default:
      // It is being processed, which may take days, or Stripe has a word that is newer than this code.
      return stands({ status: "PENDING" });
  }
}

/** Before the first attempt, or after one that was declined. */
function verdictOnAttempt(intent: Intent): Verdict {
  const { last_payment_error: error } = intent;
  if (error === null) return { kind: "confirm", offSession: true };
  // The bank wants to see the customer, who was not asked for the first time: with a page for them it is tried again.
  return error.code === authenticationRequired
    ? { kind: "confirm", offSession: false }
    : declined(failureOf(intent));
}

export const authenticationRequired = "authentication_required";

function verdictOnAction({ next_action: action }: Intent): Verdict {
  const url =
    action?.redirect_to_url?.url ?? action?.verify_with_microdeposits?.hosted_verification_url ?? null;
  return url === null
    ? declined("The bank asks for a step for which it has no page.")
    : stands({ status: "ACTION_REQUIRED", actionUrl: url });
}

export const failureOf = ({ last_payment_error: error }: Pick<Intent, "last_payment_error">): string =>
  error?.message ?? "The payment was cancelled.";

export const pageExpired = "The payment page has expired.";

/** How a payment on one of Stripe's pages stands; its intent must have come with it. */
export function standingOnPage({
  status,
  payment_status,
  payment_intent,
  url,
}: Stripe.Checkout.Session): Standing {
  if (payment_status === "paid") return { status: "SUCCEEDED" };
  if (status === "expired") return { status: "FAILED", failure: pageExpired };
  if (status === "open" && url !== null) return { status: "ACTION_REQUIRED", actionUrl: url };
  // What takes days, such as a direct debit, can still fail; the customer cannot try again on the same page.
  const intent = typeof payment_intent === "string" ? null : payment_intent;
  const isOver = intent?.status === "requires_payment_method" || intent?.status === "canceled";
  return isOver ? { status: "FAILED", failure: failureOf(intent) } : { status: "PENDING" };
}
