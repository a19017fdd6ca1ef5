import { makeAppliers } from "../../server/billing/paymentEvents.js";
import { makeApplyProviderEvent } from "../../server/billing/providerEvents.js";
import { instantFrom } from "../../server/domain/instant.js";
import { timeOrderedId } from "../../server/ids.js";
import type { ProviderEvent } from "../../server/payments/provider.js";
import type { Database } from "../../server/storage/database.js";

const clock = () => instantFrom("2026-01-15T12:00:00.000Z");

type WithoutEnvelope<Event> = Event extends unknown ? Omit<Event, "eventId" | "occurredAt"> : never;

/** Tells what a provider would. Each time it is another event, so that nothing but its effect keeps it from another. */
export function teller(database: Database) {
  const appliers = makeAppliers({ newId: timeOrderedId });
  const apply = makeApplyProviderEvent({ database, clock, provider: "bank", appliers });
  let told = 0;
  return (what: WithoutEnvelope<ProviderEvent>): Promise<void> => {
    told += 1;
    return apply({ ...what, eventId: `event-${told}`, occurredAt: clock() } as ProviderEvent);
  };
}
