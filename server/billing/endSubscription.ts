import type { NewId } from "../domain/ids.js";
import type {
  CustomerNotFound,
  IdempotencyConflict,
  NothingToResume,
  SubscriptionInactive,
} from "../domain/refusal.js";
import type { Standing } from "../domain/subscription.js";
import { type ChangeTiming, decideCancellation, decideResumption } from "../domain/subscriptionChange.js";
import { recordEvents } from "../events/outbox.js";
import { findEarlierUse, type KeyedInput, keepKeys, keyedInput } from "../ledger/idempotency.js";
import type { Account } from "../ledger/load.js";
import { type Present, presentAccount } from "../ledger/present.js";
import type { Database, Tx } from "../storage/database.js";
import { carryOutCancellation } from "./cancellation.js";
import { catchUp } from "./catchUp.js";
import { findStanding, loadCurrent, loadSubscriptions, saveSubscriptions } from "./subscriptions.js";
import { subscriptionEvent } from "./tell.js";

export interface CancelSubscriptionCommand {
  readonly customerId: string;
  /** Null: at the period's end, or now where that never comes. */
  readonly timing: ChangeTiming | null;
  readonly idempotencyKey: string;
}

export interface ResumeSubscriptionCommand {
  readonly customerId: string;
  readonly idempotencyKey: string;
}

interface Done<Kind extends string> {
  readonly kind: Kind;
  readonly standing: Standing;
  readonly replayed: boolean;
}

type Refused = CustomerNotFound | SubscriptionInactive | IdempotencyConflict;
export type CancelSubscriptionOutcome = Done<"subscriptionCancelled"> | Refused;
export type ResumeSubscriptionOutcome = Done<"subscriptionResumed"> | NothingToResume | Refused;

interface Needs {
  readonly database: Database;
  readonly present: Present;
  readonly newId: NewId;
}

export const makeCancelSubscription =
  ({ database, present }: Needs) =>
  (command: CancelSubscriptionCommand): Promise<CancelSubscriptionOutcome> =>
    database.transact(async (tx) => {
      const keyed = keyedInput("cancelSubscription", command);
      const begun = await begin(tx, keyed, present);
      if (begun.kind === "replay") return { ...begun, kind: "subscriptionCancelled", replayed: true };
      if (begun.kind !== "new") return begun;
      const { account } = begun;
      const decision = decideCancellation(await loadSubscriptions(tx, account, []), command.timing);
      if (decision.kind !== "cancelled") return decision;
      await carryOutCancellation(tx, account, decision);
      const { id } = decision.ending.subscription;
      await keepKeys(tx, [{ ...keyed, resultId: id, usedAt: account.now }]);
      const standing = await findStanding(tx, account, id);
      return { kind: "subscriptionCancelled", standing, replayed: false };
    });

export const makeResumeSubscription =
  ({ database, present, newId }: Needs) =>
  (command: ResumeSubscriptionCommand): Promise<ResumeSubscriptionOutcome> =>
    database.transact(async (tx) => {
      const keyed = keyedInput("resumeSubscription", command);
      const begun = await begin(tx, keyed, present);
      if (begun.kind === "replay") return { ...begun, kind: "subscriptionResumed", replayed: true };
      if (begun.kind !== "new") return begun;
      const { account } = begun;
      const decision = decideResumption(await loadSubscriptions(tx, account, []), newId("sub"));
      if (decision.kind !== "resumed") return decision;
      const saved = await saveSubscriptions(tx, account, decision);
      await recordEvents(tx, [subscriptionEvent("SUBSCRIPTION_RESUMED", decision.resumed, account.now)]);
      const after = await catchUp(tx, saved);
      const { standing } = await loadCurrent(tx, after);
      const resultId = standing.subscribed.subscription.id;
      await keepKeys(tx, [{ ...keyed, resultId, usedAt: account.now }]);
      return { kind: "subscriptionResumed", standing, replayed: false };
    });

type Begun =
  | { readonly kind: "new"; readonly account: Account }
  | { readonly kind: "replay"; readonly standing: Standing }
  | CustomerNotFound
  | IdempotencyConflict;

async function begin(tx: Tx, keyed: KeyedInput, present: Present): Promise<Begun> {
  const { customerId } = keyed;
  // First, because it locks the customer: a key that is unused after that stays so.
  const account = await presentAccount(tx, customerId, present);
  const earlier = await findEarlierUse(tx, keyed);
  if (earlier.kind === "idempotencyConflict") return earlier;
  if (account === null) return { kind: "customerNotFound", customerId };
  if (earlier.kind === "unused") return { kind: "new", account };
  return { kind: "replay", standing: await findStanding(tx, account, earlier.resultId) };
}
