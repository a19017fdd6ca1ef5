import { addMs, dayMs, hourMs, type Instant } from "./instant.js";

/** When to ask again about what is under way: when it has taken as long again, but neither at once nor never. */
export const askAgainAt = (since: Instant, now: Instant, mostMs = dayMs): Instant =>
  addMs(now, Math.min(Math.max(now - since, hourMs), mostMs));
