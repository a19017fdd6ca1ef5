import type { Micros } from "../domain/amount.js";
import type { CreditGrant } from "../domain/grant.js";
import type { Hold } from "../domain/hold.js";
import type { Instant } from "../domain/instant.js";
import type {
  BudgetExceeded,
  CustomerNotFound,
  HoldExceeded,
  HoldNotActive,
  HoldNotFound,
  IdempotencyConflict,
  InsufficientCredits,
  ReversalExceedsUsage,
  SubscriptionInactive,
  UnpricedUsage,
  UsageRecordNotFound,
} from "../domain/refusal.js";
import type { WalletSnapshot } from "../domain/snapshot.js";
import type { Reversal, UsageRecord } from "../domain/usage.js";

interface Command {
  readonly customerId: string;
  readonly idempotencyKey: string;
}

/** A command that can make a usage record. */
interface CallCommand extends Command {
  /** The key that it came with. No part of what its idempotency key stands for; left out: none that is on record. */
  readonly apiKeyId?: string | null;
}

export interface ConsumeCommand extends CallCommand {
  readonly operation: string;
  readonly quantity: Micros;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Null: now. */
  readonly occurredAt: Instant | null;
  /** Where the call stands in its request, for faults, such as `input.items.3`. No part of what the key stands for. */
  readonly path?: string;
}

export interface ReserveCommand extends CallCommand {
  readonly operation: string;
  readonly quantity: Micros;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly expiresInSeconds: number;
}

export interface CaptureCommand extends CallCommand {
  readonly holdId: string;
  /** Null: what was reserved for. */
  readonly quantity: Micros | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly final: boolean;
  readonly beyondHold: boolean;
}

export interface ExtendHoldCommand extends Command {
  readonly holdId: string;
  readonly expiresInSeconds: number;
}

export interface ReleaseCommand extends Command {
  readonly holdId: string;
}

export interface ReverseUsageCommand extends Command {
  readonly usageRecordId: string;
  /** Null: all that is left. */
  readonly amount: Micros | null;
  readonly reason: string | null;
}

/** Everything that is metered, by the name of its mutation. */
interface Commands {
  readonly consume: ConsumeCommand;
  readonly reserve: ReserveCommand;
  readonly capture: CaptureCommand;
  readonly extendHold: ExtendHoldCommand;
  readonly release: ReleaseCommand;
  readonly reverseUsage: ReverseUsageCommand;
}

/** What every success tells besides what it is about. */
interface Success {
  readonly wallet: WalletSnapshot;
  /** The grants that its draws name, as far as they are at hand. */
  readonly grants: readonly CreditGrant[];
  readonly replayed: boolean;
}

export interface Consumed extends Success {
  readonly kind: "consumed";
  readonly usageRecord: UsageRecord;
}

interface Reserved extends Success {
  readonly kind: "reserved";
  readonly hold: Hold;
}

interface Captured extends Success {
  readonly kind: "captured";
  readonly usageRecord: UsageRecord;
  readonly hold: Hold;
}

interface HoldExtended extends Success {
  readonly kind: "holdExtended";
  readonly hold: Hold;
}

interface Released extends Success {
  readonly kind: "released";
  readonly hold: Hold;
}

interface UsageReversed extends Success {
  readonly kind: "usageReversed";
  readonly reversal: Reversal;
  readonly usageRecord: UsageRecord;
}

type RefusedPrice = InsufficientCredits | BudgetExceeded | UnpricedUsage;
type RefusedHold = HoldNotFound | HoldNotActive;
/** What any of them may be answered with. */
type RefusedAll = CustomerNotFound | IdempotencyConflict;

interface Outcomes {
  readonly consume: Consumed | RefusedPrice | SubscriptionInactive | RefusedAll;
  readonly reserve: Reserved | RefusedPrice | SubscriptionInactive | RefusedAll;
  readonly capture: Captured | HoldExceeded | RefusedPrice | RefusedHold | RefusedAll;
  readonly extendHold: HoldExtended | RefusedHold | RefusedAll;
  readonly release: Released | RefusedHold | RefusedAll;
  readonly reverseUsage: UsageReversed | UsageRecordNotFound | ReversalExceedsUsage | RefusedAll;
}

export type MeterKind = keyof Commands;
export type OutcomeOf<Kind extends MeterKind> = Outcomes[Kind];
export type MeterOutcome = Outcomes[MeterKind];

/** A command that knows which mutation it is of. */
export type MeterCommand = {
  readonly [Kind in MeterKind]: { readonly kind: Kind; readonly command: Commands[Kind] };
}[MeterKind];

export type CommandOf<Kind extends MeterKind> = Commands[Kind];
