import type { Clock } from "../domain/instant.js";
import type { PaymentProvider } from "./provider.js";
import { chargeableByStripe } from "./stripeAmount.js";
import { cancelPayment, chargePrepared } from "./stripeCharge.js";
import { type StripeSettings, stripeClient } from "./stripeClient.js";
import { type ReadEvent, stripeEvents } from "./stripeEvents.js";
import { prepareCharge } from "./stripePrepare.js";
import { refundPayment } from "./stripeRefund.js";
import { setUpCard } from "./stripeSetup.js";

export interface StripePayments {
  readonly provider: PaymentProvider;
  /** What Stripe sends by itself. */
  readonly readEvent: ReadEvent;
}

export function stripePayments(settings: StripeSettings, clock: Clock): StripePayments {
  const client = stripeClient(settings);
  const needs = { client, returnUrl: settings.returnUrl };
  return {
    provider: {
      name: "stripe",
      chargeable: chargeableByStripe,
      prepare: (charge) => prepareCharge(needs, charge),
      charge: (charge) => chargePrepared(needs, charge),
      cancel: (payment) => cancelPayment(client, payment),
      refund: (order) => refundPayment(client, order),
      setUp: (customer) => setUpCard(needs, customer),
    },
    readEvent: stripeEvents({ client, clock, settings }),
  };
}
