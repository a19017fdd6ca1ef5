import { sum, zero } from "../amount.js";
import { afterEvent, type BillingEvent, billsUsage, nextBillingEvent } from "../billing.js";
import type { Plan } from "../catalog.js";
import type { Usage } from "../consumption.js";
import { type CreditGrant, free } from "../grant.js";
import type { Instant } from "../instant.js";
import { calendarStart } from "../period.js";
import { firstPeriodIndex, periodIndexAt, type SubscribedPlan, wholePeriod } from "../subscription.js";
import { newSubscription } from "../subscriptionStart.js";
import { emptyWallet, invoiceDebt, openWallet } from "../wallet.js";
import {
  type Book,
  emptyBook,
  keepPlace,
  periodOf,
  type RehearsedCall,
  type RehearsedOutcome,
  type RehearsedPeriod,
  settle,
  subscriptionId,
} from "./call.js";
import { feeCharge, type RehearsedCharge, usageCharge } from "./charges.js";
import { rehearsedWallet } from "./wallet.js";

export interface RehearsalTerms {
  readonly plan: Plan;
  readonly customerId: string;
  readonly startsAt: Instant;
  /** When the subscriber leaves; null for never. */
  readonly endsAt: Instant | null;
  /** Credits that it has beside the plan's supply. */
  readonly credits: readonly CreditGrant[];
  /** Whether what neither credits nor overage can pay is lent to it and counted; otherwise such a call is refused. */
  readonly lends: boolean;
}

export interface Rehearsal {
  readonly subscribed: SubscribedPlan;
  /** Calls are made in the order of their times. */
  use(call: RehearsedCall, at: Instant): RehearsedOutcome;
  /** A call that was undone altogether. */
  undone(call: Usage, at: Instant): void;
  /** Plays the time to come until the subscriber has left and its last invoice is final. */
  end(): void;
  periods(): RehearsedPeriod[];
  charges(): readonly RehearsedCharge[];
}

/**
 * A subscriber that does not exist, on a plan that may not either: its calls are priced, paid and invoiced by the very
 * functions that do it for real ones, in memory. It keeps its own state, because a replay makes many calls of it.
 */
export function rehearse(terms: RehearsalTerms): Rehearsal {
  const { plan, customerId, startsAt, endsAt, lends } = terms;
  const anchorAt = calendarStart(plan.period, startsAt) ?? startsAt;
  let subscribed = newSubscription({ id: subscriptionId, customerId, plan, startsAt, anchorAt, endsAt });
  const wallet = openedWallet(terms, subscribed);
  const books = new Map<number, Book>();
  const charges: RehearsedCharge[] = [];
  const begun = subscribed;

  const bookAt = (index: number): Book => {
    const known = books.get(index);
    if (known !== undefined) return known;
    const book = emptyBook(index);
    books.set(index, book);
    return book;
  };

  const play = (event: BillingEvent): void => {
    if (event.kind === "fee") charges.push(...feeCharge(event));
    if (event.kind === "finalize") {
      const usage = [...bookAt(event.index).usage.values()];
      charges.push(...usageCharge(event, usage));
      const owed = sum(usage.map(({ postpaid }) => postpaid));
      wallet.become(invoiceDebt(wallet.state(), owed, event.at));
    }
    subscribed = afterEvent(event);
  };

  let open = stretchAt(begun, startsAt);
  let next = nextBillingEvent([subscribed]);
  const playUntil = (at: Instant): void => {
    for (; next !== null && next.at <= at; next = nextBillingEvent([subscribed])) play(next);
  };

  const goTo = (at: Instant): Book => {
    playUntil(at);
    wallet.goTo(at);
    if (at < open.from || at >= open.to) open = stretchAt(begun, at);
    return bookAt(open.index);
  };

  return {
    subscribed: begun,
    use: (call, at) => settle(call, at, { book: goTo(at), wallet, plan, lends }),
    undone: (call, at) => keepPlace(call, { book: goTo(at), plan }),
    end: () => {
      playUntil(Number.POSITIVE_INFINITY as Instant);
    },
    periods: () => [...books.values()].sort((a, b) => a.index - b.index).map((book) => periodOf(begun, book)),
    charges: () => charges,
  };
}

/** The times that one billing period is found for; finding it anew for each call would cost as much as pricing it. */
function stretchAt(subscribed: SubscribedPlan, at: Instant) {
  const index = periodIndexAt(subscribed, at);
  const { end } = wholePeriod(subscribed, index);
  return { index, from: at, to: end ?? Number.POSITIVE_INFINITY };
}

/** What a subscriber is charged in advance and for usage of its first period, as though that were over. */
export function firstPeriodCharges({ subscribed, periods }: Rehearsal): RehearsedCharge[] {
  const index = firstPeriodIndex(subscribed);
  const usage = periods().find((period) => period.index === index)?.usage ?? [];
  const event = { subscribed, index };
  return [...feeCharge(event), ...(billsUsage(subscribed.plan) ? usageCharge(event, usage) : [])];
}

function openedWallet({ plan, customerId, startsAt, credits }: RehearsalTerms, subscribed: SubscribedPlan) {
  // What is reserved is as good as spent.
  const grants = credits.map((grant) => ({ ...grant, remaining: free(grant), held: zero }));
  const posted = sum(grants.map(({ remaining }) => remaining));
  const wallet = rehearsedWallet(
    openWallet({
      wallet: { ...emptyWallet(customerId, plan.unit), posted },
      hash: null,
      grants,
      suppliers: [subscribed],
      dueReturns: [],
      nextReturnAt: null,
      holds: new Map(),
    }),
  );
  wallet.goTo(startsAt);
  return wallet;
}
