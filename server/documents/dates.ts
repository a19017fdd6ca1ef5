import { addMs, dayMs, type Instant } from "../domain/instant.js";
import type { Span } from "../domain/invoice.js";

const months = [
  ...["January", "February", "March", "April", "May", "June", "July"],
  ...["August", "September", "October", "November", "December"],
];

/** Written out, so that no reader takes the day for the month: 1 July 2026. */
export function day(at: Instant): string {
  const date = new Date(at);
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

const isMidnight = (at: Instant): boolean => at % dayMs === 0;

const moment = (at: Instant): string =>
  isMidnight(at) ? day(at) : `${day(at)}, ${new Date(at).toISOString().slice(11, 16)} UTC`;

/** The last day belongs to it. Where a span begins or ends within a day, the time is told as well. */
export function span({ start, end }: Span): string {
  if (end === null) return `from ${moment(start)}`;
  const last = isMidnight(end) ? day(addMs(end, -dayMs)) : moment(end);
  return last === moment(start) ? last : `${moment(start)} – ${last}`;
}
