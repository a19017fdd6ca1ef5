/** Whole milliseconds since 1970-01-01T00:00:00Z. A plain number sorts, stores and compares exactly. */
declare const instantBrand: unique symbol;
export type Instant = number & { readonly [instantBrand]: true };

const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** What time it is; only the process knows, so it is passed in. */
export type Clock = () => Instant;

/** 9999-12-31T23:59:59.999Z, the last instant that four-digit years can write. */
const lastMs = 253_402_300_799_999;

export function instant(ms: number): Instant {
  if (!Number.isInteger(ms) || ms < 0 || ms > lastMs)
    throw new RangeError(`${ms} is not an instant from 1970 to 9999.`);
  return ms as Instant;
}

export const instantFrom = (iso: string): Instant => instant(Date.parse(iso));
export const toIso = (at: Instant): string => new Date(at).toISOString();
export const addMs = (at: Instant, ms: number): Instant => instant(at + ms);
export const startOfHour = (at: Instant): Instant => instant(at - (at % hourMs));
export const startOfDay = (at: Instant): Instant => instant(at - (at % dayMs));
