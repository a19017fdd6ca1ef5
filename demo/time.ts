/** A day that every month has, and an hour that tells an anchored period, which keeps it, from a calendar month. */
export const start = "2026-04-15T09:30:00.000Z";

export const dayMs = 86_400_000;

export const later = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString();

const utc = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });

const day = utc({ day: "2-digit", month: "short", year: "numeric" });
const minute = utc({ hour: "2-digit", minute: "2-digit" });

/** `15 Apr 2026` */
export const dayOf = (at: string): string => day.format(Date.parse(at));

/** `15 Apr 2026 09:30` */
export const minuteOf = (at: string): string => `${dayOf(at)} ${minute.format(Date.parse(at))}`;
