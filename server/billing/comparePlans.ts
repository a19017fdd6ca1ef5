import { type Micros, subtract } from "../domain/amount.js";
import { inOrderOfCost, moneyOf } from "../domain/calculator.js";
import type { Catalog, CreditPack, Plan } from "../domain/catalog.js";
import { type ComparedOffer, type ComparedPlan, type Comparison, compare } from "../domain/comparison.js";
import { badInput } from "../domain/errors.js";
import { dayMs, toIso } from "../domain/instant.js";
import type { CustomerNotFound } from "../domain/refusal.js";
import { isSamePlan } from "../domain/subscription.js";
import type { Account } from "../ledger/load.js";
import { loadPacks } from "../ledger/packs.js";
import { loadOfferedPlans } from "../ledger/plans.js";
import { type Present, readPresent } from "../ledger/present.js";
import type { Database, Tx } from "../storage/database.js";
import type { CatalogProblem } from "./catalog/problem.js";
import { readCatalog } from "./catalog/read.js";
import { takingTurns } from "./turns.js";
import { countUsage, replayUsage, type UsageRange } from "./usageReplay.js";

export interface CompareQuestion extends UsageRange {
  /** A catalogue that is not on offer, as YAML, and what its problems call it. */
  readonly draft: { readonly text: string; readonly name: string } | null;
  /** The customer who asks, who may not see what was agreed with others; null for whoever sees all plans. */
  readonly viewer: string | null;
}

type Placed = ComparedPlan & {
  readonly place: number | null;
  /** What it costs more than the plan that the customer is on; null when that cannot be said. */
  readonly difference: Micros | null;
};

export interface PlanComparison extends UsageRange {
  readonly kind: "planComparison";
  readonly calls: number;
  readonly plans: readonly Placed[];
}

interface CatalogInvalid {
  readonly kind: "catalogInvalid";
  readonly problems: readonly CatalogProblem[];
}

interface TooMuchUsage {
  readonly kind: "tooMuchUsage";
  /** So many calls are replayed against so many plans. */
  readonly limit: number;
  readonly plans: number;
}

export type CompareOutcome = PlanComparison | CustomerNotFound | CatalogInvalid | TooMuchUsage;

export interface CompareProgress {
  readonly replayed: number;
  readonly calls: number;
}

interface Needs {
  readonly database: Database;
  readonly present: Present;
  /** More than this is refused rather than replayed. */
  readonly most: MostReplayed;
  readonly onProgress: (progress: CompareProgress) => void;
}

export interface MostReplayed {
  readonly calls: number;
  /** Each plan replays every call. */
  readonly callsOfAllPlans: number;
}

/** A server that answers others meanwhile replays some seconds' worth; the command line takes its time. */
export const mostOfRequest: MostReplayed = { calls: 50_000, callsOfAllPlans: 500_000 };
const daysMax = 366;

/** What a customer's real usage of a time would have cost under every plan, also under those of a draft. */
export const makeComparePlans =
  (needs: Needs) =>
  async (question: CompareQuestion): Promise<CompareOutcome> => {
    const { customerId, from, to, viewer } = question;
    if (from >= to) throw badInput("input.from", "must be before input.to.");
    if (to - from > daysMax * dayMs)
      throw badInput("input.from", `must be at most ${daysMax} days before input.to.`);
    const draft = question.draft === null ? null : readCatalog(question.draft.text, question.draft.name);
    if (draft?.ok === false) return { kind: "catalogInvalid", problems: draft.problems };
    const range = { customerId, from, to };
    const drafts = draft === null ? [] : draftOffers(draft.catalog);
    const asked = { range, viewer, drafts, most: needs.most };
    const start = await readPresent(needs, customerId, (tx, account) =>
      account === null ? Promise.resolve(null) : loadStart(tx, account, asked),
    );
    if (start === null) return { kind: "customerNotFound", customerId };
    const { calls, offers, limit } = start;
    if (calls > limit) return { kind: "tooMuchUsage", limit, plans: offers.length };
    const turn = takingTurns();
    const comparisons: Comparison[] = [];
    for (const offer of inOneMoney(offers)) {
      comparisons.push(compare(offer, range));
      await turn();
    }
    let replayed = 0;
    for await (const usage of replayUsage(needs.database, range)) {
      for (const { call, at, isUndone } of usage)
        for (const comparison of comparisons) {
          if (isUndone) comparison.undone(call, at);
          else comparison.use(call, at);
          await turn();
        }
      replayed += usage.length;
      needs.onProgress({ replayed, calls: Math.max(calls, replayed) });
    }
    const compared: ComparedPlan[] = [];
    for (const comparison of comparisons) {
      compared.push(comparison.end());
      await turn();
    }
    return { kind: "planComparison", ...range, calls: replayed, plans: placed(compared) };
  };

type Unpriced = Omit<ComparedOffer, "currency">;

interface Asked {
  readonly range: UsageRange;
  readonly viewer: string | null;
  readonly drafts: readonly Unpriced[];
  readonly most: MostReplayed;
}

interface Start {
  readonly calls: number;
  readonly offers: readonly Unpriced[];
  /** How many calls may be replayed against so many plans. */
  readonly limit: number;
}

async function loadStart(
  tx: Tx,
  { current, now }: Account,
  { range, viewer, drafts, most }: Asked,
): Promise<Start> {
  if (range.to > now)
    throw badInput("input.to", `must not be after the customer's time, which is ${toIso(now)}.`);
  const plans = await loadOfferedPlans(tx, viewer);
  const offers = [...currentOffers(plans, await loadPacks(tx), current?.plan ?? null), ...drafts];
  const limit = Math.min(most.calls, Math.floor(most.callsOfAllPlans / Math.max(1, offers.length)));
  return { calls: await countUsage(tx, range, limit), offers, limit };
}

/** All plans on offer, and the version that the customer is on, should that not be on offer any more. */
function currentOffers(plans: readonly Plan[], packs: readonly CreditPack[], own: Plan | null): Unpriced[] {
  const isOwn = (plan: Plan): boolean => own !== null && isSamePlan(plan, own);
  const all = own === null || plans.some(isOwn) ? plans : [...plans, own];
  return all.map((plan) => ({ plan, packs, draft: false, current: isOwn(plan) }));
}

/** A plan that is not stored has no version yet. */
const draftOffers = ({ plans, creditPacks }: Catalog): Unpriced[] =>
  plans.map((terms) => ({ plan: { ...terms, version: 0 }, packs: creditPacks, draft: true, current: false }));

/** A plan that costs nothing costs nothing of what the others cost. */
function inOneMoney(offers: readonly Unpriced[]): ComparedOffer[] {
  const currency = offers.map(moneyOf).find((money) => money !== null) ?? null;
  return offers.map((offer) => ({ ...offer, currency }));
}

function placed(plans: readonly ComparedPlan[]): Placed[] {
  const own = plans.find(({ current }) => current)?.cost ?? null;
  return inOrderOfCost(plans).map((plan) => {
    const { cost } = plan;
    const isComparable = cost !== null && own !== null && cost.currency === own.currency;
    return { ...plan, difference: isComparable ? subtract(cost.amount, own.amount) : null };
  });
}
