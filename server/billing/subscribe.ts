import { badInput } from "../domain/errors.js";
import type { NewId } from "../domain/ids.js";
import { type Clock, dayMs, type Instant, toIso } from "../domain/instant.js";
import type {
  AlreadySubscribed,
  CustomerNotFound,
  IdempotencyConflict,
  PlanNotFound,
} from "../domain/refusal.js";
import { snapshot, type WalletSnapshot } from "../domain/snapshot.js";
import { type Standing, standings, subscriptionStatus } from "../domain/subscription.js";
import { findEarlierUse, keepKeys, keyedInput } from "../ledger/idempotency.js";
import { type Account, loadAccount, loadWallet } from "../ledger/load.js";
import { loadOfferedPlan, loadOfferedPlanKeys } from "../ledger/plans.js";
import { type Present, presentAccount, readPresent } from "../ledger/present.js";
import { loadAllSubscriptions } from "../ledger/subscriptions.js";
import type { Database, Tx } from "../storage/database.js";
import { findStanding, standingOf } from "./subscriptions.js";
import { startSubscription } from "./supply.js";

export interface SubscribeCommand {
  readonly customerId: string;
  readonly plan: string;
  readonly startsAt: Instant | null;
  /** Left out where not given: keys that were used before there was such a field must still fit their inputs. */
  readonly trialDays?: number;
  readonly idempotencyKey: string;
}

export interface Subscribed {
  readonly kind: "subscribed";
  readonly standing: Standing;
  readonly wallet: WalletSnapshot;
  readonly replayed: boolean;
}

export type SubscribeOutcome =
  | Subscribed
  | CustomerNotFound
  | PlanNotFound
  | AlreadySubscribed
  | IdempotencyConflict;

/** A start further back would post years of expired supplies; one further ahead is surely a slip. */
const startsAtEarliestDays = 366;
const startsAtLatestDays = 3_653;

interface Needs {
  readonly database: Database;
  readonly present: Present;
  readonly newId: NewId;
}

export const makeSubscribe =
  ({ database, present, newId }: Needs) =>
  (command: SubscribeCommand): Promise<SubscribeOutcome> =>
    database.transact(async (tx) => {
      const keyed = keyedInput("subscribe", command);
      // First, because it locks the customer: a key that is unused after that stays so.
      const account = await presentAccount(tx, command.customerId, present);
      const earlier = await findEarlierUse(tx, keyed);
      if (earlier.kind === "idempotencyConflict") return earlier;
      if (account === null) return { kind: "customerNotFound", customerId: command.customerId };
      if (earlier.kind === "replay")
        return { ...(await subscribed(tx, account, earlier.resultId)), replayed: true };
      const plan = await loadOfferedPlan(tx, command.plan);
      if (plan === null)
        return { kind: "planNotFound", plan: command.plan, available: await loadOfferedPlanKeys(tx) };
      const inTheWay = standings(account.subscriptions, account.now).find(
        ({ subscribed, at }) => subscriptionStatus(subscribed.subscription, at) !== "ENDED",
      );
      if (inTheWay !== undefined) return { kind: "alreadySubscribed", standing: inTheWay };
      const startsAt = checkedStart(command.startsAt, account);
      const start = { plan, startsAt, newId };
      const { trialDays } = command;
      const started = await startSubscription(
        tx,
        account,
        trialDays === undefined ? start : { ...start, trialDays },
      );
      await keepKeys(tx, [{ ...keyed, resultId: started.id, usedAt: account.now }]);
      return { ...(await subscribed(tx, started.account, started.id)), replayed: false };
    });

function checkedStart(startsAt: Instant | null, { now, subscriptions }: Account): Instant {
  if (startsAt === null) return now;
  if (startsAt < now - startsAtEarliestDays * dayMs || startsAt > now + startsAtLatestDays * dayMs)
    throw badInput(
      "input.startsAt",
      "must be at most a year before and ten years after the customer's present time.",
    );
  const ends = subscriptions.map(({ subscription }) => subscription.endsAt ?? now);
  const lastEnd = Math.max(...ends, 0) as Instant;
  if (startsAt < lastEnd)
    throw badInput(
      "input.startsAt",
      `must not be before the last subscription has ended, at ${toIso(lastEnd)}.`,
    );
  return startsAt;
}

async function subscribed(tx: Tx, account: Account, id: string): Promise<Omit<Subscribed, "replayed">> {
  const standing = await findStanding(tx, account, id);
  const state = await loadWallet(tx, account, standing.subscribed.plan.unit);
  return { kind: "subscribed", standing, wallet: snapshot(state, account.now) };
}

/** The subscription that counts for a customer now; null when there is none. */
export const makeStanding =
  (needs: Omit<Needs, "newId">) =>
  (customerId: string): Promise<Standing | null> =>
    readPresent(needs, customerId, async (_, account) => {
      const current = account?.current ?? null;
      if (account === null || current === null) return null;
      return standingOf(account.subscriptions, current.subscription.id, account.now);
    });

/** Every subscription that a customer ever had, newest first. */
export const makeSubscriptions =
  (needs: Omit<Needs, "newId">) =>
  (customerId: string, first: number): Promise<Standing[]> =>
    readPresent(needs, customerId, async (tx, account) => {
      if (account === null) return [];
      const all = standings(await loadAllSubscriptions(tx, customerId), account.now);
      return all.reverse().slice(0, first);
    });

/** A customer's own time: an unknown customer has the wall clock's. */
export const makeCustomerTime =
  ({ database, clock }: { database: Database; clock: Clock }) =>
  (customerId: string): Promise<Instant> =>
    database.read(async (tx) => (await loadAccount(tx, customerId, clock))?.now ?? clock());
