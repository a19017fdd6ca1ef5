import type { Point } from "./plan.js";

/** What became of the calls around the kills of one point. */
export interface Tally {
  readonly kills: number;
  /** Calls that the killed servers had answered. */
  readonly answered: number;
  /** Calls that were under way, */
  readonly unanswered: number;
  /** and of these, those whose effect was there after the restart. */
  readonly stored: number;
  /** Kills that came after at least one such effect was committed. */
  readonly landed: number;
}

export type Tallies = Map<Point, Tally>;

const none: Tally = { kills: 0, answered: 0, unanswered: 0, stored: 0, landed: 0 };

export function count(tallies: Tallies, point: Point, more: Partial<Tally>): void {
  const before = tallies.get(point) ?? none;
  const plus = (name: keyof Tally): number => before[name] + (more[name] ?? 0);
  tallies.set(point, {
    kills: plus("kills"),
    answered: plus("answered"),
    unanswered: plus("unanswered"),
    stored: plus("stored"),
    landed: plus("landed"),
  });
}
