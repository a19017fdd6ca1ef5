import {
  inOrderOfCost,
  isComplete,
  moneyOf,
  nobody,
  type Offer,
  type PlanQuote,
  type QuotedUsage,
  quotePlan,
} from "../domain/calculator.js";
import type { Plan } from "../domain/catalog.js";
import { isInForce } from "../domain/grant.js";
import type { Clock } from "../domain/instant.js";
import type { CustomerNotFound, PlanNotFound, SubscriptionInactive } from "../domain/refusal.js";
import { subscriptionStatus } from "../domain/subscription.js";
import { type Account, loadWallet } from "../ledger/load.js";
import { loadPacks } from "../ledger/packs.js";
import { loadOfferedPlan, loadOfferedPlanKeys, loadOfferedPlans } from "../ledger/plans.js";
import { type Present, readPresent } from "../ledger/present.js";
import type { Database, Tx } from "../storage/database.js";
import { loadBillingFacts } from "./billingFacts.js";

/** Under whose plan: one on offer, a customer's own, or all on offer when neither is named. */
export interface QuoteUsageQuestion extends QuotedUsage {
  readonly plan: string | null;
  readonly customerId: string | null;
}

export type PlacedQuote = PlanQuote & { readonly place: number | null; readonly complete: boolean };

interface UsageQuote {
  readonly kind: "usageQuote";
  /** The cheapest first. */
  readonly quotes: readonly PlacedQuote[];
}

export type QuoteUsageOutcome = UsageQuote | CustomerNotFound | SubscriptionInactive | PlanNotFound;

interface Needs {
  readonly database: Database;
  readonly present: Present;
  readonly clock: Clock;
}

/** The credit calculator: what many lines of usage would cost in a period, in credits and in money. */
export const makeQuoteUsage =
  (needs: Needs) =>
  (question: QuoteUsageQuestion): Promise<QuoteUsageOutcome> => {
    const { customerId, plan } = question;
    if (customerId !== null)
      return readPresent(needs, customerId, (tx, account) =>
        account === null
          ? Promise.resolve({ kind: "customerNotFound", customerId })
          : quoteForCustomer(tx, account, question),
      );
    return needs.database.read((tx) =>
      plan === null
        ? quoteAll(tx, question, needs.clock)
        : quoteOne(tx, plan, { question, clock: needs.clock }),
    );
  };

async function quoteAll(tx: Tx, question: QuotedUsage, clock: Clock): Promise<QuoteUsageOutcome> {
  return quoted(
    await offersOf(tx, await loadOfferedPlans(tx), { credits: [], facts: nobody, now: clock() }),
    question,
  );
}

async function quoteOne(
  tx: Tx,
  key: string,
  { question, clock }: { question: QuotedUsage; clock: Clock },
): Promise<QuoteUsageOutcome> {
  const plan = await loadOfferedPlan(tx, key);
  if (plan === null) return { kind: "planNotFound", plan: key, available: await loadOfferedPlanKeys(tx) };
  return quoted(await offersOf(tx, [plan], { credits: [], facts: nobody, now: clock() }), question);
}

/** Its own plan version, at the beginning of a period, with what it has beside the supply. */
async function quoteForCustomer(tx: Tx, account: Account, question: QuotedUsage): Promise<QuoteUsageOutcome> {
  const { customerId, current, now } = account;
  const status = current === null ? null : subscriptionStatus(current.subscription, now);
  if (current === null || status !== "ACTIVE") return { kind: "subscriptionInactive", customerId, status };
  const { plan } = current;
  const { grants } = await loadWallet(tx, account, plan.unit);
  const credits = grants.filter((grant) => grant.source !== "SUPPLY" && isInForce(grant, now));
  const facts = await loadBillingFacts(tx, customerId, now);
  return quoted(await offersOf(tx, [plan], { credits, facts, now }), question);
}

async function offersOf(
  tx: Tx,
  plans: readonly Plan[],
  rest: Pick<Offer, "credits" | "facts" | "now">,
): Promise<Offer[]> {
  const packs = await loadPacks(tx);
  const others = await loadOfferedPlans(tx);
  const currencies = [...plans, ...others].map((plan) => moneyOf({ plan, packs }));
  const currency = currencies.find((one) => one !== null) ?? null;
  return plans.map((plan) => ({ plan, packs, currency, ...rest }));
}

function quoted(offers: readonly Offer[], usage: QuotedUsage): UsageQuote {
  const quotes = offers.map((offer) => {
    const quote = quotePlan(offer, usage);
    return { ...quote, complete: isComplete(quote), cost: quote.perMonth };
  });
  return { kind: "usageQuote", quotes: inOrderOfCost(quotes) };
}
