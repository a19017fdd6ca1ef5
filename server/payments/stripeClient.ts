import Stripe from "stripe";
import { Fault } from "../domain/errors.js";

export interface StripeSettings {
  readonly secretKey: string;
  readonly webhookSecret: string;
  /** Null: Stripe itself. */
  readonly apiUrl: string | null;
  /** Where a customer comes back to from Stripe's pages. */
  readonly returnUrl: string;
  /** Default: 20 seconds, as banks may take most of that. Nothing is lost by giving up: the payment is asked after. */
  readonly timeoutMs?: number;
  /** Default 2. The library sends the same idempotency key with each attempt. */
  readonly retriesMax?: number;
}

export function stripeClient({ secretKey, apiUrl, timeoutMs, retriesMax }: StripeSettings): Stripe {
  return new Stripe(secretKey, {
    ...(apiUrl === null ? {} : hostOf(new URL(apiUrl))),
    timeout: timeoutMs ?? 20_000,
    maxNetworkRetries: retriesMax ?? 2,
    telemetry: false,
    appInfo: { name: "Scrip" },
  });
}

const hostOf = ({ hostname, port, protocol }: URL) => {
  const isPlain = protocol === "http:";
  return {
    host: hostname,
    port: port || (isPlain ? "80" : "443"),
    protocol: isPlain ? "http" : "https",
  } as const;
};

/** Stripe's answer, or the fault UNAVAILABLE. */
export async function asked<Answer>(request: Promise<Answer>): Promise<Answer> {
  try {
    return await request;
  } catch (error) {
    throw unanswered(error);
  }
}

/** What to throw for an error of the library: a fault that holds no more of it than may be shown. */
export const unanswered = (error: unknown): unknown =>
  error instanceof Stripe.errors.StripeError ? faultOf(error) : error;

function faultOf(error: Stripe.errors.StripeError): Fault {
  const { type, statusCode, code, requestId } = error;
  // The library's error holds headers, and for a wrong key a part of it, so that even the log gets its facts only.
  const facts = { type, statusCode, code, requestId, connection: connectionProblem(error) };
  const cause = new Error(`Stripe: ${JSON.stringify(facts)}`);
  const why = `${whyUnavailable(error)} Send the same call again with its key.`;
  return new Fault("UNAVAILABLE", why, null, { cause });
}

const connectionProblem = ({ detail }: Stripe.errors.StripeError): string | undefined =>
  detail instanceof Error ? detail.message : undefined;

function whyUnavailable(error: Stripe.errors.StripeError): string {
  const { StripeConnectionError, StripeAuthenticationError, StripePermissionError } = Stripe.errors;
  if (error instanceof StripeConnectionError)
    return "The payment provider cannot be reached, or did not answer in time.";
  if (error instanceof StripeAuthenticationError || error instanceof StripePermissionError)
    return "The payment provider does not accept this server's key.";
  const refusal = refusalOf(error);
  return refusal === null
    ? "The payment provider cannot do its work now."
    : `The payment provider refuses the request: ${refusal}`;
}

/** Why Stripe has judged a request and said no for good; null when it could not judge it. */
export function refusalOf(error: unknown): string | null {
  const { StripeCardError, StripeInvalidRequestError } = Stripe.errors;
  const isRefusal = error instanceof StripeCardError || error instanceof StripeInvalidRequestError;
  return isRefusal ? error.message : null;
}

/** Whether it has said no because so little can never be charged. */
export const isTooSmall = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeInvalidRequestError && error.code === "amount_too_small";

export const isDecline = (error: unknown): boolean => error instanceof Stripe.errors.StripeCardError;

/** Whether the same request, sent under its key again, would only be answered the same for a day. */
export function isStuck(error: unknown): boolean {
  const { StripeAPIError, StripeIdempotencyError } = Stripe.errors;
  return error instanceof StripeIdempotencyError || (error instanceof StripeAPIError && isServerError(error));
}

const isServerError = ({ statusCode = 0 }: Stripe.errors.StripeError): boolean => statusCode >= 500;
