import type { ScripError } from "./errors.js";
import type { ScripEvent } from "./events.js";
import type {
  AlertRaisedMessage,
  AlertRaisedVariables,
  UsageRecordedMessage,
  UsageRecordedVariables,
  WalletChange,
  WalletChangedVariables,
} from "./generated.js";

/** How a stream is followed. */
export interface StreamOptions {
  /** Ends the stream, and the loop over it with it. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Is told each time that the stream is interrupted, why, and how often in a row by now. It goes on by itself, after a
   * growing random wait.
   */
  readonly onInterrupted?: ((error: ScripError, times: number) => void) | undefined;
}

type Told<Message, Name extends keyof Message> = Message & {
  readonly [N in Name]: NonNullable<Message[N]>;
};

/** One metered call with its place in the wallet's ledger. */
export type RecordedUsage = Told<UsageRecordedMessage, "usageRecord">;

/** One alert with its place among the customer's events. */
export interface AlertMessage extends Omit<AlertRaisedMessage, "alert"> {
  readonly alert: ScripEvent;
}

/**
 * What can be followed as it happens. A stream tells everything once and in order, from `after` or else from the
 * moment that the server takes it up: when the connection breaks, or the server restarts, it goes on by itself after
 * the last message that your loop was given. Keep that one's `sequence` (and `unit`) to go on in another program run.
 * It ends when you leave the loop or the `signal` says so, and throws a {@link ScripError} when there is no sense in
 * going on: the key is revoked, the customer unknown.
 */
export interface ScripStreams {
  /**
   * A wallet's balance as it changes, entry by entry. Without `after` the first message says where the wallet stands,
   * and has no `entry`.
   */
  walletChanged(input: WalletChangedVariables, options?: StreamOptions): AsyncGenerator<WalletChange, void>;

  /** A customer's calls as they are metered, in the order of the wallet's ledger. */
  usageRecorded(input: UsageRecordedVariables, options?: StreamOptions): AsyncGenerator<RecordedUsage, void>;

  /** What wants attention, as it is found. */
  alertRaised(input: AlertRaisedVariables, options?: StreamOptions): AsyncGenerator<AlertMessage, void>;
}
