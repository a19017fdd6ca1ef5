import { makeAppliers } from "../../server/billing/paymentEvents.js";
import { defaultDunning } from "../../server/domain/dunning.js";
import { instantFrom } from "../../server/domain/instant.js";
import { timeOrderedId } from "../../server/ids.js";
import { loadAccount } from "../../server/ledger/load.js";
import type { ProviderEvent } from "../../server/payments/provider.js";
import type { Database } from "../../server/storage/database.js";
import { PaymentRow } from "../../server/storage/rows/billing.js";

const wallClock = () => instantFrom("2026-01-15T12:00:00.000Z");

type Told = Exclude<ProviderEvent, { readonly kind: "paymentMethodSaved" }>;
type WithoutEnvelope<Event> = Event extends unknown ? Omit<Event, "eventId" | "occurredAt"> : never;

/** Tells what a provider would, as often as one likes: nothing but the appliers keeps an event from having its effect twice. */
export const teller =
  (database: Database) =>
  (what: WithoutEnvelope<Told>): Promise<void> =>
    database.transact(async (tx) => {
      const appliers = makeAppliers({
        newId: timeOrderedId,
        loadDunning: async () => defaultDunning,
        settlePurchase: async () => {
          throw new Error("No test tells of a purchase's payment.");
        },
      });
      const event = { ...what, eventId: "event", occurredAt: wallClock() } as Told;
      const payment = await tx.manager.findOneByOrFail(PaymentRow, { paymentId: event.paymentId });
      const account = await loadAccount(tx, payment.customerId, wallClock);
      if (account === null) throw new Error(`Customer ${payment.customerId} is missing.`);
      const subject = { payment, account };
      switch (event.kind) {
        case "paymentSucceeded":
          return appliers.paymentSucceeded(tx, event, subject);
        case "paymentFailed":
          return appliers.paymentFailed(tx, event, subject);
        case "refundChanged":
          return appliers.refundChanged(tx, event, subject);
        case "disputeOpened":
          return appliers.disputeOpened(tx, event, subject);
        case "disputeClosed":
          return appliers.disputeClosed(tx, event, subject);
      }
    });
