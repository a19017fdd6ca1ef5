import type { Clock } from "../domain/instant.js";
import { unreachable } from "../domain/unreachable.js";
import { type Account, loadAccount } from "../ledger/load.js";
import type { ProviderEvent } from "../payments/provider.js";
import type { Database, Tx } from "../storage/database.js";
import { PaymentRow } from "../storage/rows/billing.js";
import { savePaymentMethod } from "./paymentAccounts.js";

type EventOf<Kind extends ProviderEvent["kind"]> = Extract<ProviderEvent, { readonly kind: Kind }>;

/** The payment that an event is about, and the account of its customer, who is locked. */
export interface Subject {
  readonly payment: PaymentRow;
  readonly account: Account;
}

type Apply<Kind extends ProviderEvent["kind"]> = (
  tx: Tx,
  event: EventOf<Kind>,
  subject: Subject,
) => Promise<void>;

/** What each kind of event does: once each, in any order, perhaps after the answer to our own request. */
export interface Appliers {
  readonly paymentSucceeded: Apply<"paymentSucceeded">;
  readonly paymentFailed: Apply<"paymentFailed">;
  readonly refundChanged: Apply<"refundChanged">;
  readonly disputeOpened: Apply<"disputeOpened">;
  readonly disputeClosed: Apply<"disputeClosed">;
}

interface Needs {
  readonly database: Database;
  readonly clock: Clock;
  /** The name of the provider whose events these are. */
  readonly provider: string;
  readonly appliers: Appliers;
}

/** Applies what a provider tells, once: the event is on record in the transaction of its effect. */
export const makeApplyProviderEvent =
  (needs: Needs) =>
  (event: ProviderEvent): Promise<void> =>
    needs.database.transact(async (tx) => {
      const customerId = await customerOf(tx, event);
      // Nothing of ours: several installations may share one account at a provider, and each is told of everything.
      if (customerId === undefined) return;
      // Locks the customer, so that the same event, delivered twice at once, is seen here the second time.
      const account = await loadAccount(tx, customerId, needs.clock);
      if (account === null || !(await isNew(tx, event, needs.clock))) return;
      // Read only now that nobody else can change it: another message about it may have been first.
      await apply(tx, event, { ...needs, account, payment: await paymentOf(tx, event) });
    });

async function customerOf(tx: Tx, event: ProviderEvent): Promise<string | undefined> {
  return event.kind === "paymentMethodSaved" ? event.customerId : (await paymentOf(tx, event))?.customerId;
}

async function paymentOf(tx: Tx, event: ProviderEvent): Promise<PaymentRow | null> {
  if (event.kind === "paymentMethodSaved") return null;
  return tx.manager.findOneBy(PaymentRow, { paymentId: event.paymentId });
}

async function isNew(tx: Tx, { eventId }: ProviderEvent, clock: Clock): Promise<boolean> {
  const added = await tx.query(
    `INSERT INTO provider_events (event_id, received_at) VALUES ($1, $2)
     ON CONFLICT (event_id) DO NOTHING RETURNING event_id`,
    [eventId, clock()],
  );
  return added.length > 0;
}

interface Facts extends Needs {
  readonly account: Account;
  readonly payment: PaymentRow | null;
}

async function apply(tx: Tx, event: ProviderEvent, facts: Facts): Promise<void> {
  const { account, payment, appliers, provider } = facts;
  const key = { customerId: account.customerId, provider };
  if (event.kind === "paymentMethodSaved") {
    const { providerCustomerId, paymentMethodId, occurredAt: at } = event;
    return savePaymentMethod(tx, key, { account: { providerCustomerId, paymentMethodId }, at });
  }
  if (payment === null) return;
  const subject = { payment, account };
  switch (event.kind) {
    case "paymentSucceeded":
      if (event.account !== null)
        await savePaymentMethod(tx, key, { account: event.account, at: event.occurredAt });
      return appliers.paymentSucceeded(tx, event, subject);
    case "paymentFailed":
      return appliers.paymentFailed(tx, event, subject);
    case "refundChanged":
      return appliers.refundChanged(tx, event, subject);
    case "disputeOpened":
      return appliers.disputeOpened(tx, event, subject);
    case "disputeClosed":
      return appliers.disputeClosed(tx, event, subject);
    default:
      return unreachable(event);
  }
}
