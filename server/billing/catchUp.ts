import { sum } from "../domain/amount.js";
import {
  afterEvent,
  type BillingEvent,
  finalizesAt,
  isSettled,
  nextBillingEvent,
} from "../domain/billing.js";
import { advanceLines } from "../domain/fees.js";
import { periodInvoiceId } from "../domain/ids.js";
import type { Clock, Instant } from "../domain/instant.js";
import { usageFacts, usageLines } from "../domain/invoicing/usageLines.js";
import { isUndone, type SubscribedPlan, servedPeriod } from "../domain/subscription.js";
import { invoiceDebt } from "../domain/wallet.js";
import { recordEvents } from "../events/outbox.js";
import { type Account, loadWallet, withSubscriptions } from "../ledger/load.js";
import { post } from "../ledger/post.js";
import type { Present } from "../ledger/present.js";
import { saveBillingState } from "../ledger/subscriptions.js";
import type { Tx } from "../storage/database.js";
import { InvoiceRow } from "../storage/rows/billing.js";
import { CustomerRow } from "../storage/rows/customers.js";
import { openDraft } from "./invoices.js";
import { finalizeInvoice, issueInvoice } from "./issueInvoice.js";
import { loadPeriodUsage } from "./periodUsage.js";
import { subscriptionEvent, subscriptionFacts } from "./tell.js";

/**
 * Plays what is due of a customer's billing, each event at its own time and in order, in the transaction that looks: a
 * call, a query, a job or a test clock alike. Whoever comes first does it, and nothing is left for the second.
 */
export async function catchUp(tx: Tx, account: Account): Promise<Account> {
  let subscriptions = account.subscriptions;
  const changed = new Set<string>();
  for (let event = nextBillingEvent(subscriptions); event !== null && event.at <= account.now; ) {
    const then = { account: withSubscriptions(account, subscriptions, event.at), now: account.now };
    const suppliers = await play(tx, then, event);
    const moved = afterEvent(event);
    changed.add(moved.subscription.id);
    subscriptions = inStep(replaced(subscriptions, moved), suppliers);
    event = nextBillingEvent(subscriptions);
  }
  return saveBilling(tx, withSubscriptions(account, subscriptions), changed);
}

/** Accounts as they are by this clock, with nothing of their billing left to do. */
export const presentBy = (clock: Clock): Present => ({ clock, catchUp });

const replaced = (subscriptions: readonly SubscribedPlan[], by: SubscribedPlan): SubscribedPlan[] =>
  subscriptions.map((one) => (one.subscription.id === by.subscription.id ? by : one));

/** With the supplies that a wallet has been given in the meantime, so that nobody gives them again. */
const inStep = (
  subscriptions: readonly SubscribedPlan[],
  suppliers: readonly SubscribedPlan[],
): SubscribedPlan[] =>
  subscriptions.map((one) => {
    const supplier = suppliers.find(({ subscription }) => subscription.id === one.subscription.id);
    const nextPeriodIndex = supplier?.subscription.nextPeriodIndex ?? one.subscription.nextPeriodIndex;
    return { ...one, subscription: { ...one.subscription, nextPeriodIndex } };
  });

/** Writes the subscriptions that have moved on, lets go of those that are over, and notes when to look again. */
async function saveBilling(tx: Tx, account: Account, changed: ReadonlySet<string>): Promise<Account> {
  const { customerId, subscriptions, now } = account;
  const open: SubscribedPlan[] = [];
  for (const one of subscriptions) {
    const settledAt = isSettled(one, subscriptions, now) ? now : null;
    if (settledAt === null) open.push(one);
    if (settledAt !== null || changed.has(one.subscription.id))
      await saveBillingState(tx, one.subscription, settledAt);
  }
  const billingDueAt = nextBillingEvent(open)?.at ?? null;
  if (billingDueAt !== account.billingDueAt)
    await tx.manager.update(CustomerRow, { customerId }, { billingDueAt });
  return { ...withSubscriptions(account, open), billingDueAt };
}

interface Then {
  /** As it was at the event's time. */
  readonly account: Account;
  /** When it is written. */
  readonly now: Instant;
}

/** Answers with what supplies the wallet that was written, as it is by then. */
async function play(tx: Tx, then: Then, event: BillingEvent): Promise<readonly SubscribedPlan[]> {
  if (event.kind === "finalize") return finalize(tx, then, event);
  if (event.kind === "fee") await charge(tx, event);
  else if (event.kind === "close") await close(tx, event);
  else await tellOfLife(tx, then.account, event);
  return [];
}

async function tellOfLife(tx: Tx, account: Account, { kind, subscribed, at }: BillingEvent): Promise<void> {
  if (kind === "start") return recordEvents(tx, [subscriptionEvent("SUBSCRIPTION_STARTED", subscribed, at)]);
  const { id, customerId } = subscribed.subscription;
  const next = account.subscriptions.find(
    ({ subscription }) => subscription.id !== id && subscription.startsAt === at && !isUndone(subscription),
  );
  const data = { ...subscriptionFacts(subscribed), nextSubscriptionId: next?.subscription.id ?? null };
  await recordEvents(tx, [{ customerId, type: "SUBSCRIPTION_ENDED", data, at }]);
}

async function charge(tx: Tx, { subscribed, index, at }: BillingEvent): Promise<void> {
  const { subscription } = subscribed;
  const lines = advanceLines(subscribed, index);
  const currency = subscribed.plan.fee?.currency ?? subscribed.plan.unit;
  if (lines.length === 0) return;
  await issueInvoice(tx, {
    customerId: subscription.customerId,
    invoiceId: periodInvoiceId("SUBSCRIPTION", subscription.id, index),
    kind: "SUBSCRIPTION",
    currency,
    lines,
    at,
    of: { subscriptionId: subscription.id, periodIndex: index, period: servedPeriod(subscribed, index) },
    subscribed,
  });
}

async function close(tx: Tx, { subscribed, index, at }: BillingEvent): Promise<void> {
  const { subscription, plan } = subscribed;
  const { customerId, id: subscriptionId } = subscription;
  const period = servedPeriod(subscribed, index);
  const of = { subscriptionId, periodIndex: index, period };
  // Hardly ever is anything called in an instant, so hardly ever is there anything to show.
  if (period.start === period.end && (await loadPeriodUsage(tx, { customerId, ...of })).length === 0) return;
  await openDraft(tx, {
    customerId,
    invoiceId: periodInvoiceId("USAGE", subscriptionId, index),
    currency: plan.unit,
    at,
    finalizesAt: finalizesAt(subscribed, index),
    of,
  });
}

async function finalize(
  tx: Tx,
  { account, now }: Then,
  { subscribed, index, at }: BillingEvent,
): Promise<readonly SubscribedPlan[]> {
  const { subscription, plan } = subscribed;
  const { customerId } = account;
  const invoiceId = periodInvoiceId("USAGE", subscription.id, index);
  const usage = await loadPeriodUsage(tx, {
    customerId,
    subscriptionId: subscription.id,
    periodIndex: index,
  });
  const lines = usageLines(usageFacts(subscribed, index, usage));
  // A period in which nothing happened needs no invoice, and no number.
  if (lines.length === 0) {
    await tx.manager.delete(InvoiceRow, { customerId, invoiceId });
    return [];
  }
  await finalizeInvoice(tx, { customerId, invoiceId, lines, at, subscribed });
  const owed = sum(usage.map(({ postpaid }) => postpaid));
  const state = invoiceDebt(await loadWallet(tx, account, plan.unit), owed, at);
  await post(tx, [{ state, recordedAt: now }]);
  return state.suppliers;
}
