import { badInput } from "../domain/errors.js";
import type { NewId } from "../domain/ids.js";
import { type Clock, dayMs, type Instant } from "../domain/instant.js";
import type {
  AlreadySubscribed,
  CustomerNotFound,
  IdempotencyConflict,
  PlanNotFound,
} from "../domain/refusal.js";
import { snapshot, type WalletSnapshot } from "../domain/snapshot.js";
import { type SubscribedPlan, subscriptionStatus } from "../domain/subscription.js";
import { findEarlierUse, keepKeys, keyedInput } from "../ledger/idempotency.js";
import { type Account, loadAccount, loadWallet } from "../ledger/load.js";
import { loadOfferedPlan, loadOfferedPlanKeys } from "../ledger/plans.js";
import { findSubscription } from "../ledger/subscriptions.js";
import type { Database, Tx } from "../storage/database.js";
import { startSubscription } from "./supply.js";

export interface SubscribeCommand {
  readonly customerId: string;
  readonly plan: string;
  readonly startsAt: Instant | null;
  readonly idempotencyKey: string;
}

export interface Subscribed {
  readonly kind: "subscribed";
  readonly subscribed: SubscribedPlan;
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
  readonly clock: Clock;
  readonly newId: NewId;
}

export const makeSubscribe =
  ({ database, clock, newId }: Needs) =>
  (command: SubscribeCommand): Promise<SubscribeOutcome> =>
    database.transact(async (tx) => {
      const keyed = keyedInput("subscribe", command);
      // First, because it locks the customer: a key that is unused after that stays so.
      const account = await loadAccount(tx, command.customerId, clock);
      const earlier = await findEarlierUse(tx, keyed);
      if (earlier.kind === "idempotencyConflict") return earlier;
      if (account === null) return { kind: "customerNotFound", customerId: command.customerId };
      if (earlier.kind === "replay") return replay(tx, account, earlier.resultId);
      const plan = await loadOfferedPlan(tx, command.plan);
      if (plan === null)
        return { kind: "planNotFound", plan: command.plan, available: await loadOfferedPlanKeys(tx) };
      const { current, now } = account;
      if (current !== null && subscriptionStatus(current.subscription, now) !== "ENDED")
        return { kind: "alreadySubscribed", ...current, at: now };
      const startsAt = checkedStart(command.startsAt, now);
      const started = await startSubscription(tx, account, {
        id: newId("sub"),
        customerId: account.customerId,
        plan,
        startsAt,
      });
      await keepKeys(tx, [{ ...keyed, resultId: started.subscription.id, usedAt: now }]);
      const subscribed = { subscription: started.subscription, plan };
      return { kind: "subscribed", subscribed, wallet: snapshot(started.wallet, now), replayed: false };
    });

function checkedStart(startsAt: Instant | null, now: Instant): Instant {
  if (startsAt === null) return now;
  if (startsAt < now - startsAtEarliestDays * dayMs || startsAt > now + startsAtLatestDays * dayMs)
    throw badInput(
      "input.startsAt",
      "must be at most a year before and ten years after the customer's present time.",
    );
  return startsAt;
}

async function replay(tx: Tx, account: Account, subscriptionId: string): Promise<Subscribed> {
  const { customerId, now } = account;
  const subscribed = await findSubscription(tx, customerId, subscriptionId);
  const state = await loadWallet(tx, account, subscribed.plan.unit);
  return { kind: "subscribed", subscribed, wallet: snapshot(state, now), replayed: true };
}

/** The customer's current or coming subscription, with the customer's own time. */
export const makeAccount =
  ({ database, clock }: Omit<Needs, "newId">) =>
  (customerId: string): Promise<Account | null> =>
    database.read((tx) => loadAccount(tx, customerId, clock));

/** A customer's own time: an unknown customer has the wall clock's. */
export const makeCustomerTime =
  (needs: Omit<Needs, "newId">) =>
  async (customerId: string): Promise<Instant> =>
    (await makeAccount(needs)(customerId))?.now ?? needs.clock();
