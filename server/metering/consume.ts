import type { Micros } from "../domain/amount.js";
import type { CreditGrant } from "../domain/grant.js";
import type { NewId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import type {
  CustomerNotFound,
  IdempotencyConflict,
  InsufficientCredits,
  SubscriptionInactive,
  UnpricedUsage,
} from "../domain/refusal.js";
import type { WalletSnapshot } from "../domain/snapshot.js";
import type { UsageRecord } from "../domain/usage.js";
import type { Database } from "../storage/database.js";
import { groupCommit } from "./groupCommit.js";
import { settleGroup } from "./settle.js";

export interface ConsumeCommand {
  readonly customerId: string;
  readonly operation: string;
  readonly quantity: Micros;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Null: now. */
  readonly occurredAt: Instant | null;
  readonly idempotencyKey: string;
  /** Where the call stands in its request, for faults, such as `input.items.3`. No part of what the key stands for. */
  readonly path?: string;
}

export interface Consumed {
  readonly kind: "consumed";
  readonly usageRecord: UsageRecord;
  readonly wallet: WalletSnapshot;
  /** The grants of its draws, as far as they are at hand. */
  readonly grants: readonly CreditGrant[];
  readonly replayed: boolean;
}

export type ConsumeOutcome =
  | Consumed
  | InsufficientCredits
  | UnpricedUsage
  | CustomerNotFound
  | SubscriptionInactive
  | IdempotencyConflict;

/** The calls of one request: judged each alone, but kept from all effect when one of them is not even a call. */
export type ConsumeRequest = readonly ConsumeCommand[];

interface Needs {
  readonly database: Database;
  readonly clock: () => Instant;
  readonly newId: NewId;
}

/** Requests that may wait for a commit; what comes beyond is refused, so that memory stays bounded. */
const waitingMax = 10_000;
/** Commands in one transaction: more of them save no more syncing, and make every caller wait longer. */
const groupMax = 256;

/**
 * Requests that arrive while a commit is under way join the next one, so that one sync to disk serves all of them. A
 * customer's requests always go through the same lane, where they cannot wait for each other's locks.
 */
export function makeConsume({ database, clock, newId }: Needs) {
  const commit = groupCommit<ConsumeRequest, readonly ConsumeOutcome[]>({
    lanes: database.lanes,
    laneOf: ([first]) => first?.customerId ?? "",
    weightOf: (request) => request.length,
    weightMax: groupMax,
    waitingMax,
    run: (requests) => database.transact((tx) => settleGroup(tx, requests, { wallNow: clock(), newId })),
  });
  return commit;
}
