import { Decimal } from "decimal.js";
import { type Micros, sum, type Total } from "../domain/amount.js";
import { billsUsage } from "../domain/billing.js";
import {
  type Burn,
  burnOf,
  type DailySum,
  observedDaysMax,
  observedDaysMin,
} from "../domain/forecast/burn.js";
import type { Debt } from "../domain/forecast/debts.js";
import {
  type ForecastGap,
  lookAhead,
  type Outlook,
  type PeriodRest,
  periodEnd,
  withRest,
} from "../domain/forecast/forecast.js";
import type { WalkFacts } from "../domain/forecast/walk.js";
import { addMs, dayMs, hourMs, type Instant, startOfHour } from "../domain/instant.js";
import type { Invoice, InvoiceContent } from "../domain/invoice.js";
import type { PeriodUsage } from "../domain/periodUsage.js";
import { periodIndexAt, type SubscribedPlan, subscriptionStatus } from "../domain/subscription.js";
import { available, type WalletState } from "../domain/wallet.js";
import { type Account, findWallet } from "../ledger/load.js";
import { type Present, readPresent } from "../ledger/present.js";
import { loadComingReturns } from "../ledger/returns.js";
import type { Database, Tx } from "../storage/database.js";
import { countedQuantity, sumOf, type WideSum, wideSum } from "../storage/wideSum.js";
import { usageInvoice } from "./drafts.js";
import { loadPeriodUsage } from "./periodUsage.js";
import { upcomingInvoice } from "./upcoming.js";

export interface ForecastQuestion {
  readonly customerId: string;
  readonly unit: string | null;
  /** How many days ahead to list. */
  readonly days: number;
}

interface ForecastInvoice {
  readonly expected: InvoiceContent & Pick<Invoice, "kind">;
  readonly least: Micros;
  readonly most: Micros;
  readonly closesAt: Instant | null;
}

export interface Forecast {
  readonly customerId: string;
  readonly unit: string;
  readonly at: Instant;
  readonly available: Micros;
  readonly gap: ForecastGap | null;
  /** Told from the days that began at this time; null with too little data. */
  readonly burn: (Burn & { readonly from: Instant }) | null;
  readonly outlook: Pick<Outlook, "horizon" | "exhaustion" | "days"> | null;
  readonly invoice: ForecastInvoice | null;
}

interface Needs {
  readonly database: Database;
  readonly present: Present;
}

/** What becomes of a wallet if usage goes on as it did; null when there is none. */
export const makeForecast =
  (needs: Needs) =>
  ({ customerId, unit: given, days }: ForecastQuestion): Promise<Forecast | null> =>
    readPresent(needs, customerId, async (tx, account) => {
      const unit = given ?? account?.current?.plan.unit ?? null;
      if (account === null || unit === null) return null;
      const state = await findWallet(tx, account, unit);
      return state === null ? null : forecastOf(tx, account, { state, days });
    });

interface Asked {
  readonly state: WalletState;
  readonly days: number;
}

async function forecastOf(tx: Tx, account: Account, { state, days }: Asked): Promise<Forecast> {
  const { customerId, now } = account;
  const { unit } = state.wallet;
  const wallet = { customerId, unit, at: now, available: available(state.wallet) };
  const burn = await loadBurn(tx, { customerId, unit, now });
  const current = planInForce(account, unit);
  if (current === null || burn === null) {
    const gap = current === null ? ("NO_PLAN" as const) : ("TOO_LITTLE_DATA" as const);
    return { ...wallet, gap, burn, outlook: null, invoice: null };
  }
  const facts = await walkFacts(tx, account, { state, current, burn });
  const { rest, ...outlook } = lookAhead(facts, days);
  return { ...wallet, gap: null, burn, outlook, invoice: await invoiceAhead(tx, account, facts, rest) };
}

/** The customer's plan, if the wallet's credits can be used under it now. */
const planInForce = ({ current, now }: Account, unit: string): SubscribedPlan | null =>
  current !== null && current.plan.unit === unit && subscriptionStatus(current.subscription, now) === "ACTIVE"
    ? current
    : null;

interface WalletAt {
  readonly customerId: string;
  readonly unit: string;
  readonly now: Instant;
}

/** Days of 24 hours up to the last full hour, from the hourly sums; null for too few since the first usage. */
async function loadBurn(tx: Tx, wallet: WalletAt): Promise<Forecast["burn"]> {
  const end = startOfHour(wallet.now);
  const [first] = await tx.query<{ hour: Instant }>(
    "SELECT hour FROM usage_rollups WHERE customer_id = $1 AND unit = $2 ORDER BY hour LIMIT 1",
    [wallet.customerId, wallet.unit],
  );
  const observed = first === undefined ? 0 : Math.floor((end - first.hour) / dayMs);
  if (observed < observedDaysMin) return null;
  const burn = burnOf(await loadDailySums(tx, wallet, end), observed);
  return { ...burn, from: addMs(end, -burn.days * dayMs) };
}

