import type { Config } from "../config.js";
import type { PaymentProvider } from "../payments/provider.js";
import { type Sandbox, sandboxPayments } from "../payments/sandbox.js";
import { stripePayments } from "../payments/stripe.js";
import type { ReadEvent } from "../payments/stripeEvents.js";
import type { Outside } from "./core.js";

/** A provider, and the doors that it needs: the sandbox's pages, or what a real one sends by itself. */
export interface Payments {
  readonly provider: PaymentProvider;
  readonly sandbox?: Sandbox;
  readonly readEvent?: ReadEvent;
}

export function paymentsOf({ payments }: Partial<Pick<Config, "payments">>, { clock }: Outside): Payments {
  if (payments?.provider === "stripe") return stripePayments(payments, clock);
  const sandbox = sandboxPayments();
  return { provider: sandbox, sandbox };
}
