import { periodIndex, periodStart, type Terms } from "./terms.js";
import type { Customer, Stay } from "./world.js";

/** Where a period of a stay begins: with the plan's period, but not before the stay. Null when there is no such period. */
export function periodFrom({ terms, anchor, from }: Stay, index: number): number | null {
  const start = periodStart(terms, anchor, index);
  return start === null ? null : Math.max(start, from);
}

/** Where a period of a stay ends: with the plan's period, but not after the stay. Null when it never does. */
export function periodUntil({ terms, anchor, until }: Stay, index: number): number | null {
  const end = periodStart(terms, anchor, index + 1);
  if (end === null || until === null) return end ?? until;
  return Math.min(end, until);
}

/** The period of a stay that a time belongs to; what was before it belongs to its first. */
export const indexAt = ({ terms, anchor, from }: Stay, at: number): number =>
  periodIndex(terms, anchor, Math.max(at, from));

export const firstIndex = (stay: Stay): number => indexAt(stay, stay.from);

export function statusAt({ from, until, undone }: Stay, at: number): "SCHEDULED" | "ACTIVE" | "ENDED" {
  if (undone || (until !== null && until <= at)) return "ENDED";
  return at < from ? "SCHEDULED" : "ACTIVE";
}

const begun = (stays: readonly Stay[], at: number): Stay[] =>
  stays.filter(({ from, undone }) => !undone && from <= at);

/** The stay that counts: the one in force, else the last one, else the one that is to come. */
export const countingAt = (stays: readonly Stay[], at: number): Stay | null =>
  begun(stays, at).find((stay) => statusAt(stay, at) === "ACTIVE") ??
  begun(stays, at).at(-1) ??
  stays.find((stay) => statusAt(stay, at) === "SCHEDULED") ??
  null;

export const stayAt = ({ stays }: Customer, at: number): Stay | null => countingAt(stays, at);

export function inForceAt(customer: Customer, at: number): Stay | null {
  const stay = stayAt(customer, at);
  return stay !== null && statusAt(stay, at) === "ACTIVE" ? stay : null;
}

export const termsAt = (customer: Customer, at: number): Terms | null => stayAt(customer, at)?.terms ?? null;

export const unitAt = (customer: Customer, at: number): string => termsAt(customer, at)?.unit ?? "credit";

/** What is still to come. */
export const comingAfter = ({ stays }: Customer, at: number): Stay[] =>
  stays.filter((stay) => statusAt(stay, at) === "SCHEDULED");

export const begunBy = ({ stays }: Customer, at: number): Stay[] => begun(stays, at);
