import { zero } from "../domain/amount.js";
import { billsUsage, finalizesAt } from "../domain/billing.js";
import { advanceLines } from "../domain/fees.js";
import type { Instant } from "../domain/instant.js";
import type { Invoice } from "../domain/invoice.js";
import { hasPeriod, periodIndexAt, type SubscribedPlan, servedPeriod } from "../domain/subscription.js";
import { inForce } from "../domain/subscriptionChange.js";
import type { Account } from "../ledger/load.js";
import { type Present, readPresent } from "../ledger/present.js";
import type { Database, Tx } from "../storage/database.js";
import { type Foreseen, foresee, type InvoicedEvent, idOf, linesOf, orderOf } from "./foresee.js";
import { composeWith } from "./issueInvoice.js";

interface Needs {
  readonly database: Database;
  readonly present: Present;
}

/** All that the customer will be invoiced as it stands now, in that order. */
export const makeUpcomingInvoices =
  (needs: Needs) =>
  (customerId: string): Promise<Invoice[]> =>
    readPresent(needs, customerId, async (tx, account) =>
      account === null ? [] : (await foreseeNext(tx, account)).map((one) => shownAs(one, account.now)),
    );

/** What of that is about the present: what was used by now, or else the next fee, or else what is left of before. */
export const makeUpcomingInvoice =
  (needs: Needs) =>
  (customerId: string): Promise<Invoice | null> =>
    readPresent(needs, customerId, async (tx, account) =>
      account === null ? null : upcomingInvoice(tx, account),
    );

/** Null when nothing will be invoiced. */
export async function upcomingInvoice(tx: Tx, account: Account): Promise<Invoice | null> {
  const next = await foreseeNext(tx, account);
  const own = presentUsage(account);
  const shown =
    next.find(({ event }) => own !== null && idOf(event) === idOf(own)) ??
    next.find(({ event }) => event.kind === "fee") ??
    next[0];
  return shown === undefined ? null : shownAs(shown, account.now);
}

/** The period whose usage would be invoiced if it were closed now; null where usage is not. */
function presentUsage(account: Account): InvoicedEvent | null {
  const active = inForce(account);
  if (active === null || !billsUsage(active.plan)) return null;
  return { kind: "finalize", subscribed: active, index: periodIndexAt(active, account.now) };
}

type Next = Pick<Foreseen, "content"> & { readonly event: InvoicedEvent };

/**
 * Drafts of periods that are over, what the present period would be billed if it were closed now, and the next fee, be
 * it of this plan or of what follows: after a trial, or a change of plan at the period's end.
 */
async function foreseeNext(tx: Tx, account: Account): Promise<Next[]> {
  const { subscriptions, now } = account;
  const own = presentUsage(account);
  const ends = [...subscriptions.flatMap(draftEnds), ...endOf(own), ...subscriptions.flatMap(nextFeeAt)];
  const until = Math.max(now, ...ends) as Instant;
  const { invoices, facts } = await foresee(tx, account, { until, asIfClosed: true });
  const made = invoices.filter(({ content }) => content.lines.length > 0);
  const fee = made.find(({ event }) => event.kind === "fee");
  const isShown = (one: Foreseen): boolean =>
    one === fee || (one.event.kind === "finalize" && isOver(one.event));
  const isOwn = ({ event }: Foreseen): boolean => own !== null && idOf(event) === idOf(own);
  const next: Next[] = invoices.filter((one) => isOwn(one) || (made.includes(one) && isShown(one)));
  // A period without end is closed when its plan is left.
  if (own === null || invoices.some(isOwn)) return next;
  const { content } = await composeWith(tx, orderOf(own, await linesOf(tx, own, now)), facts);
  return [...next, { event: own, content }];

  function isOver({ subscribed, index }: InvoicedEvent): boolean {
    const { end } = servedPeriod(subscribed, index);
    return end !== null && end <= now;
  }
}

/** When what was used in periods that are over is final. */
function draftEnds(subscribed: SubscribedPlan): Instant[] {
  const { nextFinalIndex, nextCloseIndex } = subscribed.subscription;
  const count = Math.max(0, nextCloseIndex - nextFinalIndex);
  return Array.from({ length: count }, (_, past) => finalizesAt(subscribed, nextFinalIndex + past));
}

function endOf(own: InvoicedEvent | null): Instant[] {
  if (own === null || servedPeriod(own.subscribed, own.index).end === null) return [];
  return [finalizesAt(own.subscribed, own.index)];
}

function nextFeeAt(subscribed: SubscribedPlan): Instant[] {
  const { nextFeeIndex: index, trial } = subscribed.subscription;
  if (trial || !hasPeriod(subscribed, index) || advanceLines(subscribed, index).length === 0) return [];
  return [servedPeriod(subscribed, index).start];
}

function shownAs({ event, content }: Next, now: Instant): Invoice {
  const { kind, subscribed, index } = event;
  const { customerId, id: subscriptionId } = subscribed.subscription;
  const period = servedPeriod(subscribed, index);
  const finalAt = kind === "fee" ? period.start : period.end && finalizesAt(subscribed, index);
  return {
    ...{ customerId, subscriptionId, periodIndex: index, period, invoiceId: idOf(event) },
    ...{ number: null, status: "DRAFT", kind: kind === "fee" ? "SUBSCRIPTION" : "USAGE" },
    ...content,
    ...{
      setOff: zero,
      carriedOver: zero,
      unused: zero,
      parties: null,
      notes: null,
      createdAt: now,
      finalizesAt: finalAt,
    },
    ...{ finalizedAt: null, paidAt: null, voidedAt: null, voidReason: null },
  };
}
