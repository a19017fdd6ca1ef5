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
import type { Money, Plan } from "../domain/catalog.js";
import { badInput } from "../domain/errors.js";
import { isInForce } from "../domain/grant.js";
import type { Clock, Instant } from "../domain/instant.js";
import type { CustomerNotFound, PlanNotFound, SubscriptionInactive } from "../domain/refusal.js";
import { subscriptionStatus } from "../domain/subscription.js";
import { type Account, loadWallet } from "../ledger/load.js";
import { loadPacks } from "../ledger/packs.js";
import { loadOfferedPlan, loadOfferedPlanKeys, loadOfferedPlans } from "../ledger/plans.js";
import { type Present, readPresent } from "../ledger/present.js";
import type { Database, Tx } from "../storage/database.js";
import { loadBillingFacts } from "./billingFacts.js";
import { takingTurns } from "./turns.js";

/** Under whose plan: one on offer, a customer's own, or all on offer when neither is named. */
export interface QuoteUsageQuestion extends QuotedUsage {
  readonly plan: string | null;
  readonly customerId: string | null;
  /** The customer who asks, who may not see what was agreed with others; null for whoever sees all plans. */
  readonly viewer: string | null;
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

/** Each plan quotes every line: a page of a price list, and no more than a second's work. */
const linesOfAllPlansMax = 10_000;

/** The credit calculator: what many lines of usage would cost in a period, in credits and in money. */
export const makeQuoteUsage =
  (needs: Needs) =>
  async (question: QuoteUsageQuestion): Promise<QuoteUsageOutcome> => {
    const { customerId } = question;
    // The facts are read at once; what follows from them takes longer, and nobody has to wait for it.
    const facts =
      customerId === null
        ? await needs.database.read((tx) => offersOfCatalog(tx, question, needs.clock()))
        : await readPresent(needs, customerId, async (tx, account) =>
            account === null
              ? { kind: "customerNotFound" as const, customerId }
              : offersForCustomer(tx, account),
          );
    return "kind" in facts ? facts : quoted(facts.offers, question);
  };

interface Offers {
  readonly offers: readonly Offer[];
}

async function offersOfCatalog(
  tx: Tx,
  { plan: key, viewer }: QuoteUsageQuestion,
  now: Instant,
): Promise<Offers | PlanNotFound> {
  const nothing = { credits: [], facts: nobody, now };
  if (key === null) return offersOf(tx, await loadOfferedPlans(tx, viewer), nothing);
  const plan = await loadOfferedPlan(tx, key, viewer);
  return plan === null
    ? { kind: "planNotFound", plan: key, available: await loadOfferedPlanKeys(tx, viewer) }
    : offersOf(tx, [plan], nothing);
}

/** Its own plan version, at the beginning of a period, with what it has beside the supply. */
async function offersForCustomer(tx: Tx, account: Account): Promise<Offers | SubscriptionInactive> {
  const { customerId, current, now } = account;
  const status = current === null ? null : subscriptionStatus(current.subscription, now);
  if (current === null || status !== "ACTIVE") return { kind: "subscriptionInactive", customerId, status };
  const { plan } = current;
  const { grants } = await loadWallet(tx, account, plan.unit);
  const credits = grants.filter((grant) => grant.source !== "SUPPLY" && isInForce(grant, now));
  const facts = await loadBillingFacts(tx, customerId, now);
  return offersOf(tx, [plan], { credits, facts, now });
}

async function offersOf(
  tx: Tx,
  plans: readonly Plan[],
  rest: Pick<Offer, "credits" | "facts" | "now">,
): Promise<Offers> {
  const packs = await loadPacks(tx);
  const others = await loadOfferedPlans(tx);
  const currencies = [...plans, ...others].map((plan) => moneyOf({ plan, packs }));
  const currency = currencies.find((one) => one !== null) ?? null;
  return { offers: plans.map((plan) => ({ plan, packs, currency, ...rest })) };
}

async function quoted(offers: readonly Offer[], usage: QuotedUsage): Promise<UsageQuote> {
  if (offers.length * usage.lines.length > linesOfAllPlansMax)
    throw badInput(
      "input.lines",
      `must be fewer: ${usage.lines.length} lines under ${offers.length} plans are more than ${linesOfAllPlansMax}. Or name a plan.`,
    );
  const turn = takingTurns();
  const quotes: (PlanQuote & Pick<PlacedQuote, "complete"> & { readonly cost: Money | null })[] = [];
  for (const offer of offers) {
    const quote = quotePlan(offer, usage);
    quotes.push({ ...quote, complete: isComplete(quote), cost: quote.perMonth });
    await turn();
  }
  return { kind: "usageQuote", quotes: inOrderOfCost(quotes) };
}
