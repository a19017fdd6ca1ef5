import type { MeterKind, MeterOutcome } from "./commands.js";

/** Hears how metering goes, for those who watch over it; it changes nothing. */
export interface MeterObserver {
  /** A request has arrived; what is returned is told how it was answered. */
  requested(kind: MeterKind): Answered;
  /** A group goes into its transaction; what is returned is told when that has ended, however it did. */
  committing(group: { readonly requests: number; readonly commands: number }): () => void;
}

interface Answered {
  outcomes(outcomes: readonly MeterOutcome[]): void;
  fault(error: unknown): void;
}
