import { add, type Micros, negate, zero } from "../amount.js";
import { addMs, dayMs, type Instant } from "../instant.js";
import type { LedgerEntry } from "../wallet.js";

export interface WalkDay {
  readonly start: Instant;
  readonly used: Micros;
  /** What could not be paid: it is refused. */
  readonly refused: Micros;
  readonly granted: Micros;
  readonly returned: Micros;
  readonly expired: Micros;
  /** At the day's end. */
  readonly available: Micros;
}

/** Days of 24 hours, one after the other, as a wallet goes through them. */
export interface DayBook {
  /** Those that are over. */
  readonly days: readonly WalkDay[];
  end(): Instant;
  note(entry: LedgerEntry): void;
  refuse(amount: Micros): void;
  /** The day is over, and so much is left at its end. */
  close(at: Instant, available: Micros): void;
}

export function dayBook(now: Instant): DayBook {
  const days: WalkDay[] = [];
  let start = now;
  let sums = emptyDay;
  return {
    days,
    end: () => addMs(start, dayMs),
    note: ({ type, amount }) => {
      const field = fields[type];
      if (field !== undefined)
        sums = { ...sums, [field]: add(sums[field], amount < 0 ? negate(amount) : amount) };
    },
    refuse: (amount) => {
      sums = { ...sums, refused: add(sums.refused, amount) };
    },
    close: (at, available) => {
      days.push({ start, ...sums, available });
      start = at;
      sums = emptyDay;
    },
  };
}

const emptyDay = { used: zero, refused: zero, granted: zero, returned: zero, expired: zero };

const fields: Partial<Record<LedgerEntry["type"], keyof typeof emptyDay>> = {
  USAGE: "used",
  GRANT: "granted",
  RETURN: "returned",
  EXPIRY: "expired",
};