type StoredDay = Pick<DailySum, "operation" | "daysAgo"> & WideSum<"quantity" | "amount" | "reversed">;

async function loadDailySums(tx: Tx, { customerId, unit }: WalletAt, end: Instant): Promise<DailySum[]> {
  const days = await tx.query<StoredDay>(
    `SELECT operation, (CAST($4 AS bigint) - hour) / ${dayMs} AS "daysAgo",
            ${["quantity", "amount", "reversed"].map(wideSum).join(", ")}
     FROM usage_rollups WHERE customer_id = $1 AND unit = $2 AND hour >= $3 AND hour <= $4
     GROUP BY 1, 2 ORDER BY 1, 2`,
    [customerId, unit, end - observedDaysMax * dayMs, end - hourMs],
  );
  const decimal = (total: Total): Decimal => new Decimal(String(total));
  return days.map((day) => ({
    operation: day.operation,
    daysAgo: day.daysAgo,
    quantity: decimal(sumOf(day, "quantity")),
    amount: decimal(sumOf(day, "amount")),
    reversed: decimal(sumOf(day, "reversed")),
  }));
}

type Known = Pick<WalkFacts, "state" | "current" | "burn">;

async function walkFacts(tx: Tx, account: Account, known: Known): Promise<WalkFacts> {
  const { customerId, now } = account;
  const { state, current } = known;
  const subscriptions = account.subscriptions.filter(({ plan }) => plan.unit === state.wallet.unit);
  const subscriptionId = current.subscription.id;
  const period = { customerId, subscriptionId, periodIndex: periodIndexAt(current, now) };
  return {
    ...known,
    now,
    subscriptions,
    debts: await loadDebts(tx, subscriptions, now),
    returns: await loadComingReturns(tx, { customerId, unit: state.wallet.unit, at: now }),
    quantities: await loadQuantities(tx, period),
    usage: await loadPeriodUsage(tx, period),
  };
}

/** What has been used of periods that are not final yet, and was not paid. */
async function loadDebts(tx: Tx, subscriptions: readonly SubscribedPlan[], now: Instant): Promise<Debt[]> {
  const debts: Debt[] = [];
  for (const subscribed of subscriptions) {
    const { customerId, id: subscriptionId, startsAt, endsAt, nextFinalIndex } = subscribed.subscription;
    if (!billsUsage(subscribed.plan) || startsAt > now) continue;
    const last = periodIndexAt(subscribed, endsAt !== null && endsAt <= now ? addMs(endsAt, -1) : now);
    for (let index = nextFinalIndex; index <= last; index += 1) {
      const usage = await loadPeriodUsage(tx, { customerId, subscriptionId, periodIndex: index });
      debts.push({ subscribed, index, owed: sum(usage.map(({ postpaid }) => postpaid)) });
    }
  }
  return debts;
}

async function loadQuantities(
  tx: Tx,
  period: { customerId: string; subscriptionId: string; periodIndex: number },
): Promise<Map<string, Micros>> {
  const rows = await tx.query<{ operation: string; quantity: Micros }>(
    `SELECT operation, ${countedQuantity} FROM usage_counters
     WHERE customer_id = $1 AND subscription_id = $2 AND period_index = $3`,
    [period.customerId, period.subscriptionId, period.periodIndex],
  );
  return new Map(rows.map(({ operation, quantity }) => [operation, quantity]));
}

/** Where usage is billed, the present period's invoice by the way that invoices are made; else the next fee. */
async function invoiceAhead(
  tx: Tx,
  account: Account,
  { current, usage, now }: WalkFacts,
  rest: PeriodRest,
): Promise<ForecastInvoice | null> {
  if (!billsUsage(current.plan)) {
    const next = await upcomingInvoice(tx, account);
    return next && { expected: next, least: next.total, most: next.total, closesAt: next.finalizesAt };
  }
  const index = periodIndexAt(current, now);
  const contentWith = (added: readonly PeriodUsage[]): Promise<InvoiceContent> =>
    usageInvoice(tx, current, { index, at: now, usage: withRest(usage, added) });
  const expected = { kind: "USAGE" as const, ...(await contentWith(rest.expected)) };
  const [least, most] = [await contentWith(rest.least), await contentWith(rest.most)];
  return { expected, least: least.total, most: most.total, closesAt: periodEnd(current, now) };
}
