import { setImmediate } from "node:timers/promises";
import { type Micros, subtract } from "../domain/amount.js";
import { inOrderOfCost, moneyOf } from "../domain/calculator.js";
import type { Catalog, CreditPack, Plan } from "../domain/catalog.js";
import { type ComparedOffer, type ComparedPlan, compare } from "../domain/comparison.js";
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
import { countUsage, replayUsage, type UsageRange } from "./usageReplay.js";

export interface CompareQuestion extends UsageRange {
  /** A catalogue that is not on offer, as YAML, and what its problems call it. */
  readonly draft: { readonly text: string; readonly name: string } | null;
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
  readonly limit: number;
}

export type CompareOutcome = PlanComparison | CustomerNotFound | CatalogInvalid | TooMuchUsage;

export interface CompareProgress {
  readonly replayed: number;
  readonly calls: number;
}

interface Needs {
  readonly database: Database;
  readonly present: Present;
  /** More calls than this are refused rather than replayed. */
  readonly callsMax: number;
  readonly onProgress: (progress: CompareProgress) => void;
}

/** A server that answers others meanwhile replays no more than a few seconds' worth; the command line takes its time. */
export const callsMaxOfRequest = 50_000;
const daysMax = 366;

/** What a customer's real usage of a time would have cost under every plan, also under those of a draft. */
export const makeComparePlans =
  (needs: Needs) =>
  async (question: CompareQuestion): Promise<CompareOutcome> => {
    const { customerId, from, to } = question;
    if (from >= to) throw badInput("input.from", "must be before input.to.");
    if (to - from > daysMax * dayMs)
      throw badInput("input.from", `must be at most ${daysMax} days before input.to.`);
    const draft = question.draft === null ? null : readCatalog(question.draft.text, question.draft.name);
    if (draft?.ok === false) return { kind: "catalogInvalid", problems: draft.problems };
    const range = { customerId, from, to };
    const start = await readPresent(needs, customerId, (tx, account) =>
      account === null ? Promise.resolve(null) : loadStart(tx, account, { range, limit: needs.callsMax }),
    );
    if (start === null) return { kind: "customerNotFound", customerId };
    const { calls, offers } = start;
    if (calls > needs.callsMax) return { kind: "tooMuchUsage", limit: needs.callsMax };
    const all = inOneMoney([...offers, ...(draft === null ? [] : draftOffers(draft.catalog))]);
    const comparison = compare(all, range);
    let replayed = 0;
    for await (const { usage, seen } of replayUsage(needs.database, range)) {
      for (const { call, at } of usage) comparison.use(call, at);
      replayed += seen;
      needs.onProgress({ replayed, calls: Math.max(calls, replayed) });
      // Others have their turn.
      await setImmediate();
    }
    return { kind: "planComparison", ...range, calls: replayed, plans: placed(comparison.end()) };
  };

type Unpriced = Omit<ComparedOffer, "currency">;

async function loadStart(
  tx: Tx,
  { current, now }: Account,
  { range, limit }: { range: UsageRange; limit: number },
): Promise<{ readonly calls: number; readonly offers: readonly Unpriced[] }> {
  if (range.to > now)
    throw badInput("input.to", `must not be after the customer's time, which is ${toIso(now)}.`);
  const calls = await countUsage(tx, range, limit);
  return {
    calls,
    offers: currentOffers(await loadOfferedPlans(tx), await loadPacks(tx), current?.plan ?? null),
  };
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
